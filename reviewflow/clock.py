"""The only reader of the wall clock; everything else takes time as an argument."""

import time
import zoneinfo
from datetime import UTC, datetime

zoneinfo.reset_tzpath(())  # the tzdata package is the only source of zones, on every machine the same


def now() -> datetime:
    """The present instant in UTC, to the microsecond."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only grow, whatever is done to the wall clock; for waiting, never for the record."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Wait before the next attempt at something."""
    time.sleep(seconds)
