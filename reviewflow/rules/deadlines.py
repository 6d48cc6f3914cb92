"""Deadline rows of a subject: made, superseded, closed; the close-out table says which end with a state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from tzdata import IANA_VERSION  # type: ignore[import-untyped]

from reviewflow.nouns.plain import plain
from reviewflow.nouns.states import DeadlineKind, DeadlineStatus, ReviewState
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.notices import notices
from reviewflow.rules.scene import Pin
from reviewflow.rules.work import Work

OPEN, TOLLED, MET = DeadlineStatus.OPEN, DeadlineStatus.TOLLED, DeadlineStatus.MET
MISSED, SUPERSEDED, CLOSED = DeadlineStatus.MISSED, DeadlineStatus.SUPERSEDED, DeadlineStatus.CLOSED
LIVE = (OPEN, TOLLED)
INTAKE, ANSWER, TOLL, WINDOW = DeadlineKind.INTAKE, DeadlineKind.ANSWER, DeadlineKind.TOLL, DeadlineKind.WINDOW
ACCESS, PLANNED, REFILE = DeadlineKind.ACCESS, DeadlineKind.PLANNED_RELEASE, DeadlineKind.REFILE
RESCINDED = "rescinded"  # the reason of a deadline that only a rescinded event had made
AFTER = frozenset({INTAKE, ANSWER, WINDOW, DeadlineKind.COMMITMENT})  # what stays owed once it is missed


@dataclass(frozen=True)
class Owed:
    """One thing owed at one instant; `due_at` None: the clock stands, `remaining_days` are left."""

    due_at: datetime | None
    due_on: date | None
    basis: Sequence[str]
    remaining_days: int | None = None
    days_digest: str | None = None  # of the resolved calendar days that it was counted over


class Close(NamedTuple):
    """What becomes of the live deadlines of a kind."""

    kinds: frozenset[DeadlineKind]
    status: DeadlineStatus


_REVIEW_CLOCKS = frozenset({WINDOW, ANSWER, TOLL})
CLOSE_OUT: dict[str, tuple[Close, ...]] = {
    ReviewState.UNDER_REVIEW: (Close(frozenset({INTAKE}), MET),),
    ReviewState.RETURNED: (Close(frozenset({INTAKE}), MET), Close(_REVIEW_CLOCKS | {ACCESS}, CLOSED)),
    ReviewState.CLEARED: (Close(frozenset({WINDOW}), MET), Close(frozenset({ANSWER, TOLL}), CLOSED)),
    ReviewState.CONCERNS: (Close(frozenset({WINDOW}), MET), Close(frozenset({ANSWER, TOLL}), CLOSED)),
    ReviewState.LAPSED: (Close(frozenset({WINDOW}), MISSED), Close(frozenset({TOLL}), CLOSED)),
    ReviewState.RELEASED: (Close(frozenset(DeadlineKind) - {DeadlineKind.COMMITMENT}, CLOSED),),
    ReviewState.WITHDRAWN: (Close(frozenset(DeadlineKind), CLOSED),),
}


_TOLD = ("kind", "part_no", "status", "due_at", "due_on", "remaining_days")


def living(subject: Subject) -> tuple[Row, ...]:
    """The deadlines that live on, as the answer to a command tells them."""
    return tuple({name: row[name] for name in _TOLD} for row in subject.part("deadline") if row["status"] in LIVE)


def live(subject: Subject, kind: DeadlineKind, part_no: int = 0) -> Row | None:
    """The open or tolled deadline of a kind."""
    rows = subject.part("deadline")
    return next((d for d in rows if d["kind"] == kind and d["part_no"] == part_no and d["status"] in LIVE), None)


def latest(subject: Subject, kind: DeadlineKind, part_no: int = 0) -> Row | None:
    """The newest deadline of a kind, live or not; what hindsight rescinded is no deadline."""
    rows = [d for d in subject.part("deadline") if (d["kind"], d["part_no"]) == (kind, part_no)]
    return next((d for d in reversed(rows) if d["reason"] != RESCINDED), None)


def owe(w: Work, pin: Pin, kind: DeadlineKind, owed: Owed, *, part_no: int = 0, reason: str = "") -> bool:
    """Make a deadline row, which supersedes the live one; False where nothing moves."""
    old = live(w.subject, kind, part_no)
    if old and (old["due_at"], old["remaining_days"]) == (owed.due_at, owed.remaining_days):
        return False
    if old:
        end(w, old, SUPERSEDED, reason or "a new date")
    made_at, due_at = w.made_at, owed.due_at
    rows = reminders(pin, kind, due_at, made_at)
    w.add(
        "deadline", kind=kind, part_no=part_no, status=OPEN if due_at else TOLLED, due_at=due_at, due_on=owed.due_on,
        remaining_days=owed.remaining_days, made_at=made_at, generation=w.next_seq, reason=None,
        basis=list(owed.basis), pinned=pinned(pin, owed, made_at), notices=rows, raised=0,
        next_notice_at=next_notice(rows, 0),
    )  # fmt: skip
    return True


def reminders(pin: Pin, kind: DeadlineKind, due_at: datetime | None, made_at: datetime) -> list[list[str]]:
    """The notices of a deadline as its row keeps them: [name, instant], in order."""
    raised = () if due_at is None else notices(pin.policy, pin.business_days, due_at, made_at)
    rows = [[n.name, plain(n.at)] for n in raised if kind in AFTER or not n.name.startswith("+")]
    if due_at is not None and due_at <= made_at:  # made too late to warn, but what falls due still falls due
        rows.insert(0, ["due", plain(due_at)])
    return rows


def pinned(pin: Pin, owed: Owed, made_at: datetime) -> dict[str, object]:
    """What a due instant was computed from, so that it can be computed again years later."""
    first, last = made_at.date(), owed.due_on or made_at.date()
    return {
        "policy": pin.policy.id,
        "version": pin.policy.version,
        "policy_digest": pin.policy_digest,
        "calendar_digest": pin.calendar_digest,
        "days_digest": owed.days_digest or pin.business_days.digest(min(first, last), max(first, last)),
        "tzdata": IANA_VERSION,
    }


def next_notice(rows: list[list[str]], raised: int) -> datetime | None:
    """When the first notice that is not raised is due."""
    return datetime.fromisoformat(rows[raised][1]) if raised < len(rows) else None


def advance(w: Work, row: Row) -> str:
    """Note that the next notice of a deadline is raised; returns its name."""
    name, raised = row["notices"][row["raised"]][0], row["raised"] + 1
    w.change("deadline", row["no"], raised=raised, next_notice_at=next_notice(row["notices"], raised))
    return str(name)


def end(w: Work, row: Row, status: DeadlineStatus, reason: str) -> None:
    """It is no longer live, and raises nothing."""
    w.change("deadline", row["no"], status=status, reason=reason, next_notice_at=None)


def close(
    w: Work, kinds: frozenset[DeadlineKind], status: DeadlineStatus, reason: str, part_no: int | None = None
) -> None:
    """End the live deadlines of some kinds; a missed one stops raising notices when it is dealt with."""
    for row in w.subject.part("deadline"):
        if row["kind"] not in kinds or part_no not in (None, row["part_no"]):
            continue
        if row["status"] in LIVE:
            if status is MISSED:  # its later notices go on
                w.change("deadline", row["no"], status=MISSED, reason=reason)
            else:
                end(w, row, status, reason)
        elif row["status"] == MISSED and status is not MISSED and row["next_notice_at"] is not None:
            w.change("deadline", row["no"], next_notice_at=None)


def close_out(w: Work, state: str, reason: str) -> None:
    """Apply the close-out table on arrival in a state."""
    for kinds, status in CLOSE_OUT.get(state, ()):
        close(w, kinds, status, reason)
