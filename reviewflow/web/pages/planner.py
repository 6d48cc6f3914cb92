"""The planner: from a day on which somebody wants to release, or to start, to what must happen when."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.api.moment import now_of
from reviewflow.errors import Invalid, Refused
from reviewflow.rules.instants import civil_date
from reviewflow.web.door import Document, Known, Reader, see
from reviewflow.web.drawing.plan import plan
from reviewflow.web.pages.agenda import Line, agenda
from reviewflow.web.pages.preview import Preview, preview
from reviewflow.web.pages.tasks import FILING
from reviewflow.web.render import page

router = APIRouter()
RELEASE, START = "release", "start"
LONGEST = 40  # signs of a date that somebody typed


@dataclass(frozen=True)
class Question:
    """What is asked; `policy` is one in short, as the list of them has it."""

    policy: Document
    mode: str
    on: str

    @property
    def is_backward(self) -> bool:
        """Whether the policy counts from a day towards the past, so that there is one question alone."""
        return bool(self.policy["direction"] == "backward")

    @property
    def wants_time(self) -> bool:
        """Whether a date says too little to start from: hours are counted from a time of day."""
        return self.policy["unit"] == "hours" and (self.is_backward or self.mode == START)

    @property
    def asked(self) -> dict[str, object]:
        """As the view is asked."""
        name = "release_on" if self.mode == RELEASE and not self.is_backward else "start"
        return {"policy": self.policy["id"], name: self.on}


@router.get("/planner")
def show(request: Request, who: Known, policy: str = "", mode: str = RELEASE, on: str = "") -> Response:
    """A plan as an address: whoever is sent it sees the same."""
    known = see(request, "policies", who=who)
    policies = sorted(known["policies"], key=lambda one: (not one["is_default"], one["id"]))
    chosen = next((one for one in policies if one["id"] == policy), None)
    faults = {"policy": list[str](), "on": list[str]()}
    if policy and chosen is None:
        faults["policy"].append(f"There is no policy {policy[:LONGEST]!r} here.")
    question = Question(chosen or policies[0], START if mode == START else RELEASE, on.strip()[:LONGEST])
    doc, reasons = _computed(request, who, question) if question.on and not faults["policy"] else (None, [])
    faults["on"] += reasons
    rule = see(request, "policy", {"policy": question.policy["id"]}, who)["policy"]
    told: dict[str, Any] = {
        "doc": known,
        "q": question,
        "policies": policies,
        "faults": faults,
        "rule": rule,
        "told_by": partial(_told_by, rule),
        **(_plan(request, who, question, doc) if doc else {"w": None}),
    }
    return page(request, "planner.html", told, 422 if any(faults.values()) else 200)


def _computed(request: Request, who: Reader, question: Question) -> tuple[Document | None, list[str]]:
    """The window, or what is wrong with the date."""
    try:
        return see(request, "window", question.asked, who), []
    except (Invalid, Refused) as error:
        helps = error.remedy if question.wants_time else "Write it as 2026-12-20, or choose it."
        return None, [*error.reasons, *([helps] if helps else [])]


def _told_by(rule: Document, notice: str) -> list[str]:
    """Whom the policy names for a notice, where it names anybody in any case."""
    steps = [step for step in rule.get("escalation", ()) if notice in step["at"] and step["deadline"] == "window"]
    return list(dict.fromkeys(role for step in steps if step["when"] == "always" for role in step["tell"]))


def _plan(request: Request, who: Reader, question: Question, doc: Document) -> dict[str, Any]:
    today = civil_date(now_of(request), ZoneInfo(doc["time_zone"])).isoformat()
    release = question.on if question.mode == RELEASE else doc["whole_release_on"]
    release = None if question.is_backward else release
    lines = agenda(doc, release)
    is_late = not question.is_backward and doc["clock_start_on"] < today
    return {
        "w": doc,
        "lines": lines,
        "gone": [line for line in lines if line.on < today],
        "today": today,
        "release": release,
        "is_late": is_late,
        "instead": _instead(request, who, question) if is_late and question.mode == RELEASE else None,
        "drawing_of": plan(doc, release, doc.get("submit_by_on")),
        "drafts": _drafts(request, who) if release and release > today else [],
        "may_open": who.is_lab and who.has("officer") and bool(release and release > today),
        "key_dates": _key_dates(lines),
    }


def _instead(request: Request, who: Reader, question: Question) -> Preview:
    """What is left where somebody who is late submits now."""
    return preview(request, who, question.policy["id"], question.on)


def _drafts(request: Request, who: Reader) -> list[Document]:
    """The reader's own reviews that can still take any date."""
    if not (who.is_lab and who.has("officer")):
        return []
    return [row for row in see(request, "reviews", who=who)["reviews"] if row["state"] in FILING]


def _key_dates(lines: list[Line]) -> list[Line]:
    """Those that the summary has."""
    return [line for line in lines if line.is_key]
