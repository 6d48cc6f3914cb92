"""What a policy makes of a date, step by step, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.errors import Invalid
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.policy import Cap, Direction, Policy, Unit
from reviewflow.rules import planner
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.claims import check_claim
from reviewflow.rules.counting import counted_days
from reviewflow.rules.instants import civil_date, read_day, read_when, rfc3339
from reviewflow.rules.notices import notices
from reviewflow.rules.tolls import Toll, tolled_dates
from reviewflow.rules.turn import turn
from reviewflow.rules.window import Window, check_extension, compute
from reviewflow.rules.wording import lasting
from reviewflow.settings.settings import Settings


@dataclass(frozen=True, kw_only=True)
class WindowOf:
    """What is asked of a policy: times without an offset are local to its zone."""

    policy: str = arg("the policy's id", place=True)
    start: str | None = arg("the event that starts the clock, a date or a date-time", None)
    planned_release: str | None = arg("the planned first release, which a cap looks at", None)
    toll: tuple[str, ...] = arg("the clock stands from FROM to TO, as FROM/TO; FROM/ is open", ())
    extend: int = arg("all extensions together, in the unit of the window", 0)
    expect: str | None = arg("a claimed end; `faults` says why it is wrong", None)
    latest_start_for: str | None = arg("instead of a start: find the last day to start, to end by this date", None)
    release_on: str | None = arg("instead of a start: find the last day to start, to end before this release", None)

    def __post_init__(self) -> None:
        """Raises Invalid for what contradicts itself."""
        if [self.start, self.latest_start_for, self.release_on].count(None) != 2:
            raise Invalid("Give one of start, latest_start_for and release_on.")
        if self.start is None and (self.toll or self.expect is not None):
            name = "release_on" if self.latest_start_for is None else "latest_start_for"
            raise Invalid(f"{name} plans ahead: it goes with neither toll nor expect.")


def window(settings: Settings, asked: WindowOf) -> dict[str, Any]:
    """The window of one of the installation's policies."""
    pin = settings.pin(asked.policy)
    return computed(pin.policy, pin.business_days, asked)


def computed(policy: Policy, business_days: BusinessDays, asked: WindowOf) -> dict[str, Any]:
    """Days, due time, notices and the steps that lead there; `faults` are those of a claimed end, where there is one.

    `start` and `due_local` have the offset of the zone. Just before `day_1_changes_at` the same event has the same day
    1, just after it `next_day_1_on`; `days` count of the window; a release on `whole_release_on` or later takes none.
    """
    zone, latest_on = ZoneInfo(policy.window.time_zone), None
    claimed = None if asked.expect is None else read_when(asked.expect, zone)
    planned_on = None if asked.planned_release is None else read_day(asked.planned_release)
    tolls = [_toll(text, zone) for text in asked.toll]
    if asked.start is not None:
        begun = read_when(asked.start, zone)
    else:
        latest_on, begun = _plan(policy, business_days, _end(asked), asked.extend)
        planned_on = None  # the planner asks for the whole window: no cap
    found = compute(policy, business_days, begun, planned_release_on=planned_on, tolls=tolls, extension=asked.extend)
    whole = compute(policy, business_days, begun, tolls=tolls, extension=asked.extend) if planned_on else found
    document = _document(policy, business_days, begun, found)
    document |= _around(policy, business_days, begun, found, whole) | _counted(policy, business_days, found, tolls)
    if latest_on is not None:
        document["latest_start_on"] = latest_on
        document["submit_by_on"] = planner.latest_filing(policy, business_days, latest_on)
    if claimed is not None:
        document["faults"] = check_claim(policy, business_days, found, claimed, extension=asked.extend)
    return document


def _end(asked: WindowOf) -> date:
    """The day by which a window that is planned backward is to end."""
    if asked.release_on is not None:
        return planner.day_before(read_day(asked.release_on))
    return read_day(str(asked.latest_start_for))


def _toll(text: str, zone: ZoneInfo) -> Toll:
    """FROM/TO or FROM/ as a person typed it; raises Invalid."""
    started, slash, ended = text.partition("/")
    if not slash:
        raise Invalid(
            f"The toll {text} has no slash.",
            remedy="Write FROM/TO such as 2026-07-06/2026-07-09, or FROM/ while the clock stands.",
        )
    return Toll(read_when(started, zone), read_when(ended, zone) if ended.strip() else None)


def _plan(policy: Policy, business_days: BusinessDays, by: date, extension: int) -> tuple[date, date | datetime]:
    """The last day to start so that the window ends on `by` or before, and the event that this answer assumes."""
    check_extension(policy, extension)
    latest_on = planner.latest_start(policy, business_days, by, extension=extension)
    return latest_on, planner.last_instant_of(policy, latest_on) if policy.window.unit is Unit.HOURS else latest_on


def _document(policy: Policy, business_days: BusinessDays, start: date | datetime, found: Window) -> dict[str, Any]:
    zone, due_at = ZoneInfo(found.time_zone), found.due_at
    raised: Sequence[Any] = () if due_at is None else notices(policy, business_days, due_at)
    return {
        "policy": policy.id,
        "version": policy.version,
        "title": policy.title,
        "unit": policy.window.unit,
        "length": policy.window.length,
        "direction": policy.window.direction,
        "start": rfc3339(start, zone) if isinstance(start, datetime) else start.isoformat(),
        "clock_start_on": found.clock_start_on,
        "day_1_on": found.day_1_on,
        "last_day_on": found.last_day_on,
        "due_at": due_at,
        "due_local": due_at and rfc3339(due_at, zone),
        "time_zone": found.time_zone,
        "remaining_days": found.remaining_days,
        "remaining": None if found.remaining is None else lasting(found.remaining),
        "notices": [
            {"notice": one.name, "at": one.at, "is_void": _is_void(policy, one.at, start, zone)} for one in raised
        ],
        "basis": found.basis,
    }


def _is_void(policy: Policy, at: datetime, start: date | datetime, zone: ZoneInfo) -> bool:
    """Whether a notice would come before there is anything to notice; towards the past the start is the last thing."""
    if policy.window.direction is Direction.BACKWARD:
        return False
    return at <= start if isinstance(start, datetime) else civil_date(at, zone) <= start


def _around(
    policy: Policy, business_days: BusinessDays, start: date | datetime, found: Window, whole: Window
) -> dict[str, Any]:
    """Until when an act opens the same window, when it is checked, and what each day of a release would do to it."""
    turned = turn(policy, business_days, start)
    is_capped = whole.due_at is not None and found.due_at != whole.due_at
    return {
        "day_1_changes_at": turned and turned.at,
        "next_day_1_on": turned and turned.day_1_on,
        "intake_due_on": planner.intake_due(policy, business_days, start),
        "has_cap": policy.window.cap is not Cap.NONE,
        "uncapped_last_day_on": whole.last_day_on if is_capped else None,
        "earliest_release_on": planner.earliest_release(policy, found, start),
        "whole_release_on": planner.whole_release(policy, whole),
    }


def _counted(
    policy: Policy, business_days: BusinessDays, found: Window, tolls: Sequence[Toll]
) -> dict[str, int | None]:
    """How many dates count, which a cap makes fewer; None for hours, and while the clock stands."""
    if found.day_1_on is None or found.last_day_on is None:
        return {"days": None}
    out = tolled_dates(tolls, ZoneInfo(policy.window.time_zone))
    return {"days": counted_days(policy.window, business_days, found.day_1_on, found.last_day_on, out)}
