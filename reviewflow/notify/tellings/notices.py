"""Letters of deadlines: approaching, reached, missed, for each kind of what is owed."""

from reviewflow.notify.matter import Facts, Matter, Step, Telling
from reviewflow.notify.tellings.asking import LATE_IS_WELCOME
from reviewflow.notify.tellings.clock import LAPSED
from reviewflow.notify.tellings.looking import sign
from reviewflow.notify.tellings.order import meet
from reviewflow.nouns.plural import plural
from reviewflow.nouns.states import DeadlineKind, Role
from reviewflow.nouns.subject import Row

NAMES = {
    DeadlineKind.INTAKE: "The intake check",
    DeadlineKind.ANSWER: "The answer to information request {no}",
    DeadlineKind.TOLL: "The longest time of toll {no}",
    DeadlineKind.WINDOW: "The review window",
    DeadlineKind.ACCESS: "Access grant {no}",
    DeadlineKind.COMMITMENT: "The commitment",
    DeadlineKind.PLANNED_RELEASE: "The day of the planned release",
    DeadlineKind.REFILE: "The time to file again",
}
ENDS = frozenset({DeadlineKind.TOLL, DeadlineKind.WINDOW, DeadlineKind.ACCESS, DeadlineKind.REFILE})
NEXT = {
    DeadlineKind.INTAKE: "The intake office then has either started the clock or returned the submission.",
    DeadlineKind.ANSWER: LATE_IS_WELCOME,
    DeadlineKind.TOLL: "The toll then ends by itself, and the window runs on unless another cause stands.",
    DeadlineKind.WINDOW: "If nothing is signed by then, the window lapses. A lapse is not approval.",
    DeadlineKind.ACCESS: "Access then ends by itself and may no longer be used.",
    DeadlineKind.COMMITMENT: "It stays owed after its day, and the record will mark it as late.",
    DeadlineKind.PLANNED_RELEASE: "The day is the lab's own plan. Nothing follows from it but this reminder.",
    DeadlineKind.REFILE: "After it, a new review is a new filing.",
}
OVER = {
    DeadlineKind.INTAKE: "The intake office has neither started the clock nor returned the submission. No window runs.",
    DeadlineKind.ANSWER: LATE_IS_WELCOME,
    DeadlineKind.TOLL: "The longest time that the policy allows is over.",
    DeadlineKind.WINDOW: f"{LAPSED} This is not approval. A determination may still be signed, and will be late.",
    DeadlineKind.ACCESS: "Access may no longer be used.",
    DeadlineKind.COMMITMENT: "It is still owed, and the record will mark it as late.",
    DeadlineKind.PLANNED_RELEASE: "No release is on record. The plan may be moved, or the release recorded.",
    DeadlineKind.REFILE: "The review stays withdrawn; a new review is a new filing.",
}


def approaching(m: Matter) -> Telling:
    """Before it is due."""
    kind = DeadlineKind(m.get("kind"))
    verb = "ends" if kind in ENDS else "is" if kind is DeadlineKind.PLANNED_RELEASE else "is due"
    days = m.days_to(m.get("due_on"))
    over = days is not None and days < 0
    verb = {"ends": "ended", "is": "was", "is due": "was due"}[verb] if over else verb
    headline = f"{_name(m, kind)} {verb} {m.when(m.get('due_on'))}".strip()
    return Telling(headline, (NEXT[kind],), _facts(m, "Due"), steps=_steps(m, kind), rank=4 if kind in ENDS else 3)


def reached(m: Matter) -> Telling:
    """At the instant."""
    kind = DeadlineKind(m.get("kind"))
    said = "has ended" if kind in ENDS else "is over" if kind is DeadlineKind.PLANNED_RELEASE else "fell due"
    return Telling(
        f"{_name(m, kind)} {said}",
        (),
        _facts(m, "Was due"),
        steps=_steps(m, kind),
        essential=OVER[kind],
        rank=2,
    )


def missed(m: Matter) -> Telling:
    """Some time after it."""
    kind = DeadlineKind(m.get("kind"))
    days = m.days_to(m.get("due_on")) or 0
    ago = f"{plural(-days, 'day')} " if days < 0 else ""
    if kind in ENDS:
        headline = f"{_name(m, kind)} ended {ago}ago" if ago else f"{_name(m, kind)} has ended"
    else:
        headline = f"{_name(m, kind)} is {ago}overdue"
    return Telling(
        headline,
        (),
        _facts(m, "Was due"),
        steps=_steps(m, kind),
        essential=OVER[kind],
        rank=1,
    )


def unrecommended(m: Matter) -> Telling:
    """Told further up the ladder, since nobody has recommended."""
    kind = DeadlineKind(m.get("kind"))
    return Telling(
        f"No recommendation yet: {_name(m, kind).lower()} ends {m.when(m.get('due_on'))}".strip(),
        ("A determination asks for a recommendation by a reviewer first, where the policy asks for two persons.",),
        _facts(m, "Due"),
        steps=(("Assign a reviewer", m.run("assign", "MAILBOX")), m.show()),
        essential=NEXT[kind],
        rank=2,
    )


def mended(m: Matter) -> Telling:
    """A row of the database was not what the record owes."""
    facts: Facts = ()
    for each in m.get("mended"):
        name = NAMES[DeadlineKind(each["kind"])].format(no=each["part_no"])
        found, owed = (_stood(m, each[side]) for side in ("found", "owed"))
        facts += (("Deadline", name), ("It stood as", found), ("It is", owed or "void: no event has made it"))
    return Telling(
        "Deadlines set right",
        (
            (
                "Deadlines stood in the database otherwise than the record owes, and were set right. What the record "
                "says is unchanged. Dates that were read in between may have been wrong; these hold."
            ),
        ),
        facts,
        steps=(m.show(),),
        rank=2,
    )


def _stood(m: Matter, columns: Row) -> str:
    """What is said of a row: its status and its instant, as far as they are among the columns."""
    due = columns.get("due_at")
    return ", ".join(part for part in (columns.get("status", ""), f"due {m.at(due)}" if due else "") if part)


def _name(m: Matter, kind: DeadlineKind) -> str:
    return NAMES[kind].format(no=m.get("part_no"))


def _facts(m: Matter, label: str) -> Facts:
    row = {"due_at": m.get("due_at"), "due_on": m.get("due_on"), "remaining_days": None}
    days = m.days_to(m.get("due_on"))
    left: Facts = (("Days left", m.left(row)),) if days is None or days >= 0 else (("Days over", str(-days)),)
    text = m.subject.row.get("text") if m.get("kind") == DeadlineKind.COMMITMENT else None
    return ((label, m.due(row)), *left, ("Commitment", text))


def _steps(m: Matter, kind: DeadlineKind) -> tuple[Step, ...]:
    no = m.get("part_no")
    steps: tuple[Step, ...] = ()
    match kind:
        case DeadlineKind.ANSWER if m.is_lab:
            steps = (("Answer it", m.run("answer", f'{no} --text "..."')),)
        case DeadlineKind.INTAKE if m.has(Role.INTAKE):
            steps = (("Start the clock", m.run("start")), ("Or return it", m.run("return", '--reason "..."')))
        case DeadlineKind.WINDOW if m.has(Role.DECIDER):
            steps = sign(m)
        case DeadlineKind.WINDOW if m.has(Role.REVIEWER):
            steps = (("Recommend", m.run("recommend", 'cleared --text "..."')),)
        case DeadlineKind.COMMITMENT:
            steps = meet(m)
        case DeadlineKind.PLANNED_RELEASE if m.is_lab:
            steps = (("Move the plan", m.run("plan", "DATE")),)
        case DeadlineKind.REFILE if m.is_lab:
            again = f"reviewflow review open {m.subject.row.get('model')} --refiles {m.ref}"
            steps = (("File again", again),)
    return (*steps, m.show())
