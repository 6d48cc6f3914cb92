"""One review with its parts, as much of it as the reader may see."""

from datetime import date, timedelta

from reviewflow.nouns.commands.parts import Clear
from reviewflow.nouns.states import Kind, Outcome
from reviewflow.nouns.subject import Subject
from reviewflow.rules.permissions import sees
from reviewflow.rules.standing import standing
from reviewflow.rules.work import Work
from reviewflow.store import queries
from reviewflow.store.subjects import load, rows_of
from reviewflow.views.documents import documents
from reviewflow.views.look import Document, Look
from reviewflow.views.possible import hint, possible_now
from reviewflow.views.questions import if_answered, if_asked
from reviewflow.views.refused import weighed
from reviewflow.views.start import if_started
from reviewflow.views.view import One
from reviewflow.views.window_facts import bare, deadlines, policy_of, window

_LISTS = {"planned_releases": "planned_release", "tolls": "toll", "requests": "request"}
_FACTS = (
    "lab", "agency", "checkpoint_digest", "submitted_at", "determination", "determined_at", "is_lapsed", "is_on_time",
    "released_at", "released_stage", "released_digest", "preceded_by", "acknowledged", "is_in_breach", "withdrawn_at",
)  # fmt: skip


def card(look: Look, asked: One) -> Document:
    """Where a review stands, its window, what is in and what is missing, and what may be done now."""
    subject = look.subject(Kind.REVIEW, asked.ref)
    possible, refused = weighed(look, subject, possible_now(look, subject))
    return {
        "ref": subject.ref,
        "kind": subject.kind,
        "state": subject.state,
        "version": subject.seq,
        "head": subject.head,
        "recorded_at": subject.recorded_at,
        **{name: subject.row[name] for name in _FACTS},
        "model": _model(look, subject),
        "policy": policy_of(look, subject),
        "window": window(look, subject),
        "if_started": if_started(look, subject, possible, refused),
        "if_asked": if_asked(look, subject, possible),
        "if_answered": if_answered(look, subject, possible),
        **_filing(look, subject),
        **{name: bare(subject.part(table)) for name, table in _LISTS.items()},
        **_agency_side(look, subject),
        "documents": documents(look, subject),
        "access_grants": bare(subject.part("access_grant")),
        "access_days": _access_days(look, subject),
        "deadlines": deadlines(look, subject),
        **_around(look, subject),
        "possible": possible,
        "refused": refused,
        "hint": hint(look, subject, possible),
    }


def _model(look: Look, subject: Subject) -> Document:
    ref = subject.row["model"]
    model = rows_of(look.connection, Kind.MODEL, [ref])[ref]
    return {key: model[key] for key in ("ref", "name", "release_kind", "checkpoint_digest")}


def _filing(look: Look, subject: Subject) -> Document:
    """Items in force, the latest of each name, and the gate items that are missing."""
    items = {row["item"]: row for row in subject.part("submission_item")}
    gate = look.pin(subject.row).policy.submission.gate
    return {
        "gate": list(gate),
        "items": bare(items.values()),
        "missing": [name for name in gate if name not in items],
    }


def _agency_side(look: Look, subject: Subject) -> Document:
    """What is internal to the agency is empty for a lab, and an unshared note is its own side's."""
    is_open = look.reads_internal
    side = look.actor.side
    notes = [row for row in subject.part("note") if row["is_shared"] or side in (None, row["side"])]
    return {
        "assignments": bare(subject.part("assignment")) if is_open else [],
        "recommendations": _recommendations(look, subject) if is_open else [],
        "findings": bare(row for row in subject.part("finding") if is_open or row["is_shared"]),
        "determinations": bare(subject.part("determination")) if is_open else _signed(look, subject),
        "notes": bare(notes),
    }


def _recommendations(look: Look, subject: Subject) -> list[Document]:
    """Each with whether it stands: whether who determines the same would sign what it says."""
    rows = bare(subject.part("recommendation"))
    if not rows:
        return []
    now = max(look.now, subject.recorded_at or look.now)
    scene = look.stage.scene(Work(subject, look.actor, now, now), Clear())
    stands = [standing(subject, outcome, scene) for outcome in Outcome]
    return [{**row, "is_standing": row["no"] in [one["no"] for one in stands if one]} for row in rows]


def _signed(look: Look, subject: Subject) -> list[Document]:
    """For a lab, which is not told who recommended: its database does not show it the rows that say so."""
    with look.opened():
        found = queries.determinations_told(look.connection, subject.ref)
    return [{**row, "recommended_by": None} for row in found]


def _around(look: Look, subject: Subject) -> Document:
    """What hangs on the review or on its model."""
    row, model = subject.row, subject.row["model"]
    found = queries.later_reviews(look.connection, subject.ref, with_drafts=look.reads_drafts)
    known = load(look.connection, [one["ref"] for one in found if look.covers(one["ref"])])
    later = [one for one in found if one["ref"] in known and sees(look.actor, known[one["ref"]])]
    partners = queries.partners_of_review(look.connection, subject.ref)
    commitments = queries.commitments_of_model(look.connection, model)
    coverage = queries.coverage_of_model(look.connection, model)
    return {
        "partners": [one for one in partners if look.covers(one["ref"])],
        "commitments": [one for one in commitments if look.sees_row(Kind.COMMITMENT, one)],
        "halts": [one for one in queries.halts_of_model(look.connection, model) if look.covers(one["ref"])],
        "coverage": [one for one in coverage if look.sees_row(Kind.COVERAGE, one)],
        "links": {
            "refiles": row["refiles"],
            "follows": row["follows"],
            "refiled_by": [one["ref"] for one in later if one["refiles"] == subject.ref],
            "followed_by": [one["ref"] for one in later if one["follows"] == subject.ref],
        },
    }


def _access_days(look: Look, subject: Subject) -> int:
    """Dates on which the government had access to this model version, over refilings: day 0 is not counted."""
    zone, days = look.zone(subject.row), set[date]()
    with look.opened():  # days alone, also of earlier reviews
        grants = queries.access_of_model(look.connection, subject.row["model"])
    for grant in grants:
        ended = min(grant["ended_at"] or look.now, look.now).astimezone(zone).date()
        day = grant["started_at"].astimezone(zone).date() + timedelta(days=1)
        while day <= ended:
            days.add(day)
            day += timedelta(days=1)
    return len(days)
