"""Commands of the programme: organizations, people, models, agreements, coverage, partners."""

from dataclasses import dataclass
from datetime import date

from reviewflow.nouns.commands.form import Command, arg, prose
from reviewflow.nouns.signature import Meaning
from reviewflow.nouns.states import CoverageFinding, Kind, Power, ReleaseKind, Role, Stage

A = Kind.AGREEMENT


@dataclass(frozen=True, kw_only=True)
class AddOrganization(Command, kind=Kind.ORGANIZATION, verb="add", creates=True):
    """Add a lab or an agency."""

    key: str = arg("a short key that it keeps for ever, such as example-lab", place=True)
    name: str = arg("its name")
    agency: bool = arg("it is an agency; default: a lab", False)
    powers: tuple[Power, ...] = arg("an agency's powers: review, coverage, halt", ())
    since: date | None = arg("since when it bears this name", None)
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class RenameOrganization(Command, kind=Kind.ORGANIZATION, verb="rename"):
    """Record a new name; the key stays."""

    name: str = arg("the new name")
    since: date = arg("the day from which it holds")
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class DeactivateOrganization(Command, kind=Kind.ORGANIZATION, verb="deactivate"):
    """Take an organization out of use; its record stays."""

    reason: str = prose("why")


@dataclass(frozen=True, kw_only=True)
class ActivateOrganization(Command, kind=Kind.ORGANIZATION, verb="activate"):
    """Take an organization into use again."""


@dataclass(frozen=True, kw_only=True)
class AddPerson(Command, kind=Kind.PERSON, verb="add", creates=True):
    """Add a person by role mailbox."""

    mailbox: str = arg("the mailbox, such as officer@example-lab.example", place=True)
    organization: str = arg("the organization's key", ref=Kind.ORGANIZATION)
    roles: tuple[Role, ...] = arg("officer, viewer; intake, reviewer, decider, admin, auditor")
    name: str | None = arg("the name to print; default: the mailbox", None)


@dataclass(frozen=True, kw_only=True)
class ChangeRoles(Command, kind=Kind.PERSON, verb="roles"):
    """Change a person's roles."""

    roles: tuple[Role, ...] = arg("all roles that hold from now on")


@dataclass(frozen=True, kw_only=True)
class DeactivatePerson(Command, kind=Kind.PERSON, verb="deactivate"):
    """Take a person out of use; what was done stays on record."""

    reason: str = prose("why")


@dataclass(frozen=True, kw_only=True)
class ActivatePerson(Command, kind=Kind.PERSON, verb="activate"):
    """Take a person into use again."""


@dataclass(frozen=True, kw_only=True)
class RegisterModel(Command, kind=Kind.MODEL, verb="register", creates=True):
    """Register one version of a lab's model."""

    name: str = arg("the model's name and version", place=True)
    lab: str | None = arg("the lab's key; default: your own", None, ref=Kind.ORGANIZATION)
    digest: str | None = arg("SHA-256 (64 hex digits) of the checkpoint", None)
    release_kind: ReleaseKind = arg("api, limited or open_weights", ReleaseKind.API)
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class RecordRelease(Command, kind=Kind.MODEL, verb="release", fact=True):
    """Record a stage of release as a dated fact, with its source."""

    stage: Stage = arg("trusted_partners, limited or general", place=True)
    scope: str = prose("to whom", "")
    source: str = prose("where this is written")


@dataclass(frozen=True, kw_only=True)
class AddHolder(Command, kind=Kind.MODEL, verb="add-holder"):
    """Record a downstream holder of published weights, who can only be told."""

    name: str = arg("who holds a copy", place=True)
    contact: str | None = arg("whom to tell", None)
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class OpenAgreement(Command, kind=A, verb="open", creates=True, fact=True, signs=Meaning.PROPOSES):
    """Open the negotiation of an agreement with a lab."""

    lab: str = arg("the lab's key", place=True, ref=Kind.ORGANIZATION)
    agency: str | None = arg("the agency's key; default: your own", None, ref=Kind.ORGANIZATION)
    note: str = prose("what is known", "")
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class SignAgreement(Command, kind=A, verb="sign", fact=True, signs=Meaning.AGREES):
    """Sign for your side; the agreement is in force when both sides have signed."""

    text: str = prose("the terms, or a pointer to them; default: as the other side signed them", "")
    since: str | None = arg("since when, as precisely as the source knows it; default: the day", None)
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class AmendAgreement(Command, kind=A, verb="amend", fact=True, signs=Meaning.AMENDS):
    """Record an amendment."""

    text: str = prose("what changed")
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class EndAgreement(Command, kind=A, verb="end", fact=True, signs=Meaning.ENDS):
    """End an agreement; reviews run on, new filings that need one are refused."""

    reason: str = prose("why")
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class DeclineAgreement(Command, kind=A, verb="decline", fact=True, signs=Meaning.DECLINES):
    """Record that the negotiation ended without an agreement."""

    reason: str = prose("why")
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class AskCoverage(Command, kind=Kind.COVERAGE, verb="ask", creates=True):
    """Ask whether a model is a covered frontier model."""

    model: str = arg("the model's reference", place=True, ref=Kind.MODEL)
    agency: str | None = arg(
        "the office with the coverage power; default: the one there is", None, ref=Kind.ORGANIZATION
    )
    text: str = prose("the inquiry", "")


@dataclass(frozen=True, kw_only=True)
class DecideCoverage(Command, kind=Kind.COVERAGE, verb="decide"):
    """Record the finding: the outcome and a pointer, never classified text."""

    outcome: CoverageFinding = arg("covered or not_covered", place=True)
    pointer: str = arg("where the finding is filed")


@dataclass(frozen=True, kw_only=True)
class ProposePartner(Command, kind=Kind.PARTNER, verb="propose", creates=True):
    """Propose a trusted partner of a release stage."""

    review: str = arg("the review's reference", place=True, ref=Kind.REVIEW)
    name: str = arg("the partner")
    stage: Stage = arg("trusted_partners or limited", Stage.TRUSTED_PARTNERS)
    reason: str = prose("why this partner", "")


@dataclass(frozen=True, kw_only=True)
class AgreePartner(Command, kind=Kind.PARTNER, verb="agree"):
    """Agree to a partner that the other side proposed."""


@dataclass(frozen=True, kw_only=True)
class RefusePartner(Command, kind=Kind.PARTNER, verb="refuse"):
    """Refuse a partner that the other side proposed."""

    reason: str = prose("why")
