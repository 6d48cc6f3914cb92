"""The clock rules: which there are, and each with its calendar."""

from dataclasses import dataclass
from typing import Any

from reviewflow.ledger.canonical import digest
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.policy import Calendar, Policy
from reviewflow.settings.documents import calendar_document, policy_document
from reviewflow.settings.settings import Settings
from reviewflow.views.view import Nothing


@dataclass(frozen=True, kw_only=True)
class OnePolicy:
    """Which one is asked for."""

    policy: str = arg("the policy's id", place=True)


def policies(settings: Settings, asked: Nothing) -> dict[str, Any]:
    """Every policy of the installation in short; the programme's own is the default."""
    default = settings.programme.default_policy
    found = sorted(settings.policies.values(), key=lambda one: one.id)
    entries = [{**_short(settings, one), "is_default": one.id == default} for one in found]
    return {"policies": entries, "count": len(entries), "default": default}


def policy(settings: Settings, asked: OnePolicy) -> dict[str, Any]:
    """One of them whole."""
    found = settings.pin(asked.policy).policy
    return described(found, settings.calendars[found.window.calendar])


def described(policy: Policy, calendar: Calendar) -> dict[str, Any]:
    """A policy and its calendar with all defaults written out, in the shape of their files, and the digests of both."""
    return {
        **_digests(policy, calendar),
        "policy": policy_document(policy),
        "calendar": calendar_document(calendar),
    }


def _short(settings: Settings, policy: Policy) -> dict[str, Any]:
    return {
        "id": policy.id,
        "version": policy.version,
        "title": policy.title,
        "length": policy.window.length,
        "unit": policy.window.unit,
        "direction": policy.window.direction,
        "time_zone": policy.window.time_zone,
        "source": policy.source,
        **_digests(policy, settings.calendars[policy.window.calendar]),
    }


def _digests(policy: Policy, calendar: Calendar) -> dict[str, str]:
    return {"digest": digest(policy_document(policy)), "calendar_digest": digest(calendar_document(calendar))}
