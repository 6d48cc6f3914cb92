"""The window of a review: computed from its row and parts when a cause moves it, and kept as deadline rows."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import Cap
from reviewflow.nouns.states import GrantState
from reviewflow.nouns.subject import Row
from reviewflow.rules.deadlines import ACCESS, MET, OPEN, PLANNED, TOLLED, WINDOW, Owed, latest, owe
from reviewflow.rules.scene import Pin
from reviewflow.rules.tolls import Toll
from reviewflow.rules.window import Window, compute, end_of_day
from reviewflow.rules.work import Work


def first_planned(w: Work) -> date | None:
    """The earliest planned day of any stage beyond the government."""
    return min((plan["planned_on"] for plan in w.subject.part("planned_release")), default=None)


def start_of(row: Row) -> date | datetime:
    """What the window is counted from."""
    text = str(row["start"])
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def window(w: Work, pin: Pin) -> Window:
    """The window as the row and its parts have it now; Refused where a cap leaves no day."""
    tolls = [Toll(toll["started_at"], toll["ended_at"]) for toll in w.subject.part("toll")]
    planned = first_planned(w) if pin.policy.window.cap is Cap.PLANNED_RELEASE else None
    return compute(
        pin.policy,
        pin.business_days,
        start_of(w.row),
        planned_release_on=planned,
        tolls=tolls,
        extension=w.row["extension"],
    )


def retime(w: Work, pin: Pin, reason: str) -> bool:
    """Compute the window anew, note its days, and owe it and what hangs on it; False where nothing moves."""
    found = window(w, pin)
    w.set(
        clock_start_on=found.clock_start_on,
        day_1_on=found.day_1_on,
        last_day_on=found.last_day_on,
        remaining_days=found.remaining_days,
    )
    moved = owe(w, pin, WINDOW, window_end(found), reason=reason)
    for grant in w.subject.part("access_grant"):
        if grant["state"] == GrantState.ACTIVE:
            owe_access(w, pin, grant, reason)
    return moved


def window_end(found: Window) -> Owed:
    """What a window owes."""
    return Owed(found.due_at, found.last_day_on, found.basis, found.remaining_days, found.calendar_digest)


def toll_end(pin: Pin, started_at: datetime) -> Owed | None:
    """The longest that a toll may last, where the policy says so."""
    longest = pin.policy.toll.max_days
    if not longest:
        return None
    on = started_at.astimezone(ZoneInfo(pin.policy.window.time_zone)).date() + timedelta(days=longest)
    basis = [f"The policy lets a toll last {plural(longest, 'day')}: to the end of {on.isoformat()}."]
    return Owed(end_of_day(pin.policy, on), on, basis)


def owe_access(w: Work, pin: Pin, grant: Row, reason: str) -> None:
    """Owe the end of a grant, where it has one."""
    owed = access_end(w, pin, grant)
    if owed:
        owe(w, pin, ACCESS, owed, part_no=grant["no"], reason=reason)


def access_end(w: Work, pin: Pin, grant: Row) -> Owed | None:
    """Access ends on the day that the lab named, and never after the window."""
    named = grant["until_on"]
    by_lab = named and Owed(
        end_of_day(pin.policy, named), named, [f"The lab gave access until {named.isoformat()}, to the end of the day."]
    )
    limit = None if grant["is_after_release"] else latest(w.subject, WINDOW)
    if limit and limit["status"] not in (OPEN, TOLLED, MET):  # returned, or lapsed before the lab gave access again
        limit = None
    if limit is None:
        return by_lab or None
    if by_lab and (limit["due_at"] is None or by_lab.due_at < limit["due_at"]):
        return by_lab
    why = ["Access is bounded by the window and ends with it.", *limit["basis"]]
    return Owed(limit["due_at"], limit["due_on"], why, limit["remaining_days"])


def owe_planned(w: Work, pin: Pin, reason: str) -> None:
    """The lab's own plan is a date that both sides are reminded of; passing it has no effect."""
    owed = planned_end(w, pin)
    if owed:
        owe(w, pin, PLANNED, owed, reason=reason)


def planned_end(w: Work, pin: Pin) -> Owed | None:
    """The end of the earliest planned day."""
    planned = first_planned(w)
    if planned is None:
        return None
    basis = [f"The lab plans its first release for {planned.isoformat()}."]
    return Owed(end_of_day(pin.policy, planned), planned, basis)


def commitment_end(w: Work, pin: Pin) -> Owed | None:
    """The end of the day that was agreed, where one was."""
    on = w.row["due_on"]
    if on is None:
        return None
    return Owed(end_of_day(pin.policy, on), on, [f"The commitment is due on {on.isoformat()}, to the end of the day."])
