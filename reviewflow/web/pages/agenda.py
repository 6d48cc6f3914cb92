"""What must happen when, around one window: a line for each day that somebody has to know of."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from reviewflow.rules.instants import civil_date
from reviewflow.web.door import Document
from reviewflow.web.writing import moment

Day = tuple[str | None, str, str | None, str]  # what a line is made of; without a day there is none
KEY = ("submit", "start", "last", "release", "anchor")


@dataclass(frozen=True)
class Line:
    """`kind` says which of the days it is, `at` the instant where it is one; `name` is that of a notice."""

    on: str
    kind: str
    at: str | None = None
    name: str = ""

    @property
    def is_key(self) -> bool:
        """Whether it stands in the summary."""
        return self.kind in KEY


def agenda(doc: Document, release: str | None) -> list[Line]:
    """The lines of a window's document by their days, those of one day in the order in which they come about."""
    if doc["direction"] == "backward":
        found: list[Day] = [
            *_notices(doc),
            (doc["last_day_on"], "last", doc["due_at"], ""),
            (doc["day_1_on"], "first", None, ""),
            (doc["clock_start_on"], "anchor", None, ""),
        ]
    else:
        found = [
            (doc.get("submit_by_on"), "submit", None, ""),
            (doc["clock_start_on"], "start", None, ""),
            (doc["intake_due_on"] if "submit_by_on" not in doc else None, "checked", None, ""),
            (doc["day_1_on"], "first", None, ""),
            *_notices(doc),
            (doc["last_day_on"], "last", doc["due_at"], ""),
            (release, "release", None, ""),
            *_notices(doc, after=True),
        ]
    lines = [Line(on, kind, at, name) for on, kind, at, name in found if on]
    return sorted(lines, key=lambda line: line.on)


def _notices(doc: Document, *, after: bool = False) -> list[Day]:
    """Those before the end or after it; the one at the end is the end itself."""
    sign, zone = "+" if after else "-", ZoneInfo(doc["time_zone"])
    found = [one for one in doc["notices"] if one["notice"].startswith(sign) and not one["is_void"]]
    return [(_day(one["at"], zone), "notice", one["at"], one["notice"]) for one in found]


def _day(at: str, zone: ZoneInfo) -> str:
    found = moment(at)
    assert found is not None
    return civil_date(found, zone).isoformat()
