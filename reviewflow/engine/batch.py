"""Makes a batch of claimed letters ready to go, in one view of the database, however many they are."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from reviewflow import logs
from reviewflow.engine.garbage import unsought
from reviewflow.engine.parcel import Parcel, Verdict, failed, ready
from reviewflow.engine.stage import Stage
from reviewflow.engine.writer import Writer, writer_of
from reviewflow.errors import Missing, Unavailable
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import outbox
from reviewflow.store.database import Engine, reading, transaction


@unsought()
def make_ready(
    engine: Engine, settings: Settings, letters: Sequence[str], by: str, now: datetime
) -> list[Parcel | Verdict]:
    """What is to be done with the letters that `by` holds, in order; one that cannot be written stops no other.

    Where the database does not answer none is, and no attempt is lost: they are put back, as far as it answers again.
    """
    try:
        return _read(engine, settings, letters, by, now)
    except Unavailable:
        with suppress(Unavailable), transaction(engine) as connection:
            outbox.put_back(connection, letters, by, now)
        raise


def _read(engine: Engine, settings: Settings, letters: Sequence[str], by: str, now: datetime) -> list[Parcel | Verdict]:
    copies: dict[str, list[Row]] = {}
    try:
        with reading(engine) as connection:
            copies = outbox.copies_of(connection, letters)
            writer = writer_of(Stage(connection, settings), [row for rows in copies.values() for row in rows])
    except Exception as error:  # isolates the letter that speaks of what cannot be read
        if isinstance(error, Unavailable) and not isinstance(error, Missing):  # no letter's fault
            raise
        if len(letters) > 1:
            logs.get().warning("letters_split", size=len(letters), error=str(error))
            return [item for letter in letters for item in _read(engine, settings, [letter], by, now)]
        return [_poison(own, settings, now, error) for rows in copies.values() if (own := _own(rows, by))]
    return [item for letter in letters for item in _one(copies.get(letter, []), writer, settings, by, now)]


def _one(rows: Sequence[Row], writer: Writer, settings: Settings, by: str, now: datetime) -> list[Parcel | Verdict]:
    own = _own(rows, by)
    if not own:  # the lease is over already, or the copies were dropped
        return []
    try:
        return list(ready(rows, own, writer, settings.server, now))
    except Exception as error:  # noqa: BLE001 - a letter that cannot be written is set aside, and stops no other
        return [_poison(own, settings, now, error)]


def _own(rows: Sequence[Row], by: str) -> list[Row]:
    return [row for row in rows if row["holder"] == by]


def _poison(own: Sequence[Row], settings: Settings, now: datetime, error: Exception) -> Verdict:
    logs.get().error("letter_not_written", letter=own[0]["letter"], exc_info=error)
    says = f"The letter cannot be written: {type(error).__name__}: {error}"
    return failed(own, says, now, settings.server.attempts, rests=False)
