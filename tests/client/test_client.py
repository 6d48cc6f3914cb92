"""The client at a real API: every command and view, lists whole and in pages, the feed, the release check."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from reviewflow import errors
from reviewflow.client import documents
from reviewflow.client.client import Client
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Open, PlanRelease
from reviewflow.nouns.paths import SEEN
from reviewflow.nouns.plain import revived
from reviewflow.nouns.states import ReleaseKind
from reviewflow.views.index import VIEWS
from tests.doors import desks
from tests.doors.api.world import Program, served
from tests.stories.world import PEOPLE


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A simulation in the middle of its work, at the door."""
    desk = desks.busy(tmp_path_factory.mktemp("busy"))
    with served(desk) as program:
        yield program
    desk.close()


def client(program: Program, who: str, **more: Any) -> Client:
    """The client of somebody."""
    return Client("http://127.0.0.1:8000", program.token(who), transport=program.client._transport, **more)


def asked_of(name: str, program: Program) -> dict[str, Any]:
    """A good question of a view."""
    refs = program.desk.refs
    kinds = ("review", "model", "agreement", "coverage", "halt", "commitment", "partner")
    own = dict(zip(kinds, ("r", "mr", "g", "v", "h", "c", "p"), strict=True))
    letter = program.desk.query("SELECT letter FROM delivery WHERE recipient = ?", PEOPLE["rev"])[0]["letter"]
    found: dict[str, dict[str, Any]] = {
        **{kind: {"ref": refs[ref]} for kind, ref in own.items()},
        "organization": {"ref": "example-lab-one"},
        "person": {"ref": PEOPLE["one"]},
        "policy": {"policy": "eo-14409"},
        "window": {"policy": "hsr", "start": "2026-10-01", "toll": ()},
        "release-check": {"ref": refs["mr"]},
        "letter": {"id": letter},
        "reviews": {"due_before": date(2027, 1, 1), "all": True, "state": None},
        "inbox": {"all": True},
    }
    in_path = {"ref": refs["r"]} if "{ref}" in SEEN[name].path else {}
    return found.get(name, in_path)


def stable(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """Without what a first look changes, and without a sealed cursor."""
    moving = {"letter": {"seen_at", "status"}, "events": {"next"}}.get(name, set())
    return {key: value for key, value in document.items() if key not in moving}


@pytest.mark.parametrize("name", SEEN)
def test_every_view_is_the_same_through_the_client(busy: Program, name: str) -> None:
    """Each view has its place, and the document is the one that the database gives on the machine, lists whole."""
    who, asked = "admin" if name == "metrics" else "rev", asked_of(name, busy)
    here = busy.app.document(name, asked, PEOPLE[who], busy.app.now())
    with client(busy, who) as there:
        found = there.view(name, **asked)
    assert stable(name, found) == stable(name, here)
    assert set(SEEN) == set(VIEWS)


def test_a_command_is_done_once_and_its_outcome_typed(busy: Program) -> None:
    """Under the same key the same outcome; on another version it is stale; a new subject comes with its reference."""
    ref = busy.desk.refs["r"]
    with client(busy, "rev") as there:
        done = there.do(ref, AddNote(text="Once."), key="k")
        assert there.do(ref, AddNote(text="Once."), key="k") == done
        assert (done["events"], done["version"]) == (["note_added"], busy.desk.row("subject", "r")["seq"])
        with pytest.raises(errors.KeyReused):
            there.do(ref, AddNote(text="Twice."), key="k")
        with pytest.raises(errors.Stale):
            there.do(ref, AddNote(text="Late."), if_version=done["version"] - 1)
        there.do(ref, AddNote(text="In time."), if_version=done["version"])
    with client(busy, "one") as there:
        model = RegisterModel(name="New", digest="7" * 64, release_kind=ReleaseKind.API)
        ref = there.do(None, model)["ref"]
        review = there.do(None, Open(model=ref, agency="example-office"))["ref"]
        planned = there.do(review, PlanRelease(on=date(2026, 12, 24)))
        assert revived(planned)["deadlines"][0]["due_on"] == date(2026, 12, 24)
        assert there.me()["ref"] == PEOPLE["one"]


def test_lists_come_in_pages_and_whole(busy: Program) -> None:
    """Page by page, item by item, and all at once it is the same list."""
    with client(busy, "admin") as there:
        whole = there.view("people")
        pages = list(there.pages("people", limit=3))
        assert (
            [one for page in pages for one in page["people"]] == whole["people"] == list(there.items("people", limit=2))
        )
        assert len(pages) > 2
        assert "next" not in whole
        assert len(there.view("people", limit=3)["people"]) == 3


def test_events_go_on_where_one_left_off(busy: Program) -> None:
    """From the beginning to now; later from there, and nothing twice."""
    with client(busy, "rev") as there:
        pages = list(there.events(limit=5))
        first = [event["id"] for page in pages for event in page["events"]]
        assert len(set(first)) == len(first) > 10
        there.do(busy.desk.refs["r"], AddNote(text="New."))
        [page] = there.events(after=pages[-1]["next"])
        assert [event["type"] for event in page["events"]] == ["reviewflow.review.note_added.v1"]


def test_release_check_and_time(busy: Program) -> None:
    """The facts with an exit code; a simulation is told what time it is."""
    with client(busy, "one") as there:
        found = there.release_check(busy.desk.refs["mf"], "halts")
        assert found["exit_code"] == 1
        assert [fact["fact"] for fact in found["facts"] if fact["stops"]] == ["halt"]
        there.at = revived({"x_at": "2026-10-20T09:00:00-04:00"})["x_at"]
        assert there.view("review", ref=busy.desk.refs["r"])["now"] == "2026-10-20T13:00:00Z"


def test_documents_are_whole(busy: Program) -> None:
    """The types of the client name keys that are there."""
    with client(busy, "rev") as there:
        outcome = there.do(busy.desk.refs["r"], AddNote(text="Whole."))
        assert set(outcome) == set(documents.Outcome.__annotations__)
        assert set(documents.Owed.__annotations__) <= set(outcome["deadlines"][0])
        check = there.release_check(busy.desk.refs["mr"])
        assert set(documents.ReleaseCheck.__annotations__) <= set(check)
        assert set(documents.Fact.__annotations__) <= set(check["facts"][0])
        assert set(documents.Me.__annotations__) <= set(there.me())
        assert set(documents.Events.__annotations__) <= set(next(there.events()))
