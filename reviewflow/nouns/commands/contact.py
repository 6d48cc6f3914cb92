"""Commands on how a person is told: channels, and what, when and how often."""

from dataclasses import dataclass

from reviewflow.nouns.commands.form import LONG_TEXT, Command, arg, prose
from reviewflow.nouns.contact import Cadence, ChannelKind, Weekday
from reviewflow.nouns.states import Kind

P = Kind.PERSON
NUMBER = "the channel's number; `person show` lists them"


@dataclass(frozen=True, kw_only=True)
class AddChannel(Command, kind=P, verb="add-channel"):
    """Tell a person on one more channel.

    With the first, the installation's own are used no more. Whoever adds one can try it with test-channel.
    """

    channel_kind: ChannelKind = arg("email, webhook, chat or folder", place=True)
    address: str = arg("an email's mailbox (default: the person's own), or a webhook's https URL", "", limit=LONG_TEXT)
    secret: str = arg("the name of the installation's secret that a webhook or a chat needs; never the secret", "")
    confidential: bool = arg("letters on it may carry confidential text; only the person concerned may say so", False)


@dataclass(frozen=True, kw_only=True)
class RemoveChannel(Command, kind=P, verb="remove-channel"):
    """Take a channel away for good.

    After the last one, the installation's own are used.
    """

    channel: int = arg(NUMBER, place=True)


@dataclass(frozen=True, kw_only=True)
class EnableChannel(Command, kind=P, verb="enable-channel"):
    """Use a channel again that was disabled."""

    channel: int = arg(NUMBER, place=True)


@dataclass(frozen=True, kw_only=True)
class DisableChannel(Command, kind=P, by_system=True):
    """The channel's other end answered that it is gone."""

    channel: int = arg("the channel's number", place=True)
    reason: str = prose("what it answered")


@dataclass(frozen=True, kw_only=True)
class ChangePreferences(Command, kind=P, verb="preferences"):
    """Change what a person is told, when and how often.

    What is not named stays as it is. What is statutory waits for no digest, and cannot be muted.
    """

    cadence: Cadence | None = arg("how often: at_once, or in a digest, daily or weekly", None)
    digest_at: str | None = arg("the local time of a daily or weekly digest, such as 08:00", None)
    digest_on: Weekday | None = arg("the day of a weekly digest, such as monday", None)
    quiet: str | None = arg("quiet hours in local time, such as 22:00-07:00, or none", None)
    time_zone: str | None = arg("the zone of all these times, such as America/New_York", None)
    mute: tuple[str, ...] = arg(
        "the topics to leave out, all that are not wished, or none; `person show` names them", (), words=True
    )
