"""What stands against findings and determinations: the closed lists, and the second person."""

from collections.abc import Iterator

from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.subject import Row
from reviewflow.rules.scene import Scene
from reviewflow.rules.standing import Determination, flaws, outcome_of, recommended, standing, words
from reviewflow.rules.work import Work

Reasons = Iterator[str]


def known_domain(w: Work, c: p.RecordFinding, s: Scene) -> Reasons:
    """Domains and severities are the programme's."""
    if c.domain not in s.programme.domains:
        yield f"--domain {c.domain!r} is not one of: {', '.join(s.programme.domains)}."
    if c.severity not in s.programme.severities:
        yield f"--severity {c.severity!r} is not one of: {', '.join(s.programme.severities)}."


def finding_unshared(w: Work, c: p.ShareFinding, s: Scene) -> Reasons:
    """The finding is there, and not yet shared."""
    row = w.subject.parts.get("finding", {}).get(c.finding)
    if row is None:
        yield f"There is no finding {c.finding} in this review."
    elif row["is_shared"]:
        yield f"Finding {c.finding} is shared already."


def words_to_sign(w: Work, c: p.Recommend, s: Scene) -> Reasons:
    """Where two persons sign, what is recommended are words, not an outcome alone."""
    if s.pin.policy.determination.persons >= 2 and not c.statement.strip():
        yield (
            f"The policy {s.pin.policy.id} asks for two persons, who agree on the same words: give them, "
            "as the decider is to sign them, with --statement."
        )


def worded(w: Work, c: Determination, s: Scene) -> Reasons:
    """A determination says something."""
    if s.pin.policy.determination.persons < 2 and not words(w.subject, c, s).strip():
        yield "The determination has no words, and no recommendation gives any: give them with --text."


def two_persons(w: Work, c: Determination, s: Scene) -> Reasons:
    """Who recommended does not sign, where the policy asks for two persons; and both stand for the same words."""
    if s.pin.policy.determination.persons < 2:
        return
    made = [row["recommended_by"] for row in w.subject.part("recommendation")]
    found, outcome = standing(w.subject, outcome_of(c), s), outcome_of(c)
    if found is None:
        rule = f"The policy {s.pin.policy.id} asks for two persons: a reviewer recommends first, another person signs"
        yield f"{rule}; no recommendation of {outcome.value} stands." if made else f"{rule}."
        for row in recommended(w.subject, outcome):
            yield f"{_named(row)} {', and '.join(flaws(w.subject, row, s))}: a reviewer recommends again."
    if w.actor.ref in made:
        yield f"{w.actor.ref} made a recommendation in this review; another person signs the determination."
    elif found is not None:
        yield from _other_words(c, found)


def _other_words(c: Determination, found: Row) -> Reasons:
    """What was recommended in other words was not recommended; nor was what has none."""
    which = _named(found)
    if not found["statement"]:
        yield f"{which} gives no words to be signed, and so is void; a reviewer recommends again, with --statement."
    elif c.text not in ("", found["statement"]):
        yield (
            f"{which} is of another text, and so is void for this one: leave --text out to sign the words that were "
            "recommended, or have a reviewer recommend the new ones with --statement."
        )


def _named(row: Row) -> str:
    return f"Recommendation {row['no']} by {row['recommended_by']}"
