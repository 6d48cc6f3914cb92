"""The file that a phone subscribes to: read alike by two parsers, redacted, and the same until something changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reviewflow.notify.feed import Entry, entry, written
from reviewflow.nouns.states import DeadlineKind, DeadlineStatus, Kind
from reviewflow.nouns.subject import Row
from tests.notify.programs import read

NEW_YORK = ZoneInfo("America/New_York")
REF, GENESIS, DIGEST = "RV-7K3M-9QXC", "a" * 64, "d" * 64
DUE_AT, DUE_ON = datetime(2026, 8, 1, 3, 59, tzinfo=UTC), date(2026, 7, 31)
MADE_AT = datetime(2026, 7, 1, 14, tzinfo=UTC)
BEFORE = ("2026-07-24T13:00:00Z", "2026-07-30T13:00:00Z")
NOTICES = [["-7d", BEFORE[0]], ["-1d", BEFORE[1]], ["due", "2026-08-01T03:59:00Z"], ["+1d", "2026-08-01T13:00:00Z"]]
PROSE = "WORDS-THAT-STAY-ON-RECORD"


def row(status: str = "open", *, no: int = 1, changed: int = 7, **columns: object) -> Row:
    """A deadline row as the store gives it, with the event that last changed it."""
    made: Row = {
        "subject": REF, "subject_kind": Kind.REVIEW, "kind": DeadlineKind.WINDOW, "part_no": 0, "no": no,
        "status": DeadlineStatus(status), "due_at": DUE_AT, "due_on": DUE_ON, "remaining_days": None,
        "reason": PROSE, "notices": NOTICES, "raised": 0, "changed_seq": changed,
        "changed_at": MADE_AT + timedelta(days=changed), "changed_digest": DIGEST,
    }  # fmt: skip
    return made | columns


def made(*rows: Row, zone: ZoneInfo = NEW_YORK, is_simulation: bool = False) -> Entry:
    """The entry of some rows."""
    found = entry(rows, zone, GENESIS, is_simulation=is_simulation)
    assert found is not None
    return found


def tolled(*, no: int = 2, changed: int = 9, left: int = 8) -> Row:
    """A row whose clock stands."""
    return row(
        "tolled", no=no, changed=changed, due_at=None, due_on=None, remaining_days=left, notices=[]
    )  # fmt: skip


def test_both_parsers_read_what_is_meant() -> None:
    """Instant, status, number of change, reminders and texts arrive as they were sent, in lines of 75 bytes."""
    one = made(row())
    text = written([one], "officer@lab.example", is_simulation=False)
    assert max(map(len, text.split(b"\r\n"))) <= 75
    assert b"\n" not in text.replace(b"\r\n", b"")
    found = read(text)
    assert (found["name"], found["method"], found["refresh"]) == (
        "reviewflow deadlines of officer@lab.example",
        None,
        3600,
    )
    changed_at = (MADE_AT + timedelta(days=7)).timestamp()
    assert found["events"] == [
        {
            "uid": one.uid,
            "sequence": 7,
            "summary": f"Window ends - {REF}",
            "description": one.text,
            "at": DUE_AT.timestamp(),
            "ends": DUE_AT.timestamp(),
            "status": "CONFIRMED",
            "changed": changed_at,
            "stamp": changed_at,
            "alarms": [datetime.fromisoformat(at).timestamp() for at in BEFORE],
            "other": ["PRIVATE", "TRANSPARENT"],
        }
    ]
    assert "Friday 31 July 2026, 23:59 EDT (UTC-04:00)" in one.text
    assert f"entry 7 of {REF}" in one.text
    assert DIGEST in one.text
    assert PROSE.encode() not in text


def test_nobody_with_deadlines_has_a_calendar_too() -> None:
    """An empty feed is a file that both parsers read."""
    assert read(written([], "viewer@lab.example", is_simulation=False))["events"] == []


def test_a_simulation_says_so_in_every_title() -> None:
    """In the calendar's name and at the beginning of each title."""
    found = read(written([made(row(), is_simulation=True)], "a@b.example", is_simulation=True))
    assert found["name"].startswith("[SIMULATION] ")
    assert found["events"][0]["summary"].startswith("[SIMULATION] Window ends")


def test_a_tolled_deadline_is_cancelled_on_its_last_known_day() -> None:
    """The entry stays where it was, and says that the clock stands and what is left."""
    one = made(row("superseded", changed=9), tolled())
    assert (one.status, one.due_at, one.sequence, one.alarms) == ("CANCELLED", DUE_AT, 9, ())
    assert one.title == f"Tolled: Window ends - {REF}"
    assert "The clock stands with 8 days left" in one.text
    assert entry([tolled()], NEW_YORK, GENESIS, is_simulation=False) is None  # it never had a date


@pytest.mark.parametrize(
    ("status", "raised", "reason", "shown", "title"),
    [
        ("open", 3, None, "CONFIRMED", "Window ends"),  # due, and not raised yet or raised: it is where it is
        ("missed", 3, "lapsed", "CONFIRMED", "Window ends"),
        ("closed", 3, "its day went by", "CONFIRMED", "Window ends"),
        ("met", 3, "toll_ended", "CONFIRMED", "Window ends"),
        ("met", 1, "cleared", "CANCELLED", "Met: Window ends"),
        ("closed", 1, "withdrawn", "CANCELLED", "Cancelled: Window ends"),
        ("closed", 3, "rescinded", "CANCELLED", "Cancelled: Window ends"),
        ("superseded", 3, "corrected", "CANCELLED", "Cancelled: Window ends"),
    ],
)
def test_what_ends_before_its_day_is_cancelled(status: str, raised: int, reason: str, shown: str, title: str) -> None:
    """Nothing vanishes; what fell due stays in the past as it was."""
    one = made(row(status, raised=raised, reason=reason))
    assert (one.status, one.title) == (shown, f"{title} - {REF}")


def test_the_row_that_holds_is_shown() -> None:
    """A live row before any other, and what hindsight rescinded last of all."""
    later = DUE_AT + timedelta(days=5)
    assert made(row("superseded"), row(no=2, due_at=later)).due_at == later
    assert made(row(), row("closed", no=2, due_at=later, reason="rescinded")).due_at == DUE_AT
    assert made(row("met"), row("closed", no=2, due_at=later, reason="rescinded")).title.startswith("Met: ")
    assert made(row(changed=4), row("closed", no=2, changed=11, reason="rescinded")).sequence == 11


def test_an_identity_of_its_own() -> None:
    """By installation, subject, kind and part; the same for every row and reader of one deadline."""
    one = made(row())
    assert made(row("superseded"), tolled()).uid == one.uid
    other = [
        row(kind=DeadlineKind.ACCESS), row(subject="RV-2222-2222"), row(part_no=1),
        row(kind=DeadlineKind.ACCESS, part_no=1),
    ]  # fmt: skip
    uids = {one.uid, *(made(each).uid for each in other)}
    elsewhere = entry([row()], NEW_YORK, "b" * 64, is_simulation=False)
    assert elsewhere is not None
    assert len(uids | {elsewhere.uid}) == 6


def test_midnight_says_whose_end_it_is() -> None:
    """What is due at 24:00 stands on the next day of a calendar: the title names the day that ends."""
    one = made(row(due_at=datetime(2026, 8, 1, 4, tzinfo=UTC)))
    assert one.title == f"Window ends at the end of 31 July 2026 - {REF}"


def test_each_kind_has_a_title() -> None:
    """In plain words, with the number of its part."""
    titles = {kind: made(row(kind=kind, part_no=2)).title for kind in DeadlineKind}
    assert len(set(titles.values())) == len(DeadlineKind)
    assert titles[DeadlineKind.ANSWER] == f"Answer due (request 2) - {REF}"
    assert titles[DeadlineKind.ACCESS] == f"Access ends (grant 2) - {REF}"
