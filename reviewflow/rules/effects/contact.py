"""Effects on how a person is told."""

from dataclasses import asdict, replace
from typing import Any

from reviewflow.nouns.commands import contact as c
from reviewflow.nouns.contact import REMOVED, Channel, Preferences, channels_from, preferences_from
from reviewflow.nouns.plain import plain
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None
NONE = "none"


def add_channel(w: Work, command: c.AddChannel, s: Scene) -> Extra:
    """Its number is never given again."""
    known = channels_from(w.row["channels"])
    made = Channel(
        len(known) + 1, command.channel_kind, command.address, command.secret, is_confidential=command.confidential
    )
    _keep(w, (*known, made))
    return {"channel": made.no, "name": made.name}


def remove_channel(w: Work, command: c.RemoveChannel, s: Scene) -> Extra:
    """Its number stays taken, and its address is kept for the letter that warns of it."""
    return _change(w, command.channel, is_confidential=False, disabled=REMOVED)


def enable_channel(w: Work, command: c.EnableChannel, s: Scene) -> Extra:
    """It carries letters again."""
    return _change(w, command.channel, disabled="")


def disable_channel(w: Work, command: c.DisableChannel, s: Scene) -> Extra:
    """It carries none until somebody enables it."""
    return _change(w, command.channel, disabled=command.reason)


def change_preferences(w: Work, command: c.ChangePreferences, s: Scene) -> Extra:
    """From now on; what is owed already keeps its hour."""
    w.set(preferences=plain(asdict(wished(w, command))))
    return None


def wished(w: Work, command: c.ChangePreferences) -> Preferences:
    """The preferences as the command would have them."""
    named = {
        key: value
        for key in ("cadence", "digest_at", "digest_on", "time_zone")
        if (value := getattr(command, key)) is not None
    }
    if command.quiet is not None:
        first, _, last = ("", "", "") if command.quiet == NONE else command.quiet.partition("-")
        named |= {"quiet_from": first, "quiet_to": last}
    if command.mute:
        named["muted"] = () if command.mute == (NONE,) else command.mute
    return replace(preferences_from(w.row["preferences"]), **named)


def _change(w: Work, no: int, **columns: Any) -> Extra:
    known = channels_from(w.row["channels"])
    _keep(w, tuple(replace(channel, **columns) if channel.no == no else channel for channel in known))
    return {"name": next(channel.name for channel in known if channel.no == no)}


def _keep(w: Work, channels: tuple[Channel, ...]) -> None:
    w.set(channels=[plain(asdict(channel)) for channel in channels])
