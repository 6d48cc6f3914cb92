"""Wishes to try on a review: where what it is about decides whether a command can be done, not the words in it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from reviewflow.nouns.commands import document as d
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.policy import Consent, Policy, TollCause
from reviewflow.nouns.states import Side, Stage
from reviewflow.nouns.subject import Row, Subject

Wish = tuple[int | None, Command]  # the number of the part that it is about, where it is about one
WORDS = "to try it"


def wishes(
    command: type[Command], subject: Subject, side: Side | None, policy: Policy, terms: Iterable[str]
) -> list[Wish] | None:
    """One for each part of the review that the command could be about; None where only its words would tell.

    `side` is that of whoever would give it, who is not told of what is the other's own; `terms` are the programme's
    terms of access.
    """
    if command in _OF_PARTS:
        table, wish = _OF_PARTS[command]
        return [(row["no"], wish(row["no"])) for row in subject.part(table) if _is_told(table, row, side)]
    if command in (r.Submit, r.StartClock):
        return [(None, command())]
    if command in (p.Clear, p.RaiseConcerns):
        words = WORDS if policy.determination.persons < 2 else ""  # those that were recommended
        return [(None, command(text=words))]
    if command is r.Extend:
        asks = policy.extension.max_days and policy.extension.consent is not Consent.NONE
        return None if asks else [(None, r.Extend(by=1, reason=WORDS))]
    if command is p.GrantAccess:
        return [(None, p.GrantAccess(to=WORDS, how=WORDS, terms=tuple(terms)))]
    made = _WITH_CHOICE.get(command)
    return None if made is None else [(None, wish) for wish in made(subject, policy)]


_OF_PARTS: dict[type[Command], tuple[str, Callable[[int], Command]]] = {
    p.Answer: ("request", lambda no: p.Answer(request=no, text=WORDS)),
    p.RejectAnswer: ("request", lambda no: p.RejectAnswer(request=no, reason=WORDS)),
    p.ExtendAnswer: ("request", lambda no: p.ExtendAnswer(request=no, until=date.max, reason=WORDS)),
    p.WithdrawRequest: ("request", lambda no: p.WithdrawRequest(request=no, reason=WORDS)),
    p.ShareFinding: ("finding", lambda no: p.ShareFinding(finding=no)),
    p.EndAccess: ("access_grant", lambda no: p.EndAccess(grant=no, reason=WORDS)),
    p.RevokeAccess: ("access_grant", lambda no: p.RevokeAccess(grant=no, reason=WORDS)),
    d.ShareDocument: ("review_document", lambda no: d.ShareDocument(document=no)),
    d.DestroyDocument: ("review_document", lambda no: d.DestroyDocument(document=no, reason=WORDS)),
}
PARTS = {
    "request": "information request", "finding": "finding", "access_grant": "access grant",
    "review_document": "document",
}  # fmt: skip


def nothing(command: type[Command]) -> str:
    """Why there is nothing to try it on."""
    if command in _OF_PARTS:
        return f"There is no {PARTS[_OF_PARTS[command][0]]} that it could be about."
    return "Nobody is assigned." if command is r.Unassign else "No toll is open."


def _is_told(table: str, row: Row, side: Side | None) -> bool:
    return table != "review_document" or bool(row["is_shared"]) or row["side"] == side


def _declared(subject: Subject, policy: Policy) -> Iterator[Command]:
    causes = [cause for cause in TollCause if cause is not TollCause.INFORMATION_REQUEST]
    allowed = [cause for cause in causes if cause in policy.toll.on]
    return (r.StartToll(cause=cause.value, reason=WORDS) for cause in allowed or causes[:1])


def _standing(subject: Subject, policy: Policy) -> Iterator[Command]:
    rows = (row for row in subject.part("toll") if row["ended_at"] is None)
    return (r.EndToll(cause=row["cause"], reason=WORDS) for row in rows)


def _assigned(subject: Subject, policy: Policy) -> Iterator[Command]:
    rows = (row for row in subject.part("assignment") if row["ended_at"] is None)
    return (r.Unassign(person=row["person"], reason=WORDS) for row in rows)


def _stages(subject: Subject, policy: Policy) -> Iterator[Command]:
    return (r.AdvanceRelease(stage=stage, copies_cannot_be_recalled=True) for stage in Stage)


_WITH_CHOICE: dict[type[Command], Callable[[Subject, Policy], Iterator[Command]]] = {
    r.StartToll: _declared,
    r.EndToll: _standing,
    r.Unassign: _assigned,
    r.AdvanceRelease: _stages,
}
