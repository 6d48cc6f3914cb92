"""Which recommendation stands for an outcome, and in which words a determination is signed."""

from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.states import Outcome
from reviewflow.nouns.subject import Row, Subject

Determination = p.Clear | p.RaiseConcerns


def outcome_of(command: Determination) -> Outcome:
    """What it determines."""
    return Outcome.CLEARED if isinstance(command, p.Clear) else Outcome.CONCERNS


def standing(subject: Subject, outcome: Outcome) -> Row | None:
    """The latest recommendation of an outcome; who recommends again takes his earlier one back."""
    last = {row["recommended_by"]: row for row in subject.part("recommendation")}
    found = [row for row in last.values() if row["outcome"] == outcome]
    return max(found, key=lambda row: int(row["no"]), default=None)


def words(subject: Subject, command: Determination) -> str:
    """The words that are signed: those given, else those that the standing recommendation gives; "" for none."""
    found = standing(subject, outcome_of(command))
    return command.text or str((found and found["statement"]) or "")
