"""What stands on record when a model is about to be released: facts in sentences, never an opinion."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reviewflow.nouns.gate import ReleaseFact as F
from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import BeforeDetermination
from reviewflow.nouns.states import (
    CommitmentState,
    CoverageState,
    DeadlineKind,
    DeadlineStatus,
    Outcome,
    RequestState,
    ReviewState,
)
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.deadlines import LIVE
from reviewflow.rules.scene import Pin

_UNANSWERED = (RequestState.OPEN, RequestState.OVERDUE)
OWED = (CommitmentState.AGREED, CommitmentState.MISSED)


@dataclass(frozen=True)
class Found:
    """A fact, the subject that it is a fact of, and a sentence that says it."""

    fact: F
    ref: str
    says: str


@dataclass(frozen=True)
class Record:
    """All that a release check looks at; `review` is the one that counts, with the policy it is pinned to."""

    model: str
    halts: Sequence[Row]  # in force
    coverage: Sequence[Row]  # asked and found
    commitments: Sequence[Row]
    review: Subject | None
    pin: Pin
    has_agreement: bool
    digest: str | None  # of the checkpoint that is to be released, where it is named
    now: datetime
    hides_review: bool = False  # the one that counts is there, and outside of the asking token's scopes
    is_hidden: bool = False  # that, or anything else that is looked at


def facts(r: Record) -> Iterator[Found]:
    """Everything that stands, in the order of the closed list."""
    for halt in r.halts:
        yield Found(F.HALT, halt["ref"], f"The model is under halt {halt['ref']}: {halt['scope']}")
    not_covered = _not_covered(r)
    if not_covered is not None:
        yield Found(F.NOT_COVERED, not_covered, f"It was found in {not_covered} that the model is not covered.")
    for one in r.coverage:
        if one["state"] == CoverageState.ASKED:
            says = f"Whether the model is covered was asked in {one['ref']}, and is not decided."
            yield Found(F.COVERAGE_OPEN, one["ref"], says)
    if r.review is not None:
        yield from _of_review(r, r.review)
    elif not_covered is None and not r.hides_review:
        yield Found(F.NO_REVIEW, r.model, "No review of this model version is on record.")
    for one in r.commitments:
        if one["state"] in OWED:
            yield Found(F.COMMITMENT_OPEN, one["ref"], f"Commitment {one['ref']} is {one['state'].value}, not met.")
    if r.is_hidden:
        says = "Your token's scopes hide some of what is on record of this model, which may speak against its release."
        yield Found(F.HIDDEN_BY_SCOPE, r.model, says)


def _not_covered(r: Record) -> str | None:
    """The finding that the model is not covered; None where another finding says that it is."""
    found = {one["state"]: one["ref"] for one in r.coverage}
    return None if CoverageState.COVERED in found else found.get(CoverageState.NOT_COVERED)


def _of_review(r: Record, review: Subject) -> Iterator[Found]:
    ref, state, row, policy = review.ref, review.state, review.row, r.pin.policy

    def found(fact: F, says: str) -> Found:
        return Found(fact, ref, says)

    if state in (ReviewState.DRAFT, ReviewState.RETURNED):
        yield found(F.NOT_FILED, f"Review {ref} is not filed: it is {'a draft' if state == 'draft' else 'returned'}.")
    if state == ReviewState.WITHDRAWN:
        yield found(F.WITHDRAWN, f"Review {ref} was withdrawn.")
    yield from (found(F.WINDOW_OPEN, says) for says in _window(review, r.now))
    if row["determination"] is None:
        yield found(F.NO_DETERMINATION, f"Review {ref} has no determination.")
        if policy.release.before_determination is BeforeDetermination.REFUSED:
            yield found(F.REFUSED_BY_POLICY, f"The policy {policy.id} allows no release before a determination.")
    if row["determination"] == Outcome.CONCERNS:
        yield found(F.CONCERNS, f"The determination of review {ref} is: concerns.")
    if r.digest and row["checkpoint_digest"] and r.digest != row["checkpoint_digest"]:
        yield found(F.OTHER_DIGEST, f"The digest is not the one that was submitted in review {ref}.")
    for request in review.part("request"):
        if request["state"] in _UNANSWERED:
            yield found(F.REQUEST_OPEN, f"Information request {request['no']} of review {ref} is not answered.")
    for item in _missing(review, policy.submission.gate):
        yield found(F.MISSING_ITEM, f"The gate item {item} of review {ref} is missing.")
    if policy.submission.requires_agreement and not r.has_agreement:
        yield found(F.NO_AGREEMENT, f"The policy {policy.id} asks for an agreement, and none is in force.")


def _window(review: Subject, now: datetime) -> Iterator[str]:
    if review.state == ReviewState.SUBMITTED:
        yield f"The window of review {review.ref} has not begun."
    for row in review.part("deadline"):
        if row["kind"] != DeadlineKind.WINDOW or row["status"] not in LIVE:
            continue
        if row["status"] == DeadlineStatus.TOLLED:
            yield f"The window of review {review.ref} stands, with {plural(row['remaining_days'], 'day')} left."
        elif row["due_at"] > now:
            yield f"The window of review {review.ref} is open; its last day is {row['due_on']}."


def _missing(review: Subject, gate: Sequence[str]) -> list[str]:
    supplied: Mapping[str, Row] = {row["item"]: row for row in review.part("submission_item")}
    return [name for name in gate if name not in supplied]
