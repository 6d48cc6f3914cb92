"""Makes a database what it is: schema, origin, real or simulation; safe to run again."""

import secrets
from datetime import datetime

from reviewflow.engine.realign import realign_some
from reviewflow.errors import Refused
from reviewflow.ledger.chain import genesis_of
from reviewflow.settings.settings import Settings
from reviewflow.store import lookups, setup
from reviewflow.store.database import Engine, transaction


def prepare(engine: Engine, settings: Settings, now: datetime, *, is_simulation: bool) -> bool:
    """Migrate, and name a new database; True where it is new. A simulation never becomes real, nor the reverse."""
    with transaction(engine) as connection:
        setup.migrate(connection)
        found = lookups.database_row(connection)
        if found is None:
            nonce = secrets.token_hex(32)
            genesis = genesis_of(nonce, is_simulation=is_simulation)
            cursor_secret = secrets.token_hex(32)
            setup.name_database(connection, nonce, genesis, cursor_secret, now, is_simulation=is_simulation)
        elif found["is_simulation"] != is_simulation:
            is_now, wanted = ("a simulation", "real") if found["is_simulation"] else ("real", "a simulation")
            raise Refused(
                f"This database is {is_now}, for ever; it cannot become {wanted}.",
                remedy="Name another file with --database.",
            )
        lookups.keep_documents(connection, settings.documents(now))
    after = realign_some(engine)
    while after:  # a batch at a time, so that nobody else waits for all of them
        after = realign_some(engine, after)
    return found is None


def move_clock(engine: Engine, now: datetime) -> None:
    """Set the clock of a simulation forward."""
    with transaction(engine) as connection:
        setup.move_clock(connection, now)
