"""What stands against filing: one open review, items with content, the gate, who may be assigned."""

import re
from collections.abc import Iterator

from reviewflow.nouns.commands import review as r
from reviewflow.nouns.states import (
    ReviewState,
    Role,
    Side,
)
from reviewflow.nouns.subject import Row
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Reasons = Iterator[str]
DIGEST = re.compile(r"[0-9a-f]{64}")


def model_of(w: Work, s: Scene) -> Row:
    """The row of the review's model."""
    return s.rows[w.row["model"]]


def items(w: Work) -> dict[str, Row]:
    """The item in force of each name: the one supplied last."""
    return {row["item"]: row for row in w.subject.part("submission_item")}


def may_open(w: Work, c: r.Open, s: Scene) -> Reasons:
    """At most one open review of a model version; a refile names a withdrawn review of the same model."""
    if s.open_review:
        yield f"Review {s.open_review} of this model version is open; withdraw it first, or work on that one."
    if c.refiles:
        old = s.rows[c.refiles]
        if old["state"] != ReviewState.WITHDRAWN or old["model"] != c.model:
            yield f"--refiles names a withdrawn review of the same model; {c.refiles} is not one."
        rule = s.pin.policy.refile
        if rule and rule.times and s.refilings > rule.times:
            yield f"The policy {s.pin.policy.id} allows {rule.times} refiling(s); this would be number {s.refilings}."
    if c.follows and s.rows[c.follows]["lab"] != s.rows[c.model]["lab"]:
        yield f"--follows names a review of the same lab; {c.follows} is not one."


def item_has_content(w: Work, c: r.SupplyItem, s: Scene) -> Reasons:
    """An item is a text or the digest of something supplied elsewhere."""
    if not (c.digest or c.text):
        yield f"The item {c.item} has neither --digest nor --text; give one."
    elif c.digest and not DIGEST.fullmatch(c.digest) and c.item != "checkpoint_digest":
        yield f"The digest of {c.item} is a SHA-256: 64 hex digits, of small letters."
    gate = s.pin.policy.submission.gate
    if c.item == "checkpoint_digest" and not DIGEST.fullmatch(c.digest or c.text or ""):
        yield "checkpoint_digest is the SHA-256 of the model version, 64 hex digits; give it with --digest."
    pinned = w.row["checkpoint_digest"] if w.subject.state == ReviewState.SUBMITTED else None
    if c.item == "checkpoint_digest" and pinned and (c.digest or c.text) != pinned:
        yield "The checkpoint was pinned at submission; a new checkpoint is a new review (--follows)."
    if c.item == "planned_release" and gate and not c.digest and not w.subject.part("planned_release"):
        yield "Plan the release with `reviewflow review plan REF DATE`; that supplies this item too."


def agreement(w: Work, c: object, s: Scene) -> Reasons:
    """Where the policy asks for it, an agreement is in force."""
    if s.pin.policy.submission.requires_agreement and not s.has_agreement:
        parties = f"{w.row['lab']} and {w.row['agency']}"
        yield f"The policy {s.pin.policy.id} asks for an agreement in force between {parties}."


def digest(w: Work, c: r.Submit, s: Scene) -> Reasons:
    """The checkpoint digest is pinned at submission."""
    if "checkpoint_digest" not in items(w) and not model_of(w, s)["checkpoint_digest"]:
        yield "No checkpoint digest: supply it with `reviewflow review supply REF checkpoint_digest --digest SHA256`."


def gate(w: Work, c: r.StartClock, s: Scene) -> Reasons:
    """Every gate item of the policy is in."""
    for name in s.pin.policy.submission.gate:
        if name not in items(w):
            yield f"The gate item {name} is missing; the lab supplies it with `reviewflow review supply REF {name}`."


def can_review(w: Work, c: r.Assign, s: Scene) -> Reasons:
    """An active reviewer, of the agency unless consulted, not assigned already."""
    person = s.people.get(c.person)
    if person is None or person.side is not Side.AGENCY or Role.REVIEWER not in person.roles or not person.is_active:
        yield f"{c.person} is not an active reviewer of an agency."
    elif person.organization != w.row["agency"] and not c.consulted:
        yield f"{c.person} belongs to another agency and can only be --consulted."
    if any(a["person"] == c.person and a["ended_at"] is None for a in w.subject.part("assignment")):
        yield f"{c.person} is assigned already."


def is_assigned(w: Work, c: r.Unassign, s: Scene) -> Reasons:
    """The assignment is there to end."""
    if not any(a["person"] == c.person and a["ended_at"] is None for a in w.subject.part("assignment")):
        yield f"{c.person} is not assigned."
