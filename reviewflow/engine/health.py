"""Whether a process may be relied on: each reason against, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from reviewflow.engine import timekeeping
from reviewflow.engine.timekeeping import wrong_clock
from reviewflow.errors import OutOfService, ReviewflowError
from reviewflow.store import setup
from reviewflow.store.database import Engine, clock_offset, reading
from reviewflow.store.server import PRIMARY, why_read_only


@dataclass(frozen=True)
class Reason:
    """Against giving a process work: in fixed `words` for anybody, and `whole`, with places, for the operator."""

    words: str
    whole: str


def not_ready(engine: Engine, *, is_draining: bool = False) -> list[str]:
    """Why this process should get no work now, for its operator; empty where it should."""
    if is_draining:
        return ["This worker was told to stop and is draining."]
    return [reason.whole for reason in against(engine)]


def against(engine: Engine) -> list[Reason]:
    """What the database speaks against a process that works on it."""
    try:
        return list(_against(engine))
    except ReviewflowError as error:
        return [Reason("The database cannot be used.", whole) for whole in error.reasons]


def _against(engine: Engine) -> Iterator[Reason]:
    with reading(engine) as connection:
        at, closed = setup.revision(connection), why_read_only(connection)
    if closed:
        yield Reason("The database takes no writes.", f"{closed} {PRIMARY}")
    if at != setup.HEAD:
        whole = f"The schema of the database is at revision {at or 'none'}; this release needs {setup.HEAD}."
        yield Reason("The schema of the database is that of another release.", whole)
    off = clock_offset(engine)
    if is_off(off):
        yield Reason("The clocks of this machine and of the database disagree.", wrong_clock(off or timedelta(0)))


def check_clock(engine: Engine) -> None:
    """OutOfService where this machine's clock and the database server's are too far apart."""
    off = clock_offset(engine)
    if off is not None and is_off(off):
        raise OutOfService(wrong_clock(off), remedy="Set the clocks (chrony or ntpd on both); reading goes on.")


def is_off(offset: timedelta | None) -> bool:
    """This machine's clock and the database server's are too far apart for either to be believed."""
    return offset is not None and abs(offset) > timekeeping.TOLERANCE
