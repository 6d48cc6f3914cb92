"""Policies and calendars as JSON documents, which are pinned by their digest, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reviewflow.errors import Invalid
from reviewflow.nouns.plain import plain
from reviewflow.nouns.policy import WEEKDAYS, Calendar, Policy
from reviewflow.settings.calendar_tables import calendar_from_table
from reviewflow.settings.policy_tables import policy_from_table


def policy_document(policy: Policy) -> dict[str, Any]:
    """A policy with all defaults written out; what it does not have is null. The same shape as its TOML file.

    Ladders came later: a policy without one is the document, and has the digest, that it had before there were any.
    """
    document = plain(asdict(policy))
    return _sorted(document if policy.escalation else {key: document[key] for key in document if key != "escalation"})


def policy_from_document(document: Mapping[str, Any]) -> Policy:
    """The policy of which this is the document; raises Invalid with every fault."""
    faults: list[str] = []
    policy = policy_from_table("the kept copy of a policy", document, faults)
    if faults:
        raise Invalid(*faults)
    return policy


def calendar_document(calendar: Calendar) -> dict[str, Any]:
    """A calendar with all defaults written out, its weekend by names. The same shape as its TOML file."""
    document = plain(asdict(calendar))
    return _sorted({**document, "weekend": [WEEKDAYS[number] for number in calendar.weekend]})


def calendar_from_document(document: Mapping[str, Any]) -> Calendar:
    """The calendar of which this is the document; raises Invalid with every fault."""
    faults: list[str] = []
    calendar = calendar_from_table("the kept copy of a calendar", document, faults)
    if faults:
        raise Invalid(*faults)
    return calendar


def _sorted(document: dict[str, Any]) -> dict[str, Any]:
    return {key: _sorted(value) if isinstance(value, dict) else value for key, value in sorted(document.items())}
