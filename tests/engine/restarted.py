"""A restart after a stop, and what it must have done: everything missed, once, in order, marked late, in one letter."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from reviewflow.engine import owed
from reviewflow.engine.audit import audit
from reviewflow.engine.deliver import deliver
from reviewflow.engine.handle import handle_due
from reviewflow.engine.sweep import sweep
from reviewflow.nouns.events import NOTICES
from tests.engine import world as w
from tests.engine.outboxes import Post
from tests.engine.stopped import Raised, Stopped

WITHIN = 60.0  # seconds
STATUTORY = {"lapsed": {w.OFFICER, w.DECIDER}}  # who must have been told, whatever else
Sabotage = Callable[[w.World], None]


@dataclass
class Restarted:
    """What a restart took, did, and left wrong."""

    length: timedelta
    events: int = 0
    letters: int = 0
    recorded_in: float = 0.0  # seconds
    told_in: float = 0.0  # seconds, the recording included
    faults: list[str] = field(default_factory=list)


def restart(
    stopped: Stopped, length: timedelta, *, is_audited: bool = False, sabotage: Sabotage | None = None
) -> Restarted:
    """As `reviewflow tick` after a stop of this length: a sweep, and a delivery pass; then everything is looked at."""
    found, post = Restarted(length), Post()
    with closing(stopped.open()) as world:
        world.now = now = stopped.at + length
        if sabotage is not None:
            sabotage(world)
        began = time.monotonic()
        swept = sweep(world.engine, world.settings, now)
        found.recorded_in = time.monotonic() - began
        deliver(world.engine, world.settings, post.senders, now)
        found.told_in = time.monotonic() - began
        found.faults += [f"{failed.call.ref}: {failed.error}" for failed in swept.failed]
        look(stopped, world, post, found, {now}, is_audited=is_audited)
    return found


def look(
    stopped: Stopped, world: w.World, post: Post, found: Restarted, nows: Collection[datetime], *, is_audited: bool
) -> None:
    """All that can be wrong; `nows` are the instants at which workers swept."""
    found.events, found.letters = _count(world, stopped.position), len(post.sent)
    found.faults += _events(stopped, world, nows)
    found.faults += _letters(stopped, world, post)
    found.faults += _again(world)
    if found.recorded_in > WITHIN:
        found.faults.append(f"it took {found.recorded_in:.0f} s until everything was recorded")
    if is_audited:
        found.faults += [str(broken) for broken in audit(world.engine).breaks]


def _count(world: w.World, position: int) -> int:
    return int(world.query("SELECT count(*) FROM event WHERE position > ?", position)[0][0])


def _events(stopped: Stopped, world: w.World, nows: Collection[datetime]) -> Iterator[str]:
    """Of each review exactly what prompt ticks record, as of when it was due, and how late that is."""
    rows = world.query(
        "SELECT subject, name, effective_at, data, recorded_at, late_by FROM event WHERE position > ? "
        "ORDER BY subject, seq",
        stopped.position,
    )
    by_subject: dict[str, list[Raised]] = defaultdict(list)
    for ref, name, at, data, recorded_at, late_by in rows:
        by_subject[ref].append((name, at, json.loads(data)))
        now = datetime.fromisoformat(recorded_at)
        if now not in nows or late_by != int((now - datetime.fromisoformat(at)).total_seconds()):
            yield f"{ref}: {name} of {at} was recorded at {recorded_at} and marked {late_by} s late"
    for number, refs in enumerate(stopped.groups):
        expected = stopped.due_by(number, world.now)
        for ref in refs:
            if (told := by_subject.pop(ref, [])) != expected:
                yield f"{ref}: recorded {_names(told)}, expected {_names(expected)}"
    yield from (f"{ref}: something happened to it" for ref in by_subject)


def _names(raised: Sequence[Raised]) -> list[str]:
    return [f"{data.get('notice', name)} {at}" for name, at, data in raised]


def _letters(stopped: Stopped, world: w.World, post: Post) -> Iterator[str]:
    """One catch-up letter a person; nobody forgotten, nothing told twice, every copy told to whom its original is."""
    copies = world.query(
        "SELECT d.letter, d.recipient, d.subject, d.seq, d.status, e.name, e.data, e.late_by FROM delivery d "
        "JOIN event e ON e.subject = d.subject AND e.seq = d.seq WHERE e.position > ?",
        stopped.position,
    )
    late: dict[str, set[str]] = defaultdict(set)
    told: dict[str, set[tuple[int, str]]] = defaultdict(set)
    notices: Counter[tuple[Any, ...]] = Counter()
    for letter, recipient, ref, seq, status, name, data, late_by in copies:
        told[ref].add((seq, recipient))
        if late_by > world.settings.server.catch_up_seconds:
            late[recipient].add(letter)
        if name in NOTICES:
            notices[ref, json.loads(data)["deadline"], recipient] += 1
        if status != "sent":
            yield f"{ref}/{seq}: the letter to {recipient} is {status}"
    yield from (f"{person} has {len(ids)} catch-up letters" for person, ids in late.items() if len(ids) > 1)
    yield from (f"{key}: {many} reminders of one deadline" for key, many in notices.items() if many > 1)
    yield from (f"letter {letter} went out {many} times" for letter, many in post.ids.items() if many > 1)
    sent = Counter((letter.to, event["subject"], event["seq"]) for letter in post.sent for event in letter.events)
    if sent != Counter((recipient, ref, seq) for _, recipient, ref, seq, *_ in copies):
        yield "what the letters say is not what was owed"
    for refs in stopped.groups:
        yield from (f"{ref}: not told as {refs[0]} is" for ref in refs if told[ref] != told[refs[0]])
        yield from _statutory(stopped, world, refs[0], told[refs[0]])


def _statutory(stopped: Stopped, world: w.World, ref: str, told: set[tuple[int, str]]) -> Iterator[str]:
    for event in world.journal(ref):
        reached = {person for seq, person in told if seq == event["seq"]}
        if event["position"] > stopped.position:
            missing = STATUTORY.get(event["name"], set()) - reached
            yield from (f"{ref}: {person} was not told that it {event['name']}" for person in missing)


def _again(world: w.World) -> Iterator[str]:
    """A second tick finds nothing to do."""
    post = Post()
    if done := sweep(world.engine, world.settings, world.now).done:
        yield f"a second sweep did something to {len(done)} reviews"
    deliver(world.engine, world.settings, post.senders, world.now)
    if post.sent:
        yield f"a second pass sent {len(post.sent)} letters"


def forgetful(world: w.World) -> None:
    """The seeded fault of a scheduler with a grace time: what is missed by more than a day is never made up for."""
    world.query("UPDATE deadline SET next_notice_at = NULL WHERE next_notice_at < ?", _stored(world.now - w.DAY))


def _stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def talkative(stopped: Stopped, length: timedelta) -> Restarted:
    """The seeded fault of a sweep that holds nothing back and each batch of which has its own instant."""
    batches = iter(range(1_000_000))

    def each(engine: Any, settings: Any, now: datetime, limit: int, but: Sequence[str] = ()) -> Any:
        return handle_due(engine, settings, now + timedelta(microseconds=next(batches)), 5, but)

    with patch("reviewflow.engine.handle.handle_due", each), patch.object(owed, "_held", lambda row, *_: row):
        return restart(stopped, length)
