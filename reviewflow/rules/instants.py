"""Between civil time in a zone and instants in UTC, with no guess where a clock is put forward or back."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.errors import Invalid

WHEN = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?")
FIRST_YEAR, LAST_YEAR = 1973, 2200  # before, some zones had offsets of odd seconds, which RFC 3339 cannot write


def local_instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The UTC instant at which it is `clock` ("HH:MM", or "24:00" for the first instant of the next date) on `day`.

    Where that time occurs twice, the second occurrence. Where it never occurs, the time is read with the offset in
    force before the gap, and so falls after the gap by as much as it lay in it (02:30 in a gap from 02:00 to 03:00 is
    the instant shown as 03:30). Both are the later of the two readings: nobody's deadline comes early by a
    clock change (design, section 4, *Open*).
    """
    hour, minute = int(clock[:2]), int(clock[3:])
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    return max(readings(datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)))


def readings(wall: datetime) -> tuple[datetime, datetime]:
    """A wall time as UTC instants, by the offset before and after a change of clocks; at other times both are equal."""
    return wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


def civil_date(moment: date | datetime, zone: ZoneInfo) -> date:
    """The date in `zone`; a bare date is itself."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def as_utc(moment: date | datetime) -> date | datetime:
    """An aware instant in UTC, a bare date as it is; raises Invalid for a time without a zone.

    Two times in one zone are compared and subtracted by their wall time, wrong by an hour over a change of clocks.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise Invalid(f"{moment.isoformat()} has no time zone.")
    return moment.astimezone(UTC)


def read_day(text: str) -> date:
    """An ISO date "YYYY-MM-DD" that a person typed; raises Invalid."""
    when = read_when(text, ZoneInfo("UTC"))
    if isinstance(when, datetime):
        raise Invalid(f"{text!r} is not a date.", remedy="Write it as 2026-07-02.")
    return when


def read_when(text: str, zone: ZoneInfo) -> date | datetime:
    """What a person typed: an ISO date, or a date-time, aware and in `zone`; without an offset it is local to `zone`.

    Raises Invalid where it cannot be read, and where a local time occurs twice or never and has no offset: only the
    person who typed it knows which one was meant.
    """
    typed = text.strip().upper()
    try:
        moment = datetime.fromisoformat(typed) if WHEN.fullmatch(typed) else None
    except ValueError:  # the form is right and the date or the hour is not, such as 2026-02-30
        moment = None
    if moment is None:
        raise Invalid(
            f"{text!r} is not a date or a date-time.",
            remedy="Write 2026-07-02, 2026-07-02T17:00 or 2026-07-02T17:00-04:00.",
        )
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Invalid(f"{text!r} is outside the years {FIRST_YEAR} to {LAST_YEAR}.")
    if len(typed) == len("2026-07-02"):
        return moment.date()
    return moment.astimezone(zone) if moment.tzinfo else _only_reading(moment.replace(tzinfo=zone))


def _only_reading(wall: datetime) -> datetime:
    first, second = readings(wall)
    if first != second:
        often = "occurs twice" if first < second else "never occurs"
        choices = " or ".join(wall.replace(fold=fold).isoformat() for fold in (0, 1))
        raise Invalid(
            f"{wall:%Y-%m-%d %H:%M:%S} {often} in {wall.tzinfo}, where the clocks change.",
            remedy=f"Give the offset: {choices}.",
        )
    return wall


def rfc3339(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """RFC 3339 text: in UTC with "Z", or in `zone` with its offset; no fraction where the fraction is zero."""
    if zone is not None:
        return moment.astimezone(zone).isoformat()
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
