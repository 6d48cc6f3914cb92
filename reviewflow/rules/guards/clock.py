"""What stands against moving the clock: a second person, a cause, the limits of the policy, a plan in the past."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from reviewflow.nouns.commands import review as r
from reviewflow.nouns.policy import Consent
from reviewflow.nouns.states import (
    ReviewState,
    Role,
    Stage,
)
from reviewflow.rules.forks import open_tolls
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Reasons = Iterator[str]


def second_person(w: Work, c: r.CorrectStart | r.Recompute, s: Scene) -> Reasons:
    """A date is moved by two persons of the agency."""
    second = s.people.get(c.second)
    if second is None or second.organization != w.row["agency"] or not second.is_active:
        yield f"--second names an active person of {w.row['agency']}; {c.second} is none."
    elif not second.roles & {Role.INTAKE, Role.REVIEWER, Role.DECIDER}:
        yield f"--second names an intake officer, a reviewer or a decider; {c.second} is none."
    if c.second == w.actor.ref:
        yield "--second names another person than the one who corrects."


def day_has_come(w: Work, c: r.CorrectStart, s: Scene) -> Reasons:
    """The event that opens a window has happened."""
    today = w.recorded_at.astimezone(ZoneInfo(s.pin.policy.window.time_zone)).date()
    if c.on > today:
        yield f"The event day {c.on} has not come; today is {today}."


def cause_allowed(w: Work, c: r.StartToll, s: Scene) -> Reasons:
    """A toll has a cause that the policy names, and each cause stands once at a time."""
    allowed = [cause.value for cause in s.pin.policy.toll.on if cause.value != "information_request"]
    if c.cause not in allowed:
        causes = ", ".join(allowed) or "nothing that a person can declare"
        yield f"The policy {s.pin.policy.id} tolls on {causes}; not on {c.cause!r}."
    if any(toll["cause"] == c.cause for toll in open_tolls(w)):
        yield f"The window is tolled for {c.cause} already."


def cause_stands(w: Work, c: r.EndToll, s: Scene) -> Reasons:
    """There is an open toll of this cause; a request's toll ends with its request."""
    if w.actor.is_person and c.cause == "information_request":
        yield "A request's toll ends when the request is answered or withdrawn."
    elif not any(toll["cause"] == c.cause for toll in open_tolls(w)):
        yield f"No toll for {c.cause!r} is open."


def may_extend(w: Work, c: r.Extend, s: Scene) -> Reasons:
    """Within the policy's total and times, with the lab's consent where it asks."""
    rule = s.pin.policy.extension
    if not rule.max_days:
        yield f"The policy {s.pin.policy.id} allows no extension."
        return
    if c.by < 1 or w.row["extension"] + c.by > rule.max_days:
        yield f"The policy allows extensions of {rule.max_days} in all; {w.row['extension']} used, {c.by} asked."
    if w.row["extended_times"] >= rule.times:
        yield f"The policy allows {rule.times} extension(s); all are used."
    if rule.consent is Consent.LAB:
        officer = s.people.get(c.consent or "")
        if officer is None or officer.organization != w.row["lab"] or Role.OFFICER not in officer.roles:
            yield f"The policy asks for the lab's consent: name the officer of {w.row['lab']} with --consent."


def plan_ahead(w: Work, c: r.PlanRelease, s: Scene) -> Reasons:
    """In an open window a release is planned for tomorrow at the earliest; stages are planned in order."""
    today = w.recorded_at.astimezone(ZoneInfo(s.pin.policy.window.time_zone)).date()
    if w.subject.state in (ReviewState.UNDER_REVIEW, ReviewState.TOLLED) and c.on <= today:
        yield f"In an open window a release is planned for {today + timedelta(days=1)} at the earliest."
    order = list(Stage)
    for plan in w.subject.part("planned_release"):
        ahead = order.index(Stage(plan["stage"])) - order.index(c.stage)
        if (ahead > 0 and plan["planned_on"] < c.on) or (ahead < 0 and plan["planned_on"] > c.on):
            yield f"The stage {plan['stage']} is planned for {plan['planned_on']}; stages follow each other."
