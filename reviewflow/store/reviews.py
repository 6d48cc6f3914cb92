"""The queue of reviews: a page of it in one statement, and how many there are in another."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, not_, select

from reviewflow.nouns.states import Role
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import review
from reviewflow.nouns.tables.index import SUBJECT, table
from reviewflow.store import order, waiting
from reviewflow.store.order import MODEL, NEWEST, RANK, TIME_LEFT, Place
from reviewflow.store.queue import MINE, OF_PERSON, values_of
from reviewflow.store.waiting import DUE, EACH, REVIEW, WHOLE, Facts

FEW = 500  # so many rows are rather gathered and sorted than met on the way along all that is due
NEVER = (datetime.min.replace(tzinfo=UTC), date.min)  # nothing is about to end
MANY = 2_500  # so many, of those that are somebody's to do: they stand together, and may be far
STEPS = (400,)  # how far that way is gone, before all are gathered after all
_PLANNED = table(review.PlannedRelease)
_PLAN = select(_PLANNED.c.stage).where(_PLANNED.c.subject == REVIEW.c.ref).order_by(_PLANNED.c.planned_on).limit(1)
_COLUMNS = (
    *(REVIEW.c[n] for n in ("ref", "state", "lab", "agency", "model", "policy", "policy_version", "policy_digest")),
    *(REVIEW.c[n] for n in ("calendar_digest", "clock_start_on", "day_1_on", "last_day_on", "remaining_days")),
    *(REVIEW.c[n] for n in ("determination", "submitted_at", "released_at", "withdrawn_at", "released_stage")),
    MODEL.c.name.label("model_name"), SUBJECT.c.seq.label("version"), SUBJECT.c.head,
    DUE.c.due_at, DUE.c.due_on, DUE.c.kind.label("due_kind"),
    EACH.is_asked.label("has_open_request"), EACH.is_recommended.label("has_recommendation"),
    waiting.LEADERS.scalar_subquery().label("leaders"), waiting.CONSULTED.scalar_subquery().label("consulted"),
    _PLAN.scalar_subquery().label("planned_stage"), NEWEST.label("newest"), RANK.label("rank"),
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which reviews of a reader are wanted.

    `narrower`: see `waiting.narrowed`; `waiting_on`: a side or a role; `is_yours`: only what somebody with these roles
    is to do, only the others, or (None) both; `soon` until when a window is about to end, as instant and civil date.
    """

    whose: tuple[str, str, str]
    soon: tuple[datetime, date]
    roles: frozenset[Role] = frozenset()
    narrower: Mapping[str, Any] = field(default_factory=dict)
    waiting_on: str | None = None
    is_yours: bool | None = None
    has_final: bool = False

    @property
    def facts(self) -> Facts:
        """Of the few of a person each is asked; of the many a set is found once."""
        return EACH if self.whose[0] == OF_PERSON else WHOLE

    @property
    def values(self) -> dict[str, Any]:
        """What the conditions ask for."""
        asked = {"person": self.whose[2], "soon_at": self.soon[0], "soon_on": self.soon[1]}
        return {**asked, **values_of(*self.whose)}

    def yours(self, facts: Facts) -> ColumnElement[bool]:
        """What is his to do."""
        return waiting.yours(sorted(self.roles), facts)

    def plain(self, facts: Facts, *, but: str = "") -> list[ColumnElement[bool]]:
        """What a review has to be besides the filters; but for `state` one that is over may be of any."""
        found = list[ColumnElement[bool]]()
        if not (self.has_final or self.narrower.get("state") in waiting.FINAL or but == "state"):
            found.append(facts.state.not_in(waiting.FINAL))
        if self.waiting_on:
            found.append(waiting.waiting_on(facts)[self.waiting_on])
        if self.is_yours is not None:
            found.append(self.yours(facts) if self.is_yours else not_(self.yours(facts)))
        return found

    def conditions(self, facts: Facts, *, has_due: bool = False, but: str = "") -> list[ColumnElement[bool]]:
        """What it has to be; `has_due`: what it waits for is at hand. The filter `but` is left out."""
        found = self.plain(facts)
        for name, value in self.narrower.items():
            if name == "due_before" and has_due:
                found.append(DUE.c.due_on < value[0])
            elif name != but:
                found.append(waiting.narrowed(name, value))
        return found


def _mine(wanted: Wanted) -> ColumnElement[bool]:
    return MINE[wanted.whose[0]]


def _details(keys: Subquery | None) -> Select[Any]:
    source = REVIEW if keys is None else keys.join(REVIEW, REVIEW.c.ref == keys.c.ref)
    joined = source.join(SUBJECT, SUBJECT.c.ref == REVIEW.c.ref).join(MODEL, MODEL.c.ref == REVIEW.c.model)
    return select(*_COLUMNS).select_from(joined.outerjoin(DUE, waiting.IS_DUE))


def _gathered(wanted: Wanted, sort: str, limit: int, after: Place | None) -> Select[Any]:
    """References, of which all are looked at and sorted."""
    conditions = wanted.conditions(wanted.facts)
    found = select(REVIEW.c.ref).where(_mine(wanted), *conditions)
    if sort == TIME_LEFT:  # first they, by themselves, and then what each waits for
        few = found.offset(0).subquery("few")
        found = select(REVIEW.c.ref).select_from(
            few.join(REVIEW, REVIEW.c.ref == few.c.ref).outerjoin(DUE, waiting.IS_DUE)
        )
    elif sort == "model":
        found = found.join(MODEL, MODEL.c.ref == REVIEW.c.model)
    if after:
        found = found.where(order.after(sort, after))
    return found.order_by(*order.order(sort)).limit(limit)


def _walked(wanted: Wanted, limit: int, after: Place | None, steps: int) -> Select[Any]:
    """References that are met in order along the first so many of what runs."""
    behind = [] if after is None else [order.behind_due(after)]
    if "due_before" in wanted.narrower:
        behind.append(DUE.c.due_on < wanted.narrower["due_before"][0])
    running = select(DUE.c.subject, DUE.c.kind, DUE.c.due_at, DUE.c.due_on).where(waiting.IS_RUNNING, *behind)
    # By itself, so that no database thinks of another way than along the index.
    met = running.order_by(DUE.c.due_at, DUE.c.subject).limit(steps).subquery("met")
    is_it = and_(met.c.subject == REVIEW.c.ref, met.c.kind == waiting.WAITED_FOR)
    facts = replace(EACH, runs_out=met.c.due_on <= wanted.soon[1])
    found = select(REVIEW.c.ref).select_from(met.join(REVIEW, is_it)).where(_mine(wanted))
    return found.where(*wanted.conditions(facts, but="due_before")).order_by(met.c.due_at, met.c.subject).limit(limit)


def _missed(wanted: Wanted, limit: int, after: Place | None) -> Select[Any]:
    """References of what is over, and still owed."""
    both = REVIEW.join(DUE, waiting.IS_OF_IT)
    found = select(REVIEW.c.ref).select_from(both).where(waiting.IS_MISSED, _mine(wanted))
    behind = [] if after is None else [order.behind_due(after)]
    return found.where(*wanted.conditions(EACH, has_due=True), *behind).order_by(*order.order(TIME_LEFT)).limit(limit)


def page(
    connection: Connection, wanted: Wanted, sort: str = TIME_LEFT, limit: int | None = None,
    after: Place | None = None, expected: int = 0,
) -> list[Row]:  # fmt: skip
    """The reviews in order, behind a place; `expected`: about how many there are, by which the way is chosen."""
    if limit is None:
        every = _details(None).where(_mine(wanted), *wanted.conditions(wanted.facts, has_due=True))
        return _read(connection, wanted, every.order_by(*order.order(sort)))
    is_broad = wanted.whose[0] != OF_PERSON and not wanted.narrower.keys() & {"assigned_to", "among"}
    few = MANY if wanted.is_yours else FEW
    if sort == TIME_LEFT and expected > few and is_broad and (after is None or after[0] == 0):
        for steps in STEPS:
            found = _shown(connection, wanted, sort, limit, _walked(wanted, limit, after, steps))
            if len(found) == limit:
                found += _shown(connection, wanted, sort, limit, _missed(wanted, limit, after))
                return sorted(found, key=partial(order.place_of, sort))[:limit]
    return _shown(connection, wanted, sort, limit, _gathered(wanted, sort, limit, after))


def _shown(connection: Connection, wanted: Wanted, sort: str, limit: int, refs: Select[Any]) -> list[Row]:
    shown = _details(refs.subquery("keys")).order_by(*order.order(sort)).limit(limit)
    return _read(connection, wanted, shown)


def _read(connection: Connection, wanted: Wanted, statement: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(statement, wanted.values).mappings()]


def every(
    connection: Connection, whose: tuple[str, str, str], *, has_final: bool = False, **narrower: object
) -> list[Row]:
    """All reviews of a reader by the time that is left; released and withdrawn ones only with `has_final`."""
    narrowed = {name: value for name, value in narrower.items() if value is not None}
    return page(connection, Wanted(whose, NEVER, narrower=narrowed, has_final=has_final))
