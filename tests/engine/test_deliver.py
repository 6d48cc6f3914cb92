"""A sender that was suspended and wakes up late changes nothing."""

from datetime import timedelta

from reviewflow.store import outbox
from reviewflow.store.database import transaction
from tests.engine.test_letters import begin
from tests.engine.world import models, new_world

LEASE = timedelta(minutes=5)


def test_a_late_sender_changes_nothing() -> None:
    """Its lease ran out and another took the letter over: neither its success nor its failure is written."""
    world = new_world(3)
    begin(world, models()[0])
    with transaction(world.engine) as connection:
        first = outbox.claim(connection, world.now, LEASE, 1)
        assert outbox.claim(connection, world.now, LEASE, 1).keys().isdisjoint(first), (
            "a leased letter is nobody else's"
        )
    later = world.now + LEASE
    with transaction(world.engine) as connection:
        second = outbox.claim(connection, later, LEASE, 1)
        assert second.keys() == first.keys()
        (slow,), (quick,) = first.values(), second.values()
        assert outbox.mark_sent(connection, slow, later) == 0
        assert outbox.mark_failed(connection, slow, "late", later, set_aside=True) == 0
        assert outbox.mark_sent(connection, quick, later) == len(quick)
    world.close()
