"""The steps of an escalation ladder, as a policy has them."""

from dataclasses import dataclass
from enum import StrEnum

from reviewflow.nouns.states import DeadlineKind, Role


class When(StrEnum):
    ALWAYS = "always"
    NO_RECOMMENDATION = "no_recommendation"  # when the notice is raised


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Who is told of some notices of a kind of deadline; `at` are notices by name: "-14d", "due", "+1d"."""

    at: tuple[str, ...]
    tell: tuple[Role, ...]
    deadline: DeadlineKind = DeadlineKind.WINDOW
    when: When = When.ALWAYS
