"""What is measured, by its public name: the same for every worker, since it is read from the database."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from reviewflow.engine.worker import Crew, crew
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection, Engine, offset_on, reading
from reviewflow.store.metrics import Measured, measure
from reviewflow.store.workers import workers

RESULTS = ("sent", "failed", "set_aside", "dropped", "rerouted", "gone")  # of letters


class Metric(NamedTuple):
    """A gauge, or a counter where its name ends with `_total`; `values` by what `label` says, "" where it has none."""

    name: str
    help: str
    values: Mapping[str, float]
    label: str = ""


def metrics(
    engine: Engine, settings: Settings, now: datetime, unsaved: Mapping[str, int] | None = None
) -> list[Metric]:
    """As of `now`; `unsaved` is what this process has done and not yet written down."""
    with reading(engine) as connection:
        return measured(connection, settings, now, unsaved)


def measured(
    connection: Connection, settings: Settings, now: datetime, unsaved: Mapping[str, int] | None = None
) -> list[Metric]:
    """The same, in one view of the database."""
    found, rows = measure(connection, now), workers(connection)
    done = sum((Counter(row["counts"]) for row in rows), Counter(unsaved))
    off = offset_on(connection)
    return [
        *_lateness(found),
        *_outbox(found),
        *_done(done),
        *_workers(crew(rows, now, settings), now),
        *([] if off is None else [_gauge("clock_offset_seconds", _OFFSET, off.total_seconds())]),
    ]


_OFFSET = "How far this machine's clock is ahead of the database server's, in seconds."


def _gauge(name: str, help: str, value: float) -> Metric:
    return Metric(f"reviewflow_{name}", help, {"": value})


def _lateness(found: Measured) -> list[Metric]:
    overdue = "Deadlines with a notice that is due and not raised, by how late it is."
    oldest = "How late the most overdue notice is that is not raised, in seconds; 0: none is overdue."
    return [
        Metric("reviewflow_overdue_deadlines", overdue, found.overdue, "bucket"),
        _gauge("oldest_unraised_deadline_seconds", oldest, found.oldest_deadline.total_seconds()),
    ]


def _outbox(found: Measured) -> list[Metric]:
    age = "How long the oldest copy that is due has waited for a sender, in seconds; 0: none waits."
    copies = "Copies not yet sent: due now, or waiting for a later attempt, a digest or the end of quiet hours."
    aside = "Copies set aside after too many attempts, until a person requeues them."
    return [
        _gauge("outbox_age_seconds", age, found.oldest_copy.total_seconds()),
        Metric("reviewflow_outbox_copies", copies, {"due": found.owed, "waiting": found.waiting}, "status"),
        _gauge("set_aside", aside, found.set_aside),
    ]


def _done(done: Mapping[str, int]) -> list[Metric]:
    def total(name: str, help: str, count: str) -> Metric:
        return Metric(f"reviewflow_{name}_total", help, {"": done.get(count, 0)})

    sent = "What became of letters, at each attempt, by all workers since the beginning."
    return [
        Metric("reviewflow_deliveries_total", sent, {name: done.get(name, 0) for name in RESULTS}, "result"),
        total("leases_stolen", "Letters taken over from a sender whose lease had run out.", "stolen"),
        total(
            "fenced_writes_refused",
            "Late writes of senders that had lost their lease; they changed nothing.",
            "refused",
        ),
        total("swept_events", "Events recorded by sweeps.", "events"),
        total("sweep_failures", "Subjects that a sweep could not settle, counted at each attempt.", "sweeps_failed"),
    ]


def _workers(found: Crew, now: datetime) -> list[Metric]:
    states = {"alive": len(found.alive), "silent": len(found.silent), "stopped": len(found.stopped)}
    known = (
        "Workers of `reviewflow run` by their last sign of life, of a week; silent: none for three polls, or three "
        "minutes where these are longer, and not told to stop."
    )
    age = "How long ago the last sweep of any worker or tick ended, in seconds."
    last = [] if found.last is None else [_gauge("tick_age_seconds", age, (now - found.last).total_seconds())]
    return [*last, Metric("reviewflow_workers", known, states, "state")]
