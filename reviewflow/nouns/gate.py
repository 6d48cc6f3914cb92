"""What may stand on record when a model is about to be released, and at which of it a release check stops."""

from collections.abc import Mapping
from enum import StrEnum


class ReleaseFact(StrEnum):
    """One thing that a release check can find; none of them forbids a release, and their absence approves none."""

    HALT = "halt"  # the model is under a halt
    NOT_COVERED = "not_covered"  # was found of it; no review is asked for then
    COVERAGE_OPEN = "coverage_open"  # whether it is covered was asked, and is not decided
    NO_REVIEW = "no_review"  # of this model version
    NOT_FILED = "not_filed"  # a draft, or returned
    WITHDRAWN = "withdrawn"
    WINDOW_OPEN = "window_open"  # it runs or stands
    NO_DETERMINATION = "no_determination"
    CONCERNS = "concerns"  # is what was determined
    REFUSED_BY_POLICY = "refused_by_policy"  # no release before a determination
    OTHER_DIGEST = "other_digest"  # the checkpoint is not the one that was submitted
    REQUEST_OPEN = "request_open"  # an information request is not answered
    MISSING_ITEM = "missing_item"  # of the gate
    NO_AGREEMENT = "no_agreement"  # where the policy asks for one
    COMMITMENT_OPEN = "commitment_open"  # agreed and not met, or missed
    HIDDEN_BY_SCOPE = "hidden_by_scope"  # the asking token leaves out what may speak against it: every check stops


F = ReleaseFact
GATES: Mapping[str, tuple[str, ...]] = {
    "strict": tuple(fact for fact in F if fact is not F.NOT_COVERED),
    # what a release would be refused for, or would have to acknowledge
    "release": (F.HALT, F.NO_REVIEW, F.NOT_FILED, F.WITHDRAWN, F.NO_DETERMINATION, F.CONCERNS, F.REFUSED_BY_POLICY,
                F.OTHER_DIGEST),
    "halts": (F.HALT,),
}  # fmt: skip
