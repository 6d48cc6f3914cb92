"""One letter, as it is read by the one to whom it is written."""

import re
from dataclasses import dataclass
from datetime import datetime

from reviewflow.errors import Invalid, NotFound
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.principal import Scopes
from reviewflow.settings.settings import Settings
from reviewflow.store import inbox as store
from reviewflow.store.database import Connection, Engine, transaction
from reviewflow.views.inbox import Copy, composed, described, is_within, one_of, twins
from reviewflow.views.look import Document, Look, looking

SHORTEST = 8


@dataclass(frozen=True, kw_only=True)
class OneLetter:
    """Which letter is asked for."""

    id: str = arg("the letter's id, or its first signs", place=True)


def letter(look: Look, asked: OneLetter) -> Document:
    """The letter with its text; the operator reads it without a trace."""
    copy = find(look, asked.id)
    [found] = composed(look, [copy])
    return {**described(look, copy, found), "text": found.text}


def note_seen(connection: Connection, document: Document, person: str, at: datetime) -> None:
    """Note once that its reader has seen a letter."""
    if document["seen_at"] is None:
        store.mark_seen(connection, document["id"], person, at)


def acknowledge(engine: Engine, settings: Settings, id: str, actor: str, now: datetime, scopes: Scopes) -> str:
    """Note once that its reader acknowledges a letter; its id."""
    with looking(engine, settings, actor, now, scopes) as look:
        found = find(look, id).id
    with transaction(engine) as connection:
        store.mark_acknowledged(connection, found, look.actor.ref, now)
    return found


def find(look: Look, id: str) -> Copy:
    """The letter that is meant; NotFound where there is none or it is to someone else."""
    wanted = id.strip().lower()
    if not re.fullmatch(r"[0-9a-f-]{4,36}", wanted):
        raise _missing(id)
    found = store.letters_like(look.connection, wanted, None if look.is_operator else look.actor.ref)
    if len(found) > 1:
        raise Invalid(f"Several letters begin with {wanted}.", remedy="Give more signs of the id.")
    groups = twins(store.twins(look.connection, found[0])) if found else []
    if not groups:  # none, or nobody needs it any more
        raise _missing(id)
    own = next((group for group in groups if any(rows[0]["letter"] == found[0] for rows in group)), groups[0])
    copy = one_of(own)
    if not is_within(look, copy):
        raise _missing(id)
    return copy


def _missing(id: str) -> NotFound:
    remedy = "Your letters are in your inbox."
    if len(id.strip()) < SHORTEST:
        remedy += f" Give the first {SHORTEST} signs of the id, as they stand there."
    return NotFound(f"There is no letter {id}, or it is not to you.", remedy=remedy)
