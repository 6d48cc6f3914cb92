"""What a person may leave unread: a closed list of topics; what stands in none of them is statutory.

Statutory is what gives a receipt, begins, moves or ends a clock, decides, or says what a side may or must do from now
on; what a ladder escalates; and what changes how a person is told. Both sides of a deadline would want it so: neither
can say later that it was never told, and neither is told too late by its own settings. So a statutory letter can be
sent on another channel and cannot be switched off; it waits for no digest; and in quiet hours it waits for their end,
unless something of its subject falls due before that, or it forbids from this moment on what was allowed.
"""

from reviewflow.nouns.contact import Preferences
from reviewflow.nouns.events import APPROACHING, RESCINDED

TOPICS: dict[str, frozenset[str]] = {
    "reminders": frozenset({APPROACHING}),
    "assignments": frozenset({"assigned"}),
    "answers": frozenset({"answered"}),
    "findings": frozenset({"finding_recorded", "finding_shared", "recommended"}),
    "documents": frozenset({"document_attached", "document_shared", "document_destroyed"}),
    "stages": frozenset({"release_advanced"}),
    "agreements": frozenset({"agreement_opened", "agreement_signed_by_one_side", "agreement_declined"}),
    "coverage": frozenset({"coverage_asked"}),
    "halts": frozenset({"halt_implemented", "model_restored"}),
    "commitments": frozenset({"commitment_proposed", "commitment_met"}),
    "partners": frozenset({"partner_proposed", "partner_agreed", "partner_refused"}),
}
FORBIDDING = frozenset({"halt_ordered", "halt_narrowed", "access_revoked"})  # told at any hour
REWIRING = frozenset({"channel_added", "channel_removed", "channel_enabled", "preferences_changed"})  # by a person
_TOPIC = {name: topic for topic, names in TOPICS.items() for name in names}


def topic_of(name: str) -> str | None:
    """The topic of an event, and of what rescinds it; None: statutory."""
    return _TOPIC.get(name.removesuffix(RESCINDED))


def is_statutory(name: str) -> bool:
    """Whether it can be rerouted and not be switched off."""
    return topic_of(name) is None


def is_muted(name: str, wishes: Preferences) -> bool:
    """Whether the person wants no letter of it."""
    return bool(wishes.muted) and topic_of(name) in wishes.muted
