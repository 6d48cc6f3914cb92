"""What is no longer worth a letter when it is about to go out, and what still is."""

from dataclasses import replace
from typing import Any

import pytest

from reviewflow.nouns.events import APPROACHING, CHECKED, MISSED, REACHED
from reviewflow.nouns.states import DeadlineKind, Kind
from reviewflow.nouns.subject import Row
from reviewflow.rules.moot import why_moot, why_withheld
from tests.notify import cases as c

WINDOW = {"kind": "window", "part_no": 0, "deadline": 1, "notice": "-3d", "due_at": "2026-08-01T03:59:00Z"}
RAISED: Row = {"notices": [["-3d", "2026-07-28T13:00:00Z"], ["-1d", "2026-07-30T13:00:00Z"]], "raised": 1}
REPLACED, OVER = "the date was replaced", "it is no longer owed"


@pytest.mark.parametrize(
    ("name", "rows", "why"),
    [
        (APPROACHING, [{}], ""),
        (APPROACHING, [{"status": "tolled"}], "the deadline is tolled"),
        (APPROACHING, [{"status": "met"}], "the deadline is met"),
        (APPROACHING, [{"status": "closed"}], "the deadline is closed"),
        (APPROACHING, [{"status": "missed"}], "the deadline is missed"),
        (APPROACHING, [{"status": "superseded"}, {}], REPLACED),
        (APPROACHING, [{}, {"status": "closed", "reason": "rescinded"}], ""),
        (APPROACHING, [{"raised": 2}], "a newer notice of it was raised"),
        (MISSED, [{"raised": 2, "status": "missed"}], "a newer notice of it was raised"),
        (REACHED, [{"raised": 2, "status": "missed"}], ""),
        (CHECKED, [{"status": "met"}], "the deadline is met"),
        (REACHED, [{"status": "missed"}], ""),  # that it was reached stays true
        (REACHED, [{"status": "missed"}, {}], REPLACED),
        (REACHED, [{"status": "closed", "reason": "rescinded"}], REPLACED),
        (MISSED, [{"status": "missed"}, {}], REPLACED),
        ("clock_started", [{"status": "superseded"}, {}], ""),  # what happened, happened
    ],
)
def test_a_notice_is_about_one_date(name: str, rows: list[Row], why: str) -> None:
    """Of a date that was replaced nobody is told, whichever notice it is; the rest as long as it is true."""
    subject = c.subject(Kind.REVIEW)
    subject.row["state"] = "lapsed" if name == MISSED else "under_review"
    made = {no: c.deadline(no, DeadlineKind.WINDOW, **{**RAISED, **row}) for no, row in enumerate(rows, 1)}
    subject.parts["deadline"] = made
    assert why_moot(name, WINDOW, subject) == why


@pytest.mark.parametrize(
    ("kind", "part_no", "state", "answer", "is_owed"),
    [
        ("window", 0, "lapsed", "open", True),
        ("window", 0, "cleared", "open", False),
        ("window", 0, "released", "open", False),
        ("intake", 0, "submitted", "open", True),
        ("intake", 0, "under_review", "open", False),
        ("answer", 1, "lapsed", "overdue", True),
        ("answer", 1, "lapsed", "answered", False),
        ("commitment", 0, "missed", "open", True),
        ("commitment", 0, "met", "open", False),
    ],
)
def test_what_is_overdue_is_told_while_it_is_owed(
    kind: str, part_no: int, state: str, answer: str, is_owed: bool
) -> None:
    """An answer that came in between, or a determination that was signed, ends the reminders of it."""
    subject = c.subject(Kind.COMMITMENT if kind == "commitment" else Kind.REVIEW)
    subject.row["state"] = state
    subject.parts["request"] = {1: {"no": 1, "state": answer}}
    subject.parts["deadline"] = {1: c.deadline(1, DeadlineKind(kind), part_no, status="missed", **RAISED)}
    said: dict[str, Any] = {**WINDOW, "kind": kind, "part_no": part_no}
    assert why_moot(MISSED, said, subject) == ("" if is_owed else OVER)


def test_who_may_not_read_it_any_more() -> None:
    """One who has gone, one whose assignment has ended, and a lab what is internal."""
    subject = c.subject(Kind.REVIEW)
    subject.row |= {"lab": "lab", "agency": "office", "submitted_at": c.AT}
    assert why_withheld("lapsed", c.LAB, subject, is_internal=False) == ""
    assert why_withheld("lapsed", c.AGENCY, subject, is_internal=True) == ""
    assert "internal" in why_withheld("lapsed", c.LAB, subject, is_internal=True)
    assert "is inactive" in why_withheld("lapsed", replace(c.LAB, is_active=False), subject, is_internal=False)
    gone = replace(c.AGENCY, organization="other", roles=frozenset())
    assert "no longer" in why_withheld("lapsed", gone, subject, is_internal=False)
    assert why_withheld("access_revoked", gone, subject, is_internal=False) == ""
    assert "is inactive" in why_withheld("access_revoked", replace(gone, is_active=False), subject, is_internal=False)
