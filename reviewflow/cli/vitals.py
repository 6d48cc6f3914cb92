"""What `reviewflow check` looks at of what goes on by itself: workers, deadlines and letters."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from reviewflow.cli.finding import Finding
from reviewflow.cli.session import Session

STALE = timedelta(minutes=10)  # or two polls, where these are longer: a copy is due and nobody sends it
FEW = 2_000  # reviews and commitments that `check` itself compares with the record
_BEAT = "let cron or `reviewflow run` do it"


def _workers(session: Session) -> Iterator[Finding]:
    from reviewflow.engine.worker import crew
    from reviewflow.store.database import reading
    from reviewflow.store.workers import workers

    if session.app.is_simulation:
        yield Finding("workers", True, "a simulation needs none: `tick` with --at moves it")
        return
    with reading(session.app.engine) as connection:
        found = crew(workers(connection), session.now, session.app.settings)
    if found.last is None:
        yield Finding("workers", True, "no worker has run yet: let cron or `reviewflow run` tick")
        return
    silent = ", ".join(f"{name} since {_local(session, at)}" for name, at in sorted(found.silent.items()))
    says = f"{len(found.alive)} alive, the last sign of life at {_local(session, found.last)}"
    says += f"; silent: {silent}" if silent else ""
    if found.is_working:
        why = "See why it fell silent; its row goes a week after its last sign." if silent else ""
        yield Finding("workers", True, says, why, is_warning=bool(silent))
    else:
        remedy = "Start `reviewflow run`, or let cron tick; if it ticks more seldom, raise poll_seconds in server.toml."
        yield Finding("workers", False, says, remedy)


def _overdue(session: Session) -> Iterator[Finding]:
    from reviewflow.store.database import reading
    from reviewflow.store.deadlines import next_due

    with reading(session.app.engine) as connection:
        due = next_due(connection)
    if due is None or due > session.now - 2 * _poll(session):
        yield Finding("deadlines", True, "nothing is overdue" + (f"; next at {due.isoformat()}" if due else ""))
    else:
        says = f"something is due since {due.isoformat()}: no tick has run"
        yield Finding("deadlines", False, says, f"Run `reviewflow tick`, and {_BEAT}.")


def _owed(session: Session) -> Iterator[Finding]:
    from reviewflow.engine.reconcile import OWING, reconcile
    from reviewflow.store.database import reading
    from reviewflow.store.lookups import how_many, last_recorded

    with reading(session.app.engine) as connection:
        number, last = how_many(connection, OWING), last_recorded(connection)
    if number > FEW:
        says = f"{number} reviews and commitments are too many to compare here: `reviewflow reconcile` does it"
        yield Finding("reconcile", True, says)
        return
    found = reconcile(session.app.engine, session.app.settings, max(session.now, last or session.now))
    wrong = sum(map(len, found.differences.values()))
    if wrong or found.failed:
        says = f"deadlines that are not as the record owes: {wrong}; could not be compared: {len(found.failed)}"
        yield Finding(
            "reconcile", False, says, "Run `reviewflow reconcile`: it says which, and with --mend sets them right."
        )
    else:
        yield Finding("reconcile", True, "every deadline is as the record owes")


def _letters(session: Session) -> Iterator[Finding]:
    from reviewflow.store.database import reading
    from reviewflow.store.metrics import measure

    with reading(session.app.engine) as connection:
        found = measure(connection, session.now)
    says = f"{found.owed + found.waiting} waiting, {found.set_aside} set aside"
    if found.set_aside:
        again = "`reviewflow deliveries list` says why; mend it, then try again: `reviewflow deliveries requeue --all`."
        yield Finding("letters", False, says, again)
    elif found.oldest_copy > max(STALE, 2 * _poll(session)):
        says += f"; {found.owed} due and not sent, the oldest since {_local(session, session.now - found.oldest_copy)}"
        again = f"Does a worker run? `reviewflow tick` sends them; {_BEAT}. See `reviewflow deliveries list --all`."
        yield Finding("letters", False, says, again)
    else:
        yield Finding("letters", True, says)


def _folder(session: Session) -> Iterator[Finding]:
    """Where letters are written, if anybody's are."""
    from reviewflow.nouns.contact import ChannelKind
    from reviewflow.store.database import reading
    from reviewflow.store.lookups import channels_by_person

    with reading(session.app.engine) as connection:
        own = [channel.kind for channels in channels_by_person(connection).values() for channel in channels]
    if ChannelKind.FOLDER not in (*session.app.settings.server.channels, *own):
        return
    folder = session.app.letters_folder()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        yield Finding("folder", True, f"the channel `folder` writes letters to {folder}")
    else:
        says = f"letters go to the folder {folder}, and this user cannot write to {there}"
        remedy = "Name another as `folder` under [letters] in server.toml, unless a worker runs as a user who can."
        yield Finding("folder", True, says, remedy, is_warning=True)


def _poll(session: Session) -> timedelta:
    return timedelta(seconds=session.app.settings.server.poll_seconds)


def _local(session: Session, at: datetime) -> str:
    from reviewflow.cli.paint import local

    return local(at, session.zone)


VITALS: tuple[Callable[[Session], Iterator[Finding]], ...] = (_workers, _overdue, _owed, _letters, _folder)
