"""The portfolio over time: windows, determinations, planned releases and halts, and the same as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from reviewflow.errors import Invalid
from reviewflow.nouns.states import ReviewState
from reviewflow.rules.instants import read_day
from reviewflow.rules.months import Span, around, month_of, span, span_of
from reviewflow.web.door import Document, Known, Reader
from reviewflow.web.drawing import gantt
from reviewflow.web.faults import status_of
from reviewflow.web.pages.choices import labs_of
from reviewflow.web.paging import see_page
from reviewflow.web.render import page
from reviewflow.web.today import today_of

router = APIRouter()
A_PAGE = 300
ZOOMS = {"month": 1, "quarter": 3, "half-year": 6}
ORDERS = {"time_left": "Time left", "lab": "Lab"}
From = Annotated[str, Query(alias="from")]


@dataclass(frozen=True)
class Asked:
    """What the address asks for, every part of it as text."""

    zoom: str = ""
    first: str = ""
    to: str = ""
    state: str = ""
    lab: str = ""
    assigned_to: str = ""
    order: str = ""

    def span(self, today: date) -> Span:
        """From one date to another, or whole months from one on; Invalid where it cannot be read."""
        first = read_day(self.first) if self.first else None
        if first and self.to and not self.zoom:
            return span(first, read_day(self.to))
        if self.zoom not in ("", *ZOOMS):
            raise Invalid(f"There is no zoom {self.zoom[:20]!r}.", remedy=f"There are: {', '.join(ZOOMS)}.")
        months = ZOOMS[self.zoom or "quarter"]
        return span_of(month_of(first), months) if first else around(today, months)

    def narrowed(self) -> dict[str, str]:
        """The filters that are set."""
        found = {"state": self.state, "lab": self.lab, "assigned_to": self.assigned_to, "order": self.order}
        return {name: value for name, value in found.items() if value}

    def asked(self, wanted: Span) -> dict[str, object]:
        """The same for the view."""
        filters = {name: value or None for name, value in (("state", self.state), ("lab", self.lab))}
        filters |= {"assigned_to": self.assigned_to or None, "order": self.order or "time_left"}
        return {**filters, "since": wanted.first, "until": wanted.last}


@router.get("/timeline")
def show(
    request: Request, who: Known, zoom: str = "", first: From = "", to: str = "", state: str = "", lab: str = "",
    assigned_to: str = "", order: str = "", after: str = "",
) -> Response:  # fmt: skip
    """The span that is asked for; what cannot be read is said above the usual one."""
    asked, error = Asked(zoom, first, to, state, lab, assigned_to, order), None
    try:
        doc, following = _seen(request, who, asked, after)
    except Invalid as fault:
        error, asked = fault, Asked()
        doc, following = _seen(request, who, asked, "")
    wanted = Span(date.fromisoformat(doc["since"]), date.fromisoformat(doc["until"]))
    told = {
        "doc": doc, "asked": asked, "error": error, "span": wanted, "labs": labs_of(request, who),
        "states": [state.value for state in ReviewState], "orders": ORDERS, "is_first": not after,
        **_drawn(doc, wanted), **_ways(asked, wanted, date.fromisoformat(doc["today"]), following),
    }  # fmt: skip
    return page(request, "timeline.html", told, 200 if error is None else status_of(error))


def _seen(request: Request, who: Reader, asked: Asked, after: str) -> tuple[Document, str | None]:
    return see_page(request, "portfolio", asked.asked(asked.span(today_of(request))), who, A_PAGE, after)


def _drawn(doc: Document, wanted: Span) -> dict[str, object]:
    today = date.fromisoformat(doc["today"])
    lanes = [(row, gantt.review_lane(row, wanted, today)) for row in doc["portfolio"]]
    halts = [(row, gantt.halt_lane(row, wanted, today)) for row in doc["halted_models"]]
    return {
        "lanes": lanes, "halts": halts, "ticks": gantt.ruler(wanted), "today_at": gantt.today_at(wanted, today),
        "width": "short" if wanted.days <= 40 else "usual" if wanted.days <= 100 else "long",
    }  # fmt: skip


def _ways(asked: Asked, wanted: Span, today: date, following: str | None) -> dict[str, object]:
    """Links to other spans, orders and pages, which keep the filters."""

    def to(first: Span, **more: str) -> str:
        days = {"from": first.first.isoformat(), "to": first.last.isoformat()}
        return f"/timeline?{urlencode({**days, **asked.narrowed(), **more})}"

    zooms: Mapping[str, int] = ZOOMS
    kept = month_of(today if wanted.overlaps(today, today) else wanted.first)
    spans = {name: around(kept.first, months) for name, months in zooms.items()}
    return {
        "zooms": [(to(found), name, found.whole_months == wanted.whole_months) for name, found in spans.items()],
        "earlier": to(wanted.beside(-1)), "later": to(wanted.beside(1)),
        "now": to(around(today, wanted.whole_months or 3)),
        "following": following and to(wanted, after=following), "from_start": to(wanted),
    }  # fmt: skip
