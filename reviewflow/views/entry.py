"""One subject that is no review: the row, its parts, what hangs on it, its journal, what may be done."""

from collections.abc import Callable, Sequence

from reviewflow.ledger.signing import fingerprint
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.permissions import sees
from reviewflow.store import queries
from reviewflow.store.identity import passkeys
from reviewflow.store.subjects import load, rows_of
from reviewflow.views import course
from reviewflow.views.look import Document, Look
from reviewflow.views.possible import hint, possible_now
from reviewflow.views.story import story
from reviewflow.views.view import One
from reviewflow.views.window_facts import bare

PARTS = {
    Kind.ORGANIZATION: ("organization_name",),
    Kind.MODEL: ("model_release", "holder"),
    Kind.HALT: ("halt_model", "allow_list"),
    Kind.COMMITMENT: ("deadline",),
}


def entry(kind: Kind) -> Callable[[Look, One], Document]:
    """The whole of one subject of a kind; `parts` by the name of their table."""

    def show(look: Look, asked: One) -> Document:
        subject = look.subject(kind, asked.ref)
        possible, events = possible_now(look, subject), story(look, subject)
        return {
            "ref": subject.ref,
            "kind": subject.kind,
            "state": subject.state,
            "version": subject.seq,
            "head": subject.head,
            "recorded_at": subject.recorded_at,
            "row": {key: value for key, value in subject.row.items() if key not in ("ref", "state")},
            "parts": {name: bare(subject.part(name)) for name in PARTS.get(kind, ())},
            **_related(look, subject, events),
            "events": events,
            "possible": possible,
            "hint": hint(look, subject, possible),
        }

    return show


def _related(look: Look, subject: Subject, events: Sequence[Document]) -> Document:
    match subject.kind:
        case Kind.MODEL:
            return {
                "reviews": _reviews(look, subject.ref),
                "halts": [
                    one for one in queries.halts_of_model(look.connection, subject.ref) if look.covers(one["ref"])
                ],
                "commitments": _seen(look, queries.commitments_of_model(look.connection, subject.ref)),
                "coverage": [
                    one
                    for one in queries.coverage_of_model(look.connection, subject.ref)
                    if look.sees_row(Kind.COVERAGE, one)
                ],
            }
        case Kind.HALT:
            models = rows_of(look.connection, Kind.MODEL, [part["model"] for part in subject.part("halt_model")])
            published = [ref for ref, model in models.items() if model["release_kind"] == "open_weights"]
            names = {ref: model["name"] for ref, model in models.items()}
            return {
                "models": names,
                "steps": course.of_events(events, names),
                "conditions": _seen(look, queries.conditions_of_halt(look.connection, subject.ref)),
                "holders": queries.holders_of(look.connection, published),
            }
        case Kind.COVERAGE:
            model = subject.row["model"]
            return {"models": {model: rows_of(look.connection, Kind.MODEL, [model])[model]["name"]}}
        case Kind.PERSON:
            usual = list(look.stage.settings.server.channels)  # of who has named none
            return {"usual_channels": usual, "passkeys": _passkeys(look, subject.ref)}
    return {}


def _passkeys(look: Look, person: str) -> list[Document]:
    """What tells a person's passkeys from any others, for whoever holds a signature against them; not their names."""
    with look.opened():
        rows = passkeys.of_person(look.connection, person)
    return [{"fingerprint": fingerprint(row["public_key"]), "made_at": row["made_at"]} for row in rows]


def _reviews(look: Look, model: str) -> list[Row]:
    """The reviews of a model that the reader sees."""
    rows = queries.reviews_of_model(look.connection, model)
    found = load(look.connection, [row["ref"] for row in rows])
    return [row for row in rows if look.covers(row["ref"]) and sees(look.actor, found[row["ref"]])]


def _seen(look: Look, rows: list[Row]) -> list[Row]:
    return [row for row in rows if look.sees_row(Kind.COMMITMENT, row)]
