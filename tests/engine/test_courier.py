"""Couriers side by side, and slow or dead endpoints beside healthy ones, on real threads."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from reviewflow.engine.deliver import THREADS, Courier, Delivered
from reviewflow.errors import Interrupted
from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import Undeliverable
from reviewflow.store import outbox
from reviewflow.store.database import transaction
from tests import databases
from tests.engine.outboxes import Post, colleagues, nothing_owed, owe, rows
from tests.engine.test_letters import begin
from tests.engine.world import OFFICER, World, models, new_world

TIMEOUT = 1.5  # seconds; 15 in the field
PATIENCE = 30.0


@pytest.fixture
def world() -> Iterator[World]:
    """A world in which nothing is owed."""
    made = new_world(3)
    yield made
    made.close()


@pytest.fixture
def review(world: World) -> str:
    """A review whose letters so far had never been."""
    ref = begin(world, models()[0])
    nothing_owed(world)
    return ref


def names(kind: str, number: int) -> list[str]:
    """So many mailboxes of the lab."""
    return [f"{kind}-{n}@lab-a.example" for n in range(number)]


def courier(world: World, sender: Post, threads: int = THREADS) -> Courier:
    """One that nobody else knows."""
    return Courier(world.engine, world.settings, sender.senders, threads=threads)


def test_two_couriers_send_each_letter_once(world: World, review: str) -> None:
    """Side by side on one database, with everything due for both: nobody dies, so nothing goes out twice."""
    people = names("c", 40)
    colleagues(world, people)
    letters = owe(world, review, people, ("folder", "log", "email"))
    sender = Post(lambda letter: time.sleep(0.001))
    done: list[Delivered] = []

    def work() -> None:
        one = courier(world, sender)
        done.append(one.deliver(world.now))
        one.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    left = courier(world, sender)  # what both had looked at and left to the other
    done.append(left.deliver(world.now))
    left.close()
    assert sender.ids == Counter(letters)
    assert sum(one.stolen + one.refused for one in done) == 0
    assert sum(len(one.sent) for one in done) == len(letters)


def test_a_claim_waits_for_nobody(world: World, review: str) -> None:
    """What another has locked is left to him, and no letter is had in parts."""
    people = names("c", 4)
    colleagues(world, people)
    letters = owe(world, review, people)
    until = world.now + timedelta(minutes=5)
    with ExitStack() as stack:
        first = stack.enter_context(transaction(world.engine))
        one = outbox.claim(first, "one", world.now, until, 3)
        if world.database.kind == databases.SQLITE:  # where writers take turns
            stack.close()
        second = stack.enter_context(transaction(world.engine))
        other = outbox.claim(second, "other", world.now, until, 100)
    assert len(one) == 3
    assert sorted([*one, *other]) == sorted(letters)


def test_at_most_one_letter_is_under_way_to_an_endpoint(world: World, review: str) -> None:
    """And they go in the order in which they were owed."""
    owe(world, review, [OFFICER])
    more = begin(world, models()[1])
    nothing = threading.Lock()

    def alone(letter: Letter) -> None:
        if letter.to == OFFICER and letter.channel.name == "folder":
            assert nothing.acquire(blocking=False)
            time.sleep(0.01)
            nothing.release()

    sender = Post(alone)
    one = courier(world, sender)
    assert not one.deliver(world.now).failed
    one.close()
    mine = [letter.refs[0] for letter in sender.sent if letter.to == OFFICER and letter.channel.name == "folder"]
    assert mine == sorted(mine, key=lambda ref: ref == more)
    assert len(mine) >= 4


def test_an_impatient_pass_waits_for_no_slow_endpoint(world: World, review: str) -> None:
    """What falls due meanwhile goes out; a later pass marks what the slow one answered, and closing waits for it."""
    colleagues(world, names("slow", 1))
    slow = owe(world, review, names("slow", 1))
    held, is_in = threading.Event(), threading.Event()

    def do(letter: Letter) -> None:
        if letter.to != OFFICER:
            is_in.set()
            assert held.wait(PATIENCE)

    sender = Post(do)
    one = courier(world, sender)
    assert not one.deliver(world.now, is_patient=False).sent
    assert is_in.wait(PATIENCE) and one.is_busy
    quick = owe(world, review, [OFFICER])
    assert sorted(one.deliver(world.now, is_patient=False).sent) == sorted(quick)
    held.set()
    done = [*one.deliver(world.now, is_patient=False).sent, *one.close().sent]
    assert slow[0] in done
    left = [row for row in rows(world) if row["status"] == "pending"]
    assert {row["holder"] for row in left} <= {None}, "what was not begun is handed back"


def test_what_was_sent_and_could_not_be_marked_is_marked_later(
    world: World, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link to the database broke between: the next pass marks it, and nothing goes out twice."""
    letters, sender = owe(world, review, [OFFICER]), Post()
    one = courier(world, sender)
    with monkeypatch.context() as broken:
        broken.setattr("reviewflow.engine.marks.write_down", lambda *_: raise_(Interrupted("The link broke.")))
        with pytest.raises(Interrupted):
            one.deliver(world.now)
    assert [row["status"] for row in rows(world)] == ["pending", "pending"]
    assert sorted(one.deliver(world.now).sent) == sorted(letters)
    one.close()
    assert sender.ids == Counter(letters)
    assert not rows(world)


def raise_(error: Exception) -> int:
    """In an expression."""
    raise error


def p99(world: World, ref: str, healthy: list[str], dead: list[str], timeout: float, threads: int = THREADS) -> float:
    """Seconds within which 99 of 100 letters to healthy endpoints are out, the dead being the first in line."""
    owe(world, ref, dead)
    letters = owe(world, ref, healthy, ("folder", "log", "email"))
    began, out = time.monotonic(), list[float]()

    def do(letter: Letter) -> None:
        if letter.to.startswith("dead"):
            time.sleep(timeout)
            raise Undeliverable("It did not answer in time.")
        out.append(time.monotonic() - began)

    one = courier(world, Post(do), threads)
    done = one.deliver(world.now)
    one.close()
    assert sorted(done.sent) == sorted(letters)
    assert len(done.failed) == len(dead)
    nothing_owed(world)
    return sorted(out)[int(len(out) * 0.99)]


@pytest.mark.slow
def test_a_hundred_dead_endpoints_add_less_than_a_second(world: World, review: str) -> None:
    """200 letters to the healthy go out while a hundred others run into their time-outs.

    With one thread for all, the same measure finds the fault, with four dead endpoints already.
    """
    healthy, dead = names("c", 34), names("dead", 100)
    colleagues(world, [*healthy, *dead])
    alone = p99(world, review, healthy, [], TIMEOUT)
    assert p99(world, review, healthy, dead, TIMEOUT) - alone < 1.0
    assert p99(world, review, healthy, dead[:4], TIMEOUT / 4, threads=1) - alone > 1.0
