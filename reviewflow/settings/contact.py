"""How a person of `programme.toml` is told: the same commands as at the command line."""

from reviewflow.nouns.commands.contact import AddChannel, ChangePreferences
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.contact import Cadence, ChannelKind, Weekday, is_secret_of
from reviewflow.rules.guards.contact import is_zone
from reviewflow.rules.topics import TOPICS
from reviewflow.settings.arrays import Table, tables
from reviewflow.settings.fields import Fields

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


def contact(fields: Fields, organization: str) -> tuple[Command, ...]:
    """`channels` as a list of tables, `preferences` as one; what is left out is as the installation has it."""
    channels = tuple(_channel(table, organization) for table in tables(fields, "channels"))
    inner = fields.sub("preferences")
    return channels if inner is None else (*channels, _preferences(inner))


def _channel(fields: Table, organization: str) -> AddChannel:
    secret = fields.text("secret", "")
    if secret and not is_secret_of(secret, organization):
        remedy = f'write a name such as "{organization}.hook"'
        fields.fault("secret", f"cannot be {secret!r}, which is not one for channels of {organization}", remedy)
    return AddChannel(
        channel_kind=fields.choice("kind", ChannelKind),
        address=fields.text("address", ""),
        secret=secret,
        confidential=fields.boolean("confidential", False),
    )


def _preferences(fields: Fields) -> ChangePreferences:
    known = len(fields.faults)

    def text(key: str, like: str, remedy: str) -> str | None:
        return fields.text(key, like=like, remedy=remedy) if fields.has(key) else None

    zone = text("time_zone", r".+", 'write a name such as "America/New_York"')
    if zone and not is_zone(zone):
        fields.fault("time_zone", f"cannot be {zone!r}", 'write a name such as "America/New_York"')
    mute = fields.texts("mute")
    for topic in mute:
        if topic not in TOPICS:
            fields.fault("mute", f"cannot hold {topic!r}", f"choose from {', '.join(TOPICS)}")
    found = ChangePreferences(
        cadence=fields.choice("cadence", Cadence) if fields.has("cadence") else None,
        digest_at=text("digest_at", CLOCK, 'write a time of day such as "08:00"'),
        digest_on=fields.choice("digest_on", Weekday) if fields.has("digest_on") else None,
        quiet=text("quiet", f"{CLOCK}-{CLOCK}", 'write two times such as "22:00-07:00"'),
        time_zone=zone,
        mute=mute,
    )
    if found.digest_on is not None and found.cadence is not Cadence.WEEKLY:
        fields.fault("digest_on", "has effect only with a weekly cadence", 'write cadence = "weekly", or leave it out')
    if len(fields.faults) == known and found.digest_at is not None and found.cadence in (None, Cadence.AT_ONCE):
        remedy = 'write cadence = "daily" or "weekly", or leave it out'
        fields.fault("digest_at", "has effect only with a daily or weekly cadence", remedy)
    fields.finish()
    return found
