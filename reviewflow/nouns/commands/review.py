"""Commands of a review: filing, clock, determination and release."""

from dataclasses import dataclass
from datetime import date

from reviewflow.nouns.commands.form import Command, arg, prose
from reviewflow.nouns.signature import Meaning
from reviewflow.nouns.states import Acknowledgement, Kind, Stage

R = Kind.REVIEW


@dataclass(frozen=True, kw_only=True)
class Open(Command, kind=R, verb="open", creates=True):
    """Open a review of one model version."""

    model: str = arg("the model's reference", place=True, ref=Kind.MODEL)
    policy: str | None = arg("the policy's id; default: the programme's", None)
    agency: str | None = arg(
        "the reviewing agency; default: the one with the review power", None, ref=Kind.ORGANIZATION
    )
    refiles: str | None = arg("the withdrawn review that this one files again", None, ref=R)
    follows: str | None = arg("the review of an earlier checkpoint that this one follows", None, ref=R)


@dataclass(frozen=True, kw_only=True)
class SupplyItem(Command, kind=R, verb="supply", fact=True):
    """Supply a gate or checklist item, with its digest or its text."""

    item: str = arg("the item, such as system_card", place=True)
    digest: str | None = arg("SHA-256 (64 hex digits) of what was supplied elsewhere", None)
    text: str | None = prose("the item itself, or where it is", None)


@dataclass(frozen=True, kw_only=True)
class PlanRelease(Command, kind=R, verb="plan"):
    """Plan the release of a stage, or move the plan."""

    on: date = arg("the planned civil date, YYYY-MM-DD", place=True)
    stage: Stage = arg("trusted_partners, limited or general", Stage.GENERAL)


@dataclass(frozen=True, kw_only=True)
class Submit(Command, kind=R, verb="submit"):
    """File the submission; a receipt is given."""


@dataclass(frozen=True, kw_only=True)
class ReturnSubmission(Command, kind=R, verb="return"):
    """Return an incomplete submission to the lab."""

    reason: str = prose("what is missing or wrong")


@dataclass(frozen=True, kw_only=True)
class Assign(Command, kind=R, verb="assign"):
    """Assign a reviewer, lead or consulted."""

    person: str = arg("the reviewer", place=True, ref=Kind.PERSON)
    consulted: bool = arg("assign as consulted: records findings, does not recommend", False)


@dataclass(frozen=True, kw_only=True)
class Unassign(Command, kind=R, verb="unassign"):
    """End a reviewer's assignment."""

    person: str = arg("the reviewer", place=True, ref=Kind.PERSON)
    reason: str = prose("why", "")


@dataclass(frozen=True, kw_only=True)
class StartClock(Command, kind=R, verb="start"):
    """Confirm that every gate item is in; the window runs from the latest of them."""


@dataclass(frozen=True, kw_only=True)
class CorrectStart(Command, kind=R, verb="correct-start"):
    """Correct the event day of the window, with a second person."""

    on: date = arg("the event day that is right", place=True)
    second: str = arg("the second person who confirms it", ref=Kind.PERSON)
    reason: str = prose("why the recorded start is wrong")


@dataclass(frozen=True, kw_only=True)
class Recompute(Command, kind=R, verb="recompute"):
    """Compute the window again from the pinned policy, with a second person."""

    second: str = arg("the second person who confirms it", ref=Kind.PERSON)
    reason: str = prose("why")


@dataclass(frozen=True, kw_only=True)
class StartToll(Command, kind=R, verb="start-toll", fact=True):
    """Toll the window for a cause that the policy names."""

    cause: str = arg("government_closure or agreement_of_parties", place=True)
    reason: str = prose("what happened")


@dataclass(frozen=True, kw_only=True)
class EndToll(Command, kind=R, verb="end-toll", fact=True):
    """End a toll; the window runs on when no cause is left."""

    cause: str = arg("the cause that ended", place=True)
    reason: str = prose("what happened", "")


@dataclass(frozen=True, kw_only=True)
class Extend(Command, kind=R, verb="extend", signs=Meaning.EXTENDS):
    """Extend the window within what the policy allows."""

    by: int = arg("how many of the window's units", place=True)
    reason: str = prose("why")
    consent: str | None = arg("the lab officer who consented, where the policy asks", None, ref=Kind.PERSON)


@dataclass(frozen=True, kw_only=True)
class Lapse(Command, kind=R, by_system=True):
    """The window ended with no determination."""


@dataclass(frozen=True, kw_only=True)
class Withdraw(Command, kind=R, verb="withdraw", fact=True):
    """Withdraw the review."""

    reason: str = prose("why")


@dataclass(frozen=True, kw_only=True)
class Release(Command, kind=R, verb="release", fact=True):
    """Record the release of the model. The lab decides; the record says what had happened before."""

    digest: str = arg("SHA-256 (64 hex digits) of the checkpoint that is released")
    stage: Stage = arg("trusted_partners, limited or general", Stage.GENERAL)
    acknowledge: tuple[Acknowledgement, ...] = arg(
        "what is known and accepted: no-determination, concerns, other-digest, halt", ()
    )
    copies_cannot_be_recalled: bool = arg("open weights: confirm that published copies cannot be recalled", False)
    already_happened: bool = arg("record a release that happened although the policy refuses it", False)


@dataclass(frozen=True, kw_only=True)
class AdvanceRelease(Command, kind=R, verb="advance"):
    """Advance the release to a later stage."""

    stage: Stage = arg("limited or general", place=True)
    copies_cannot_be_recalled: bool = arg("open weights: confirm that published copies cannot be recalled", False)
