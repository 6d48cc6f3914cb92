"""The portfolio over time: windows, determinations, planned releases and halts between two dates."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.errors import Invalid
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.states import Kind, ReviewState, Stage
from reviewflow.nouns.subject import Row
from reviewflow.rules.counting import days_left
from reviewflow.rules.instants import civil_date, local_instant
from reviewflow.rules.months import Span, around, span
from reviewflow.store import portfolio as store
from reviewflow.store.queries import listed
from reviewflow.store.subjects import load, rows_of
from reviewflow.views.look import Document, Look
from reviewflow.views.narrowing import read_assigned, read_state
from reviewflow.views.page import Place

ORDERS = ("time_left", "lab")
_DAYS = ("submitted", "determined", "released", "withdrawn")
_PLAIN = (
    "ref", "lab", "agency", "model", "model_name", "state", "policy", "determination", "released_stage", "is_lapsed",
    "clock_start_on", "day_1_on", "last_day_on", "remaining_days", "due_at", "version", "head",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """What is asked of the portfolio."""

    since: date | None = arg("from this civil date on; by default from the first of the month before", None)
    until: date | None = arg("up to this civil date; by default to the end of the third month", None)
    state: str | None = arg("only reviews in this state", None)
    lab: str | None = arg("only reviews and halts of this lab", None)
    assigned_to: str | None = arg("only reviews to which this person is assigned", None)
    order: str = arg(f"in which order: {', '.join(ORDERS)}", "time_left")


def portfolio(look: Look, asked: Portfolio) -> Document:
    """The reviews of which something lies in the span, and the halts in force in it, each on civil dates."""
    zone, state = look.zone({}), read_state(asked.state, list(ReviewState))
    place = _order(asked.order)
    wanted = _span(asked, civil_date(look.now, zone))
    found = store.reviews(
        look.connection, look.whose, local_instant(wanted.first, "00:00", zone),
        local_instant(wanted.last, "24:00", zone), wanted.first, wanted.last,
        state=state and ReviewState(state), lab=asked.lab, assigned_to=read_assigned(look, asked.assigned_to),
    )  # fmt: skip
    found = [row for row in found if look.covers(row["ref"])]
    shown = look.cut(found, place)
    halts = _halts(look, wanted, asked.lab, zone)
    return {
        "since": wanted.first,
        "until": wanted.last,
        "today": civil_date(look.now, zone),
        "portfolio": _entries(look, shown, halts),
        "count": len(found),
        "halted_models": halts,
        "is_narrowed": bool(asked.state or asked.lab or asked.assigned_to),
    }


def _span(asked: Portfolio, today: date) -> Span:
    usual = around(today)
    return span(asked.since or usual.first, asked.until or max(usual.last, asked.since or usual.last))


def _order(by: str) -> Callable[[Row], Place]:
    name = by.strip().lower().replace("-", "_").replace(" ", "_")
    if name not in ORDERS:
        raise Invalid(f"There is no order {by[:40]!r}.", remedy=f"There are: {', '.join(ORDERS)}.")
    return _time_left if name == "time_left" else lambda row: (row["lab"], *_time_left(row))


def _time_left(row: Row) -> tuple[int, float, str]:
    """Windows that run, those that stand, what waits for its release, and what is over, the newest first."""
    if row["due_at"] is not None:
        return 0, row["due_at"].timestamp(), row["ref"]
    if row["remaining_days"] is not None:
        return 1, float(row["remaining_days"]), row["ref"]
    ended_at: datetime | None = row["released_at"] or row["withdrawn_at"]
    if ended_at is not None:
        return 3, -ended_at.timestamp(), row["ref"]
    return 2, float(row["planned_on"].toordinal() if row["planned_on"] else date.max.toordinal()), row["ref"]


def _entries(look: Look, rows: list[Row], halts: list[Document]) -> list[Document]:
    refs = [row["ref"] for row in rows]
    plans = _by_subject(store.plans_of(look.connection, refs))
    tolls = _by_subject(store.tolls_of(look.connection, refs))
    by_model: defaultdict[str, list[Document]] = defaultdict(list)
    for halt in halts:
        by_model[halt["model"]].append({key: halt[key] for key in ("ref", "state", "from_on", "to_on")})
    return [_entry(look, row, plans[row["ref"]], tolls[row["ref"]], by_model[row["model"]]) for row in rows]


def _by_subject(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["subject"]].append(row)
    return found


def _entry(look: Look, row: Row, plans: list[Row], tolls: list[Row], halts: list[Document]) -> Document:
    """One review; days are those of its policy's zone, an open toll has no `to_on`."""
    zone = look.zone(row)
    today, last = civil_date(look.now, zone), row["last_day_on"]
    is_live = row["due_at"] is not None
    return {
        **{name: row[name] for name in _PLAIN},
        **{f"{name}_on": _on(row[f"{name}_at"], zone) for name in _DAYS},
        "time_zone": zone.key,
        "days_left": days_left(last, today) if is_live and last else None,
        "planned_releases": [
            {"stage": one["stage"], "planned_on": one["planned_on"], "is_reached": _is_reached(row, one["stage"])}
            for one in plans
        ],
        "tolls": [
            {"cause": one["cause"], "from_on": _on(one["started_at"], zone), "to_on": _on(one["ended_at"], zone)}
            for one in tolls
        ],
        "halts": halts,
    }


def _is_reached(row: Row, stage: Stage) -> bool:
    """Whether the model was released at a stage, or beyond it."""
    stages, released = list(Stage), row["released_stage"]
    return released is not None and stages.index(stage) <= stages.index(released)


def _on(at: datetime | None, zone: ZoneInfo) -> date | None:
    return None if at is None else civil_date(at, zone)


def _halts(look: Look, wanted: Span, lab: str | None, zone: ZoneInfo) -> list[Document]:
    """Each model under each halt that the reader sees, where it was in force in the span; the oldest first."""
    rows = [row for row in listed(look.connection, Kind.HALT, look.lab) if look.sees_row(Kind.HALT, row)]
    rows = [row for row in rows if lab in (None, row["lab"])]
    subjects = load(look.connection, [row["ref"] for row in rows])
    parts = [(row, part) for row in rows for part in subjects[row["ref"]].part("halt_model")]
    models = rows_of(look.connection, Kind.MODEL, list({part["model"] for _, part in parts}))
    found = [_halt(row, part, models[part["model"]]["name"], zone) for row, part in parts]
    found.sort(key=lambda one: (one["from_on"], one["ref"], one["model"]))
    return [one for one in found if wanted.overlaps(one["from_on"], one["to_on"])]


def _halt(row: Row, part: Row, name: str, zone: ZoneInfo) -> dict[str, Any]:
    days = {f"{key}_on": _on(part[f"{key}_at"], zone) for key in ("narrowed", "served")}
    return {
        **{key: row[key] for key in ("ref", "lab", "agency", "version", "head")},
        "state": part["state"],
        "model": part["model"],
        "model_name": name,
        "scope": part["scope"],
        "from_on": _on(row["issued_at"], zone),
        "to_on": _on(part["lifted_at"], zone),
        **days,
    }
