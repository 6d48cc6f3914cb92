"""Who participates, since when, and how many reviews were determined in time."""

from contextlib import nullcontext
from typing import Any

from reviewflow.nouns.states import AgreementState
from reviewflow.nouns.subject import Row
from reviewflow.store.roster import participation, review_counts
from reviewflow.views.look import Document, Look
from reviewflow.views.view import Nothing

_ORDER = (AgreementState.SIGNED, AgreementState.NEGOTIATING, AgreementState.DECLINED, AgreementState.ENDED)
_NEVER = 1e12  # seconds; after every date
_KEYS = ("agency", "agency_name", "ended_at", "source", "note")


def roster(look: Look, asked: Nothing) -> Document:
    """One entry a lab and agreement, agreements in force first; a lab is told no other lab's reviews."""
    with look.opened() if look.lab is None else nullcontext():  # an agency is told them of every lab
        counts = review_counts(look.connection)
    rows = [row for row in participation(look.connection) if _is_public(look, row)]
    shown = [_entry(look, row, counts.get(row["lab"], {})) for row in look.cut(rows, _place)]
    return {"roster": shown, "count": len(rows)}


def _is_public(look: Look, row: Row) -> bool:
    """A lab reads of another lab only what a source has made public."""
    is_within = look.covers(row["agreement"] or row["lab"])
    return is_within and (look.lab in (None, row["lab"]) or bool(row["source"]))


def _place(row: Row) -> tuple[Any, ...]:
    standing = _ORDER.index(row["state"]) if row["state"] else len(_ORDER)
    signed_at = row["signed_at"].timestamp() if row["signed_at"] else _NEVER
    return standing, signed_at, row["name"], row["lab"], row["agreement"] or ""


def _entry(look: Look, row: Row, counts: Row) -> Document:
    is_told, signed_at = look.lab in (None, row["lab"]), row["signed_at"]
    return {
        "lab": row["lab"],
        "name": row["name"],
        "agreement": row["state"],
        "ref": row["agreement"],
        **{key: row[key] for key in _KEYS},
        **{key: row[key] if is_told else None for key in ("version", "head")},
        "since": row["since"] or (signed_at and signed_at.astimezone(look.zone({})).date()),
        **{name: counts.get(name, 0) if is_told else None for name in ("reviews", "determined", "on_time")},
    }
