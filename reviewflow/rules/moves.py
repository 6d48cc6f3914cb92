"""Whose move a review waits for, what it is, whether it is the reader's, and how urgent it has become."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.move import Move
from reviewflow.nouns.states import LOOKED_AT, ReviewState, Role, Side
from reviewflow.nouns.subject import Row
from reviewflow.rules.calendar import ONE_DAY
from reviewflow.rules.instants import civil_date

SOON = 3  # days before its end a window without a recommendation is a decider's to see to
DUTIES = frozenset({Role.OFFICER, Role.INTAKE, Role.REVIEWER, Role.DECIDER})  # roles of those who have something to do


class Urgency(StrEnum):
    """How near the end is of what runs; what stands has none."""

    OVER = "over"
    TODAY = "today"
    SOON = "soon"


@dataclass(frozen=True)
class Next:
    """The next move of a review, and whose it is: a side, and within the agency a role or a reviewer."""

    move: Move | None
    side: Side | None = None
    whom: str | None = None

    @property
    def told(self) -> Move | None:
        """What a lab is told of it: of all that the agency does, that it checks what was filed."""
        is_internal = self.side is Side.AGENCY and self.move is not Move.CHECK
        return Move.LOOK if is_internal else self.move


def next_of(row: Row, leaders: Collection[str]) -> Next:
    """Of a row of the queue; `leaders` are those who look and may recommend."""
    match str(row["state"]):
        case "draft":
            return Next(Move.SUBMIT, Side.LAB)
        case "returned":
            return Next(Move.SUBMIT_AGAIN, Side.LAB)
        case "cleared" | "concerns":
            return Next(Move.RELEASE, Side.LAB)
        case "submitted":
            return Next(Move.CHECK, Side.AGENCY, "intake")
        case "under_review" | "tolled" | "lapsed":
            if waits_for_answer(row):
                return Next(Move.ANSWER, Side.LAB)
            if row["has_recommendation"]:
                return Next(Move.DETERMINE, Side.AGENCY, "decider")
            if not leaders:
                return Next(Move.ASSIGN, Side.AGENCY, "decider")
            return Next(Move.RECOMMEND, Side.AGENCY, min(leaders))
    return Next(None)


def waits_for_answer(row: Row) -> bool:
    """Whether the lab has the next move: of a window that lapsed no answer turns back the end."""
    return bool(row["has_open_request"]) and row["state"] != ReviewState.LAPSED


def is_answer_overdue(row: Row, now: datetime) -> bool:
    """Whether an answer that is asked for was due before: it is still to come, whatever the window does."""
    return row["answer_due_at"] is not None and row["answer_due_at"] <= now


def is_yours(actor: Actor, row: Row, looking: Collection[str], soon_on: date, now: datetime) -> bool:
    """Whether somebody is to do it, or to see to it; `store.waiting.yours` finds the same."""
    state, is_looked_at = row["state"], row["state"] in LOOKED_AT
    if Role.OFFICER in actor.roles:
        return next_of(row, looking).side is Side.LAB
    if Role.INTAKE in actor.roles and state == ReviewState.SUBMITTED:
        return True
    is_ending = state == ReviewState.LAPSED or (row["due_on"] is not None and row["due_on"] <= soon_on)
    is_left_alone = is_ending or not waits_for_answer(row) or is_answer_overdue(row, now)
    is_open = is_left_alone and not row["has_recommendation"]
    if Role.REVIEWER in actor.roles and is_looked_at and actor.ref in looking and is_open:
        return True
    return Role.DECIDER in actor.roles and is_looked_at and (row["has_recommendation"] or is_ending)


def soon_on(now: datetime, zone: ZoneInfo) -> date:
    """The last date that is soon."""
    return civil_date(now, zone) + SOON * ONE_DAY


def within(now: datetime, zone: ZoneInfo, days: int) -> date:
    """The date before which is due what is due within so many days; 0: today at the latest."""
    return civil_date(now, zone) + (days + 1) * ONE_DAY


def urgency(row: Row, now: datetime, zone: ZoneInfo) -> Urgency | None:
    """By the days left to what runs; of what is over somebody still owes something."""
    if row["due_at"] is None:
        return None
    if row["due_at"] <= now:
        return Urgency.OVER
    left = (row["due_on"] - civil_date(now, zone)).days
    return Urgency.TODAY if left <= 0 else Urgency.SOON if left <= SOON else None
