"""The dossier of a review: the chains of all that hangs on it, which prove themselves without this database."""

from reviewflow.errors import Forbidden, Missing
from reviewflow.ledger.contents import contents, named, pinned
from reviewflow.ledger.dossier import FORM
from reviewflow.nouns.plain import plain
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.rules.permissions import sees
from reviewflow.store import lookups, queries
from reviewflow.store.journal import events_of_each
from reviewflow.store.subjects import load
from reviewflow.views.journal import as_read, whole
from reviewflow.views.look import Document, Look
from reviewflow.views.view import One


def dossier(look: Look, asked: One) -> Document:
    """Review, model, agreements, halts and commitments, as far as the reader may read them; then what they rest on.

    Forbidden for a token that does not reach a subject which the review names: without it nothing would be proven.
    """
    review = look.subject(Kind.REVIEW, asked.ref)
    around = load(look.connection, _around(look, review))
    found = [review, *(subject for ref, subject in sorted(around.items()) if _is_seen(look, subject))]
    refs = [subject.ref for subject in found]
    events = whole(look, lambda: [e for own in events_of_each(look.connection, refs).values() for e in own])
    told = [as_read(look, event) for event in events]
    chains = [
        {"ref": s.ref, "version": s.seq, "head": s.head, "events": [e for e in told if e["subject"] == s.ref]}
        for s in found
    ]
    chains = plain(chains)
    if beyond := sorted({*named(chains[0]["events"])} - {*refs}):
        raise Forbidden(
            f"The dossier of {review.ref} is not whole without {', '.join(beyond)}, which your token does not reach.",
            remedy="Make a token whose scopes name it, or ask as a person.",
        )
    about = lookups.database_row(look.connection)
    assert about is not None
    return {
        "form": FORM,
        "ref": review.ref,
        "nonce": about["nonce"],
        "origin": about["genesis"],
        "is_simulation": about["is_simulation"],
        "chains": chains,
        "copies": {digest: _copy(look, digest) for digest in pinned(chains[0]["events"])},
        **contents(chains),
    }


def _around(look: Look, review: Subject) -> list[str]:
    row, connection = review.row, look.connection
    agreements = [
        one["ref"] for one in queries.listed(connection, Kind.AGREEMENT, row["lab"]) if one["agency"] == row["agency"]
    ]
    halts = [one["ref"] for one in queries.halts_of_model(connection, row["model"])]
    commitments = [one["ref"] for one in queries.commitments_of_model(connection, row["model"])]
    return [row["model"], *agreements, *halts, *commitments]


def _is_seen(look: Look, subject: Subject) -> bool:
    return look.covers(subject.ref) and sees(look.actor, subject)


def _copy(look: Look, digest: str) -> Document:
    body: Document | None = lookups.document_body(look.connection, digest)
    if body is None:
        raise Missing(f"The pinned copy {digest[:12]} of a policy or calendar is gone.")
    return body
