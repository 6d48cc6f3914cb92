"""The facts of a work as rows: events numbered, salted where internal and linked; the spine and what was touched."""

import secrets

from reviewflow.ledger.chain import first_link, link, text_digest
from reviewflow.nouns.subject import Row
from reviewflow.rules.work import Work
from reviewflow.store.subjects import Change


def chain(genesis: str, w: Work) -> list[Row]:
    """The facts of a work as events: numbered, salted where internal, linked."""
    prev = w.subject.head or first_link(genesis, w.subject.ref)
    events: list[Row] = []
    for seq, fact in enumerate(w.facts, w.subject.seq + 1):
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
        prev = event["digest"] = link(prev, text_digest(event))
        events.append(event)
    return events


def spine(w: Work, events: list[Row]) -> Row:
    """The row that is locked first; `was` is the seq before."""
    return {
        "ref": w.subject.ref,
        "kind": w.subject.kind,
        "was": w.subject.seq,
        "seq": events[-1]["seq"],
        "head": events[-1]["digest"],
        "recorded_at": w.recorded_at,
        "lab": w.row.get("lab"),
        "agency": w.row.get("agency"),
    }


def changes(w: Work) -> list[Change]:
    """Every touched row and part."""
    return [
        (table, changed, w.part(table, no) if no else {**w.row, "ref": w.subject.ref})
        for (table, no), changed in w.touched.items()
    ]
