"""A fact as the rules state it, before the journal numbers and chains it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

SYSTEM = "system"  # acts when time has passed
RECORD = "record"  # the public record, imported with its sources

APPROACHING, REACHED, MISSED = "deadline_approaching", "deadline_reached", "deadline_missed"
NOTICES = (APPROACHING, REACHED, MISSED)
CHECKED = "recommendation_checked"  # beside a notice that goes further where nobody has recommended
BY_ONE_SIDE = "agreement_signed_by_one_side"  # where the other side has still to sign
RESCINDED = "_rescinded"
MENDED = "deadlines_mended"  # rows that were not what the journal owes were set right


@dataclass(frozen=True)
class Fact:
    """`data` says what happened, `sets` what it changed: row or part ("request/1") to columns to plain values."""

    name: str
    actor: str
    effective_at: datetime
    recorded_at: datetime
    data: dict[str, Any]
    sets: dict[str, dict[str, Any]]
    is_internal: bool = False

    @property
    def late_by(self) -> int | None:
        """Whole seconds by which the system was late to record what time had done; None for a person's act."""
        if self.actor != SYSTEM:
            return None
        return max(0, int((self.recorded_at - self.effective_at).total_seconds()))
