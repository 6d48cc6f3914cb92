"""Acts that are signed: whether their signatures hold, and which of them may be without one."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from reviewflow.ledger.chain import Break
from reviewflow.ledger.signing import faults
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.plain import revive
from reviewflow.nouns.principal import Method

Event = Mapping[str, Any]


def is_signed(event: Event) -> bool:
    """Whether an event holds a signature; a hidden one shows none."""
    return "signature" in event.get("data", {})


def forged(events: Sequence[Event]) -> Iterator[Break]:
    """What does not hold of the signatures in one chain, all of whose links do."""
    signed = [event for event in events if is_signed(event)]
    heads = [event["digest"] for event in events] if signed else []
    for event in signed:
        ref, seq = event["subject"], event["seq"]
        try:
            for fault in faults(event["data"]["signature"], event["actor"], ref, seq, heads):
                yield Break(ref, seq, fault)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            yield Break(ref, seq, f"its signature does not have the form of one: {type(error).__name__}: {error}")


def reused(events: Iterable[Event], seen: set[tuple[str, str]]) -> Iterator[Break]:
    """The events whose passkey answered a challenge that it had answered before; `seen` are these, and is added to."""
    for event in events:
        made = event["data"]["signature"] if is_signed(event) else {}
        if made and made["method"] == Method.PASSKEY:
            asked = made["digest"], made["proof"].get("nonce", "")
            if asked in seen:
                yield Break(event["subject"], event["seq"], "its signature is that of another event")
            seen.add(asked)


def lacking(events: Iterable[Event], signing: Collection[str]) -> list[Event]:
    """The events that should hold a signature, being of the names in `signing`, and do not."""
    return [event for event in events if event.get("name") in signing and not is_signed(event)]


def first_signed(events: Iterable[Event]) -> datetime | None:
    """From when on signatures were kept, as far as these events tell."""
    return min((_recorded(event) for event in events if is_signed(event)), default=None)


def excuse(event: Event, since: datetime | None) -> str | None:
    """Why an event may lack its signature, completing "it was"; None where nothing excuses it."""
    if event["actor"] == RECORD:
        return "told by the public record"
    if since is None or _recorded(event) < since:
        return "recorded before signatures were kept"
    return None


def inexcusable(event: Event) -> Break:
    """What is wrong with an event that nothing excuses."""
    why = f"{event['name']!r} is an act that is signed, and it has no signature, though they were kept by then"
    return Break(event["subject"], event["seq"], why)


def _recorded(event: Event) -> datetime:
    at: datetime = revive("recorded_at", event["recorded_at"])
    return at
