"""Which recommendation stands for an outcome, why another does not, and in which words a determination is signed."""

import hashlib
from collections.abc import Iterator

from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.plain import plain
from reviewflow.nouns.states import Outcome
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.scene import Scene

Determination = p.Clear | p.RaiseConcerns


def outcome_of(command: Determination) -> Outcome:
    """What it determines."""
    return Outcome.CLEARED if isinstance(command, p.Clear) else Outcome.CONCERNS


def about(review: Row) -> str:
    """What a recommendation is about: a digest of the checkpoint, the policy, and the filing that it was made on."""
    what = [str(plain(review[name]) or "none") for name in ("checkpoint_digest", "policy_digest", "submitted_at")]
    return hashlib.sha256("\n".join(what).encode()).hexdigest()


def recommended(subject: Subject, outcome: Outcome) -> list[Row]:
    """The recommendations of an outcome, in order."""
    return [row for row in _latest(subject) if row["outcome"] == outcome]


def _latest(subject: Subject) -> list[Row]:
    """Who recommends again takes his earlier one back."""
    last = {row["recommended_by"]: row for row in subject.part("recommendation")}
    return sorted(last.values(), key=lambda row: int(row["no"]))


def is_recommended(subject: Subject) -> bool:
    """Whether, as the review itself tells, any recommendation stands; that its author may be out of use is not seen."""
    return any(not any(_spent(subject, row)) for row in _latest(subject))


def flaws(subject: Subject, row: Row, scene: Scene) -> Iterator[str]:
    """Why a recommendation does not stand; each completes "it"."""
    yield from _spent(subject, row)
    author = scene.people.get(row["recommended_by"])
    if author is None or not author.is_active:
        yield "is by a person out of use"


def _spent(subject: Subject, row: Row) -> Iterator[str]:
    if row.get("about") != about(subject.row):  # releases before 0.3 recorded neither
        yield "is about another checkpoint, policy or submission"
    if row.get("determination") is not None:
        yield f"was used up by determination {row['determination']}"
    assigned = (one["person"] for one in subject.part("assignment") if one["ended_at"] is None)
    if row["recommended_by"] not in assigned:
        yield "is by a person who is not assigned any more"


def standing(subject: Subject, outcome: Outcome, scene: Scene) -> Row | None:
    """The latest recommendation of an outcome that holds."""
    found = [row for row in recommended(subject, outcome) if not any(flaws(subject, row, scene))]
    return found[-1] if found else None


def words(subject: Subject, command: Determination, scene: Scene) -> str:
    """The words that are signed: those given, else those that the standing recommendation gives; "" for none."""
    found = standing(subject, outcome_of(command), scene)
    return command.text or str((found and found["statement"]) or "")
