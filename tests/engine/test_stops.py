"""Stops of many lengths: whatever a restart finds, all of it is recorded once, in order, marked late, and told once."""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest

from reviewflow.engine.deliver import deliver
from reviewflow.engine.handle import handle_due
from reviewflow.engine.sweep import sweep
from reviewflow.nouns.commands.contact import ChangePreferences
from reviewflow.store.database import transaction
from reviewflow.store.held import release
from tests import databases
from tests.engine import world as w
from tests.engine.outboxes import Post, counted, nothing_owed
from tests.engine.restarted import forgetful, restart, talkative
from tests.engine.stopped import LONGEST, Stopped, stopped

MONTH = timedelta(days=30)
REVIEWS, STOPS, AUDITED = 20, 12, 6


@cache
def _left(kind: str) -> Stopped:
    assert kind == databases.current
    return stopped(REVIEWS, seed=5)


@pytest.fixture
def left(database_kind: str) -> Stopped:
    """Reviews of every kind, at which nobody looks any more."""
    return _left(database_kind)


@pytest.fixture
def late(left: Stopped) -> Iterator[w.World]:
    """A month later, before anything is done."""
    made = left.open()
    made.now += MONTH
    yield made
    made.close()


def test_whatever_the_length_everything_is_made_up_for(left: Stopped) -> None:
    """At, just before and just after instants at which something falls due, and anywhere between 0 h and 45 d.

    A few of those of `prove downtime`.
    """
    lengths = left.lengths(random.Random(left.at.day), STOPS)
    assert lengths[0] == timedelta(0) and lengths[-1] == LONGEST
    for number, length in enumerate(lengths):
        found = restart(left, length, is_audited=number == AUDITED)
        assert not found.faults, (length, found.faults[:5])
    assert found.events > 8 * REVIEWS


def test_a_scheduler_with_a_grace_time_is_found_out(left: Stopped) -> None:
    """The seeded fault: what was missed by more than a day is dropped."""
    assert sum("recorded" in fault for fault in restart(left, MONTH, sabotage=forgetful).faults) >= REVIEWS


def test_a_letter_a_batch_is_found_out(left: Stopped) -> None:
    """The seeded fault: batches of one sweep that know nothing of one another."""
    assert any("catch-up letters" in fault for fault in talkative(left, MONTH).faults)


def test_workers_that_sweep_together_write_one_letter(late: w.World) -> None:
    """Nothing late is told while some of it is not recorded; then each person has one letter of what both recorded."""
    post, second = Post(), late.now + timedelta(milliseconds=3)
    half = len(handle_due(late.engine, late.settings, late.now, REVIEWS // 2))
    deliver(late.engine, late.settings, post.senders, second)
    with transaction(late.engine) as connection:
        assert not release(connection, late.now, [])
    assert half and not post.sent
    assert sweep(late.engine, late.settings, second).done
    deliver(late.engine, late.settings, post.senders, second)
    assert len(post.sent) == len({letter.to for letter in post.sent}) >= 5
    told = {ref for letter in post.sent for ref in letter.refs}
    assert len(told) == REVIEWS


def test_workers_that_begin_minutes_apart_write_one_letter(late: w.World) -> None:
    """The one that began long ago is the last to find nothing left: what the other recorded is not held back by that.

    Who has quiet hours still reads it when they end, in one letter too.
    """
    late.do(w.OFFICER, w.OFFICER, ChangePreferences(quiet="00:00-23:59", time_zone="UTC"))
    nothing_owed(late)
    began, post = late.now, Post()
    assert handle_due(late.engine, late.settings, began + timedelta(minutes=4), REVIEWS // 2)
    assert sweep(late.engine, late.settings, began).done
    for at in (began + timedelta(minutes=4), began + timedelta(days=1)):
        deliver(late.engine, late.settings, post.senders, at)
        assert len(post.sent) == len({letter.to for letter in post.sent}) >= 4
        assert (w.OFFICER in {letter.to for letter in post.sent}) == (at - began > timedelta(hours=1))
    assert len({ref for letter in post.sent for ref in letter.refs}) == REVIEWS


def test_what_others_recorded_late_goes_with_the_next_sweep(late: w.World) -> None:
    """Nothing is due for it any more, and it waits for no lease; a sweep that holds nothing back writes nothing."""
    post = Post()
    while handle_due(late.engine, late.settings, late.now, REVIEWS):
        pass
    deliver(late.engine, late.settings, post.senders, late.now)
    assert not post.sent
    assert not sweep(late.engine, late.settings, late.now).done
    with counted(late.engine) as seen:
        sweep(late.engine, late.settings, late.now)
    assert not seen["commits"]
    assert not deliver(late.engine, late.settings, post.senders, late.now).stolen
    assert len(post.sent) == len({letter.to for letter in post.sent}) >= 5


def test_what_a_dead_sweep_held_is_sent_all_the_same(late: w.World) -> None:
    """Its lease runs out."""
    post = Post()
    handle_due(late.engine, late.settings, late.now, 1)
    lapsed = late.now + timedelta(seconds=late.settings.server.lease_seconds)
    deliver(late.engine, late.settings, post.senders, lapsed - timedelta(seconds=1))
    assert not post.sent
    assert not deliver(late.engine, late.settings, post.senders, lapsed).stolen, "no worker had them"
    assert post.sent


def test_a_subject_that_cannot_be_settled_holds_up_no_letter(late: w.World) -> None:
    """It stays due for ever, and the others are told at once."""
    post, broken = Post(), late.query("SELECT min(subject) FROM deadline WHERE next_notice_at IS NOT NULL")[0][0]
    late.query("UPDATE deadline SET notices = '[]' WHERE subject = ?", broken)
    swept = sweep(late.engine, late.settings, late.now)
    assert [failed.call.ref for failed in swept.failed] == [broken]
    deliver(late.engine, late.settings, post.senders, late.now)
    assert len({letter.to for letter in post.sent}) >= 5
