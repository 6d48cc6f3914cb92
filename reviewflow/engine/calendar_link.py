"""The secret address of a person's calendar: made once, told once, kept as a digest, revoked at any time."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from reviewflow.engine.feed import entries
from reviewflow.engine.stage import Stage
from reviewflow.errors import NotFound
from reviewflow.notify.feed import written
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import calendar_links
from reviewflow.store.database import Engine, reading, transaction

BYTES = 24  # of chance: 32 signs
NOTED_EVERY = timedelta(hours=1)  # that it was used


@dataclass(frozen=True)
class Made:
    """A new link, the only time that its secret is known."""

    secret: str
    made_at: datetime


def make(engine: Engine, person: str, now: datetime) -> Made:
    """A new link; the one before is revoked."""
    secret = secrets.token_urlsafe(BYTES)
    with transaction(engine) as connection:
        calendar_links.revoke(connection, person, now)
        calendar_links.add(connection, _digest(secret), person, now)
    return Made(secret, now)


def revoke(engine: Engine, person: str, now: datetime) -> None:
    """End a person's link; NotFound where there is none."""
    with transaction(engine) as connection:
        if not calendar_links.revoke(connection, person, now):
            raise _missing()


def link_of(engine: Engine, person: str) -> Row:
    """What is known of a person's link; NotFound where there is none."""
    with reading(engine, person) as connection:
        found = calendar_links.link_of(connection, person)
    if found is None:
        raise _missing()
    return {name: found[name] for name in ("made_at", "used_at")}


def calendar(engine: Engine, settings: Settings, secret: str, database: Row, now: datetime) -> bytes:
    """The file behind a secret; NotFound where it is wrong, revoked or of somebody who is out of use, all alike."""
    is_simulation = bool(database["is_simulation"])
    with reading(engine) as connection:
        link = calendar_links.link_of_digest(connection, _digest(secret))
    if link is None:
        raise NotFound("There is no such calendar.")
    with reading(engine, link["person"]) as connection:  # from here on as whoever made the link
        stage = Stage(connection, settings)
        person = stage.actor(link["person"])
        if not person.is_active:
            raise NotFound("There is no such calendar.")
        found = entries(stage, person, database["genesis"], is_simulation=is_simulation)
        text = written(found, person.ref, is_simulation=is_simulation)
    if link["used_at"] is None or now - link["used_at"] > NOTED_EVERY:
        with transaction(engine) as connection:
            calendar_links.note_use(connection, link["digest"], now, now - NOTED_EVERY)
    return text


def _missing() -> NotFound:
    return NotFound("You have no calendar link.", remedy="Make one: POST /api/v1/me/calendar-link.")


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
