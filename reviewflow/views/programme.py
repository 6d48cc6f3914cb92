"""How the programme does: in time or not, days by step, load, what runs out; as far as the reader sees the reviews."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from reviewflow.nouns.states import Kind, ReviewState, Role, Standing
from reviewflow.nouns.subject import Row
from reviewflow.rules.counting import days_left
from reviewflow.rules.figures import days_by_step, is_counted, runs_out_soon
from reviewflow.rules.instants import civil_date
from reviewflow.store import figures, queries, queue, reviews
from reviewflow.store.journal import events_of_each
from reviewflow.store.subjects import rows_of
from reviewflow.views import course
from reviewflow.views.look import Document, Look
from reviewflow.views.public_record import keys_on_record, public_record
from reviewflow.views.view import Nothing

_SOON = ("ref", "lab", "model_name", "due_at", "due_on", "has_open_request")


def programme(look: Look, asked: Nothing) -> Document:
    """Figures of the reviews that the reader sees: of a lab its own, of a reviewer those that he looks at.

    `load` and `unrecommended` are internal to the agency: None for a lab. `halts` are those that the reader sees.
    """
    found = [row for row in figures.filed_reviews(look.connection, *look.whose) if look.covers(row["ref"])]
    asked_for = [row for row in figures.requests_due(look.connection, *look.whose) if look.covers(row["subject"])]
    labs = sorted({(row["lab_name"], row["lab"]) for row in found})
    known = keys_on_record(look.stage.settings) if look.stage.is_simulation else None
    return {
        "scope": look.whose[0],
        "all": _figures(look, found, asked_for),
        "labs": [
            {"lab": lab, "name": name, "is_made_up": known is not None and lab not in known}
            | _of_lab(look, lab, found, asked_for)
            for name, lab in labs
        ],
        "load": _load(look) if look.reads_internal else None,
        "unrecommended": _unrecommended(look) if look.reads_internal else None,
        "halts": _halts(look),
    }


def _of_lab(look: Look, lab: str, reviews: Sequence[Row], requests: Sequence[Row]) -> Document:
    own = [row for row in reviews if row["lab"] == lab]
    refs = {row["ref"] for row in own}
    return _figures(look, own, [row for row in requests if row["subject"] in refs])


def _figures(look: Look, reviews: Sequence[Row], requests: Sequence[Row]) -> Document:
    """Reviews filed; determined and of them on time; windows lapsed; requests due and of them answered in time."""
    determined = [row for row in reviews if is_counted(row)]
    return {
        "reviews": len(reviews),
        "under_review": sum(row["state"] in (ReviewState.UNDER_REVIEW, ReviewState.TOLLED) for row in reviews),
        "determined": len(determined),
        "on_time": sum(bool(row["is_on_time"]) for row in determined),
        "lapsed": sum(bool(row["is_lapsed"]) for row in reviews),
        "requests": len(requests),
        "answered_on_time": sum(row["answered_at"] is not None and not row["is_late"] for row in requests),
        "steps": days_by_step(reviews, look.zone({})),
    }


def _load(look: Look) -> list[Document]:
    """Open reviews by who looks at them, the most first; who could look and has none too, where one sees them all."""
    rows = [one for one in figures.assignments(look.connection, *look.whose) if look.covers(one["subject"])]
    if look.whose[0] == queue.OF_PERSON:
        rows = [one for one in rows if one["person"] == look.actor.ref]
    leads = Counter(one["person"] for one in rows if not one["is_consulted"])
    consulted = Counter(one["person"] for one in rows if one["is_consulted"])
    people = {*leads, *consulted, *_reviewers(look)}
    told = [{"person": ref, "reviews": leads[ref], "consulted": consulted[ref]} for ref in people]
    return sorted(told, key=lambda one: (-one["reviews"], -one["consulted"], one["person"]))


def _reviewers(look: Look) -> set[str]:
    """Those of the reader's own office who may be assigned."""
    if look.whose[0] != queue.OF_AGENCY:
        return set()
    rows = queries.listed(look.connection, Kind.PERSON)
    own = [row for row in rows if row["organization"] == look.actor.organization and look.covers(row["ref"])]
    return {row["ref"] for row in own if row["state"] == Standing.ACTIVE and Role.REVIEWER in row["roles"]}


def _unrecommended(look: Look) -> list[Document]:
    """Windows that end today or within seven days, and no recommendation stands."""
    found = reviews.every(look.connection, look.whose, state=ReviewState.UNDER_REVIEW)
    soon = [
        row
        for row in found
        if look.covers(row["ref"]) and not row["has_recommendation"]
        and runs_out_soon(row["due_on"], look.now, look.zone(row))
    ]  # fmt: skip
    told = [
        {key: row[key] for key in _SOON}
        | {"reviewer": next(iter(row["leaders"]), None)}
        | {"time_zone": look.zone(row).key, "days_left": _left(look, row)}
        for row in soon
    ]
    return sorted(told, key=lambda row: (row["due_at"], row["ref"]))


def _left(look: Look, row: Row) -> int:
    return days_left(row["due_on"], civil_date(look.now, look.zone(row)))


def _halts(look: Look) -> list[Document]:
    """Halts that the reader sees, but for those that the public record tells of."""
    rows = queries.listed(look.connection, Kind.HALT, look.lab)
    public = {one["basis"] for one in public_record(look.stage.settings, look.now)["halts"]}
    rows = [row for row in rows if not (row["source"] and row["legal_basis"] in public)]
    rows = [row for row in rows if look.sees_row(Kind.HALT, row)]
    events = events_of_each(look.connection, [row["ref"] for row in rows]) if rows else {}
    named = {ref for own in events.values() for event in own for ref in event["data"].get("models", ())}
    models = {ref: str(row["name"]) for ref, row in rows_of(look.connection, Kind.MODEL, sorted(named)).items()}
    offices = {row["ref"]: row["name"] for row in queries.listed(look.connection, Kind.ORGANIZATION, look.lab)}
    return [_halt(row, events[row["ref"]], models, offices, is_made_up=look.stage.is_simulation) for row in rows]


def _halt(
    row: Row, events: Sequence[Row], models: dict[str, str], offices: dict[str, Any], *, is_made_up: bool
) -> Document:
    steps = course.of_events(events, models)
    return {
        "ref": row["ref"],
        "authority": offices.get(row["agency"], row["agency"]),
        "labs": [offices.get(row["lab"], row["lab"])],
        "basis": row["legal_basis"],
        "models": steps[0]["models"] if steps else [],
        "steps": steps,
        "source": row["source"],
        "is_made_up": is_made_up,
    }
