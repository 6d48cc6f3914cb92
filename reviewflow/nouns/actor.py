"""Who acts: a person with roles in an organization, the system, or the public record."""

from dataclasses import dataclass

from reviewflow.nouns.contact import NO_WISHES, Channel, Preferences
from reviewflow.nouns.events import RECORD, SYSTEM
from reviewflow.nouns.states import Power, Role, Side


@dataclass(frozen=True)
class Actor:
    """`ref` is the role mailbox, or the name of an actor that is no person."""

    ref: str
    name: str = ""
    organization: str = ""
    side: Side | None = None
    roles: frozenset[Role] = frozenset()
    powers: frozenset[Power] = frozenset()
    is_active: bool = True
    channels: tuple[Channel, ...] = ()  # his own; none: as the installation says
    preferences: Preferences = NO_WISHES

    @property
    def is_person(self) -> bool:
        """Neither the system nor the record."""
        return self.side is not None


THE_SYSTEM = Actor(SYSTEM, "the system")
THE_RECORD = Actor(RECORD, "the public record")
