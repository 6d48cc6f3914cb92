"""`reviewflow deliveries`: the letters that did not go out, why, and how to send them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.lazy import group_of
from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row

HELP = "Letters that did not go out: list, requeue."
EVERY = Annotated[bool, typer.Option("--all", help="Also letters that only wait for their time.")]
LETTERS = Annotated[
    list[str] | None, typer.Argument(help="Ids, or their first signs, as listed.", metavar="LETTER", show_default=False)
]
ALL = Annotated[bool, typer.Option("--all", help="Every letter that did not go out.")]


def group(name: str) -> Any:
    """The group of commands."""
    return group_of({"list": deliveries_list, "requeue": deliveries_requeue}, name, HELP)


@dataclass(frozen=True)
class Unsent:
    """One letter on one channel, with its copies that did not go out."""

    rows: "Sequence[Row]"

    @property
    def id(self) -> str:
        """The letter's."""
        return str(self.rows[0]["letter"])

    @property
    def status(self) -> str:
        """set aside, in hand (a worker has it), or waiting."""
        if any(row["status"] == "set_aside" for row in self.rows):
            return "set aside"
        return "in hand" if any(row["holder"] for row in self.rows) else "waiting"

    @property
    def next_at(self) -> datetime | None:
        """When it is tried next; None where nobody tries it."""
        return min((row["next_attempt_at"] for row in self.rows if row["status"] == "pending"), default=None)

    @property
    def why(self) -> str:
        """What went wrong last; empty where nothing did."""
        return next((str(row["error"]) for row in self.rows if row["error"]), "")

    def document(self) -> dict[str, Any]:
        """With stable keys."""
        first = self.rows[0]
        return {
            "letter": self.id,
            "to": first["recipient"],
            "channel": first["channel"],
            "status": self.status.replace(" ", "_"),
            "subjects": list(dict.fromkeys(row["subject"] for row in self.rows)),
            "attempts": max(row["attempts"] for row in self.rows),
            "next_attempt_at": self.next_at,
            "why": self.why or None,
        }


def deliveries_list(ctx: typer.Context, every: EVERY = False) -> None:
    """List the letters that did not go out. Says to whom, why, and when those that wait are tried next."""
    from reviewflow.cli.outcome import print_json

    session: Session = ctx.obj
    found = _unsent(session, every=every)
    if session.json:
        documents = [one.document() for one in found]
        aside = sum(one.status == "set aside" for one in found)
        print_json(session, {"now": session.now, "deliveries": documents, "set_aside": aside})
    else:
        _print(session, found)


def deliveries_requeue(ctx: typer.Context, letters: LETTERS = None, every: ALL = False) -> None:
    """Try letters again, from their first attempt on. The next tick, or `reviewflow run`, sends them."""
    from reviewflow.cli.operate import refuse_a_date
    from reviewflow.cli.outcome import print_json
    from reviewflow.cli.paint import say
    from reviewflow.cli.paper import next_line
    from reviewflow.errors import Refused
    from reviewflow.store.database import transaction
    from reviewflow.store.unsent import requeue

    session: Session = ctx.obj
    refuse_a_date(session, "deliveries requeue", is_simulation=session.app.is_simulation)
    wanted = _wanted(_unsent(session), letters or [], every=every)
    with transaction(session.app.engine) as connection:
        done = requeue(connection, session.now, None if every else [one.id for one in wanted])
        if not every and (kept := [one.id for one in wanted if one.id not in done]):
            raise Refused(f"A worker is sending the letter {kept[0]} at this moment.", remedy="Look again in a minute.")
    wanted = [one for one in wanted if one.id in done]
    if session.json:
        print_json(session, {"now": session.now, "letters": [one.id for one in wanted]})
    elif not session.quiet:
        say(f"{len(wanted)} {'letter is' if len(wanted) == 1 else 'letters are'} due again.")
        if wanted:
            next_line("reviewflow tick")


def _unsent(session: Session, *, every: bool = False) -> list[Unsent]:
    from reviewflow.store.database import reading
    from reviewflow.store.unsent import unsent

    session.app.database  # noqa: B018 - refuse at once where there is none
    by_letter: dict[str, list[Row]] = {}
    with reading(session.app.engine) as connection:
        for row in unsent(connection, every=every):
            by_letter.setdefault(row["letter"], []).append(row)
    return [Unsent(rows) for rows in by_letter.values()]


def _wanted(found: Sequence[Unsent], names: Sequence[str], *, every: bool) -> list[Unsent]:
    """Those that are named, each once; Invalid or NotFound where one is not there."""
    from reviewflow.errors import Invalid, NotFound

    if every and not names:
        return list(found)
    if every or not names or not all(name.strip() for name in names):
        raise Invalid("Name the letters to send again, or give --all.", remedy="See `reviewflow deliveries list`.")
    wanted: dict[str, Unsent] = {}
    for name in names:
        meant = [one for one in found if one.id.startswith(name.strip().lower())]
        if not meant:
            raise NotFound(f"No letter {name} was set aside or waits.", remedy="See `reviewflow deliveries list`.")
        if len(meant) > 1:
            raise Invalid(f"Several letters begin with {name}.", remedy="Give more signs of the id.")
        wanted[meant[0].id] = meant[0]
    return list(wanted.values())


def _print(session: Session, found: Sequence[Unsent]) -> None:
    from reviewflow.cli.inbox import unique_length
    from reviewflow.cli.paint import banner, console, say
    from reviewflow.cli.paper import next_line
    from reviewflow.cli.sheet import Column, sheet

    banner(is_simulation=session.app.is_simulation, now=session.now, zone=session.zone)
    if not found:
        say("No letter is stuck: none is set aside, none waits after a failure. --all lists those not yet sent.")
        return
    size = unique_length([one.id for one in found])
    columns = [Column("letter"), Column("to", least=12, middle=True), Column("channel"), Column("about", least=12)]
    columns += [Column("status"), Column("tries", right=True), Column("next try")]
    sheet(columns, [_line(session, one, size) for one in found])
    if session.quiet:
        return
    troubled = [one for one in found if one.why]
    _say_why(troubled, size)
    console().print()
    aside = sum(one.status == "set aside" for one in found)
    say(f"{len(found)} {'letter' if len(found) == 1 else 'letters'}, {aside} set aside.", "dim")
    if troubled:
        next_line(f"reviewflow deliveries requeue {troubled[0].id[:size] if len(troubled) == 1 else '--all'}")


def _say_why(troubled: "Sequence[Unsent]", size: int) -> None:
    """Each reason once, with the letters that it holds up."""
    from reviewflow.cli.paper import facts, heading
    from reviewflow.engine.parcel import BEHIND

    ids: dict[str, list[str]] = {}
    for one in troubled:
        ids.setdefault(one.why.removeprefix(BEHIND), []).append(one.id[:size])
    if not ids:
        return
    heading("Why")
    pairs = [(f"{first}{f' and {len(more)} more' if more else ''}", why) for why, (first, *more) in ids.items()]
    facts(pairs, wide=max(len(label) for label, _ in pairs) + 2)


def _line(session: Session, one: Unsent, size: int) -> tuple[str, ...]:
    found = one.document()
    first, *more = found["subjects"]
    about = f"{first} and {len(more)} more" if more else str(first)
    at = _next(session, one.next_at) if one.next_at and one.status == "waiting" else ""
    tries = str(found["attempts"])
    return one.id[:size], found["to"], found["channel"], about, one.status, tries, at


def _next(session: Session, at: datetime) -> str:
    """now, or when; with the seconds within the hour, since the first waits are short."""
    from reviewflow.cli.paint import short

    if at <= session.now:
        return "now"
    day, minute, zone = short(at, session.zone)[5:].split()
    seconds = f":{at:%S}" if at - session.now < timedelta(hours=1) else ""
    return f"{day} {minute}{seconds} {zone}"
