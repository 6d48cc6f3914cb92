"""Keys of a policy that are each right and cannot stand together."""

from reviewflow.nouns.policy import (
    EVERY_DAY,
    BeforeDetermination,
    Cap,
    Day1,
    Direction,
    IfMissed,
    Policy,
    Roll,
    Silence,
    TollCause,
    Unit,
)
from reviewflow.settings.escalation import note_gaps
from reviewflow.settings.fields import Fields


def note_contradictions(policy: Policy, fields: Fields) -> None:
    """Note every pair of keys that design.md, section 4, refuses, and a rule that lacks its calendar."""
    rule = policy.window
    if rule.unit is Unit.HOURS and rule.cutoff is not None:
        fields.fault("[window] cutoff", "has no meaning for hours, which run at once", "leave it out")
    if rule.direction is Direction.BACKWARD:
        for key in towards_the_past(policy):
            fields.fault(key, "is refused where direction is backward", "leave it out, or count forward")
    tolls_on_request = TollCause.INFORMATION_REQUEST in policy.toll.on
    if policy.request.if_missed is IfMissed.TOLL and tolls_on_request:
        remedy = "choose one: the request itself tolls, or only a missed answer does"
        fields.fault("[request] if_missed", "cannot be 'toll' beside information_request in [toll] on", remedy)
    refuses = policy.release.before_determination is BeforeDetermination.REFUSED
    if policy.silence.effect is Silence.MAY_NOT_PROCEED and not refuses:
        remedy = 'write [release] before_determination = "refused", or another effect'
        fields.fault("[silence] effect", "cannot be 'may_not_proceed' where a release is only recorded", remedy)
    if rule.calendar == EVERY_DAY and (asking := asks_for_business_days(policy)):
        why = f"is missing, and {asking[0]} asks for business days"
        fields.fault("[window] calendar", why, 'name one, such as "us-federal"')
    note_gaps(policy, fields)


def towards_the_past(policy: Policy) -> list[str]:
    """The keys that a backward policy has and cannot have: what lies in the past has nothing to wait for."""
    present = {
        "[window] cutoff": policy.window.cutoff is not None,
        "[window] cap": policy.window.cap is not Cap.NONE,
        "[toll] on": bool(policy.toll.on),
        "[extension] max_days": policy.extension.max_days > 0,
        "[request] if_missed": policy.request.if_missed is IfMissed.TOLL,
    }
    return [key for key, is_present in present.items() if is_present]


def asks_for_business_days(policy: Policy) -> list[str]:
    """The keys that cannot be read without a calendar."""
    rule, offsets = policy.window, (*policy.notices.before, *policy.notices.after)
    due = policy.request.answer_within is not None
    asking = {
        "[window] unit": rule.unit is Unit.BUSINESS_DAYS,
        "[window] cutoff": rule.cutoff is not None,
        "[window] day_1": rule.unit is Unit.CALENDAR_DAYS and rule.day_1 is Day1.NEXT_BUSINESS_DAY,
        "[window] roll": rule.roll is Roll.NEXT_BUSINESS_DAY,
        "[notices]": any(offset.endswith("bd") for offset in offsets),
        "[request] unit": due and policy.request.unit is Unit.BUSINESS_DAYS,
        "[intake] unit": policy.intake is not None and policy.intake.unit is Unit.BUSINESS_DAYS,
        "[refile] unit": policy.refile is not None and policy.refile.unit is Unit.BUSINESS_DAYS,
    }
    return [key for key, is_asking in asking.items() if is_asking]
