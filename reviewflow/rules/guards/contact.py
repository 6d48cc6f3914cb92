"""What stands against commands on how a person is told."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from reviewflow.nouns.commands import contact as c
from reviewflow.nouns.contact import REMOVED, Cadence, Channel, ChannelKind, channels_from, is_secret_of
from reviewflow.nouns.targets import fault
from reviewflow.rules.cadence import is_within
from reviewflow.rules.effects.contact import NONE, wished
from reviewflow.rules.scene import Scene
from reviewflow.rules.topics import TOPICS
from reviewflow.rules.work import Work

Reasons = Iterator[str]
MOST = 8  # channels of one person in use
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
SECRET = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
EMAIL = re.compile(rf"{LOCAL}@{LABEL}(\.{LABEL})+", re.ASCII)


def good_channel(w: Work, command: c.AddChannel, s: Scene) -> Reasons:
    """An address and a secret's name as the kind asks for them, and not twice the same."""
    match command.channel_kind:
        case ChannelKind.EMAIL:
            if command.address and (len(command.address) > LONGEST_ADDRESS or not EMAIL.fullmatch(command.address)):
                yield f"{command.address!r} is not an email address, such as counsel@example-lab.example."
        case ChannelKind.WEBHOOK:
            if (why := fault(command.address, allows_loopback=s.allows_loopback)) is not None:
                yield f"--address: {why}"
        case ChannelKind.CHAT | ChannelKind.FOLDER:
            if command.address:
                yield f"A {command.channel_kind.value} takes no address; leave --address out."
        case ChannelKind.LOG:
            yield "A line in the log reaches nobody; choose email, webhook, chat or folder."
    yield from _secret(command, w.row["organization"])
    if command.confidential and w.actor.is_person and w.actor.ref != w.subject.ref:
        yield (
            f"Only {w.subject.ref} may say that confidential text goes to a channel of {w.subject.ref}. Leave "
            "--confidential out; it can be added with it by that person."
        )
    used = [channel for channel in channels_from(w.row["channels"]) if channel.disabled != REMOVED]
    if len(used) >= MOST:
        yield f"There are {len(used)} channels, and {MOST} are the most; remove one with `person remove-channel`."
    for known in used:
        if (known.kind, known.address, known.secret) == (command.channel_kind, command.address, command.secret):
            yield f"Channel {known.no} is the same already."


def _secret(command: c.AddChannel, organization: str) -> Reasons:
    kind = command.channel_kind
    is_needed = kind in (ChannelKind.WEBHOOK, ChannelKind.CHAT)
    if is_needed and not command.secret:
        yield f"A {kind.value} needs --secret, the name of a secret that the installation keeps for it."
    elif command.secret and not is_needed:
        yield f"The kind {kind.value} takes no secret; leave --secret out."
    elif command.secret and not SECRET.fullmatch(command.secret):
        yield (
            "--secret is the name of a secret, up to 100 lower-case letters, digits and . _ -, not the secret itself; "
            "the secret is a file in the installation's folder of secrets."
        )
    elif command.secret and not is_secret_of(command.secret, organization):
        yield (
            f"The secret {command.secret!r} is not one for channels of {organization}: their names begin with "
            f"'{organization}.'. Name one such as {organization}.hook, and have the file of the secret named so."
        )


def channel_stands(w: Work, command: c.RemoveChannel, s: Scene) -> Reasons:
    """There is such a channel."""
    yield from _missing(w, command.channel)


def channel_works(w: Work, command: c.DisableChannel, s: Scene) -> Reasons:
    """It is in use."""
    yield from _missing(w, command.channel)
    if (found := _found(w, command.channel)) and found.disabled:
        yield f"Channel {command.channel} is disabled already."


def channel_rests(w: Work, command: c.EnableChannel, s: Scene) -> Reasons:
    """It was disabled."""
    yield from _missing(w, command.channel)
    if (found := _found(w, command.channel)) and not found.disabled:
        yield f"Channel {command.channel} is in use."


def _found(w: Work, no: int) -> Channel | None:
    known = channels_from(w.row["channels"])
    return next((channel for channel in known if channel.no == no and channel.disabled != REMOVED), None)


def _missing(w: Work, no: int) -> Reasons:
    if _found(w, no) is None:
        there = [str(channel.no) for channel in channels_from(w.row["channels"]) if channel.disabled != REMOVED]
        yield f"There is no channel {no} of {w.subject.ref}; there is: {', '.join(there) or 'none of its own'}."


def good_preferences(w: Work, command: c.ChangePreferences, s: Scene) -> Reasons:
    """Times and a zone that exist, topics that there are, and a digest outside of the quiet hours."""
    if command == c.ChangePreferences():
        yield "Nothing is to be changed; name at least one preference, such as --cadence daily."
    if command.digest_at is not None and not CLOCK.fullmatch(command.digest_at):
        yield f"--digest-at {command.digest_at!r} is not a time of day such as 08:00."
    first, _, last = (command.quiet or NONE).partition("-")
    is_span = CLOCK.fullmatch(first) and CLOCK.fullmatch(last) and first != last
    if command.quiet not in (None, NONE) and not is_span:
        yield f"--quiet {command.quiet!r} is neither two different times such as 22:00-07:00 nor none."
    if command.time_zone is not None and not is_zone(command.time_zone):
        yield f"--time-zone {command.time_zone!r} is not a zone of the IANA database, such as America/New_York."
    yield from _topics(command)
    wishes = wished(w, command)
    if command.digest_on is not None and wishes.cadence is not Cadence.WEEKLY:
        yield (
            f"--digest-on has effect only with --cadence weekly, and the cadence is {wishes.cadence.value}; add "
            "--cadence weekly, or leave --digest-on out."
        )
    is_digest = wishes.cadence is not Cadence.AT_ONCE
    if command.digest_at is not None and not is_digest:
        yield (
            "--digest-at has effect only with a digest, and the cadence is at_once; add --cadence daily or --cadence "
            "weekly, or leave --digest-at out."
        )
    if is_digest and wishes.quiet_from and is_within(wishes.digest_at, wishes.quiet_from, wishes.quiet_to):
        yield (
            f"The digest at {wishes.digest_at} lies in the quiet hours from {wishes.quiet_from} to {wishes.quiet_to}; "
            "move one of them."
        )


def _topics(command: c.ChangePreferences) -> Reasons:
    for topic in () if command.mute == (NONE,) else command.mute:
        if topic not in TOPICS:
            yield (
                f"--mute: there is no topic {topic!r} that can be muted; there is: {', '.join(TOPICS)}. What is "
                "statutory can be sent on another channel, and cannot be switched off."
            )


def is_zone(name: str) -> bool:
    """Whether the installation's time zone data has it."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, or a name that leads out of the folder
        return False
    return bool(name)
