"""Commands on the parts of a review: requests, findings, determination, access."""

from dataclasses import dataclass
from datetime import date

from reviewflow.nouns.commands.form import Command, arg, prose
from reviewflow.nouns.signature import Meaning
from reviewflow.nouns.states import Kind, Outcome

R = Kind.REVIEW


@dataclass(frozen=True, kw_only=True)
class RequestInformation(Command, kind=R, verb="ask"):
    """Put a question to the lab."""

    text: str = prose("the question")


@dataclass(frozen=True, kw_only=True)
class Answer(Command, kind=R, verb="answer", fact=True):
    """Answer an information request; a late answer is marked."""

    request: int = arg("the request's number", place=True)
    text: str = prose("the answer, or where it is")
    digest: str | None = arg("SHA-256 of what was supplied with it", None)


@dataclass(frozen=True, kw_only=True)
class RejectAnswer(Command, kind=R, verb="reject-answer"):
    """Reject an answer; the request is open again, with a new deadline."""

    request: int = arg("the request's number", place=True)
    reason: str = prose("what is still missing")


@dataclass(frozen=True, kw_only=True)
class ExtendAnswer(Command, kind=R, verb="extend-answer"):
    """Give the lab until a later day to answer."""

    request: int = arg("the request's number", place=True)
    until: date = arg("the new last day to answer")
    reason: str = prose("why", "")


@dataclass(frozen=True, kw_only=True)
class WithdrawRequest(Command, kind=R, verb="withdraw-request"):
    """Withdraw an information request."""

    request: int = arg("the request's number", place=True)
    reason: str = prose("why", "")


@dataclass(frozen=True, kw_only=True)
class MissAnswer(Command, kind=R, by_system=True):
    """No answer came in time."""

    request: int


@dataclass(frozen=True, kw_only=True)
class RecordFinding(Command, kind=R, verb="find"):
    """Record a finding; internal to the agency until it is shared."""

    title: str = arg("one line")
    text: str = prose("the finding", "")
    domain: str = arg("the domain, such as cybersecurity")
    severity: str = arg("the severity, such as high")
    shared: bool = arg("share it with the lab at once", False)
    handoff: str | None = arg("reference of the hand-off to the vulnerability clearinghouse", None)


@dataclass(frozen=True, kw_only=True)
class ShareFinding(Command, kind=R, verb="share-finding"):
    """Share a finding with the lab."""

    finding: int = arg("the finding's number", place=True)


@dataclass(frozen=True, kw_only=True)
class AddNote(Command, kind=R, verb="note"):
    """Add a note for your own side, or for both."""

    text: str = prose("the note")
    shared: bool = arg("let the other side read it", False)


@dataclass(frozen=True, kw_only=True)
class Recommend(Command, kind=R, verb="recommend"):
    """Recommend a determination; internal to the agency."""

    outcome: Outcome = arg("cleared or concerns", place=True)
    text: str = prose("the reasons")
    statement: str = prose("the determination's words, as they are to be signed; where two persons sign, needed", "")


@dataclass(frozen=True, kw_only=True)
class Clear(Command, kind=R, verb="clear", signs=Meaning.DETERMINES):
    """Sign the determination: cleared. Not an approval, and none is needed."""

    text: str = prose("the statement; default: as the standing recommendation words it", "")


@dataclass(frozen=True, kw_only=True)
class RaiseConcerns(Command, kind=R, verb="raise-concerns", signs=Meaning.DETERMINES):
    """Sign the determination: concerns."""

    text: str = prose("the statement; default: as the standing recommendation words it", "")


@dataclass(frozen=True, kw_only=True)
class GrantAccess(Command, kind=R, verb="grant-access", fact=True):
    """Give someone of the government access to the model, on the programme's terms."""

    to: str = arg("who: an office, a team or a role mailbox", place=True)
    how: str = arg("how the model is reached, such as an endpoint's name")
    terms: tuple[str, ...] = arg("the access terms that are agreed; the programme lists them", (), words=True)
    until: date | None = arg("the last day of access; default: the window's last day", None)


@dataclass(frozen=True, kw_only=True)
class EndAccess(Command, kind=R, verb="end-access", fact=True):
    """End an access grant."""

    grant: int = arg("the grant's number", place=True)
    reason: str = prose("why", "")


@dataclass(frozen=True, kw_only=True)
class RevokeAccess(Command, kind=R, verb="revoke-access"):
    """Revoke an access grant before its end, for cause."""

    grant: int = arg("the grant's number", place=True)
    reason: str = prose("the cause")
