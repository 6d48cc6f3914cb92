"""The window that would open if somebody submitted now, with until when that holds; or why there would be none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import Request

from reviewflow.api.moment import now_of
from reviewflow.errors import Invalid, Refused, ReviewflowError
from reviewflow.notify.dates import days_between, lasting, when
from reviewflow.web.door import Document, Reader, see
from reviewflow.web.drawing.plan import Plan, plan
from reviewflow.web.writing import civil, moment

SOON = 3 * 3600  # seconds before day 1 moves on, from when on it is worth a warning


@dataclass(frozen=True)
class Preview:
    """`doc` is the window without the planned release where `error` says what is wrong with that."""

    doc: Document
    drawing: Plan | None
    planned_on: str | None
    error: ReviewflowError | None
    left: str  # how long day 1 stays the same; empty where that is not known
    is_soon: bool
    day_1: str  # today, tomorrow, in 3 days
    policy: str

    @property
    def said(self) -> str:
        """What a screen reader is told when it changes."""
        if self.error is not None:
            return " ".join(self.error.reasons)
        return self.drawing.label if self.drawing else ""


def preview(request: Request, who: Reader, policy: str, planned_on: str) -> Preview:
    """What the policy makes of this moment; Invalid or NotFound for a policy that there is not."""
    now = now_of(request)
    asked: dict[str, object] = {"policy": policy, "start": now.isoformat()}
    doc, error = _window(request, who, asked, planned_on)
    shown = planned_on if planned_on and error is None else None
    seconds = _until(doc, now)
    left = lasting(seconds // 60 * 60) if seconds >= 60 else "less than a minute" if seconds else ""
    named = _named(doc, now)
    return Preview(doc, plan(doc, shown), shown, error, left, 0 < seconds <= SOON, named, policy)


def _window(
    request: Request, who: Reader, asked: Mapping[str, object], planned_on: str
) -> tuple[Document, ReviewflowError | None]:
    if not planned_on:
        return see(request, "window", asked, who), None
    try:
        return see(request, "window", {**asked, "planned_release": planned_on}, who), None
    except (Invalid, Refused) as error:
        return see(request, "window", asked, who), error


def _until(doc: Document, now: datetime) -> int:
    at = moment(doc["day_1_changes_at"])
    return 0 if at is None else max(0, int((at - now).total_seconds()))


def _named(doc: Document, now: datetime) -> str:
    """Today, tomorrow, in 3 days, by the clock of the policy."""
    first = civil(doc["day_1_on"])
    return "" if first is None else when(days_between(now, first, ZoneInfo(doc["time_zone"])))
