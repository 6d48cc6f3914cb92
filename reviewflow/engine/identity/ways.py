"""Changes to the ways in of a person: each is in his journal, and so in a letter, in the transaction that makes it."""

from datetime import datetime

from reviewflow import clock, logs
from reviewflow.engine.call import Call
from reviewflow.engine.transaction import Transaction
from reviewflow.ledger.signing import fingerprint
from reviewflow.nouns.commands.way_in import ChangeWayIn
from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.principal import WayChange
from reviewflow.settings.settings import Settings
from reviewflow.store import calendar_links, lookups
from reviewflow.store.database import Connection
from reviewflow.store.identity import credentials, invitations, openid_links, passkeys, people, sessions, tokens


def changed(
    connection: Connection, settings: Settings, person: str, change: WayChange, by: str, now: datetime, *, key: str = ""
) -> None:
    """Put on record that a way in changed, and by whom; `key` is the public key of a passkey.

    As soon as an administrator can come in, the codes for a first one are over.
    """
    command = ChangeWayIn(change=change, made_by=by, fingerprint=fingerprint(key) if key else None)
    record(connection, settings, Call(person, command, SYSTEM))
    if people.has_administrator(connection):
        invitations.withdraw(connection, None, now)


def reset(connection: Connection, settings: Settings, person: str, by: str, now: datetime) -> dict[str, int]:
    """Whatever was given to a person before opens nothing any more, how much of each: whoever was in by it is out."""
    ended = {
        "sessions": sessions.end_all(connection, person, now),
        "tokens": tokens.revoke_all(connection, person, now),
        "passkeys": passkeys.remove_all(connection, person, now),
        "accounts": openid_links.remove(connection, person),
        "passwords": credentials.remove(connection, person),
        "calendars": int(calendar_links.revoke(connection, person, now)),
    }
    changed(connection, settings, person, WayChange.WAYS_RESET, by, now)
    logs.get().info("ways_reset", person=person, by=by, **ended)
    return ended


def record(connection: Connection, settings: Settings, call: Call) -> None:
    """A command within the caller's transaction, at the instant that the record's own clock shows."""
    Transaction(connection, settings, _record_now(connection), None).run([call])


def _record_now(connection: Connection) -> datetime:
    """The machine's clock; in a simulation, whose record has another, where that stands."""
    row = lookups.database_row(connection)
    if row is None or not row["is_simulation"]:
        return clock.now()
    stands = [at for at in (row["simulated_at"], lookups.last_recorded(connection)) if at is not None]
    return max(stands, default=clock.now())
