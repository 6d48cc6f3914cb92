"""What is the reader's to do and cannot be done now, each with why; found out by trying, and nothing is written."""

from collections.abc import Callable, Iterator
from functools import cache

from reviewflow.engine.home import home_of
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.review import Release
from reviewflow.nouns.states import FINAL_STATES, Kind
from reviewflow.nouns.subject import NEW, Subject
from reviewflow.rules.forks import SAME, Fork
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.machine import row_of
from reviewflow.rules.permissions import allowed
from reviewflow.rules.row import Row
from reviewflow.rules.trying import nothing, wishes
from reviewflow.rules.work import Work
from reviewflow.views.look import Document, Look
from reviewflow.views.possible import about

Leads = Callable[[Kind, str], Iterator[tuple[Row, str]]]
_AS = {"draft": "a draft", "concerns": "determined with concerns"}


def weighed(look: Look, subject: Subject, possible: list[Document]) -> tuple[list[Document], list[Document]]:
    """What is possible, with the numbers of the `parts` for which it is; and what is refused, with why.

    What the state allows and the rules would refuse is in both. `parts` is empty where a command is about the review
    itself, or about a part of which there is none. Of the operator, who acts as somebody, nothing is refused.
    """
    if look.is_operator:
        return [{**one, "parts": []} for one in possible], []
    found: list[Document] = []
    parts: dict[str, list[int]] = {}
    verbs = {one["verb"] for one in possible}
    for row in _own(look, subject):
        if row.command.verb not in verbs:
            found.append({**_described(row), "why": _states(row, subject)})
            continue
        parts[row.command.verb], why = _tried(look, subject, row.command)
        if why:
            found.append({**_described(row), "why": why})
    return [{**one, "parts": parts.get(one["verb"], [])} for one in possible], found


def _described(row: Row) -> Document:
    return {"verb": row.command.verb, "who": row.who.value, "help": about(row.command)}


def _own(look: Look, subject: Subject) -> list[Row]:
    """One line for each verb that would be the reader's, in the order of the picture."""
    home, found = home_of(look.stage, subject), dict[str, Row]()
    for row in TABLES[subject.kind]:
        is_own = not (row.command.by_system or row.command.creates) and allowed(row.who, look.actor, subject, home)
        if is_own:
            found.setdefault(row.command.verb, row)
    return list(found.values())


def _tried(look: Look, subject: Subject, command: type[Command]) -> tuple[list[int], list[str]]:
    """For which parts it would be done; where for none, and not at all, why."""
    if subject.kind is not Kind.REVIEW:
        return [], []
    settings = look.stage.settings
    found = wishes(command, subject, look.actor.side, look.pin(subject.row).policy, settings.programme.access_terms)
    line = row_of(command, subject.state)
    if found is None or line is None:
        return [], []
    now = max(look.now, subject.recorded_at or look.now)
    work, parts, reasons = Work(subject, look.actor, now, now), list[int](), list[str]()
    for no, wish in found:
        scene = look.stage.scene(work, wish)
        against = [reason for guard in line.guards for reason in guard(work, wish, scene)]
        if not against and no is None:
            return [], []
        if against:
            reasons += against
        elif no is not None:
            parts.append(no)
    return (parts, []) if parts else ([], list(dict.fromkeys(reasons)) or [nothing(command)])


def _states(row: Row, subject: Subject) -> list[str]:
    """Why a verb is not for this state, and what leads on to where it is."""
    return list(_ways(subject.kind, str(subject.state), row.command.verb))


@cache
def _ways(kind: Kind, state: str, verb: str) -> tuple[str, ...]:
    rows = [row for row in TABLES[kind] if row.command.verb == verb and not row.command.by_system]
    wanted = list(dict.fromkeys(str(source) for row in rows for source in row.source))
    said = f"It is possible while the {kind.value} is {_either(wanted)}; it is {_words(state)}."
    step = _first_step(kind, state, frozenset(wanted), _leads_on) or _first_step(kind, state, frozenset(wanted), _leads)
    if step is not None:
        return said, step
    return (
        said,
        f"{state.replace('_', ' ').capitalize()} is final." if state in FINAL_STATES else "Nothing leads back there.",
    )


def _first_step(kind: Kind, state: str, wanted: frozenset[str], leads: Leads) -> str | None:
    """The nearest way to one of the wanted states, by what comes first on it."""
    near: list[tuple[str, Row | None]] = [(state, None)]
    known = {state}
    while near:
        ahead: list[tuple[str, Row | None]] = []
        for here, first in near:
            for row, to in leads(kind, here):
                if to in known:
                    continue
                known.add(to)
                if to in wanted:
                    return _step(first or row, to if first is None else None)
                ahead.append((to, first or row))
        near = ahead
    return None


def _leads(kind: Kind, state: str) -> Iterator[tuple[Row, str]]:
    """What somebody can do, and where it leads for certain."""
    for row in TABLES[kind]:
        if state in row.source and state != NEW and not row.command.by_system:
            to = row.to.other if isinstance(row.to, Fork) else row.to
            if to != SAME:
                yield row, str(to)


def _leads_on(kind: Kind, state: str) -> Iterator[tuple[Row, str]]:
    """The same without the ways out of the process, which nobody takes to get on in it."""
    return ((row, to) for row, to in _leads(kind, state) if row.command is not Release)


def _step(row: Row, to: str | None) -> str:
    if to is None:
        return f"The way there begins with “{row.command.verb}”, which is for {row.who.value}."
    return f"“{row.command.verb}” leads there, which is for {row.who.value}."


def _words(state: str) -> str:
    return _AS.get(state, state.replace("_", " "))


def _either(states: list[str]) -> str:
    words = [_words(state) for state in states]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
