"""What is asked for an agency leaves out the reviews that were not filed yet, whoever filters afterwards."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from reviewflow.nouns.commands.review import Open, PlanRelease, Withdraw
from reviewflow.store import queries, queue, reviews
from reviewflow.store.database import Connection, reading
from reviewflow.store.roster import review_counts
from tests.engine import world as w
from tests.engine.reviews import file_review
from tests.engine.world import World, models, new_world

pytestmark = pytest.mark.usefixtures("database_kind")
AGENCY, LAB, EVERYONE = (queue.OF_AGENCY, "office", ""), (queue.OF_LAB, "lab-a", ""), (queue.ALL, "", "")


@pytest.fixture
def world() -> Iterator[World]:
    """A review that was filed and withdrawn, and a draft that refiles it, with the day on which a release is meant."""
    made = new_world()
    filed = file_review(made, "tolls", models()[0])
    made.do(w.OFFICER, filed, Withdraw(reason="another day"))
    draft = made.do(w.OFFICER, None, Open(model=models()[0], policy="tolls", refiles=filed)).ref
    made.do(w.OFFICER, draft, PlanRelease(on=(made.now + timedelta(days=60)).date()))
    made.query("UPDATE subject SET agency = 'office'")  # as where drafts were opened by an earlier version
    yield made
    made.close()


def found(connection: Connection, whose: tuple[str, str, str]) -> tuple[int, int, bool]:
    """How many reviews, how many deadlines of a planned release, and whether there is any review at all."""
    owed = [row for row in queue.deadlines(connection, *whose) if row["kind"] == "planned_release"]
    return len(reviews.every(connection, whose, has_final=True)), len(owed), queue.has_reviews(connection, *whose)


def test_queue_and_deadlines_leave_out_drafts_for_an_agency(world: World) -> None:
    """The lab and the operator find both."""
    with reading(world.engine) as connection:
        assert found(connection, AGENCY) == (1, 0, True)
        assert found(connection, LAB) == found(connection, EVERYONE) == (2, 1, True)
        assert found(connection, (queue.OF_AGENCY, "elsewhere", "")) == (0, 0, False)


def test_later_reviews_leave_out_drafts(world: World) -> None:
    """Unless they are asked for; and the roster counts what was filed."""
    with reading(world.engine) as connection:
        [filed] = [row["ref"] for row in reviews.every(connection, AGENCY, has_final=True)]
        assert queries.later_reviews(connection, filed, with_drafts=False) == []
        assert len(queries.later_reviews(connection, filed, with_drafts=True)) == 1
        assert review_counts(connection)["lab-a"]["reviews"] == 1
