"""Effects of filing: the draft, its items and plan, the receipt, the return, who reviews."""

from typing import Any

from reviewflow.nouns.commands import review as r
from reviewflow.nouns.states import GrantState, ReviewState
from reviewflow.rules.deadlines import INTAKE, Owed, live, owe
from reviewflow.rules.guards.filing import items, model_of
from reviewflow.rules.scene import Scene
from reviewflow.rules.timing import owe_access, owe_planned, retime
from reviewflow.rules.window import within
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None
_EMPTY = (
    "calendar_digest", "checkpoint_digest", "submitted_at", "start", "clock_start_on", "day_1_on", "last_day_on",
    "remaining_days", "determination", "determined_at", "is_on_time", "released_at", "released_stage",
    "released_digest", "preceded_by", "acknowledged", "withdrawn_at",
)  # fmt: skip


def open_review(w: Work, c: r.Open, s: Scene) -> Extra:
    """The policy is pinned: no update of it ever moves this review."""
    w.set(
        model=c.model,
        refiles=c.refiles,
        follows=c.follows,
        policy=s.pin.policy.id,
        policy_version=s.pin.policy.version,
        policy_digest=s.pin.policy_digest,
        extension=0,
        extended_times=0,
        is_in_breach=False,
        is_lapsed=False,
        **dict.fromkeys(_EMPTY),
    )
    w.set(calendar_digest=s.pin.calendar_digest)
    return {"lab": w.row["lab"], "agency": w.row["agency"], "policy": s.pin.policy.id}


def supply(w: Work, c: r.SupplyItem, s: Scene) -> Extra:
    """An item counts from the instant it was supplied."""
    digest = c.digest or (c.text if c.item == "checkpoint_digest" else None)
    _add_item(w, c.item, digest, c.text)
    return None


def _add_item(w: Work, item: str, digest: str | None, text: str | None) -> None:
    w.add(
        "submission_item", item=item, digest=digest, text=text, supplied_at=w.effective_at, supplied_by=w.actor.ref
    )  # fmt: skip


def plan(w: Work, c: r.PlanRelease, s: Scene) -> Extra:
    """A plan is an item too, and in an open window it may move the cap; a lapsed window stays closed."""
    known = next((row["no"] for row in w.subject.part("planned_release") if row["stage"] == c.stage), None)
    before = w.part("planned_release", known)["planned_on"] if known else None
    if known:
        w.change("planned_release", known, planned_on=c.on)
    else:
        w.add("planned_release", stage=c.stage, planned_on=c.on)
    gate = s.pin.policy.submission.gate
    first = "planned_release" not in items(w)
    if first and w.subject.state in (ReviewState.DRAFT, ReviewState.SUBMITTED, ReviewState.RETURNED) and gate:
        _add_item(w, "planned_release", None, c.on.isoformat())
    owe_planned(w, s.pin, "the plan moved")
    moved = w.subject.state in (ReviewState.UNDER_REVIEW, ReviewState.TOLLED) and retime(w, s.pin, "the plan moved")
    return {"stage": c.stage, "before": before, "last_day_on": w.row["last_day_on"] if moved else None}


def submit(w: Work, c: r.Submit, s: Scene) -> Extra:
    """The receipt: the digest is pinned and the intake check is owed; access that was suspended is back."""
    found = items(w).get("checkpoint_digest")
    digest = (found["digest"] if found else None) or model_of(w, s)["checkpoint_digest"]
    if found is None:
        _add_item(w, "checkpoint_digest", digest, None)
    w.set(submitted_at=w.effective_at, checkpoint_digest=digest)
    for grant in w.subject.part("access_grant"):
        if grant["state"] == GrantState.SUSPENDED:
            w.change("access_grant", grant["no"], state=GrantState.ACTIVE)
            owe_access(w, s.pin, grant, "filed again")  # until the day that the lab had named
    rule = s.pin.policy.intake
    if rule:
        due = within(s.pin.policy, s.pin.business_days, w.effective_at, rule.check_within, rule.unit)
        owe(w, s.pin, INTAKE, Owed(due.due_at, due.due_on, due.basis))
    intake = live(w.subject, INTAKE)
    return {"checkpoint_digest": digest, "intake_due_on": intake["due_on"] if intake else None}


def back(w: Work, c: r.ReturnSubmission, s: Scene) -> Extra:
    """Returned: access is suspended until the submission is filed again, for a full new window."""
    suspend(w)
    stop_clock(w)
    return None


def stop_clock(w: Work) -> None:
    """There is no window any more; the old one stays in its deadline rows."""
    w.set(**dict.fromkeys(("start", "clock_start_on", "day_1_on", "last_day_on", "remaining_days")))


def suspend(w: Work) -> None:
    """Suspend the access that stands."""
    for grant in w.subject.part("access_grant"):
        if grant["state"] == GrantState.ACTIVE:
            w.change("access_grant", grant["no"], state=GrantState.SUSPENDED)


def assign(w: Work, c: r.Assign, s: Scene) -> Extra:
    """Lead, or consulted."""
    w.add("assignment", person=c.person, is_consulted=c.consulted, assigned_at=w.effective_at, ended_at=None)
    return None


def unassign(w: Work, c: r.Unassign, s: Scene) -> Extra:
    """The assignment ends; what the reviewer recorded stays."""
    for row in w.subject.part("assignment"):
        if row["person"] == c.person and row["ended_at"] is None:
            w.change("assignment", row["no"], ended_at=w.effective_at)
    return None
