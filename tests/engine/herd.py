"""Processes that fire commands and ticks at one file, all at once, and what the file must say afterwards."""

import multiprocessing
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from reviewflow.engine import timekeeping
from reviewflow.engine.call import Done
from reviewflow.errors import ReviewflowError, Unavailable
from reviewflow.nouns.commands.parts import AddNote
from tests.databases import Database
from tests.engine import walk
from tests.engine import world as w
from tests.engine.invariants import assert_invariants
from tests.engine.policies import POLICIES, settings
from tests.engine.reviews import start_review

DAYS_A_SECOND = 3  # so that in ten seconds windows end, and ticks have something to do
NOTE = "note of process"
LEAST, PATIENCE = 40, 20.0  # acknowledged by each process; seconds that a busy machine may need for them


@dataclass
class Report:
    """What one process was told."""

    done: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)  # subject, its seq, the events
    notes: list[str] = field(default_factory=list)
    refused: int = 0
    ticks: int = 0
    unavailable: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)


def shared_world() -> w.World:
    """A database with a review under way of each of some policies."""
    world = w.new_world(3)
    for model, policy in zip(w.models(), ("tolls", "hours", "missed-tolls"), strict=False):
        assert policy in POLICIES
        start_review(world, policy, model)
    return world


def _act(world: w.World, rng: random.Random, mark: str, report: Report) -> None:
    """One tick, one note on what everybody writes on, or one likely command."""
    chance = rng.random()
    if chance < 0.15:
        swept = world.tick()
        report.ticks += 1
        report.done += [(done.ref, done.seq, done.events) for done in swept.done if done.events]
        report.unavailable += [str(failed.error) for failed in swept.failed if isinstance(failed.error, Unavailable)]
        report.crashed += [str(failed.error) for failed in swept.failed if not isinstance(failed.error, Unavailable)]
        return
    if chance < 0.5:
        ref = str(rng.choice(world.query("SELECT ref FROM review ORDER BY ref LIMIT 3"))[0])
        text = f"{NOTE} {mark} number {len(report.notes)}"
        _note(report, world.do(w.DECIDER, ref, AddNote(text=text)))
        report.notes.append(text)
        return
    actor, some, command = walk.likely(rng, world)
    _note(report, world.do(actor, some, command))


def _note(report: Report, done: Done) -> None:
    report.done.append((done.ref, done.seq, done.events))


def work(
    place: Database, number: int, began: float, seconds: float, sabotage: Callable[[w.World], None] | None
) -> Report:
    """What one process does until its time is over, and it has done something worth the name."""
    report, rng = Report(), random.Random(number)
    world = w.World(place, settings(), 1000 + number)
    if sabotage is not None:
        sabotage(world)
    timekeeping.STEP_BACK = timedelta(days=9)  # a wait of 50 ms for the lock is two hours here, not a clock set back
    while (passed := time.monotonic() - began) < seconds or (len(report.done) < LEAST and passed < PATIENCE):
        world.now = w.START + timedelta(days=passed * DAYS_A_SECOND)
        try:
            _act(world, rng, str(number), report)
        except Unavailable as error:
            report.unavailable.append(str(error))
        except ReviewflowError as error:
            report.refused += 1
            if "database refused" in str(error):
                report.crashed.append(str(error))
        except Exception:  # noqa: BLE001 - whatever it is goes into the report
            report.crashed.append(traceback.format_exc()[-800:])
    world.engine.dispose()
    return report


def stampede(
    world: w.World, seconds: float, processes: int = 4, sabotage: Callable[[w.World], None] | None = None
) -> list[Report]:
    """All processes at once; what each was told."""
    world.engine.dispose()
    tasks = [(world.database, number, time.monotonic(), seconds, sabotage) for number in range(processes)]
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return pool.starmap(work, tasks)


def assert_nothing_lost(world: w.World, before: int, reports: list[Report], seconds: float) -> None:
    """No lost update, nothing twice, nobody told of a lock, every chain whole."""
    for report in reports:
        assert not report.unavailable, f"{len(report.unavailable)} told: {report.unavailable[0]}"
        assert not report.crashed, f"{len(report.crashed)} failed: {report.crashed[0]}"
    found = {(str(ref), seq): name for ref, seq, name in world.query("SELECT subject, seq, name FROM event")}
    for report in reports:
        for ref, seq, events in report.done:
            told = [found.get((ref, seq - len(events) + 1 + i)) for i in range(len(events))]
            assert told == list(events), f"{ref} to {seq}: acknowledged {events}, on record {told}"
    acknowledged = sum(len(events) for report in reports for _, _, events in report.done)
    written = int(str(world.query("SELECT count(*) FROM event WHERE position > ?", before)[0][0]))
    extra = _effects(world, before, reports)
    assert written == acknowledged + extra, f"{acknowledged} + {extra} events acknowledged, {written} on record"
    texts = Counter(str(text) for (text,) in world.query(f"SELECT text FROM note WHERE text LIKE '{NOTE}%'"))
    told_notes = [text for report in reports for text in report.notes]
    assert texts == Counter(told_notes), "a note was lost, or is there twice"
    world.now = w.START + timedelta(days=max(seconds, PATIENCE) * DAYS_A_SECOND * 1.5)
    assert not world.tick().failed
    assert_invariants(world, is_ticked=True)


def _effects(world: w.World, before: int, reports: list[Report]) -> int:
    """Events on another subject than the one that was commanded, in the same transaction."""
    done = [entry for report in reports for entry in report.done]
    told = {(ref, seq) for ref, last, events in done for seq in range(last - len(events) + 1, last + 1)}
    names = world.query("SELECT subject, seq, name FROM event WHERE position > ?", before)
    return sum((str(ref), seq) not in told and name in EFFECTS for ref, seq, name in names)


EFFECTS = ("release_recorded", "commitment_agreed", "commitment_proposed")


def last_position(world: w.World) -> int:
    """Where the journal ends; what comes later is of the herd."""
    return int(str(world.query("SELECT max(position) FROM event")[0][0]))
