"""Open reviews by the thousand: a few that the engine made, copied with their journals, each chain linked anew."""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from reviewflow.ledger.chain import first_link, link, text_digest
from reviewflow.nouns.commands.parts import AddNote, RequestInformation
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.states import Kind, Outcome
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.lines import lines_of
from reviewflow.rules.standing import about
from reviewflow.store import journal, lines, lookups, refs, subjects
from reviewflow.store.database import Connection, reading, transaction
from reviewflow.store.rows import Batch
from tests.engine import world as w
from tests.engine.reviews import file_review, recommend, start_review

BATCH = 250  # copies written in one transaction
EO = "eo-14409"
Begin = Callable[[w.World, str], str]


def _asked(world: w.World, model: str, policy: str) -> str:
    ref = start_review(world, policy, model)
    world.do(w.REVIEWER, ref, RequestInformation(text="why?"))
    return ref


def _recommended(world: w.World, model: str, policy: str) -> str:
    ref = start_review(world, policy, model)
    recommend(world, ref, Outcome.CLEARED)
    world.do(w.DECIDER, ref, AddNote(text="not signed yet"))
    return ref


def _started(world: w.World, model: str, policy: str) -> str:
    return start_review(world, policy, model)


def _filed(world: w.World, model: str, policy: str) -> str:
    return file_review(world, policy, model)  # whose intake check nobody does


# Days before the stop, and how far it came; between them all of what time alone can do to a review.
ORIGINS: Sequence[tuple[int, Begin]] = (
    (12, partial(_asked, policy=EO)),
    (9, partial(_started, policy="missed-tolls")),
    (6, partial(_asked, policy="tolls")),
    (2, partial(_recommended, policy=EO)),
    (1, partial(_asked, policy="missed-returns")),
    (0, partial(_started, policy=EO)),
    (0, partial(_started, policy="hours")),
    (0, partial(_asked, policy="refused")),
    (0, partial(_asked, policy="missed-tolls")),
    (0, partial(_filed, policy="tolls")),
)


def begin(world: w.World) -> list[str]:
    """The originals, begun on different days by people, with a tick each hour; in the order of `ORIGINS`."""
    found, end = list[str](), world.now + ORIGINS[0][0] * w.DAY
    for before, start in ORIGINS:
        while world.now < end - before * w.DAY:
            world.tick(world.now + w.DAY / 24)
        name = f"Model {len(found) + 1}"
        digest = hashlib.sha256(name.encode()).hexdigest()
        model = world.do(w.OFFICER, None, RegisterModel(name=name, digest=digest)).ref
        found.append(start(world, model))
    world.tick()
    return found


@dataclass(frozen=True)
class Whole:
    """A subject with its journal."""

    subject: Subject
    events: Sequence[Row]

    def renamed(self, names: dict[str, str], genesis: str) -> "Whole":
        """A copy in which every reference is another; the chain is linked anew, by the ledger itself."""
        ref = names[self.subject.ref]
        row = _renamed(self.subject.row, names)
        parts = {
            table: {no: _renamed(part, names) for no, part in ps.items()} for table, ps in self.subject.parts.items()
        }
        events, prev = list[Row](), first_link(genesis, ref)
        for event in self.events:
            made = _renamed({key: value for key, value in event.items() if key != "position"}, names) | {"prev": prev}
            prev = made["digest"] = link(prev, text_digest(made), is_internal=made["is_internal"])
            events.append(made)
        return Whole(Subject(self.subject.kind, ref, len(events), prev, self.subject.recorded_at, row, parts), events)

    def spine(self) -> Row:
        """As `write_spines` takes it."""
        own = self.subject
        row = {"ref": own.ref, "kind": own.kind, "was": 0, "seq": own.seq, "head": own.head}
        return row | {"recorded_at": own.recorded_at, "lab": own.row.get("lab"), "agency": own.row.get("agency")}

    def changes(self) -> Iterator[subjects.Change]:
        """As `write` takes them."""
        yield self.subject.kind.value, None, self.subject.row
        for table, parts in self.subject.parts.items():
            yield from ((table, None, part) for part in parts.values())

    def lines(self) -> list[Row]:
        """By which it is found in the queue."""
        return lines_of(self.subject, self.subject.seq) if self.subject.kind is Kind.REVIEW else []


def _renamed(value: Any, names: dict[str, str]) -> Any:
    match value:
        case str():
            for old, new in names.items():
                value = value.replace(old, new) if old in value else value
            return value
        case dict():
            return {key: _renamed(item, names) for key, item in value.items()}
        case list():
            return [_renamed(item, names) for item in value]
    return value


def multiply(world: w.World, originals: Sequence[str], count: int, seed: int = 0) -> list[list[str]]:
    """For each original the references of its copies, itself the first, so that there are `count` reviews in all."""
    draw, groups = random.Random(f"copies {seed}").randrange, [[ref] for ref in originals]
    with reading(world.engine) as connection:
        meta = lookups.database_row(connection)
        assert meta is not None
        pairs = [_pair(connection, ref) for ref in originals]
    waiting: list[Whole] = []
    for number in range(len(originals), count):
        review, model = pairs[number % len(pairs)]
        mine, its = refs.draw_ref(Kind.REVIEW, draw), refs.draw_ref(Kind.MODEL, draw)
        names = {review.subject.ref: mine, model.subject.ref: its, model.subject.row["checkpoint_digest"]: _digest(its)}
        names[model.subject.row["name"]] = f"{model.subject.row['name']}/{number}"
        names[about(review.subject.row)] = about(_renamed(review.subject.row, names))
        waiting += [model.renamed(names, meta["genesis"]), review.renamed(names, meta["genesis"])]
        groups[number % len(pairs)].append(mine)
        if len(waiting) >= 2 * BATCH:
            _write(world, waiting)
            waiting = []
    _write(world, waiting)
    world.query("ANALYZE")
    return groups


def _digest(model: str) -> str:
    return hashlib.sha256(model.encode()).hexdigest()


def _pair(connection: Connection, ref: str) -> tuple[Whole, Whole]:
    found = subjects.load(connection, [ref])
    found |= subjects.load(connection, [found[ref].row["model"]])
    wholes = [Whole(subject, journal.events_of(connection, name)) for name, subject in found.items()]
    return wholes[0], wholes[1]


def _write(world: w.World, made: Sequence[Whole]) -> None:
    """As the write path does, a statement a table; what was told of them was told long ago."""
    events = [event for whole in made for event in whole.events]
    with transaction(world.engine) as connection:
        batch = Batch(connection)
        subjects.write_spines(batch, [whole.spine() for whole in made])
        journal.append(batch, events)
        subjects.write(batch, [change for whole in made for change in whole.changes()])
        lines.put(batch, [line for whole in made for line in whole.lines()])
        journal.note_notices(batch, events)
        batch.flush()
