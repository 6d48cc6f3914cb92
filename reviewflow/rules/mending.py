"""Deadline rows that are not what the record owes: found one by one, and set right by one event."""

from collections.abc import Sequence
from typing import NamedTuple

from reviewflow.nouns.events import MENDED
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules import deadlines as d
from reviewflow.rules.owing import derive
from reviewflow.rules.scene import Pin
from reviewflow.rules.work import Work

_NEVER_MADE = {"status": d.CLOSED, "reason": "no event has made it", "next_notice_at": None}


class Difference(NamedTuple):
    """A deadline row by its number: the columns that differ, as they were found and as they are owed.

    Nothing found: the row is missing. Nothing owed: no event has made it.
    """

    no: int
    kind: str
    part_no: int
    found: Row
    owed: Row

    @property
    def what(self) -> str:
        """In one word."""
        return "missing" if not self.found else "different" if self.owed else "extra"


def mend(w: Work, stored: Subject, events: Sequence[Row], pin: Pin) -> list[Difference]:
    """Set right the deadlines of `w`, whose subject is as its journal says; `stored` is what stands in the database."""
    there, before = stored.parts.get("deadline", {}), dict(w.touched)
    w.floors["deadline"] = max(there, default=0)
    derive(w, events, pin)
    right = w.subject.parts.setdefault("deadline", {})
    moved = {no for (table, no) in w.touched.keys() - before.keys() if table == "deadline"}
    wrong = sorted(moved | {no for no in right.keys() | there.keys() if right.get(no) != there.get(no)})
    found = [_difference(no, there.get(no, {}), right.get(no, {})) for no in wrong]
    for no in wrong:
        row = right.get(no) or {**there[no], **_NEVER_MADE, "generation": w.next_seq}
        w.restate("deadline", no, **{key: value for key, value in row.items() if key not in ("subject", "no")})
        w.touched["deadline", no] = frozenset(row) - {"subject", "no"} if no in there else None
    if found:
        w.record(MENDED, {"mended": [{**each._asdict(), "what": each.what} for each in found]})
    return found


def _difference(no: int, there: Row, right: Row) -> Difference:
    differing = [key for key in (right or there) if key not in ("subject", "no") and there.get(key) != right.get(key)]
    named = right or there
    return Difference(
        no, str(named["kind"]), named["part_no"], {key: there[key] for key in differing if there},
        {key: right[key] for key in differing if right},
    )  # fmt: skip
