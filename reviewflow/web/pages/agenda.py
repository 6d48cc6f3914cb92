"""What must happen when, around one window: a line for each day that somebody has to know of."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from reviewflow.rules.instants import civil_date
from reviewflow.web.door import Document
from reviewflow.web.writing import moment

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
    """The lines of a window's document, in the order of their days; of one day in the order in which they come about."""
    if doc["direction"] == "backward":
        lines = [
            *_notices(doc), Line(doc["last_day_on"], "last", doc["due_at"]), Line(doc["day_1_on"], "first"),
            Line(doc["clock_start_on"], "anchor"),
        ]  # fmt: skip
    else:
        lines = [
            Line(doc.get("submit_by_on"), "submit"),
            Line(doc["clock_start_on"], "start"),
            Line(doc["intake_due_on"] if "submit_by_on" not in doc else None, "checked"),
            Line(doc["day_1_on"], "first"),
            *_notices(doc),
            Line(doc["last_day_on"], "last", doc["due_at"]),
            Line(release, "release"),
            *_notices(doc, after=True),
        ]
    return sorted((line for line in lines if line.on), key=lambda line: line.on)


def _notices(doc: Document, *, after: bool = False) -> list[Line]:
    """Those before the end or after it; the one at the end is the end itself."""
    sign, zone = "+" if after else "-", ZoneInfo(doc["time_zone"])
    found = [one for one in doc["notices"] if one["notice"].startswith(sign) and not one["is_void"]]
    return [Line(_day(one["at"], zone), "notice", one["at"], one["notice"]) for one in found]


def _day(at: str, zone: ZoneInfo) -> str:
    found = moment(at)
    assert found is not None
    return civil_date(found, zone).isoformat()
