"""What a call is answered, once it is done: whole, so that an answer that is kept can be given again as it was."""

from reviewflow.engine.call import Done
from reviewflow.engine.next_step import next_step_for
from reviewflow.engine.stage import Stage
from reviewflow.nouns.events import NOTICES
from reviewflow.nouns.subject import Row
from reviewflow.rules.deadlines import living
from reviewflow.rules.work import Work


def reply(w: Work, stage: Stage, seq: int, head: str) -> Done:
    """Where its subject stands, with the deadlines that live on and, for whoever acted, the next sensible command."""
    subject, names = w.subject, tuple(fact.name for fact in w.facts)
    owed = [{**row, "time_zone": _zone(stage, subject.row)} for row in living(subject)]
    return Done(
        subject.ref, subject.state, seq, head, names,
        notices=sum(name in NOTICES for name in names),
        kind=subject.kind.value,
        recorded_at=w.recorded_at,
        deadlines=tuple(owed),
        hint=next_step_for(stage.settings, subject, w.actor),
    )  # fmt: skip


def _zone(stage: Stage, row: Row) -> str:
    """That of the policy to which a review is pinned, else of the programme's own."""
    policy, calendar = row.get("policy_digest"), row.get("calendar_digest")
    pin = stage.kept(policy, calendar) if policy and calendar else stage.settings.pin()
    return pin.policy.window.time_zone
