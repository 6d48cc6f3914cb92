"""What a policy makes of a date, step by step, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.errors import Invalid
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.policy import Policy, Unit
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.claims import check_claim
from reviewflow.rules.instants import read_day, read_when, rfc3339
from reviewflow.rules.notices import notices
from reviewflow.rules.planner import last_instant_of, latest_start
from reviewflow.rules.tolls import Toll
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

    def __post_init__(self) -> None:
        """Raises Invalid for what contradicts itself."""
        if (self.start is None) == (self.latest_start_for is None):
            raise Invalid("Give either start or latest_start_for.")
        if self.latest_start_for is not None and (self.toll or self.expect is not None):
            raise Invalid("latest_start_for plans ahead: it goes with neither toll nor expect.")


def window(settings: Settings, asked: WindowOf) -> dict[str, Any]:
    """The window of one of the installation's policies."""
    pin = settings.pin(asked.policy)
    return computed(pin.policy, pin.business_days, asked)


def computed(policy: Policy, business_days: BusinessDays, asked: WindowOf) -> dict[str, Any]:
    """Days, due time, notices and the steps that lead there; `faults` are those of a claimed end, where there is one.

    `start` and `due_local` have the offset of the zone.
    """
    zone, latest_on = ZoneInfo(policy.window.time_zone), None
    claimed = None if asked.expect is None else read_when(asked.expect, zone)
    planned_on = None if asked.planned_release is None else read_day(asked.planned_release)
    tolls = [_toll(text, zone) for text in asked.toll]
    if asked.start is not None:
        begun = read_when(asked.start, zone)
    else:
        latest_on, begun = _plan(policy, business_days, str(asked.latest_start_for), asked.extend)
        planned_on = None  # the planner asks for the whole window: no cap
    found = compute(policy, business_days, begun, planned_release_on=planned_on, tolls=tolls, extension=asked.extend)
    document = _document(policy, business_days, begun, found)
    if latest_on is not None:
        document["latest_start_on"] = latest_on
    if claimed is not None:
        document["faults"] = check_claim(policy, business_days, found, claimed, extension=asked.extend)
    return document


def _toll(text: str, zone: ZoneInfo) -> Toll:
    """FROM/TO or FROM/ as a person typed it; raises Invalid."""
    started, slash, ended = text.partition("/")
    if not slash:
        raise Invalid(
            f"The toll {text} has no slash.",
            remedy="Write FROM/TO such as 2026-07-06/2026-07-09, or FROM/ while the clock stands.",
        )
    return Toll(read_when(started, zone), read_when(ended, zone) if ended.strip() else None)


def _plan(policy: Policy, business_days: BusinessDays, by: str, extension: int) -> tuple[date, date | datetime]:
    """The last day to start so that the window ends on `by` or before, and the event that this answer assumes."""
    check_extension(policy, extension)
    latest_on = latest_start(policy, business_days, read_day(by), extension=extension)
    return latest_on, last_instant_of(policy, latest_on) if policy.window.unit is Unit.HOURS else latest_on


def _document(policy: Policy, business_days: BusinessDays, start: date | datetime, found: Window) -> dict[str, Any]:
    zone, due_at = ZoneInfo(found.time_zone), found.due_at
    raised: Sequence[Any] = () if due_at is None else notices(policy, business_days, due_at)
    return {
        "policy": policy.id,
        "version": policy.version,
        "title": policy.title,
        "unit": policy.window.unit,
        "start": rfc3339(start, zone) if isinstance(start, datetime) else start.isoformat(),
        "clock_start_on": found.clock_start_on,
        "day_1_on": found.day_1_on,
        "last_day_on": found.last_day_on,
        "due_at": due_at,
        "due_local": due_at and rfc3339(due_at, zone),
        "time_zone": found.time_zone,
        "remaining_days": found.remaining_days,
        "remaining": None if found.remaining is None else lasting(found.remaining),
        "notices": [{"notice": notice.name, "at": notice.at} for notice in raised],
        "basis": found.basis,
    }
