"""Effects on the clock: start, correction, tolls, extension, lapse."""

from datetime import datetime
from typing import Any

from reviewflow.errors import Refused
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.policy import Policy
from reviewflow.nouns.states import DeadlineStatus, GrantState, ReviewState
from reviewflow.rules.deadlines import TOLL, WINDOW, owe
from reviewflow.rules.guards.filing import items
from reviewflow.rules.scene import Scene
from reviewflow.rules.timing import retime, toll_end
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None


def start(w: Work, c: r.StartClock, s: Scene) -> Extra:
    """The window runs from the latest gate item, or from earlier access, however late that is confirmed.

    An item counts once it is filed, so never before the submission. EO 14409 bounds the access itself to 30 days:
    access given before the gate was complete starts the clock.
    """
    begun, is_early = event_of(w, s.pin.policy)
    w.set(start=begun.isoformat(), extension=0, extended_times=0)
    _compute(w, s, "the clock started")
    return {"start": begun, **_days(w), "early_access": is_early or None}


def event_of(w: Work, policy: Policy) -> tuple[datetime, bool]:
    """What opens the window of a submission whose gate is complete, and whether that is access that came before it."""
    gate = [items(w)[name]["supplied_at"] for name in policy.submission.gate]
    filed: datetime = w.row["submitted_at"]
    begun = max([filed, *gate])
    access = [max(g["started_at"], filed) for g in w.subject.part("access_grant") if g["state"] == GrantState.ACTIVE]
    return min([begun, *access]), bool(access) and min(access) < begun


def _days(w: Work) -> dict[str, Any]:
    names = ("clock_start_on", "day_1_on", "last_day_on")
    return {name: w.row[name] for name in names}


def _compute(w: Work, s: Scene, reason: str) -> None:
    retime(w, s.pin, reason)
    first, last = w.row["clock_start_on"], w.row["last_day_on"] or w.row["clock_start_on"]
    if not s.pin.business_days.knows(first, last):
        raise Refused(
            f"The calendar of {s.pin.policy.id} is not known for all days from {first} to {last}.",
            remedy="Extend known_from and known_to of the calendar, with its source, and open the review again.",
        )


def correct(w: Work, c: r.CorrectStart, s: Scene) -> Extra:
    """The event day is set by hand; a lapse that was recorded for the wrong date is rescinded."""
    before = _days(w)
    _rescind_lapse(w)
    w.set(start=c.on.isoformat())
    _compute(w, s, "the start was corrected")
    return {**_days(w), "before": before}


def recompute(w: Work, c: r.Recompute, s: Scene) -> Extra:
    """The pinned copy of the policy is used, not today's."""
    before = _days(w)
    _rescind_lapse(w)
    _compute(w, s, "the window was computed again")
    return {**_days(w), "before": before}


def _rescind_lapse(w: Work) -> None:
    for row in w.subject.part("deadline"):
        if row["kind"] == WINDOW and row["status"] == DeadlineStatus.MISSED:
            w.change("deadline", row["no"], status=DeadlineStatus.SUPERSEDED, reason="corrected", next_notice_at=None)
    if w.row["is_lapsed"]:
        w.set(is_lapsed=False)
        w.record("lapsed_rescinded", {"reason": "the window was computed again"})


def lapse(w: Work, c: r.Lapse, s: Scene) -> Extra:
    """The window ended with no determination; that is never approval."""
    w.set(is_lapsed=True)
    return {"last_day_on": w.row["last_day_on"], "silence": s.pin.policy.silence.effect}


def add_toll(w: Work, s: Scene, cause: str, reason: str, request_no: int | None = None) -> None:
    """Open a toll; the window stands, and what is left of it is kept."""
    no = w.add(
        "toll", cause=cause, request_no=request_no, reason=reason, started_at=w.effective_at, ended_at=None
    )  # fmt: skip
    owed = toll_end(s.pin, w.effective_at)
    if owed:
        owe(w, s.pin, TOLL, owed, part_no=no)
    retime(w, s.pin, f"tolled: {cause}")


def end_tolls(w: Work, s: Scene, cause: str, request_no: int | None = None) -> None:
    """End the open tolls of a cause, or of one request, and compute the window anew."""
    for row in w.subject.part("toll"):
        if row["ended_at"] is None and row["cause"] == cause and request_no in (None, row["request_no"]):
            w.change("toll", row["no"], ended_at=w.effective_at)
            _close_toll(w, row["no"])
    if w.row["start"] is not None and w.subject.state in (ReviewState.UNDER_REVIEW, ReviewState.TOLLED):
        retime(w, s.pin, f"tolling ended: {cause}")


def _close_toll(w: Work, no: int) -> None:
    for row in w.subject.part("deadline"):
        if row["kind"] == TOLL and row["part_no"] == no and row["status"] == DeadlineStatus.OPEN:
            w.change("deadline", row["no"], status=DeadlineStatus.MET, reason="toll_ended", next_notice_at=None)


def start_toll(w: Work, c: r.StartToll, s: Scene) -> Extra:
    """A cause that a person declares."""
    add_toll(w, s, c.cause, c.reason)
    return {"remaining_days": w.row["remaining_days"]}


def end_toll(w: Work, c: r.EndToll, s: Scene) -> Extra:
    """The window runs on from what was left, when no cause stands."""
    end_tolls(w, s, c.cause)
    return {"last_day_on": w.row["last_day_on"]}


def extend(w: Work, c: r.Extend, s: Scene) -> Extra:
    """An extension that the cap would swallow is refused."""
    before = w.row["last_day_on"]
    w.set(extension=w.row["extension"] + c.by, extended_times=w.row["extended_times"] + 1)
    if not retime(w, s.pin, "extended"):
        raise Refused(f"The window ends on {before} by the planned release; an extension would move nothing.")
    return {"before": before, "last_day_on": w.row["last_day_on"]}
