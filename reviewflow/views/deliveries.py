"""The letters that did not go out: to whom, why, and when they are tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reviewflow.engine.parcel import BEHIND
from reviewflow.errors import Invalid, NotFound, Refused
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.principal import Scopes
from reviewflow.nouns.subject import Row
from reviewflow.rules.permissions import operates, sees
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine, transaction
from reviewflow.store.subjects import load
from reviewflow.store.unsent import requeue, unsent
from reviewflow.views.look import Document, Look, looking

LISTED = "Their ids are in the list of deliveries."
Letter = list[Row]  # its copies that did not go out, the first first


@dataclass(frozen=True, kw_only=True)
class Deliveries:
    """What is asked of the deliveries."""

    all: bool = arg("also those that only wait for their time", False)


def deliveries(look: Look, asked: Deliveries) -> Document:
    """The letters that were set aside, or wait after a failure: to a person his own, to who looks after it all."""
    found = stuck(look, every=asked.all)
    shown = [_described(rows) for rows in look.cut(found, lambda rows: (rows[0]["id"],))]
    return {"deliveries": shown, "count": len(found), "set_aside": sum(_status(rows) == "set_aside" for rows in found)}


def stuck(look: Look, *, every: bool = False) -> list[Letter]:
    """Each letter on its channel."""
    by_letter: dict[str, Letter] = {}
    for row in unsent(look.connection, every=every):
        by_letter.setdefault(row["letter"], []).append(row)
    return _visible(look, list(by_letter.values()))


def _visible(look: Look, found: list[Letter]) -> list[Letter]:
    found = [rows for rows in found if all(look.covers(row["subject"]) for row in rows)]
    if look.is_operator:
        return found
    about = load(look.connection, {row["subject"] for rows in found for row in rows}) if operates(look.actor) else {}
    seen = {ref for ref, subject in about.items() if sees(look.actor, subject)}
    return [
        rows for rows in found if rows[0]["recipient"] == look.actor.ref or all(row["subject"] in seen for row in rows)
    ]


def requeued(
    engine: Engine, settings: Settings, names: Sequence[str], actor: str | None, now: datetime, scopes: Scopes, *,
    every: bool,
) -> Document:  # fmt: skip
    """Make letters due at once, from their first attempt on; Refused where a worker has one that is named in hand."""
    with looking(engine, settings, actor, now, scopes) as look:
        wanted = _wanted(stuck(look), names, every=every)
        document = look.told({})
    with transaction(engine) as connection:
        done = requeue(connection, now, wanted)
        if not every and (kept := [id for id in wanted if id not in done]):
            raise Refused(f"A worker is sending the letter {kept[0]} at this moment.", remedy="Look again in a minute.")
    return {**document, "letters": [id for id in wanted if id in done]}


def _wanted(found: Sequence[Letter], names: Sequence[str], *, every: bool) -> list[str]:
    """The ids of those that are named, each once; Invalid or NotFound where one is not there."""
    ids = [str(rows[0]["letter"]) for rows in found]
    if every and not names:
        return ids
    if every or not names or not all(name.strip() for name in names):
        raise Invalid("Name the letters to send again, or ask for all.", remedy=LISTED)
    meant = []
    for name in names:
        like = [id for id in ids if id.startswith(name.strip().lower())]
        if not like:
            raise NotFound(f"No letter {name} was set aside or waits.", remedy=LISTED)
        if len(like) > 1:
            raise Invalid(f"Several letters begin with {name}.", remedy="Give more signs of the id.")
        meant += like
    return list(dict.fromkeys(meant))


def _status(rows: Letter) -> str:
    """set_aside, in_hand (a worker has it), or waiting."""
    if any(row["status"] == "set_aside" for row in rows):
        return "set_aside"
    return "in_hand" if any(row["holder"] for row in rows) else "waiting"


def _described(rows: Letter) -> Document:
    """`next_attempt_at` is null where nobody tries it; `why` is what went wrong last, `cause` the same for all."""
    first = rows[0]
    why = next((str(row["error"]) for row in rows if row["error"]), None)
    tried_at = [row["next_attempt_at"] for row in rows if row["status"] == "pending"]
    return {
        "letter": first["letter"],
        "to": first["recipient"],
        "channel": first["channel"],
        "status": _status(rows),
        "subjects": list(dict.fromkeys(row["subject"] for row in rows)),
        "attempts": max(row["attempts"] for row in rows),
        "next_attempt_at": min(tried_at, default=None),
        "why": why,
        "cause": why and why.removeprefix(BEHIND),
    }
