"""Tolls: the dates and the seconds that they take out of a window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.errors import Invalid, Refused
from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import Direction, IfMissed, Policy, Unit
from reviewflow.rules.instants import as_utc, civil_date, rfc3339


@dataclass(frozen=True, slots=True)
class Toll:
    """The clock stands from `started` to `ended`, each a date or an aware instant; None: it stands still."""

    started: date | datetime
    ended: date | datetime | None = None

    def in_utc(self) -> "Toll":
        return Toll(as_utc(self.started), None if self.ended is None else as_utc(self.ended))


def tolls_allowed(policy: Policy) -> bool:
    """Whether the policy knows any cause that stops the clock; a missed answer that tolls is one."""
    if policy.window.direction is Direction.BACKWARD:
        return False
    return bool(policy.toll.on) or policy.request.if_missed is IfMissed.TOLL


def check_tolls(policy: Policy, tolls: Sequence[Toll], zone: ZoneInfo) -> None:
    """Raises Refused for what the policy does not allow, Invalid for a toll that ends before it starts.

    A toll is longer than `max_days` when it takes out more dates than that and also lasts more than as many times 24
    hours: whichever way it was ended, one that was ended at its limit is within it.
    """
    if tolls and not tolls_allowed(policy):
        raise Refused(f"Policy {policy.id} does not allow a toll: nothing stops its clock.")
    limit = policy.toll.max_days
    for toll in tolls:
        if policy.window.unit is Unit.HOURS and not (_is_timed(toll.started) and _is_timed(toll.ended or toll.started)):
            raise Invalid(
                f"The toll {toll_text(toll, zone)} has a bare date, and policy {policy.id} counts elapsed hours.",
                remedy="Give the time of day at which the clock stopped and went on.",
            )
        if toll.ended is None:
            continue
        if _ends_first(toll, zone):
            raise Invalid(f"The toll {toll_text(toll, zone)} ends before it starts.")
        if limit and _dates(toll, zone) > limit and _lasted(toll) > timedelta(days=limit):
            days = plural(_dates(toll, zone), "day")
            raise Refused(f"The toll {toll_text(toll, zone)} lasts {days}; policy {policy.id} ends one after {limit}.")


def in_order(tolls: Sequence[Toll], zone: ZoneInfo) -> list[Toll]:
    """Tolls by their start, a bare date before the times of that date, an open one after the closed ones."""

    def order(toll: Toll) -> tuple[date, float, bool]:
        started = toll.started.timestamp() if isinstance(toll.started, datetime) else float("-inf")
        return civil_date(toll.started, zone), started, toll.ended is None

    return sorted(tolls, key=order)


def dates_taken_out(toll: Toll, zone: ZoneInfo) -> Iterator[date]:
    """Each date after the toll's first date up to and with its last: one that ends the day it starts costs nothing."""
    if toll.ended is not None:
        first = civil_date(toll.started, zone).toordinal() + 1
        yield from map(date.fromordinal, range(first, civil_date(toll.ended, zone).toordinal() + 1))


def tolled_dates(tolls: Sequence[Toll], zone: ZoneInfo) -> set[date]:
    """The dates that the closed tolls take out; a date in two tolls is taken out once."""
    return {day for toll in tolls for day in dates_taken_out(toll, zone)}


def merged_spans(tolls: Sequence[Toll]) -> list[tuple[datetime, datetime]]:
    """The closed tolls, all of them timed, as spans that neither overlap nor touch, in order."""
    timed = [(t.started, t.ended) for t in tolls if isinstance(t.started, datetime) and isinstance(t.ended, datetime)]
    spans: list[tuple[datetime, datetime]] = []
    for started, ended in sorted(timed):
        if spans and started <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], ended))
        else:
            spans.append((started, ended))
    return spans


def open_since(tolls: Sequence[Toll], zone: ZoneInfo, last_day_on: date, due_at: datetime) -> Toll | None:
    """The first open toll that begins while the window is open, when it would end at `due_at`; None where none does."""
    for toll in in_order([toll for toll in tolls if toll.ended is None], zone):
        started = toll.started
        if started < due_at if isinstance(started, datetime) else started <= last_day_on:
            return toll
    return None


def _is_timed(moment: date | datetime) -> bool:
    return isinstance(moment, datetime)


def _ends_first(toll: Toll, zone: ZoneInfo) -> bool:
    started, ended = toll.started, toll.ended
    if isinstance(started, datetime) and isinstance(ended, datetime):
        return ended < started
    return ended is not None and civil_date(ended, zone) < civil_date(started, zone)


def _dates(toll: Toll, zone: ZoneInfo) -> int:
    return sum(1 for _ in dates_taken_out(toll, zone))


def _lasted(toll: Toll) -> timedelta:
    if isinstance(toll.started, datetime) and isinstance(toll.ended, datetime):
        return toll.ended - toll.started
    return timedelta.max


def toll_text(toll: Toll, zone: ZoneInfo) -> str:
    """FROM/TO as a person would type it, times with the offset of the policy's zone."""

    def text(moment: date | datetime) -> str:
        return rfc3339(moment, zone) if isinstance(moment, datetime) else moment.isoformat()

    return f"{text(toll.started)}/{text(toll.ended) if toll.ended else ''}"
