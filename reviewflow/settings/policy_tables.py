"""Policies from TOML tables, with their types, ranges and contradictions checked."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import reviewflow.clock  # noqa: F401 - its import makes the tzdata package the only source of zones
from reviewflow.nouns import policy as nouns
from reviewflow.nouns.policy import EVERY_DAY, Policy, Unit
from reviewflow.settings.calendar_tables import IDENTIFIER, LAST_VERSION
from reviewflow.settings.contradictions import note_contradictions
from reviewflow.settings.escalation import escalation
from reviewflow.settings.fields import Fields

LONGEST = 3660  # ten years of days, or five months of hours: what is longer is a slip of the keyboard
MOST_HOURS = LONGEST * 24
OFFSET = r"[1-9]\d{0,3}(d|bd|h)"
ITEM = r"[a-z][a-z0-9_]*"


def policy_from_table(file: str, values: Mapping[str, Any], faults: list[str]) -> Policy:
    """A policy; every fault goes into `faults`, and then the result is not to be used."""
    fields = Fields(file, values, faults)
    before = len(faults)
    policy = Policy(
        id=fields.text("id", like=IDENTIFIER, remedy='write a short name such as "eo-14409"'),
        version=fields.integer("version", at_least=1, at_most=LAST_VERSION),
        title=fields.text("title"),
        source=fields.text("source"),
        window=window(fields),
        toll=toll(fields),
        extension=extension(fields),
        intake=intake(fields),
        silence=silence(fields),
        notices=notices(fields),
        request=request(fields),
        determination=determination(fields),
        release=release(fields),
        refile=refile(fields),
        submission=submission(fields),
        escalation=escalation(fields),
    )
    fields.finish()
    if len(faults) == before:
        note_contradictions(policy, fields)
    return policy


def table(fields: Fields, key: str) -> Fields:
    """A table of the policy; an empty one, so that every default holds, where it is absent."""
    return fields.sub(key) or Fields(fields.file, {}, fields.faults, key)


def window(fields: Fields) -> nouns.WindowRule:
    if not fields.has("window"):
        fields.fault("window", "is missing", "write a table [window] with length, unit, day_1, time_zone and ends_at")
        return nouns.WindowRule(length=1, unit=Unit.CALENDAR_DAYS, time_zone="UTC")
    inner = table(fields, "window")
    unit = inner.choice("unit", Unit)
    is_in_hours = unit is Unit.HOURS  # hours use neither day_1 nor ends_at, so only days must say them
    rule = nouns.WindowRule(
        direction=inner.choice("direction", nouns.Direction, nouns.Direction.FORWARD),
        length=inner.integer("length", at_least=1, at_most=MOST_HOURS if is_in_hours else LONGEST),
        unit=unit,
        day_1=inner.choice("day_1", nouns.Day1, nouns.Day1.NEXT_DAY if is_in_hours else None),
        cutoff=inner.clock("cutoff") if inner.has("cutoff") else None,
        time_zone=time_zone(inner),
        ends_at=inner.clock("ends_at", "23:59" if is_in_hours else None, midnight=True),
        roll=inner.choice("roll", nouns.Roll, nouns.Roll.NONE),
        calendar=inner.text("calendar", EVERY_DAY),
        cap=inner.choice("cap", nouns.Cap, nouns.Cap.NONE),
    )
    inner.finish()
    return rule


def time_zone(fields: Fields) -> str:
    """A name of the IANA database, as the `tzdata` package has it."""
    name = fields.text("time_zone")
    try:
        ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):
        near = get_close_matches(name, available_timezones(), n=1)
        remedy = f"did you mean {near[0]!r}?" if near else 'write a name such as "America/New_York"'
        fields.fault("time_zone", f"cannot be {name!r}", remedy)
    return name


def toll(fields: Fields) -> nouns.TollRule:
    inner = table(fields, "toll")
    rule = nouns.TollRule(
        on=inner.choices("on", nouns.TollCause), max_days=inner.integer("max_days", 0, at_least=0, at_most=LONGEST)
    )
    inner.finish()
    return rule


def extension(fields: Fields) -> nouns.ExtensionRule:
    inner = table(fields, "extension")
    rule = nouns.ExtensionRule(
        max_days=inner.integer("max_days", 0, at_least=0, at_most=LONGEST),
        times=inner.integer("times", 1, at_least=1, at_most=LONGEST),
        consent=inner.choice("consent", nouns.Consent, nouns.Consent.NONE),
    )
    inner.finish()
    return rule


def intake(fields: Fields) -> nouns.IntakeRule | None:
    inner = fields.sub("intake")
    if inner is None:
        return None
    rule = nouns.IntakeRule(
        check_within=inner.integer("check_within", at_least=1, at_most=LONGEST),
        unit=inner.choice("unit", Unit, Unit.BUSINESS_DAYS),
    )
    inner.finish()
    return rule


def silence(fields: Fields) -> nouns.SilenceRule:
    inner = table(fields, "silence")
    rule = nouns.SilenceRule(effect=inner.choice("effect", nouns.Silence, nouns.Silence.NOTHING))
    inner.finish()
    return rule


def notices(fields: Fields) -> nouns.NoticeRule:
    inner = table(fields, "notices")
    remedy = 'write a number with d (dates), bd (business days) or h (hours), such as "14d"'
    rule = nouns.NoticeRule(
        before=inner.texts("before", like=OFFSET, remedy=remedy),
        after=inner.texts("after", like=OFFSET, remedy=remedy),
        at=inner.clock("at", "09:00"),
    )
    inner.finish()
    return rule


def request(fields: Fields) -> nouns.RequestRule:
    inner = table(fields, "request")
    is_due = inner.has("answer_within")
    rule = nouns.RequestRule(
        answer_within=inner.integer("answer_within", at_least=1, at_most=LONGEST) if is_due else None,
        unit=inner.choice("unit", Unit, Unit.BUSINESS_DAYS),
        if_missed=inner.choice("if_missed", nouns.IfMissed, nouns.IfMissed.NONE),
    )
    inner.finish()
    return rule


def determination(fields: Fields) -> nouns.DeterminationRule:
    inner = table(fields, "determination")
    rule = nouns.DeterminationRule(persons=inner.integer("persons", 2, at_least=1, at_most=2))
    inner.finish()
    return rule


def release(fields: Fields) -> nouns.ReleaseRule:
    inner = table(fields, "release")
    recorded = nouns.BeforeDetermination.RECORDED
    rule = nouns.ReleaseRule(before_determination=inner.choice("before_determination", type(recorded), recorded))
    inner.finish()
    return rule


def refile(fields: Fields) -> nouns.RefileRule | None:
    inner = fields.sub("refile")
    if inner is None:
        return None
    rule = nouns.RefileRule(
        within=inner.integer("within", at_least=1, at_most=LONGEST),
        unit=inner.choice("unit", Unit, Unit.BUSINESS_DAYS),
        times=inner.integer("times", 1, at_least=1, at_most=LONGEST),
    )
    inner.finish()
    return rule


def submission(fields: Fields) -> nouns.SubmissionRule:
    inner = table(fields, "submission")
    rule = nouns.SubmissionRule(
        requires_agreement=inner.boolean("requires_agreement", False),
        gate=inner.texts("gate", like=ITEM, remedy='write names such as "access_ready"'),
    )
    inner.finish()
    return rule
