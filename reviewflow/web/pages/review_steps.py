"""Where a review stands between submission and release, and what stands in the place of a step that it did not take."""

from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One of the four, or what came instead; `at` is an instant, `on` a civil day, `is_off` beside the spine."""

    state: str
    at: str | None = None
    on: str | None = None
    is_past: bool = False
    is_now: bool = False
    is_off: bool = False
    note: str = ""  # what the order of the four does not tell

    @property
    def place(self) -> str:
        """As the sheet of styles names it."""
        names = [("past", self.is_past), ("now", self.is_now), ("off", self.is_off)]
        return " ".join(name for name, holds in names if holds) or "ahead"

    @property
    def said(self) -> str:
        """What the colour tells, in words."""
        return "now" if self.is_now else "done" if self.is_past else "not yet"


def steps(card: Document) -> list[Step]:
    """Submitted, under review, cleared, released; the state that is there now is marked, wherever it is."""
    state, window = card["state"], card["window"]
    looked = card["determined_at"] is not None or card["is_lapsed"]
    third = card["determination"] or ("lapsed" if card["is_lapsed"] else "cleared")
    found = [
        _step(card, "returned" if state == "returned" else "submitted", card["submitted_at"] is not None,
              at=card["submitted_at"], is_off=state == "returned"),
        _step(card, "tolled" if state == "tolled" else "under_review", window is not None,
              on=window and window["clock_start_on"], is_off=state == "tolled"),
        _step(card, third, looked, at=card["determined_at"], on=_lapsed_on(card), is_off=third != "cleared",
              note=_note(card)),
        _step(card, "released", card["released_at"] is not None, at=card["released_at"]),
    ]  # fmt: skip
    if state == "withdrawn":
        found = [step for step in found if step.is_past]
        found.append(_step(card, "withdrawn", True, at=card["withdrawn_at"], is_off=True))
    if state == "draft":
        found.insert(0, _step(card, "draft", True))
    return found


def _note(card: Document) -> str:
    if card["determined_at"] is None:
        return ""
    is_late = card["released_at"] is not None and card["released_at"] < card["determined_at"]
    return ", ".join(["after it lapsed"] * card["is_lapsed"] + ["after the release"] * is_late)


def _lapsed_on(card: Document) -> str | None:
    is_lapse = card["is_lapsed"] and card["determined_at"] is None
    return card["window"]["last_day_on"] if is_lapse and card["window"] else None


def _step(
    card: Document, state: str, is_past: bool, at: str | None = None, on: str | None = None, is_off: bool = False,
    note: str = "",
) -> Step:  # fmt: skip
    is_now = card["state"] == state
    return Step(state, at, on, is_past and not is_now, is_now, is_off, note)
