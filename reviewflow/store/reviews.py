"""The queue of reviews: a page of it, and how many there are; both are found by its lines alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Subquery, and_, case, func, select, true

from reviewflow.nouns.states import FINAL_STATES, ReviewState, Role
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import review
from reviewflow.nouns.tables.index import QUEUE_LINE, SUBJECT, table
from reviewflow.store import order, waiting
from reviewflow.store.order import MODEL, NEWEST, STEP, TIME_LEFT, Place
from reviewflow.store.queue import values_of
from reviewflow.store.waiting import LINE

_REVIEW = table(review.Review)
_COLUMNS = (
    *(_REVIEW.c[n] for n in ("ref", "state", "lab", "agency", "model", "policy", "policy_version", "policy_digest")),
    *(_REVIEW.c[n] for n in ("calendar_digest", "clock_start_on", "day_1_on", "last_day_on", "remaining_days")),
    *(_REVIEW.c[n] for n in ("determination", "submitted_at", "released_at", "withdrawn_at")),
    MODEL.c.name.label("model_name"), SUBJECT.c.seq.label("version"), SUBJECT.c.head,
    LINE.due_at, LINE.due_on, LINE.due_kind, LINE.rank, NEWEST.label("newest"), STEP.label("step"),
    LINE.is_asked.label("has_open_request"), LINE.is_recommended.label("has_recommendation"),
    LINE.leaders, LINE.consulted, LINE.stage, LINE.answer_due_at, LINE.answer_due_on,
)  # fmt: skip
_BY_MODEL = QUEUE_LINE.join(MODEL, MODEL.c.ref == LINE.model)
NEVER = datetime.min.replace(tzinfo=UTC)
Counts = dict[ReviewState, tuple[int, int]]


@dataclass(frozen=True)
class Wanted:
    """Which reviews of a reader are wanted.

    `whose` as of `store.queue`; `soon_on` the last date on which a window is about to end; `narrower`: see
    `waiting.narrowed`; `waiting_on`: a side or a role; `is_yours`: only what somebody with these roles is to do, only
    the others, or (None) both.
    """

    whose: tuple[str, str, str]
    soon_on: date = date.min
    roles: frozenset[Role] = frozenset()
    narrower: Mapping[str, Any] = field(default_factory=dict)
    waiting_on: str | None = None
    is_yours: bool | None = None
    has_final: bool = False
    now: datetime = NEVER

    @property
    def values(self) -> dict[str, Any]:
        """What the conditions ask for."""
        return {"person": self.whose[2], "soon_on": self.soon_on, "now": self.now, **values_of(*self.whose)}

    @property
    def seen(self) -> ColumnElement[bool]:
        """That the reader sees it."""
        return waiting.WHOSE[self.whose[0]]

    @property
    def yours(self) -> ColumnElement[bool]:
        """What is his to do."""
        return waiting.yours(self.roles)

    def condition(self, *, but: str = "") -> ColumnElement[bool]:
        """What a line that the reader sees has to be; without the filter `but` (but for `state` also what is over)."""
        found = [waiting.narrowed(name, value) for name, value in self.narrower.items() if name != but]
        if not (self.has_final or self.narrower.get("state") in FINAL_STATES or but == "state"):
            found.append(waiting.IS_OPEN)
        if self.waiting_on:
            found.append(waiting.waiting_on(self.waiting_on))
        if self.is_yours is not None:
            found.append(self.yours if self.is_yours else self.yours.is_not(true()))
        return and_(true(), *found)


def counts(connection: Connection, wanted: Wanted, others: Sequence[Wanted] = ()) -> tuple[Counts, list[int]]:
    """By state, whichever is asked for, how many there are and how many of them are the reader's to do.

    `others` are of the same reader; of each how many there are. Each line is looked at once.
    """
    own = wanted.condition(but="state")
    conditions = [own, and_(own, wanted.yours), *(one.condition() for one in others)]
    numbers = [func.count(case((one, 1))) for one in conditions]
    asked = select(LINE.state, *numbers).where(wanted.seen).group_by(LINE.state)
    rows = connection.execute(asked, wanted.values).all()
    by_state = {row[0]: (row[1], row[2]) for row in rows if row[1]}
    return by_state, [sum(row[number] for row in rows) for number in range(3, 3 + len(others))]


def page(
    connection: Connection, wanted: Wanted, sort: str = TIME_LEFT, limit: int | None = None, after: Place | None = None
) -> list[Row]:
    """The reviews in order, behind a place."""
    if limit is None:
        found = _details(None).where(wanted.seen, wanted.condition())
    else:  # first the few lines, by themselves, and then what is told of each
        keys = select(LINE.subject, LINE.side).select_from(_BY_MODEL if sort == "model" else QUEUE_LINE)
        keys = keys.where(wanted.seen, wanted.condition(), *([order.after(sort, after)] if after else []))
        found = _details(keys.order_by(*order.order(sort)).limit(limit).subquery("keys"))
    return [dict(row) for row in connection.execute(found.order_by(*order.order(sort)), wanted.values).mappings()]


def _details(keys: Subquery | None) -> Select[Any]:
    source: FromClause = QUEUE_LINE
    if keys is not None:
        source = keys.join(QUEUE_LINE, and_(LINE.subject == keys.c.subject, LINE.side == keys.c.side))
    reviews = source.join(_REVIEW, _REVIEW.c.ref == LINE.subject).join(SUBJECT, SUBJECT.c.ref == LINE.subject)
    return select(*_COLUMNS).select_from(reviews.join(MODEL, MODEL.c.ref == LINE.model))


def every(
    connection: Connection, whose: tuple[str, str, str], *, has_final: bool = False, **narrower: object
) -> list[Row]:
    """All reviews of a reader by the time that is left; released and withdrawn ones only with `has_final`."""
    narrowed = {name: value for name, value in narrower.items() if value is not None}
    return page(connection, Wanted(whose, narrower=narrowed, has_final=has_final))
