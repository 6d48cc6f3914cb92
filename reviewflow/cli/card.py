"""`reviewflow review show`: one review with its parts, as much of it as the reader may see."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.reader import Reader, reader

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row, Subject

REF = Annotated[str, typer.Argument(help="The review's reference.", show_default=False)]
_LISTS = {"planned_releases": "planned_release", "tolls": "toll", "requests": "request"}


def review_show(ctx: typer.Context, ref: REF) -> None:
    """Show a review: where it stands, its window, what is in and what is missing, and what may be done now."""
    from reviewflow.cli.card_page import print_card
    from reviewflow.nouns.states import Kind

    with reader(ctx.obj) as look:
        subject = look.subject(Kind.REVIEW, ref)
        found = card(look, subject)
        if look.session.json:
            look.answer(found)
        else:
            print_card(look, subject, found)


def card(look: Reader, subject: "Subject") -> dict[str, Any]:
    """The whole of it, with stable keys."""
    from reviewflow.cli.possible import possible_now
    from reviewflow.cli.window_facts import deadlines, window

    row = subject.row
    return {
        "ref": subject.ref,
        "kind": subject.kind,
        "state": subject.state,
        "version": subject.seq,
        "head": subject.head,
        "recorded_at": subject.recorded_at,
        "lab": row["lab"],
        "agency": row["agency"],
        **_model_and_policy(look, subject),
        "submitted_at": row["submitted_at"],
        "determination": row["determination"],
        "determined_at": row["determined_at"],
        "is_lapsed": row["is_lapsed"],
        "is_on_time": row["is_on_time"],
        "released_at": row["released_at"],
        "released_stage": row["released_stage"],
        "released_digest": row["released_digest"],
        "preceded_by": row["preceded_by"],
        "acknowledged": row["acknowledged"],
        "is_in_breach": row["is_in_breach"],
        "withdrawn_at": row["withdrawn_at"],
        "window": window(look, subject),
        **_filing(look, subject),
        **{name: _bare(subject.part(table)) for name, table in _LISTS.items()},
        **_agency_side(look, subject),
        "access_grants": _bare(subject.part("access_grant")),
        "access_days": access_days(look, subject),
        "deadlines": deadlines(look, subject),
        **_around(look, subject),
        "possible": possible_now(look, subject),
    }


def _bare(rows: "list[Row]") -> "list[Row]":
    """Parts without the name of their subject, which stands above them."""
    return [{key: value for key, value in row.items() if key != "subject"} for row in rows]


def _model_and_policy(look: Reader, subject: "Subject") -> dict[str, Any]:
    from reviewflow.nouns.states import Kind
    from reviewflow.store.subjects import rows_of

    row, pin = subject.row, look.pin(subject.row)
    model = rows_of(look.connection, Kind.MODEL, [row["model"]])[row["model"]]
    named = {"id": row["policy"], "version": row["policy_version"], "title": pin.policy.title}
    return {
        "model": {key: model[key] for key in ("ref", "name", "release_kind", "checkpoint_digest")},
        "checkpoint_digest": row["checkpoint_digest"],
        "policy": {**named, "digest": row["policy_digest"], "calendar_digest": row["calendar_digest"]},
    }


def _filing(look: Reader, subject: "Subject") -> dict[str, Any]:
    """Items in force, the latest of each name, and the gate items that are missing."""
    items = {row["item"]: row for row in subject.part("submission_item")}
    gate = look.pin(subject.row).policy.submission.gate
    return {
        "gate": list(gate),
        "items": _bare(list(items.values())),
        "missing": [name for name in gate if name not in items],
    }


def _agency_side(look: Reader, subject: "Subject") -> dict[str, Any]:
    """What is internal to the agency is empty for a lab, and an unshared note is its own side's."""
    is_open = look.reads_internal
    side = look.actor.side
    notes = [row for row in subject.part("note") if row["is_shared"] or side in (None, row["side"])]
    signed = _bare(subject.part("determination"))
    return {
        "assignments": _bare(subject.part("assignment")) if is_open else [],
        "recommendations": _bare(subject.part("recommendation")) if is_open else [],
        "findings": _bare([row for row in subject.part("finding") if is_open or row["is_shared"]]),
        "determinations": signed if is_open else [{**row, "recommended_by": None} for row in signed],
        "notes": _bare(notes),
    }


def _around(look: Reader, subject: "Subject") -> dict[str, Any]:
    """What hangs on the review or on its model."""
    from reviewflow.nouns.states import Kind
    from reviewflow.store import queries

    row, model = subject.row, subject.row["model"]
    commitments = queries.commitments_of_model(look.connection, model)
    later = queries.later_reviews(look.connection, subject.ref)
    return {
        "partners": queries.partners_of_review(look.connection, subject.ref),
        "commitments": [one for one in commitments if look.sees_row(Kind.COMMITMENT, one)],
        "halts": queries.halts_of_model(look.connection, model),
        "coverage": [
            one for one in queries.coverage_of_model(look.connection, model) if look.sees_row(Kind.COVERAGE, one)
        ],
        "links": {
            "refiles": row["refiles"],
            "follows": row["follows"],
            "refiled_by": [one["ref"] for one in later if one["refiles"] == subject.ref],
            "followed_by": [one["ref"] for one in later if one["follows"] == subject.ref],
        },
    }


def access_days(look: Reader, subject: "Subject") -> int:
    """Dates on which the government had access to this model version, over refilings: day 0 is not counted."""
    from reviewflow.store.queries import access_of_model

    zone, days = look.zone(subject.row), set[date]()
    for grant in access_of_model(look.connection, subject.row["model"]):
        ended = min(grant["ended_at"] or look.now, look.now).astimezone(zone).date()
        day = grant["started_at"].astimezone(zone).date() + timedelta(days=1)
        while day <= ended:
            days.add(day)
            day += timedelta(days=1)
    return len(days)
