"""Whether the installation does its work by itself: workers, lateness, letters, clock; each judged in plain words."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.api.door import app_of
from reviewflow.engine.health import against, is_off
from reviewflow.notify.dates import lasting
from reviewflow.nouns.plural import plural
from reviewflow.store.database import reading
from reviewflow.store.lookups import changed_documents
from reviewflow.web.door import Document, see
from reviewflow.web.pages.keeping import Keeper, keeping

router = APIRouter(prefix="/admin/health")
LATE = timedelta(minutes=10).total_seconds()  # after which what is due and not done wants a look


class Judged(NamedTuple):
    """`mark` is ok, look or bad; `helps` says what to do where it is not ok."""

    what: str
    mark: str
    says: str
    helps: str = ""


@router.get("")
def show(request: Request, who: Keeper) -> Response:
    """What speaks for and against it, then every figure."""
    doc = see(request, "metrics", who=who)
    return keeping(request, "admin-health.html", {"doc": doc, "findings": list(judged(request, doc))})


def judged(request: Request, doc: Document) -> Iterator[Judged]:
    """One finding a matter, by the figures of the view and what this process finds for itself."""
    yield from _database(request)
    figures = {name.removeprefix("reviewflow_"): value for name, value in doc["metrics"].items()}
    yield _workers(figures, is_simulation=doc["is_simulation"])
    yield _deadlines(figures)
    yield _letters(figures)
    yield _clock(figures)
    yield _policies(request)


def _database(request: Request) -> Iterator[Judged]:
    reasons = against(app_of(request).engine)
    for reason in reasons:
        yield Judged("Database", "bad", reason.words, "The log has it whole; reviewflow check says how to mend it.")
    if not reasons:
        yield Judged("Database", "ok", "It takes reads and writes, and has the schema of this release.")


def _workers(figures: Document, *, is_simulation: bool) -> Judged:
    known, last = figures["workers"], figures.get("tick_age_seconds")
    if is_simulation:
        return Judged("Workers", "ok", "A simulation needs none: whoever moves its clock does the work.")
    swept = "no sweep has run yet" if last is None else f"the last sweep ended {_ago(last)}"
    says = f"{known['alive']} alive, {known['silent']} silent, {known['stopped']} stopped; {swept}."
    if not known["alive"] and (last is None or last > LATE):
        return Judged("Workers", "bad", says, "Start reviewflow run, or let cron run reviewflow tick.")
    return Judged("Workers", "look" if known["silent"] else "ok", says, "See why it fell silent.")


def _deadlines(figures: Document) -> Judged:
    late = figures["oldest_unraised_deadline_seconds"]
    number = sum(figures["overdue_deadlines"].values())
    failed = figures["sweep_failures_total"]
    again = f" {plural(failed, 'attempt')} to settle a subject failed so far; the log says which." if failed else ""
    if late <= 0:
        return Judged("Deadlines", "look" if failed else "ok", f"Every notice that was due is raised.{again}")
    says = f"{number} with a notice that is due and not raised, the oldest {_ago(late)}.{again}"
    return Judged("Deadlines", "bad" if late > LATE else "ok", says, "Does a worker run?")


def _letters(figures: Document) -> Judged:
    copies, age, aside = figures["outbox_copies"], figures["outbox_age_seconds"], figures["set_aside"]
    says = f"{copies['due']} to be sent now, {copies['waiting']} wait for their time, {aside} set aside."
    if aside:
        return Judged("Letters", "bad", says, "Deliveries says why; mend it, then send them again.")
    if age > LATE:
        return Judged("Letters", "bad", f"{says} The oldest waits since {_ago(age)}.", "Does a worker run?")
    return Judged("Letters", "ok", says)


def _clock(figures: Document) -> Judged:
    off = figures.get("clock_offset_seconds")
    if off is None:
        return Judged("Clock", "ok", "The database is a file on this machine: one clock.")
    says = f"{abs(off):.1f} s {'ahead of' if off > 0 else 'behind'} the database server's."
    return Judged("Clock", "bad" if is_off(timedelta(seconds=off)) else "ok", says, "Set both (chrony or ntpd).")


def _policies(request: Request) -> Judged:
    app = app_of(request)
    with reading(app.engine) as connection:
        changed = changed_documents(connection, app.settings.documents(app.now()))
    if not changed:
        return Judged("Policies", "ok", "Each is the kept copy of its version.")
    named = ", ".join(f"{name} version {version}" for name, version in changed)
    return Judged(
        "Policies", "bad", f"Differ from the copy kept under their version: {named}.",
        "Raise the version; live reviews keep their copy.",
    )  # fmt: skip


def _ago(seconds: float) -> str:
    return "moments ago" if seconds < 60 else f"{lasting(int(seconds) // 60 * 60)} ago"
