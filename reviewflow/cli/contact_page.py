"""How a person is told, in words: channels, cadence, quiet hours, and what is muted."""

from typing import Any

from reviewflow.nouns.contact import REMOVED, Cadence, Channel, Preferences, channels_from, in_use, preferences_from


def channels(ref: str, row: dict[str, Any], installation: list[str]) -> list[str]:
    """One line a channel; where none is in use, what the installation does instead."""
    known = channels_from(row["channels"])
    lines = [_channel(channel, ref) for channel in known if channel.disabled != REMOVED]
    return lines if in_use(known) else [*lines, f"as the installation has it: {', '.join(installation)}"]


def _channel(channel: Channel, ref: str) -> str:
    to = f" to {channel.address}" if channel.address else " to the mailbox above" if channel.kind == "email" else ""
    said = [
        f"{channel.no}: {channel.kind.value}{to}",
        f"secret {channel.secret}" if channel.secret else "",
        "may carry confidential text" if channel.is_confidential else "",
        f"disabled: {channel.disabled}; {_again(channel, ref)}" if channel.disabled else "",
    ]
    return ", ".join(part for part in said if part)


def _again(channel: Channel, ref: str) -> str:
    return f"`reviewflow person enable-channel {ref} {channel.no}` uses it again"


def preferences(row: dict[str, Any]) -> list[str]:
    """When, and what not; topics that can be muted are named."""
    from reviewflow.rules.topics import TOPICS

    wishes = preferences_from(row["preferences"])
    quiet = f"{wishes.quiet_from} to {wishes.quiet_to}" if wishes.quiet_from else "none"
    can = ", ".join(topic for topic in TOPICS if topic not in wishes.muted)
    return [
        _cadence(wishes),
        f"quiet hours: {quiet}; times are of {wishes.time_zone}",
        f"muted: {', '.join(wishes.muted) or 'nothing'}" + (f"; can be muted: {can}" if can else ""),
    ]


def _cadence(wishes: Preferences) -> str:
    match wishes.cadence:
        case Cadence.DAILY:
            return f"a digest every day at {wishes.digest_at}; what is statutory at once"
        case Cadence.WEEKLY:
            return (
                f"a digest every {wishes.digest_on.value.capitalize()} at {wishes.digest_at}; what is statutory at once"
            )
        case _:
            return "everything at once"
