"""What is put on record of the ways in of a person: that one changed, and whoever did it, but no secret."""

from dataclasses import dataclass

from reviewflow.nouns.commands.form import Command, arg
from reviewflow.nouns.principal import WayChange
from reviewflow.nouns.states import Kind


@dataclass(frozen=True, kw_only=True)
class ChangeWayIn(Command, kind=Kind.PERSON, by_system=True):
    """A way in of a person was given, ended, or is about to be replaced."""

    change: WayChange = arg("what changed")
    made_by: str = arg("who did it: a person, or the operator of the machine")
    fingerprint: str | None = arg("of a passkey: SHA-256 of its public key", None)
