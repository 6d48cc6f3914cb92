"""The only reader of the wall clock; everything else takes time as an argument."""

import zoneinfo
from datetime import UTC, datetime

zoneinfo.reset_tzpath(())  # the tzdata package is the only source of zones, on every machine the same


def now() -> datetime:
    """The present instant in UTC, to the microsecond."""
    return datetime.now(UTC)
