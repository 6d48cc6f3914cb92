"""A policy and a calendar as data: one frozen class for each TOML table, one field for each key."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reviewflow.nouns.ladder import EscalationStep

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = "every-day"  # the calendar of a policy that names none


class Direction(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"
    HOURS = "hours"


class Day1(StrEnum):
    EVENT_DAY = "event_day"
    NEXT_DAY = "next_day"
    NEXT_BUSINESS_DAY = "next_business_day"


class Roll(StrEnum):
    NONE = "none"
    NEXT_BUSINESS_DAY = "next_business_day"


class Cap(StrEnum):
    NONE = "none"
    PLANNED_RELEASE = "planned_release"


class TollCause(StrEnum):
    INFORMATION_REQUEST = "information_request"
    GOVERNMENT_CLOSURE = "government_closure"
    AGREEMENT_OF_PARTIES = "agreement_of_parties"


class Consent(StrEnum):
    NONE = "none"
    LAB = "lab"


class Silence(StrEnum):
    NOTHING = "nothing"
    MAY_PROCEED = "may_proceed"
    MAY_NOT_PROCEED = "may_not_proceed"
    DEEMED_COMPATIBLE = "deemed_compatible"


class IfMissed(StrEnum):
    NONE = "none"
    TOLL = "toll"
    RETURN = "return"


class BeforeDetermination(StrEnum):
    RECORDED = "recorded"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WindowRule:
    """Times are local "HH:MM" text; `ends_at` may be "24:00", the first instant of the next date.

    `calendar` is an id; where no rule of the policy asks for a business day it may be left out, and every date is one.
    """

    length: int
    unit: Unit
    time_zone: str
    direction: Direction = Direction.FORWARD
    day_1: Day1 = Day1.NEXT_DAY
    cutoff: str | None = None
    ends_at: str = "23:59"
    roll: Roll = Roll.NONE
    calendar: str = EVERY_DAY
    cap: Cap = Cap.NONE


@dataclass(frozen=True, slots=True)
class TollRule:
    """`max_days` 0 is no limit."""

    on: tuple[TollCause, ...] = ()
    max_days: int = 0


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """`max_days` is the total of all extensions in the window's unit, hours included; 0 is none."""

    max_days: int = 0
    times: int = 1
    consent: Consent = Consent.NONE


@dataclass(frozen=True, slots=True)
class IntakeRule:
    check_within: int
    unit: Unit = Unit.BUSINESS_DAYS


@dataclass(frozen=True, slots=True)
class SilenceRule:
    effect: Silence = Silence.NOTHING


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """Offsets as written: "14d" dates, "3bd" business days, "6h" elapsed hours; `at` is local "HH:MM"."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    at: str = "09:00"


@dataclass(frozen=True, slots=True)
class RequestRule:
    """`answer_within` None: information requests have no deadline of the policy's own."""

    answer_within: int | None = None
    unit: Unit = Unit.BUSINESS_DAYS
    if_missed: IfMissed = IfMissed.NONE


@dataclass(frozen=True, slots=True)
class DeterminationRule:
    persons: int = 2


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    before_determination: BeforeDetermination = BeforeDetermination.RECORDED


@dataclass(frozen=True, slots=True)
class RefileRule:
    within: int
    unit: Unit = Unit.BUSINESS_DAYS
    times: int = 1


@dataclass(frozen=True, slots=True)
class SubmissionRule:
    requires_agreement: bool = False
    gate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """`intake` and `refile` are None where the policy has no such deadline."""

    id: str
    version: int
    title: str
    source: str
    window: WindowRule
    toll: TollRule = TollRule()
    extension: ExtensionRule = ExtensionRule()
    intake: IntakeRule | None = None
    silence: SilenceRule = SilenceRule()
    notices: NoticeRule = NoticeRule()
    request: RequestRule = RequestRule()
    determination: DeterminationRule = DeterminationRule()
    release: ReleaseRule = ReleaseRule()
    refile: RefileRule | None = None
    submission: SubmissionRule = SubmissionRule()
    escalation: tuple[EscalationStep, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A date that a calendar closes or opens by name; `name` may be empty."""

    on: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`weekend` holds Python weekday numbers (0 is Monday); `base` is "none" or a code such as "GB-ENG"."""

    id: str
    version: int
    weekend: tuple[int, ...] = (5, 6)
    base: str = "none"
    closed: tuple[NamedDay, ...] = ()
    open: tuple[NamedDay, ...] = ()
    known_from: date | None = None
    known_to: date | None = None
    source: str = ""
