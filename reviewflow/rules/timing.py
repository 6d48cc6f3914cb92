"""The window of a review: computed from its row and parts when a cause moves it, and kept as deadline rows."""

from datetime import date, datetime

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
    owed = Owed(found.due_at, found.last_day_on, found.basis, found.remaining_days, found.calendar_digest)
    moved = owe(w, pin, WINDOW, owed, reason=reason)
    for grant in w.subject.part("access_grant"):
        if grant["state"] == GrantState.ACTIVE:
            owe_access(w, pin, grant, reason)
    return moved


def owe_access(w: Work, pin: Pin, grant: Row, reason: str) -> None:
    """Access ends on the day that the lab named, and never after the window."""
    named = grant["until_on"]
    by_lab = named and Owed(
        end_of_day(pin.policy, named), named, [f"The lab gave access until {named.isoformat()}, to the end of the day."]
    )
    limit = None if grant["is_after_release"] else latest(w.subject, WINDOW)
    if limit and limit["status"] not in (OPEN, TOLLED, MET):  # returned, or lapsed before the lab gave access again
        limit = None
    if limit is None:
        if by_lab:
            owe(w, pin, ACCESS, by_lab, part_no=grant["no"], reason=reason)
        return
    if by_lab and (limit["due_at"] is None or by_lab.due_at < limit["due_at"]):
        owe(w, pin, ACCESS, by_lab, part_no=grant["no"], reason=reason)
        return
    why = ["Access is bounded by the window and ends with it.", *limit["basis"]]
    owed = Owed(limit["due_at"], limit["due_on"], why, limit["remaining_days"])
    owe(w, pin, ACCESS, owed, part_no=grant["no"], reason=reason)


def owe_planned(w: Work, pin: Pin, reason: str) -> None:
    """The lab's own plan is a date that both sides are reminded of; passing it has no effect."""
    planned = first_planned(w)
    if planned is None:
        return
    basis = [f"The lab plans its first release for {planned.isoformat()}."]
    owe(w, pin, PLANNED, Owed(end_of_day(pin.policy, planned), planned, basis), reason=reason)
