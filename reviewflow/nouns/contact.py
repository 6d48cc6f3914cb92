"""How a person is told: on which channels, of what, when and how often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ChannelKind(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"
    CHAT = "chat"
    FOLDER = "folder"
    LOG = "log"


class Cadence(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True)
class Channel:
    """One way to a person; `no` 0 is the installation's own, others are numbered within the person from 1.

    `address` is a mailbox, an https URL or nothing, where the person's own mailbox or the secret says it; `secret` is
    the *name* of a secret of the installation (a webhook's signing key, a chat service's URL), never the secret itself.
    """

    no: int
    kind: ChannelKind
    address: str = ""
    secret: str = ""
    is_confidential: bool = False  # may carry confidential text
    disabled: str = ""  # why it carries nothing any more; empty: it is in use

    @property
    def name(self) -> str:
        """Its name in a delivery: "email" of the installation, "webhook-2" of the person."""
        return f"{self.kind.value}-{self.no}" if self.no else self.kind.value


@dataclass(frozen=True)
class Preferences:
    """Times are local "HH:MM" in `time_zone`; quiet hours may go over midnight; `muted` names groups of events."""

    cadence: Cadence = Cadence.AT_ONCE
    digest_at: str = "08:00"
    digest_on: Weekday = Weekday.MONDAY  # of a weekly digest
    quiet_from: str = ""
    quiet_to: str = ""
    time_zone: str = "America/New_York"
    muted: tuple[str, ...] = ()


NO_WISHES = Preferences()
REMOVED = "removed"  # why a channel is disabled for good; its number is not given again
A_FOLDER = Channel(0, ChannelKind.FOLDER)


def is_secret_of(name: str, organization: str) -> bool:
    """Whether a secret is for an organization's channels: no key of one holds a point."""
    return bool(organization) and name.startswith(f"{organization}.") and len(name) > len(organization) + 1


def kind_of(name: str) -> str:
    """The kind of a channel by its name in a delivery."""
    return name.partition("-")[0]


def in_use(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    """Those that carry letters."""
    return tuple(channel for channel in channels if not channel.disabled)


def channels_from(rows: Any) -> tuple[Channel, ...]:
    """The channels of a person's row."""
    return tuple(Channel(**{**row, "kind": ChannelKind(row["kind"])}) for row in rows or ())


def preferences_from(row: Mapping[str, Any] | None) -> Preferences:
    """The preferences of a person's row."""
    if not row:
        return NO_WISHES
    made = {**row, "cadence": Cadence(row["cadence"]), "digest_on": Weekday(row["digest_on"])}
    return Preferences(**{**made, "muted": tuple(row["muted"])})
