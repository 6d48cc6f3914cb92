"""What stands against findings and determinations: the closed lists, and the second person."""

from collections.abc import Iterator

from reviewflow.nouns.commands import parts as p
from reviewflow.rules.scene import Scene
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


def two_persons(w: Work, c: object, s: Scene) -> Reasons:
    """Who recommended does not sign, where the policy asks for two persons."""
    if s.pin.policy.determination.persons < 2:
        return
    made = [row["recommended_by"] for row in w.subject.part("recommendation")]
    if not made:
        yield f"The policy {s.pin.policy.id} asks for two persons: a reviewer recommends first, another person signs."
    if w.actor.ref in made:
        yield f"{w.actor.ref} made a recommendation in this review; another person signs the determination."
