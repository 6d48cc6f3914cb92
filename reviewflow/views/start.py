"""The window that a submission opens when its clock is started: what intake confirms, told before it does."""

from collections.abc import Sequence

from reviewflow.errors import Invalid, Refused
from reviewflow.nouns.policy import Cap
from reviewflow.nouns.states import ReviewState
from reviewflow.nouns.subject import Subject
from reviewflow.rules.effects.clock import event_of
from reviewflow.rules.guards.filing import items
from reviewflow.rules.timing import first_planned
from reviewflow.rules.work import Work
from reviewflow.views.look import Document, Look
from reviewflow.views.window import WindowOf, computed


def if_started(
    look: Look, subject: Subject, possible: Sequence[Document], refused: Sequence[Document]
) -> Document | None:
    """As `window` tells it, by the pinned policy, with the notices that are still to come.

    None where it cannot be started now, by the reader or at all. `is_early`: access that came before the gate opens it.
    """
    can = {one["verb"] for one in possible} - {one["verb"] for one in refused}
    if subject.state != ReviewState.SUBMITTED or "start" not in can:
        return None
    pin, work = look.pin(subject.row), Work(subject, look.actor, look.now, look.now)
    if set(pin.policy.submission.gate) - items(work).keys():
        return None
    begun, is_early = event_of(work, pin.policy)
    planned = first_planned(work) if pin.policy.window.cap is Cap.PLANNED_RELEASE else None
    asked = WindowOf(
        policy=pin.policy.id, start=begun.isoformat(), planned_release=planned.isoformat() if planned else None
    )
    try:
        found = computed(pin.policy, pin.business_days, asked)
    except (Invalid, Refused):  # it would be refused for the same reason
        return None
    if not pin.business_days.knows(found["clock_start_on"], found["last_day_on"] or found["clock_start_on"]):
        return None
    coming = [one for one in found["notices"] if not one["is_void"] and one["at"] > look.now]
    return {**found, "notices": coming, "planned_on": planned, "is_early": is_early}
