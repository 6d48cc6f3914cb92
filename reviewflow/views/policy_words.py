"""A policy in words, rule by rule: the same sentences at every door."""

from collections.abc import Iterable, Iterator
from typing import Any

from reviewflow.notify.dates import reminders
from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import Policy
from reviewflow.rules.tolls import tolls_allowed
from reviewflow.rules.wording import amount

_DAY_1 = {
    "event_day": "the event day itself",
    "next_day": "the day after",
    "next_business_day": "the next business day",
}
_SILENCE = {
    "nothing": "means nothing; it is never an approval",
    "may_proceed": "the lab may proceed",
    "may_not_proceed": "the lab may not proceed without word",
    "deemed_compatible": "the matter is deemed compatible",
}
_MISSED = {"none": "nothing else", "toll": "the clock stands until it comes", "return": "the submission goes back"}


def rules(policy: Policy, calendar: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each rule that the policy has, as a label and a sentence."""
    yield from _window(policy, calendar)
    yield from _moves(policy)
    yield from _around(policy)


def _window(policy: Policy, calendar: dict[str, Any]) -> Iterator[tuple[str, str]]:
    rule = policy.window
    backward = ", counted towards the past" if rule.direction == "backward" else ""
    yield "length", f"{amount(rule.length, rule.unit)}{backward}"
    yield "cut-off", f"{rule.cutoff}; what comes later counts as the next business day" if rule.cutoff else "none"
    if rule.unit != "hours":
        yield "day 1", _DAY_1[rule.day_1]
        yield "ends", f"at {rule.ends_at} of the last day, {rule.time_zone}"
    else:
        yield "zone", f"{rule.time_zone}; hours are elapsed hours"
    yield "roll", "to the next business day" if rule.roll == "next_business_day" else "none: the last day stays"
    source = f" ({calendar['source']})" if calendar["source"] else ""
    yield "calendar", f"{calendar['id']}, version {calendar['version']}{source}"
    yield "cap", "the day before the planned first release" if rule.cap == "planned_release" else "none"


def _moves(policy: Policy) -> Iterator[tuple[str, str]]:
    limit = f"; at most {plural(policy.toll.max_days, 'day')}" if policy.toll.max_days else ""
    causes = ", ".join(cause.value.replace("_", " ") for cause in policy.toll.on) or "a missed answer"
    yield "the clock stands", f"for {causes}{limit}" if tolls_allowed(policy) else "never"
    extension = policy.extension
    if not extension.max_days:
        yield "extension", "none"
        return
    consent = ", with the lab's consent" if extension.consent == "lab" else ""
    times = "once" if extension.times == 1 else f"{extension.times} times"
    yield "extension", f"by {amount(extension.max_days, policy.window.unit)} in all, {times}{consent}"


def _around(policy: Policy) -> Iterator[tuple[str, str]]:
    if policy.intake:
        yield "intake check", f"within {amount(policy.intake.check_within, policy.intake.unit)}"
    request = policy.request
    if request.answer_within is None:
        yield "answers", "no time of the policy's own"
    else:
        within = amount(request.answer_within, request.unit)
        yield "answers", f"within {within}; if missed: {_MISSED[request.if_missed]}"
    yield "silence", _SILENCE[policy.silence.effect]
    persons = policy.determination.persons
    yield "determination", f"{persons} {'persons: who recommends does not sign' if persons > 1 else 'person'}"
    refused = policy.release.before_determination == "refused"
    yield (
        "release before it",
        "refused; one that happened is recorded as a breach" if refused else "recorded, never refused",
    )
    if policy.refile:
        times = "once" if policy.refile.times == 1 else f"{policy.refile.times} times"
        yield "refiling", f"within {amount(policy.refile.within, policy.refile.unit)}, {times}"
    agreed = "an agreement in force; " if policy.submission.requires_agreement else ""
    yield "filing asks for", f"{agreed}{', '.join(policy.submission.gate) or 'no item'}"
    before, after = [f"-{one}" for one in policy.notices.before], [f"+{one}" for one in policy.notices.after]
    yield "notices", f"{reminders([*before, 'due', *after])}; at {policy.notices.at}"


def ladder(steps: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Who is told of which notices, step by step."""
    for step in steps:
        when = " where nobody has recommended" if step["when"] == "no_recommendation" else ""
        kind = step["deadline"].replace("_", " ")
        yield "who is told", f"of the {kind}, {reminders(step['at'])}: {', '.join(step['tell'])}{when}"
