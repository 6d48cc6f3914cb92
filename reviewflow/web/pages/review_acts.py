"""What the reader may do with a review now, as ways to its forms: the next sensible step first, what is grave last."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from reviewflow.web.writing import title

Document = dict[str, Any]
LABELS = {
    "supply": "Supply an item", "plan": "Plan the release", "submit": "Submit", "return": "Return it to the lab",
    "assign": "Assign a reviewer", "unassign": "End an assignment", "start": "Start the clock",
    "correct-start": "Correct the event day", "recompute": "Compute the window again",
    "start-toll": "Stop the clock (toll)", "end-toll": "End a toll", "extend": "Extend the window",
    "withdraw": "Withdraw", "release": "Record the release", "advance": "Advance the release",
    "ask": "Ask for information", "answer": "Answer a request", "reject-answer": "Reject an answer",
    "extend-answer": "Give longer to answer", "withdraw-request": "Withdraw a request", "find": "Record a finding",
    "share-finding": "Share a finding", "note": "Add a note", "recommend": "Recommend", "clear": "Sign: cleared",
    "raise-concerns": "Sign: concerns", "grant-access": "Give access", "end-access": "End access",
    "revoke-access": "Revoke access", "attach": "Attach a document", "share-document": "Share a document",
    "destroy-document": "Destroy a document",
}  # fmt: skip
PARTS = {
    "answer": "request", "reject-answer": "request", "extend-answer": "request", "withdraw-request": "request",
    "share-finding": "finding", "end-access": "grant", "revoke-access": "grant", "share-document": "document",
    "destroy-document": "document",
}  # fmt: skip
_VERB = re.compile("“([a-z-]+)”")
GRAVE = ("withdraw", "revoke-access", "destroy-document", "correct-start", "recompute")


@dataclass(frozen=True)
class Act:
    """One way on; `parts` are the numbers of what it can be about, where it is about one."""

    verb: str
    text: str
    href: str
    help: str
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Acts:
    """`next` is the sensible step; `refused` are what is the reader's to do and cannot be done now, with why."""

    next: Act | None
    others: tuple[Act, ...]
    grave: tuple[Act, ...]
    refused: tuple[Document, ...]

    def of(self, verb: str, no: int) -> bool:
        """Whether a part may be acted on in this way."""
        return any(act.verb == verb and no in act.parts for act in self._all)

    def has(self, verb: str) -> bool:
        """Whether something may be done at all."""
        return any(act.verb == verb for act in self._all)

    @property
    def _all(self) -> tuple[Act, ...]:
        return (*((self.next,) if self.next else ()), *self.others, *self.grave)


def acts(card: Document) -> Acts:
    """From what the view of a review says is possible, is refused, and comes next."""
    refused = {one["verb"] for one in card["refused"]}
    words = (card["hint"] or "").split()
    found, first = [], None
    for one in card["possible"]:
        verb = one["verb"]
        if verb in refused:
            continue
        if verb == (words[2] if len(words) > 2 else None):
            first = Act(verb, _named(verb, words), address(card["ref"], verb, **_filled(words)), one["help"],
                        tuple(one["parts"]))  # fmt: skip
        else:
            parts = tuple(one["parts"])
            asked = {PARTS[verb]: parts[0]} if verb in PARTS and len(parts) == 1 else {}
            found.append(Act(verb, label(verb), address(card["ref"], verb, **asked), one["help"], parts))
    return Acts(
        first,
        tuple(act for act in found if act.verb not in GRAVE),
        tuple(act for act in found if act.verb in GRAVE),
        tuple({**one, "text": label(one["verb"]), "why": labelled(one["why"])} for one in card["refused"]),
    )


def address(ref: str, verb: str, **filled: object) -> str:
    """The form of a verb, with what is known already filled in."""
    query = f"?{urlencode(filled)}" if filled else ""
    return f"/reviews/{ref}/do/{verb}{query}"


def labelled(reasons: Iterable[str]) -> list[str]:
    """Reasons that name a verb, as “raise-concerns”, with what its button says."""
    return [_VERB.sub(lambda found: f"“{label(found[1])}”", reason) for reason in reasons]


def label(verb: str) -> str:
    """A verb as a button says it."""
    return LABELS.get(verb) or title(verb)


def _filled(words: list[str]) -> dict[str, str]:
    """What the hint's command line names beside the review: the request, the item; never a judgement."""
    names = {"answer": "request", "supply": "item"}
    verb, more = words[2], words[4] if len(words) > 4 else ""
    return {names[verb]: more} if verb in names and more and not more.isupper() else {}


def _named(verb: str, words: list[str]) -> str:
    filled = _filled(words)
    if verb == "supply" and filled:
        return f"Supply: {filled['item'].replace('_', ' ')}"
    return f"Answer request {filled['request']}" if verb == "answer" and filled else label(verb)
