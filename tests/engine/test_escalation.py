"""The ladder through the engine: what the record says of it, and what hindsight makes of that."""

from datetime import UTC, datetime

from reviewflow.nouns.commands import review as r
from reviewflow.nouns.events import CHECKED, RESCINDED
from tests.engine.invariants import assert_invariants
from tests.engine.reviews import recommend, start_review
from tests.engine.world import OFFICER, new_world

THREE_DAYS = datetime(2026, 7, 28, 13, tzinfo=UTC)  # 09:00, of a window that ends on 2026-07-31


def test_what_was_checked_in_vain_is_rescinded_inside_the_agency() -> None:
    """The lab had withdrawn before: reminder and check never were, and of the check the lab still reads nothing."""
    world = new_world()
    ref = start_review(world, "eo-14409")
    world.tick(THREE_DAYS)
    assert CHECKED in world.names(ref)
    world.do(OFFICER, ref, r.Withdraw(reason="another day"), effective_at=datetime(2026, 7, 27, 13, tzinfo=UTC))
    events = {event["name"]: event["is_internal"] for event in world.journal(ref)}
    assert events[CHECKED] is events[f"{CHECKED}{RESCINDED}"] is True
    assert events[f"deadline_approaching{RESCINDED}"] is False
    told = world.query(
        "SELECT count(*) FROM delivery JOIN event USING (subject, seq) WHERE name = ?", CHECKED + RESCINDED
    )
    assert told[0][0] == 0
    assert_invariants(world)
    world.close()


def test_a_later_tick_records_the_same() -> None:
    """Whether a recommendation was there is asked as of the notice, however late it is raised."""
    told = []
    for is_ticked in (True, False):
        world = new_world()
        ref = start_review(world, "eo-14409")
        if is_ticked:
            world.tick(THREE_DAYS)
        world.now = datetime(2026, 7, 29, 13, tzinfo=UTC)
        recommend(world, ref)
        told.append([event["data"] for event in world.journal(ref) if event["name"] == CHECKED])
        world.close()
    assert told[0] == told[1]
    assert (told[0][0]["is_recommended"], told[0][0]["tell"]) == (False, ["decider"])
