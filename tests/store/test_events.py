"""The order of the feed on PostgreSQL: no event is passed over, however late its transaction commits."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reviewflow.store import events
from reviewflow.store.database import reading
from reviewflow.store.events import Mark, Settled
from tests import postgres
from tests.databases import POSTGRESQL, Base
from tests.engine import world as w

DATABASES = (POSTGRESQL,)  # on SQLite writes take turns

LOCK = "SELECT ref FROM subject WHERE ref = %s FOR UPDATE"
NEXT = (
    "INSERT INTO event (subject, seq, name, actor, effective_at, recorded_at, is_internal, data, sets, prev, digest) "
    "SELECT subject, seq + 1, 'written_by_hand', actor, effective_at, recorded_at, is_internal, data, sets, digest, "
    "digest || '+' FROM event WHERE subject = %s ORDER BY seq DESC LIMIT 1 RETURNING seq"
)


class Reader:
    """A client of the feed: what it was told, and the place where it stands."""

    def __init__(self, world: w.World) -> None:
        self.world = world
        self.after = 0
        self.mark: Mark | None = None
        self.told: list[tuple[str, int]] = []

    def look(self) -> list[tuple[str, int]]:
        """What is new."""
        with reading(self.world.engine) as connection:
            known = events.settled(connection, self.after, self.mark)
            new = events.between(connection, self.after, known.upto, 10_000)
        self.after, self.mark = known.upto, known.mark
        self.told += (found := [(row["subject"], row["seq"]) for row in new])
        return found

    def is_whole(self) -> None:
        """Every event was told once, each subject's in their order."""
        assert sorted(self.told) == sorted(self.world.query("SELECT subject, seq FROM event"))
        assert sorted(self.told) == sorted(self.told, key=lambda pair: pair[0])


@pytest.fixture
def world() -> Iterator[w.World]:
    """A prepared database with models in it."""
    made = w.new_world(5)
    yield made
    made.close()


class Writer:
    """An open transaction, in which events are written as the engine does: the subject is locked first."""

    def __init__(self, world: w.World) -> None:
        assert isinstance(world.database, Base)
        self.link = postgres.shared().raw(world.database.name)
        self.link.autocommit = False

    def __call__(self, ref: str) -> tuple[str, int]:
        """One more event of a subject."""
        self.link.execute(LOCK, [ref])
        found = self.link.execute(NEXT, [ref]).fetchone()
        assert found is not None
        return ref, int(str(found[0]))

    def commit(self) -> None:
        """Let it be seen."""
        self.link.commit()

    def rollback(self) -> None:
        """Let it never have been."""
        self.link.rollback()


@contextmanager
def writers(world: w.World, number: int) -> Iterator[list[Writer]]:
    """So many, each on a link of its own."""
    made = [Writer(world) for _ in range(number)]
    try:
        yield made
    finally:
        for one in made:
            one.link.close()


def test_what_commits_late_is_not_passed_over(world: w.World) -> None:
    """The later of two open transactions commits first: its event waits for the other's, and both come in order."""
    reader = Reader(world)
    reader.look()
    slow, quick, third = w.models()[:3]
    with writers(world, 3) as (first, second, other):
        late = first(slow)
        early = second(quick)
        second.commit()
        newest = world.query("SELECT max(position) FROM event")[0][0]
        assert reader.look() == reader.look() == []
        assert reader.after < newest
        running = other(third)  # somebody always writes
        first.commit()
        assert reader.look() == [late, early]
        other.commit()
        assert reader.look() == [running]
    reader.is_whole()


def test_nobody_waits_for_what_was_rolled_back(world: w.World) -> None:
    """A position that is missing for ever is passed once its transaction has ended, though others always run."""
    reader = Reader(world)
    reader.look()
    one, two, three = w.models()[:3]
    with writers(world, 3) as (first, second, third):
        first(one)
        early = second(two)
        second.commit()
        other = third(three)
        first.rollback()
        assert reader.look() == []  # nobody knows yet whether it was rolled back or runs
        again = second(two)
        third.commit()
        assert reader.look() == [early, other]
        second.commit()
        assert reader.look() == [again]
    reader.is_whole()


def test_history_is_read_while_somebody_writes(world: w.World) -> None:
    """Who begins anew reads all that was there before a transaction that runs long."""
    before = world.query("SELECT count(*) FROM event")[0][0]
    with writers(world, 1) as (write,):
        write(w.models()[0])
        assert len(Reader(world).look()) == before


def test_pages_end_where_they_are_told_to(world: w.World) -> None:
    """After one position, up to another, as many as are asked for; of a kind, of a subject, of a lab."""
    model = w.models()[3]  # of the other lab
    with reading(world.engine) as connection:
        everything = events.between(connection, 0, 10_000, 10_000)
        positions = [row["position"] for row in everything]
        assert positions == sorted(positions)
        some = events.between(connection, positions[1], positions[5], 3)
        assert [row["position"] for row in some] == positions[2:5]
        assert {row["subject"] for row in events.between(connection, 0, 10_000, 9, ref=model)} == {model}
        own = events.between(connection, 0, 10_000, 10_000, lab="lab-a")
        assert model not in {row["subject"] for row in own}
        assert {row["kind"] for row in events.between(connection, 0, 10_000, 9, kind=own[-1]["kind"])} == {"model"}


def test_a_mark_of_another_server_is_let_go(world: w.World) -> None:
    """After a restore transactions have lower numbers: a mark from before does not hold the feed up for ever."""
    with writers(world, 2) as (first, second):
        first(w.models()[0])
        second(w.models()[1])
        second.commit()
        with reading(world.engine) as connection:
            known = events.settled(connection, 0, Mark(1, 2**40))
        assert isinstance(known, Settled)
        assert known.mark is not None and known.mark.before < 2**40
        first.rollback()
