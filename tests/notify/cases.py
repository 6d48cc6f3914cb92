"""One example of each event that somebody is told of, with the rows that its letter looks at."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import reviewflow.clock  # noqa: F401 - its import makes the tzdata package the only source of zones
from reviewflow.notify.letters import Letter, compose
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import Channel, ChannelKind
from reviewflow.nouns.events import APPROACHING, CHECKED, MENDED, MISSED, NOTICES, REACHED, RESCINDED
from reviewflow.nouns.states import DeadlineKind, Kind, Role, Side
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.recipients import AUDIENCE

AT = datetime(2026, 7, 6, 14, tzinfo=UTC)  # a Monday, 10:00 in New York
DUE_ON = date(2026, 7, 31)
DUE_AT = datetime(2026, 8, 1, 3, 59, tzinfo=UTC)
TRUSTED, PLAIN = Channel(0, ChannelKind.FOLDER, is_confidential=True), Channel(1, ChannelKind.EMAIL)
ZONE = "America/New_York"
SECRET = "WORDS-THAT-STAY-ON-RECORD"
REFS = {
    Kind.REVIEW: "RV-7K3M-9QXC",
    Kind.AGREEMENT: "AG-7K3M-9QXC",
    Kind.COVERAGE: "CV-7K3M-9QXC",
    Kind.HALT: "HA-7K3M-9QXC",
    Kind.COMMITMENT: "CM-7K3M-9QXC",
    Kind.PARTNER: "PT-7K3M-9QXC",
    Kind.PERSON: "officer@lab.example",
}
LAB = Actor("officer@lab.example", "Counsel", "lab", Side.LAB, frozenset({Role.OFFICER}))
AGENCY = Actor(
    "desk@office.example", "Desk", "office", Side.AGENCY, frozenset({Role.INTAKE, Role.REVIEWER, Role.DECIDER})
)
PEOPLE = (LAB, AGENCY)
ONLY_AGENCY = tuple(f"{name}{end}" for name in ("assigned", "recommended", CHECKED) for end in ("", RESCINDED))
DAYS = {"clock_start_on": "2026-07-01", "day_1_on": "2026-07-02", "last_day_on": "2026-07-31"}
DATA: dict[str, Row] = {
    "submitted": {"checkpoint_digest": "a" * 64, "intake_due_on": "2026-07-08"},
    "returned": {"reason": "The system card is missing."},
    "assigned": {"person": AGENCY.ref},
    "clock_started": {"start": "2026-07-01T14:00:00Z", **DAYS, "early_access": True},
    "start_corrected": {"on": "2026-07-01", "second": "x@office.example", "reason": "typed", **DAYS, "before": DAYS},
    "window_recomputed": {"second": "x@office.example", "reason": "a closure", **DAYS, "before": DAYS},
    "release_planned": {"on": "2026-09-01", "stage": "limited", "before": "2026-08-20", "last_day_on": "2026-07-31"},
    "information_requested": {"request": 1, "text": "Which safeguards are off?", "answer_due_on": "2026-07-31"},
    "answered": {"request": 1, "text": SECRET, "is_late": True},
    "answer_rejected": {"request": 1, "reason": "Say it by endpoint.", "answer_due_on": "2026-07-31"},
    "answer_extended": {"request": 1, "until": "2026-07-31", "before": "2026-07-20"},
    "request_withdrawn": {"request": 1},
    "request_overdue": {"request": 1, "if_missed": "none"},
    "toll_started": {"cause": "government_closure", "reason": "no appropriation", "remaining_days": 12},
    "toll_ended": {"cause": "government_closure", "last_day_on": "2026-07-31"},
    "extended": {"by": 5, "reason": "much to read", "before": "2026-07-26", "last_day_on": "2026-07-31"},
    "lapsed": {"last_day_on": "2026-07-05", "silence": "nothing"},
    "finding_recorded": {"finding": 2, "title": SECRET, "text": SECRET, "domain": "cybersecurity", "severity": "high"},
    "finding_shared": {"finding": 2, "title": SECRET, "text": SECRET, "domain": "cybersecurity", "severity": "high"},
    "document_attached": {
        "document": 1, "name": SECRET, "marking": SECRET, "size": 7, "digest": "e" * 64, "side": "agency",
    },
    "document_shared": {"document": 1, "name": SECRET, "marking": SECRET, "size": 7, "digest": "e" * 64},
    "document_destroyed": {"document": 1, "name": SECRET, "digest": "e" * 64, "reason": SECRET, "side": "lab"},
    "recommended": {"outcome": "concerns", "text": SECRET},
    "cleared": {"outcome": "cleared", "text": SECRET, "is_on_time": True, "moot_requests": [1]},
    "concerns_raised": {"outcome": "concerns", "text": SECRET, "is_on_time": False},
    "withdrawn": {"reason": SECRET, "revoked_access": [1, 2], "closed_requests": [1]},
    "released": {
        "digest": "b" * 64, "preceded_by": "nothing", "acknowledged": ["no-determination", "other-digest"],
        "ended_access": [1], "copies_cannot_be_recalled": True, "halts": ["HA-7K3M-9QXC"],
    },
    "released_in_breach": {"digest": "a" * 64, "preceded_by": "lapse", "acknowledged": ["no-determination"]},
    "release_advanced": {"stage": "general", "under_halt": ["HA-7K3M-9QXC"]},
    "access_granted": {"grant": 1, "to": "red team", "how": SECRET, "terms": ["use", "non_disclosure"]},
    "access_ended": {"grant": 1, "grantee": "red team", "reason": SECRET},
    "access_revoked": {"grant": 1, "grantee": "red team", "reason": SECRET},
    "agreement_opened": {"lab": "lab", "note": SECRET},
    "agreement_signed_by_one_side": {"text": SECRET},
    "agreement_signed": {"text": SECRET, "since": "August 2024"},
    "agreement_amended": {"text": SECRET},
    "agreement_ended": {"reason": "both sides wished it"},
    "agreement_declined": {"reason": "no terms were found"},
    "coverage_asked": {"model": "MD-7K3M-9QXC", "text": SECRET},
    "coverage_decided": {"outcome": "not_covered", "pointer": SECRET},
    "halt_ordered": {"models": ["MD-7K3M-9QXC"], "scope": "any foreign national", "basis": "export control"},
    "halt_implemented": {"scope": "everyone", "ordered_scope": "any foreign national", "reason": "cannot tell"},
    "halt_narrowed": {
        "scope": "all but those named", "allow": ["X"], "allow_list_version": 1, "models": ["MD-7K3M-9QXC"],
    },
    "halt_lifted": {"models": ["MD-7K3M-9QXC"], "condition": ["Report malicious use."]},
    "model_restored": {"model": "MD-7K3M-9QXC", "models": ["MD-7K3M-9QXC"], "scope": "worldwide"},
    "commitment_proposed": {"side": "agency"},
    "commitment_agreed": {},
    "commitment_met": {"text": SECRET, "is_late": True},
    "commitment_missed": {},
    "commitment_waived": {"reason": "no longer needed"},
    "commitment_replaced": {"text": SECRET, "reason": "a better one"},
    "channel_added": {"channel_kind": "webhook", "channel": 2, "name": "webhook-2"},
    "channel_removed": {"channel": 2, "name": "webhook-2"},
    "channel_enabled": {"channel": 2, "name": "webhook-2"},
    "channel_disabled": {"channel": 2, "name": "webhook-2", "reason": "It answered 410 Gone."},
    "preferences_changed": {"cadence": "daily", "mute": ["partners"]},
    "way_in_changed": {"change": "passkey_added", "made_by": LAB.ref, "fingerprint": "f" * 64},
    CHECKED: {
        "kind": "window", "part_no": 0, "deadline": 4, "notice": "-3d", "due_at": "2026-08-01T03:59:00Z",
        "due_on": "2026-07-31", "is_recommended": False, "tell": ["decider"],
    },
    MENDED: {
        "mended": [{
            "no": 4, "kind": "window", "part_no": 0, "what": "different",
            "found": {"due_at": "2026-08-02T03:59:00Z"}, "owed": {"due_at": "2026-08-01T03:59:00Z"},
        }],
    },
    "partner_proposed": {"name": "Partner Inc", "reason": SECRET, "side": "agency"},
    "partner_agreed": {},
    "partner_refused": {"reason": SECRET},
}  # fmt: skip
ROWS: dict[Kind, Row] = {
    Kind.REVIEW: {
        "policy": "eo-14409", "policy_version": 1, "model": "MD-7K3M-9QXC", "checkpoint_digest": "a" * 64,
        "released_at": None,
    },
    Kind.AGREEMENT: {"lab_signed_by": LAB.ref, "agency_signed_by": None},
    Kind.COVERAGE: {"model": "MD-7K3M-9QXC"},
    Kind.HALT: {},
    Kind.COMMITMENT: {"text": "Test each release.", "owner": LAB.ref, "due_on": DUE_ON, "proposed_side": Side.AGENCY},
    Kind.PERSON: {"name": LAB.name, "organization": "lab", "channels": None},
    Kind.PARTNER: {
        "review": "RV-7K3M-9QXC", "name": "Partner Inc", "stage": "trusted_partners", "proposed_side": Side.AGENCY,
    },
}  # fmt: skip


def notice(kind: DeadlineKind, part_no: int = 0) -> Row:
    """What a notice says."""
    return {"kind": kind.value, "part_no": part_no, "deadline": 1, "notice": "-3d", "due_at": "2026-08-01T03:59:00Z",
            "due_on": "2026-07-31"}  # fmt: skip


def names() -> list[str]:
    """Every event name that somebody is told of: the table's, what rescinds them, and the notices."""
    return [*AUDIENCE, *(f"{name}{RESCINDED}" for name in AUDIENCE), APPROACHING, REACHED, MISSED]


def kind_of(name: str) -> Kind:
    """Whose event it is."""
    first = name.partition("_")[0]
    found = {"agreement": Kind.AGREEMENT, "coverage": Kind.COVERAGE, "halt": Kind.HALT, "partner": Kind.PARTNER}
    found |= {"channel": Kind.PERSON, "preferences": Kind.PERSON}
    return {**found, "model": Kind.HALT, "commitment": Kind.COMMITMENT}.get(first, Kind.REVIEW)


def subject(kind: Kind, ref: str = "", seq: int = 7) -> Subject:
    """A subject with the parts that letters look at."""
    made = Subject(kind, ref or REFS[kind], seq, "c" * 64, AT, {"state": "under_review", "lab": "lab", **ROWS[kind]})
    if kind not in (Kind.REVIEW, Kind.COMMITMENT):
        return made
    kinds = [(DeadlineKind.COMMITMENT, 0)]
    if kind is Kind.REVIEW:
        kinds = [(each, int(each in ("answer", "access", "toll"))) for each in DeadlineKind if each != "commitment"]
    for no, (each, part_no) in enumerate(kinds, 1):
        made.parts.setdefault("deadline", {})[no] = deadline(no, each, part_no)
    made.parts["request"] = {1: {"no": 1, "state": "open"}}
    return made


def deadline(no: int, kind: DeadlineKind, part_no: int = 0, **columns: Any) -> Row:
    """An open deadline due on 31 July."""
    made: Row = {
        "no": no, "kind": kind, "part_no": part_no, "status": "open", "due_at": DUE_AT, "due_on": DUE_ON,
        "remaining_days": None, "generation": 5, "reason": None, "basis": ["Counted from day 1.", "No roll."],
    }  # fmt: skip
    return {**made, **columns}


def row(name: str, to: Actor, data: Row | None = None, **columns: Any) -> Row:
    """A delivery with its event."""
    if data is None:
        data = notice(DeadlineKind.WINDOW) if name in NOTICES else DATA.get(name, {"rescinds": 4, "reason": "x"})
    made = {
        "subject": REFS[kind_of(name)], "seq": 7, "recipient": to.ref, "channel": "folder", "letter": "1" * 36,
        "made_at": AT, "name": name, "actor": LAB.ref, "effective_at": AT, "recorded_at": AT, "late_by": None,
        "data": data, "event_digest": "c" * 64,
    }  # fmt: skip
    return {**made, **columns}


def letter(
    rows: list[Row], to: Actor, *subjects: Subject, is_simulation: bool = False, title: str = "Model A",
    channel: Channel = TRUSTED, late_from: int = 3_600, site: str = "",
) -> Letter:  # fmt: skip
    """What is composed of some deliveries."""
    found = {each["subject"]: subject(kind_of(each["name"])) for each in rows} | {s.ref: s for s in subjects}
    zones, titles = dict.fromkeys(found, ZONE), dict.fromkeys(found, title)
    sender = "reviewflow@office.example"
    return compose(
        "1" * 36, to, rows, found, zones, titles, sender, is_simulation=is_simulation, channel=channel,
        late_from=late_from, site=site,
    )  # fmt: skip


def one(name: str, to: Actor, data: Row | None = None, **options: Any) -> Letter:
    """The letter of one event."""
    return letter([row(name, to, data)], to, **options)


def late(days: int) -> Row:
    """Columns of an event that took effect before it was recorded."""
    return {"effective_at": AT - timedelta(days=days), "late_by": days * 86_400, "actor": "system"}
