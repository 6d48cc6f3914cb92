"""A slow reckoning of the same rules, one date after another, written apart from reviewflow/rules and sharing no code.

It reads a policy's fields and nothing else of the product. Local times are found by looking at the wall at every hour
around them, and never by `fold`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

from reviewflow.nouns.policy import Calendar, Policy

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reckoning:
    """What the oracle found; `refused_until` is the earliest release date, where the cap leaves no day."""

    clock_start_on: date | None = None
    day_1_on: date | None = None
    last_day_on: date | None = None
    due_at: datetime | None = None
    remaining: int | timedelta | None = None
    refused_until: date | None = None


@cache
def public_holidays(base: str, year: int) -> frozenset[date]:
    if base == "none":
        return frozenset()
    country, *subdivision = base.split("-")
    return frozenset(getattr(holidays, country)(subdiv=subdivision[0] if subdivision else None, years=year))


def works(calendar: Calendar, day: date) -> bool:
    """Whether a date is a business day."""
    for opened in calendar.open:
        if opened.on == day:
            return True
    for closed in calendar.closed:
        if closed.on == day:
            return False
    return day.weekday() not in calendar.weekend and day not in public_holidays(calendar.base, day.year)


def wall(instant: datetime, zone: ZoneInfo) -> int:
    """What the clock on the wall shows, as minutes since 1970 of a place without offset."""
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return int((instant + offset - EPOCH) // timedelta(minutes=1))


@lru_cache(maxsize=100_000)
def latest_reading(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The last instant at which the wall shows this; where it never does, by the offset before the jump."""
    wanted = (day - date(1970, 1, 1)).days * 1440 + int(clock[:2]) * 60 + int(clock[3:])
    around = EPOCH + timedelta(minutes=wanted - 36 * 60)
    looks = [around + timedelta(hours=n) for n in range(73)]
    offsets = [(wall(look, zone) - int((look - EPOCH) // timedelta(minutes=1)), look) for look in looks]
    found = [EPOCH + timedelta(minutes=wanted - offset) for offset in {offset for offset, _ in offsets}]
    shown = [instant for instant in found if wall(instant, zone) == wanted]
    if shown:
        return max(shown)
    before = max((look, offset) for offset, look in offsets if wall(look, zone) < wanted)
    return EPOCH + timedelta(minutes=wanted - before[1])


def local_date(moment: date | datetime, zone: ZoneInfo) -> date:
    if not isinstance(moment, datetime):
        return moment
    return date(1970, 1, 1) + timedelta(days=wall(moment.astimezone(UTC), zone) // 1440)


def reckon(
    policy: Policy,
    calendar: Calendar,
    start: date | datetime,
    planned: date | None,
    tolls: list[tuple[date | datetime, date | datetime | None]],
    extension: int,
) -> Reckoning:
    """The window of a policy, by the text of the rules."""
    if policy.window.unit == "hours":
        assert isinstance(start, datetime)
        return reckon_hours(policy, calendar, start, planned, tolls, extension)
    return reckon_days(policy, calendar, start, planned, tolls, extension)


def reckon_days(policy, calendar, start, planned, tolls, extension) -> Reckoning:
    rule, zone = policy.window, ZoneInfo(policy.window.time_zone)
    on = -DAY if rule.direction == "backward" else DAY
    event = local_date(start, zone)
    if rule.cutoff is not None:
        late = isinstance(start, datetime) and start.astimezone(UTC) > latest_reading(event, rule.cutoff, zone)
        if late:
            event += DAY
        while not works(calendar, event):
            event += DAY
    first = event
    if rule.unit == "business_days":
        if rule.day_1 != "event_day":
            first += on
        while not works(calendar, first):
            first += on
    elif rule.day_1 == "next_day":
        first += on
    elif rule.day_1 == "next_business_day":
        first += on
        while not works(calendar, first):
            first += on
    if planned is not None and rule.cap == "planned_release" and planned <= first:
        return Reckoning(refused_until=first + DAY)

    def counts(day: date) -> bool:
        for began, ended in tolls:
            if ended is not None and local_date(began, zone) < day <= local_date(ended, zone):
                return False
        return rule.unit == "calendar_days" or works(calendar, day)

    wanted, counted, day, reached = rule.length + extension, 0, first, {}
    while True:
        counted += counts(day)
        reached[day] = counted
        if counted == wanted:
            break
        day += on
    last = day
    while rule.roll == "next_business_day" and not works(calendar, last):
        last += on
    if planned is not None and rule.cap == "planned_release":
        last = min(last, planned - DAY)
    due = (
        latest_reading(last, rule.ends_at, zone)
        if rule.ends_at != "24:00"
        else latest_reading(last + DAY, "00:00", zone)
    )
    stops = []
    for began, ended in tolls:
        if ended is None and (began.astimezone(UTC) < due if isinstance(began, datetime) else began <= last):
            stops.append(local_date(began, zone))
    if stops:
        stop = min(stops)
        gone = 0 if stop < first else reached.get(stop, wanted)
        return Reckoning(event, first, remaining=wanted - gone)
    return Reckoning(event, first, last, due)


def reckon_hours(policy, calendar, start, planned, tolls, extension) -> Reckoning:
    """One second after the other would take too long, so minutes: the cases have no seconds."""
    rule, zone = policy.window, ZoneInfo(policy.window.time_zone)
    minute = timedelta(minutes=1)
    start = start.astimezone(UTC)
    cap = None
    if planned is not None and rule.cap == "planned_release":
        cap = end_of(planned - DAY, rule.ends_at, zone)
        if cap <= start:
            earliest = planned
            while end_of(earliest - DAY, rule.ends_at, zone) <= start:
                earliest += DAY
            return Reckoning(refused_until=earliest)
    closed = [(began.astimezone(UTC), ended.astimezone(UTC)) for began, ended in tolls if ended is not None]
    opened = [began.astimezone(UTC) for began, ended in tolls if ended is None]
    left, now = (rule.length + extension) * 60, start
    on = -minute if rule.direction == "backward" else minute
    stopped = None
    while left:
        if stopped is None and any(began <= now for began in opened):
            stopped = left
        if not any(began <= now < ended for began, ended in closed):
            left -= 1
        now += on
    due = now
    day = local_date(due, zone)
    if rule.roll == "next_business_day" and not works(calendar, day):
        shown = wall(due, zone) % 1440
        while not works(calendar, day):
            day += DAY if on > timedelta(0) else -DAY
        due = latest_reading(day, f"{shown // 60:02}:{shown % 60:02}", zone)
    if cap is not None:
        due = min(due, cap)
    if any(began < due for began in opened):
        return Reckoning(local_date(start, zone), None, remaining=timedelta(minutes=stopped or 0))
    return Reckoning(local_date(start, zone), None, local_date(due, zone), due)


def end_of(day: date, clock: str, zone: ZoneInfo) -> datetime:
    return latest_reading(day + DAY, "00:00", zone) if clock == "24:00" else latest_reading(day, clock, zone)


def reckon_notices(policy: Policy, calendar: Calendar, due: datetime) -> list[tuple[str, datetime]]:
    """Names and instants of every notice, in order of the instants."""
    zone, found = ZoneInfo(policy.window.time_zone), [("due", due)]
    for sign, offsets in ((-1, policy.notices.before), (1, policy.notices.after)):
        for offset in offsets:
            number, unit = int("".join(filter(str.isdigit, offset))), offset.lstrip("0123456789")
            day = local_date(due, zone)
            if unit == "h":
                at = due + sign * timedelta(hours=number)
            else:
                while number:
                    day += sign * DAY
                    number -= unit == "d" or works(calendar, day)
                at = latest_reading(day, policy.notices.at, zone)
            found.append((("-" if sign < 0 else "+") + offset, at))
    return sorted(found, key=lambda notice: notice[1])
