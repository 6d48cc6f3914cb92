"""The lines by which a review is found in the queue: what it waits for, whose move that is, and its place."""

from datetime import UTC, datetime, timedelta

from reviewflow.nouns.states import LOOKED_AT, DeadlineKind, RequestState, ReviewState, Side, Stage
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.deadlines import ANSWER, MISSED, latest, live
from reviewflow.rules.moves import next_of
from reviewflow.rules.standing import is_recommended

_OWED_STILL = (ReviewState.SUBMITTED, ReviewState.LAPSED)  # though the time is over
_ASKED = (RequestState.OPEN, RequestState.OVERDUE)
_MICROSECOND = timedelta(microseconds=1)
_BEGIN, _END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
_BAND = 10**18  # more than there are microseconds between the two


def lines_of(subject: Subject, seq: int) -> list[Row]:
    """One for each side, as rows of `queue_line`."""
    row, due = subject.row, waits_for(subject)
    looking = [one for one in subject.part("assignment") if one["ended_at"] is None]
    leaders = sorted(one["person"] for one in looking if not one["is_consulted"])
    consulted = sorted(one["person"] for one in looking if one["is_consulted"])
    requests = [one["no"] for one in subject.part("request") if one["state"] in _ASKED]
    asked, owed = bool(requests), _first_owed(subject, requests)
    recommended = is_recommended(subject)
    common = {
        "subject": subject.ref, "seq": seq, "state": row["state"], "lab": row["lab"],
        "model": row["model"], "agency": None if row["submitted_at"] is None else row["agency"],
        "submitted_at": row["submitted_at"],
        "is_asked": asked, "answer_due_at": owed and owed["due_at"], "answer_due_on": owed and owed["due_on"],
        "due_kind": due and due["kind"], "due_at": due and due["due_at"], "due_on": due and due["due_on"],
        "stage": _stage(subject), "rank": _rank(row, due),
    }  # fmt: skip
    turn = next_of({**row, "has_open_request": asked, "has_recommendation": recommended}, leaders)
    return [
        {
            **common, "side": Side.AGENCY, "move": turn.move, "is_recommended": recommended, "leaders": leaders,
            "consulted": consulted,
        },
        {**common, "side": Side.LAB, "move": turn.told, "is_recommended": False, "leaders": [], "consulted": []},
    ]  # fmt: skip


def waits_for(subject: Subject) -> Row | None:
    """The one deadline that a review waits for, by its state: it runs or stands, or is over and still owed."""
    state = subject.row["state"]
    if state in LOOKED_AT:
        kind = DeadlineKind.WINDOW
    else:
        kind = DeadlineKind.INTAKE if state == ReviewState.SUBMITTED else DeadlineKind.PLANNED_RELEASE
    last = latest(subject, kind) if state in _OWED_STILL else None
    return live(subject, kind) or (last if last and last["status"] == MISSED else None)


def _first_owed(subject: Subject, requests: list[int]) -> Row | None:
    """The deadline of the answer that is, or was, due first; a request may have none."""
    found = [due for no in requests if (due := latest(subject, ANSWER, no)) and due["due_at"]]
    return min(found, key=lambda due: due["due_at"], default=None)


def _stage(subject: Subject) -> Stage | None:
    plans = sorted(subject.part("planned_release"), key=lambda plan: plan["planned_on"])
    found: Stage | None = subject.row["released_stage"] or (plans[0]["stage"] if plans else None)
    return found


def _rank(row: Row, due: Row | None) -> int:
    """What is due by its instant, then what stands by the days it has left, then the others, the newest end first.

    It has nothing to do with the time it is, so that no line moves from one page to the next.
    """
    if due and due["due_at"]:
        at: datetime = due["due_at"]
        return (at - _BEGIN) // _MICROSECOND
    if row["remaining_days"] is not None:
        return _BAND + int(row["remaining_days"])
    ended = row["released_at"] or row["withdrawn_at"]
    return 2 * _BAND + ((_END - ended) // _MICROSECOND if ended else _BAND - 1)
