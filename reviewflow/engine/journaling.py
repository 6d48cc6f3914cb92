"""The facts of a work as rows: events numbered, salted where internal and linked; the spine and what was touched."""

import secrets
from collections.abc import Mapping

from reviewflow.ledger.chain import first_link, link, text_digest
from reviewflow.nouns.states import Kind, Side
from reviewflow.nouns.subject import Row
from reviewflow.rules.lines import lines_of
from reviewflow.rules.work import Work
from reviewflow.store.subjects import Change


def chain(genesis: str, w: Work) -> list[Row]:
    """The facts of a work as events: numbered, salted where internal, linked; what was chained before stays so."""
    events = w.chained
    prev = events[-1]["digest"] if events else w.subject.head or first_link(genesis, w.subject.ref)
    for seq, fact in enumerate(w.facts[len(events) :], w.subject.seq + len(events) + 1):
        event: Row = {
            "subject": w.subject.ref,
            "seq": seq,
            "name": fact.name,
            "actor": fact.actor,
            "effective_at": fact.effective_at,
            "recorded_at": fact.recorded_at,
            "late_by": fact.late_by,
            "is_internal": fact.is_internal,
            "salt": secrets.token_hex(16) if fact.is_internal else None,
            "data": fact.data,
            "sets": fact.sets,
            "prev": prev,
        }
        prev = event["digest"] = link(prev, text_digest(event), is_internal=fact.is_internal)
        events.append(event)
    return events


def spine(w: Work, events: list[Row], organizations: Mapping[str, Row]) -> Row:
    """The row that is locked first; `was` is the seq before."""
    return {
        "ref": w.subject.ref,
        "kind": w.subject.kind,
        "was": w.subject.seq,
        "seq": events[-1]["seq"],
        "head": events[-1]["digest"],
        "recorded_at": w.recorded_at,
        **_whose(w, organizations),
    }


def _whose(w: Work, organizations: Mapping[str, Row]) -> Row:
    """Of which sides it is: a review is the agency's once it is filed, people and organizations are of their own."""
    row, kind = w.row, w.subject.kind
    if kind in (Kind.ORGANIZATION, Kind.PERSON):
        home = w.subject.ref if kind is Kind.ORGANIZATION else row["organization"]
        side = row["side"] if kind is Kind.ORGANIZATION else organizations[home]["side"]
        return {"lab": home if side == Side.LAB else None, "agency": home if side == Side.AGENCY else None}
    is_draft = kind is Kind.REVIEW and row.get("submitted_at") is None
    return {"lab": row.get("lab"), "agency": None if is_draft else row.get("agency")}


def changes(w: Work) -> list[Change]:
    """Every touched row and part."""
    return [
        (table, changed, w.part(table, no) if no else {**w.row, "ref": w.subject.ref})
        for (table, no), changed in w.touched.items()
    ]


def lines(w: Work, events: list[Row]) -> list[Row]:
    """By which a review is found in the queue."""
    return lines_of(w.subject, events[-1]["seq"]) if w.subject.kind is Kind.REVIEW else []
