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


def forged(events: Sequence[Event], origin: str, *, is_simulation: bool) -> Iterator[Break]:
    """What does not hold of the signatures in one chain of a database, all of whose links do."""
    for event in (event for event in events if is_signed(event)):
        ref, seq = event["subject"], event["seq"]
        try:
            for fault in faults(event, events, origin, is_simulation=is_simulation):
                yield Break(ref, seq, fault)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            yield Break(ref, seq, f"its signature does not have the form of one: {type(error).__name__}: {error}")


def reused(events: Iterable[Event], seen: set[tuple[str, str]]) -> Iterator[Break]:
    """The events whose signature is that of another: a text, a nonce or an answer of a passkey that was met before.

    `seen` are those that were, and is added to.
    """
    for event in events:
        made = event["data"]["signature"] if is_signed(event) else {}
        marks = {("text", made["digest"])} if made else set()
        if made and made["method"] == Method.PASSKEY:
            answer = made["proof"]["credential"]["response"]
            marks |= {("nonce", made["proof"].get("nonce") or made["digest"]), ("answer", answer["clientDataJSON"])}
        if marks & seen:
            yield Break(event["subject"], event["seq"], "its signature is that of another event")
        seen |= marks


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
