"""What the chains of a dossier say that it holds: what is signed in them, documents, pinned copies, other chains."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reviewflow.ledger.acts import is_signed

Document = Mapping[str, Any]
_NAMES = ("model", "halts", "under_halt")  # where an event of a review names a subject whose chain belongs to it
_PINNED = ("policy_digest", "calendar_digest")
_DOCUMENT = ("name", "media_type", "size", "digest", "marking", "state")


def signed(chains: Sequence[Document]) -> Iterator[Any]:
    """Every event that holds a signature, in order."""
    return (event for chain in chains for event in chain["events"] if is_signed(event))


def named(review: Sequence[Document]) -> list[str]:
    """The subjects that the events of a review name, and whose chains belong into its dossier."""
    found: set[str] = set()
    for event in review:
        if "sets" in event:
            for holder in (event["data"], event["sets"].get("review", {})):
                for value in filter(None, map(holder.get, _NAMES)):
                    found |= {value} if isinstance(value, str) else set(value)
    return sorted(found)


def pinned(review: Sequence[Document]) -> list[str]:
    """The digests of the copies to which the events of a review pin it."""
    sets = [event["sets"].get("review", {}) for event in review if "sets" in event]
    return sorted({each[name] for each in sets for name in _PINNED if each.get(name)})


def contents(chains: Sequence[Document]) -> dict[str, Any]:
    """What is signed in the chains of a dossier, and which documents were supplied, the review's chain being first."""
    statements = [
        {**{key: event[key] for key in ("subject", "seq", "actor")}, "digest": event["data"]["signature"]["digest"]}
        for event in signed(chains)
    ]
    supplied: dict[str, dict[str, Any]] = {}
    for event in chains[0]["events"]:
        for place, columns in event.get("sets", {}).items():
            table, _, no = place.partition("/")
            if table == "review_document":
                known = {key: columns[key] for key in _DOCUMENT if key in columns}
                supplied.setdefault(no, {"no": int(no)}).update(known)
    return {"statements": statements, "documents": list(supplied.values())}
