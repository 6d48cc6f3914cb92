"""Who is told of a notice by the ladder of its policy."""

from collections.abc import Iterable

from reviewflow.nouns.ladder import EscalationStep, When
from reviewflow.nouns.policy import Policy
from reviewflow.nouns.states import DeadlineKind, Role


def steps(policy: Policy, kind: DeadlineKind, notice: str, when: When) -> tuple[EscalationStep, ...]:
    """The steps of one notice of a kind of deadline that hang on one condition."""
    return tuple(s for s in policy.escalation if (s.deadline, s.when) == (kind, when) and notice in s.at)


def roles(taken: Iterable[EscalationStep]) -> list[str]:
    """Whom some steps tell, each role once, in the order of the process."""
    told = {role for step in taken for role in step.tell}
    return [role.value for role in Role if role in told]
