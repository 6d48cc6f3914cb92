"""Policies that between them use every key that a review can meet."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from reviewflow.nouns.policy import (
    BeforeDetermination,
    Cap,
    Consent,
    Day1,
    DeterminationRule,
    ExtensionRule,
    IfMissed,
    IntakeRule,
    NoticeRule,
    Policy,
    RefileRule,
    ReleaseRule,
    RequestRule,
    Roll,
    Silence,
    SilenceRule,
    SubmissionRule,
    TollCause,
    TollRule,
    Unit,
    WindowRule,
)
from reviewflow.settings.settings import Settings, load_settings

NEW_YORK, FEDERAL = "America/New_York", "us-federal"
DAYS, WORKDAYS, HOURS = Unit.CALENDAR_DAYS, Unit.BUSINESS_DAYS, Unit.HOURS
ASKED, CLOSED, AGREED = TollCause.INFORMATION_REQUEST, TollCause.GOVERNMENT_CLOSURE, TollCause.AGREEMENT_OF_PARTIES


def _policy(name: str, window: WindowRule, **tables: Any) -> Policy:
    made = Policy(id=name, version=1, title=f"test policy {name}", source="made for the tests", window=window)
    return replace(made, **tables)


POLICIES: Mapping[str, Policy] = {
    policy.id: policy
    for policy in (
        _policy(  # a request stops the clock, for five days at most; the lab consents to an extension
            "tolls",
            WindowRule(10, DAYS, NEW_YORK, calendar=FEDERAL),
            toll=TollRule((ASKED, CLOSED, AGREED), max_days=5),
            extension=ExtensionRule(6, times=2, consent=Consent.LAB),
            intake=IntakeRule(2),
            notices=NoticeRule(("3d", "1d"), ("1d", "2d")),
            request=RequestRule(3),
            refile=RefileRule(2),
        ),
        _policy(  # a missed answer stops it; capped by the plan
            "missed-tolls",
            WindowRule(30, DAYS, NEW_YORK, calendar=FEDERAL, cap=Cap.PLANNED_RELEASE),
            toll=TollRule((CLOSED,)),
            extension=ExtensionRule(5),
            notices=NoticeRule(("7d", "2bd"), ("1d",)),
            request=RequestRule(2, if_missed=IfMissed.TOLL),
            submission=SubmissionRule(gate=("system_card", "planned_release")),
        ),
        _policy(  # a missed answer sends the submission back; business days, cut-off
            "missed-returns",
            WindowRule(8, WORKDAYS, NEW_YORK, day_1=Day1.NEXT_BUSINESS_DAY, cutoff="17:00", calendar=FEDERAL),
            toll=TollRule((AGREED,)),
            intake=IntakeRule(3, DAYS),
            notices=NoticeRule(("1d",)),
            request=RequestRule(2, DAYS, IfMissed.RETURN),
            submission=SubmissionRule(gate=("system_card",)),
        ),
        _policy(  # elapsed hours, one person signs
            "hours",
            WindowRule(72, HOURS, NEW_YORK, calendar=FEDERAL),
            toll=TollRule((ASKED, AGREED)),
            extension=ExtensionRule(24, times=3),
            silence=SilenceRule(Silence.MAY_PROCEED),
            notices=NoticeRule(("24h", "6h"), ("1d",)),
            request=RequestRule(24, HOURS),
            determination=DeterminationRule(1),
        ),
        _policy(  # no release before a determination; rolled
            "refused",
            WindowRule(12, DAYS, NEW_YORK, roll=Roll.NEXT_BUSINESS_DAY, calendar=FEDERAL),
            silence=SilenceRule(Silence.MAY_NOT_PROCEED),
            release=ReleaseRule(BeforeDetermination.REFUSED),
            request=RequestRule(3),
            submission=SubmissionRule(requires_agreement=True),
        ),
        _policy("plain", WindowRule(5, DAYS, NEW_YORK), determination=DeterminationRule(1)),  # nothing but a window
    )
}


@cache
def settings() -> Settings:
    """The shipped configuration with the policies above."""
    shipped = load_settings()
    programme = replace(shipped.programme, default_policy="tolls")
    return replace(shipped, programme=programme, policies={**shipped.policies, **POLICIES}, _pins={})
