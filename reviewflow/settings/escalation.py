"""The ladder of a policy: its `[[escalation]]` tables, and the steps that could never be taken or would tell nobody."""

from collections.abc import Iterator

from reviewflow.nouns.ladder import EscalationStep, When
from reviewflow.nouns.policy import Policy
from reviewflow.nouns.states import DeadlineKind, Role
from reviewflow.rules.deadlines import AFTER
from reviewflow.settings.arrays import tables
from reviewflow.settings.fields import Fields

TOLD = (Role.OFFICER, Role.INTAKE, Role.REVIEWER, Role.DECIDER, Role.ADMIN)
NOTICE = r"due|[+-][1-9]\d{0,3}(d|bd|h)"
Slot = tuple[DeadlineKind, str]


def escalation(fields: Fields) -> tuple[EscalationStep, ...]:
    """Each table, in order; empty where there is none."""
    return tuple(_step(table) for table in tables(fields, "escalation"))


def _step(fields: Fields) -> EscalationStep:
    at = fields.texts("at", like=NOTICE, remedy='write notices by name, such as ["-14d", "due", "+1d"]')
    tell = fields.choices("tell", Role)
    for role in tell:
        if role not in TOLD:
            fields.fault("tell", f"cannot hold {role.value!r}", f"choose from {', '.join(TOLD)}")
    for key, found in (("at", at), ("tell", tell)):
        if not found and not fields.has(key):
            fields.fault(key, "is missing", 'write a list, such as at = ["-3d"] or tell = ["decider"]')
        elif not fields.items(key):
            fields.fault(key, "is empty", "name at least one, or leave the table out")
    kind = fields.choice("deadline", DeadlineKind, DeadlineKind.WINDOW)
    return EscalationStep(at, tell, kind, fields.choice("when", When, When.ALWAYS))


def note_gaps(policy: Policy, fields: Fields) -> None:
    """Note each step at a notice that the policy does not raise, and each notice that might be told to nobody."""
    always = {slot for step in policy.escalation if step.when is When.ALWAYS for slot in _slots(step)}
    for number, step in enumerate(policy.escalation, 1):
        table = f"[escalation {number}]"
        if step.when is When.NO_RECOMMENDATION and step.deadline is not DeadlineKind.WINDOW:
            why = f"cannot be 'no_recommendation' for the deadline {step.deadline.value!r}"
            fields.fault(f"{table} when", why, "only a window waits for a recommendation; leave it out")
        for kind, at in _slots(step):
            if remedy := _never(policy, kind, at):
                fields.fault(f"{table} at", f"cannot hold {at!r}: there is no such notice", remedy)
            elif (kind, at) not in always:
                why = f"holds {at!r}, which would be told to nobody where the condition does not hold"
                fields.fault(f"{table} at", why, f'add a step at = ["{at}"] without `when`')


def _slots(step: EscalationStep) -> Iterator[Slot]:
    return ((step.deadline, at) for at in step.at)


def _never(policy: Policy, kind: DeadlineKind, at: str) -> str:
    """What to do about a notice that is never raised; empty where it is."""
    if at == "due":
        return ""
    key = "after" if at.startswith("+") else "before"
    if key == "after" and kind not in AFTER:
        return f"a deadline of this kind is over when it is due; leave {at!r} out"
    is_there = at[1:] in (policy.notices.after if key == "after" else policy.notices.before)
    return "" if is_there else f'add "{at[1:]}" to [notices] {key}, or leave it out'
