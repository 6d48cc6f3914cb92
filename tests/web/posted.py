"""What pages look like after something was sent: faults, refusals, what is to be signed, what ended meanwhile."""

from collections.abc import Iterator
from typing import Any

from tests.stories.world import Desk

Sent = tuple[str, str, dict[str, Any]]  # who, where, what
WRONG = {"mailbox": "nobody@nowhere.example", "password": "wrong wrong wrong"}


def sent(desk: Desk) -> Iterator[Sent]:
    """Forms that come back, or lead on; nothing of it is recorded."""
    ref, model = desk.refs["r"], desk.refs["mr"]
    note = f"/reviews/{ref}/do/note"
    recommend = {"outcome": "cleared", "text": "Fine.", "statement": "No concerns."}
    order = {"models": model, "scope": "All access", "basis": "an example order", "agency": "example-office"}
    yield "", "/sign-in", WRONG
    yield "", note, {"text": "Ask about the safeguards first."}
    yield "", "/invitation", {"code": "AAAA", "password": "one thing here", "again": "another thing"}
    yield "", "/sign-in/passkey", {"passkey": "{}"}
    yield "rev", note, {"text": ""}
    yield "rev", note, {"text": "Well.", "version": "1-0000000000000000"}
    yield "rev", f"/reviews/{ref}/do/find", {"title": "x", "domain": "no such domain"}
    yield "rev", f"/reviews/{ref}/do/ask", {"text": "x" * 25_000}
    yield "rev", f"/reviews/{ref}/do/recommend", recommend
    yield "rev", f"/reviews/{ref}/do/clear", {"text": "Cleared."}
    yield "decider", f"/reviews/{ref}/do/clear", {"text": "Cleared."}
    yield "decider", "/halts/do/order", order
    yield "one", f"/reviews/{ref}/do/release", {"digest": "1" * 64}
    yield "one", f"/reviews/{ref}/do/withdraw", {"reason": ""}
    yield "one", "/reviews/new", {"which": "new", "name": "", "on": "2026-10-01"}
    yield "one", "/reviews/new", {"which": "new", "name": "Example", "on": "2027-01-11", "step": "show"}
    yield "one", "/me/password", {"password": "short", "again": "shorter"}
    yield "one", "/me/tokens/new", {"name": ""}
    yield "one", "/me/prove", {"password": "wrong"}
    yield "one", f"/reviews/{ref}/do/none", {}
    yield "one", "/nothing", {}
