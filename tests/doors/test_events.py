"""The feed of events: a client keeps its own copy of what it may see, and learns of nothing else."""

import json
import re
from collections.abc import Iterator
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from reviewflow.app import App, open_app
from reviewflow.errors import Invalid, NotFound
from reviewflow.ledger.chain import verify
from reviewflow.nouns.principal import EVERYTHING, Scopes
from reviewflow.views.cursor import opened, sealed
from tests import databases
from tests.databases import Base, Database, File
from tests.stories.world import PEOPLE, Desk, filed, started

Event = dict[str, Any]
LISTS = {"planned_releases": "planned_release", "tolls": "toll", "requests": "request", "access_grants": "access_grant"}


@cache
def _story(kind: str) -> tuple[Database, dict[str, str]]:
    folder = databases.folder() / f"feed-{kind}"
    folder.mkdir()
    made = Desk.new(folder)
    started(made, "r", "10-05", "2026-12-01")
    filed(made, "q", "10-06", "2026-12-01", sign="2", who="two")
    made("rev", 'review ask {r} --text "Why?"', "10-06 10:00")
    made("one", 'review answer {r} 1 --text "Since it is so."', "10-06 11:00")
    made("rev", 'review find {r} --title "Odd" --domain biosecurity --severity low', "10-06 12:00")
    made("rev", 'review note {r} --text "For us only."', "10-06 12:30")
    made("one", "review plan {r} 2026-12-05", "10-06 13:00")
    made("one", f'model register "Draft" --digest {"4" * 64}', "10-07 09:00", "md")
    made("one", "review open {md} --agency example-office", "10-07 09:01", "d")
    source = made.base or File(made.file)
    source.freeze()
    return source, made.refs


@pytest.fixture
def desk(tmp_path: Path, database_kind: str) -> Iterator[Desk]:
    """Two labs' reviews, one of them under way with all that hangs on it, and a draft."""
    source, refs = _story(database_kind)
    file = tmp_path / "reviewflow.db"
    if isinstance(source, Base):
        made = Desk(file, base=source.copy(), refs=dict(refs))
    else:
        made = Desk(source.copy(file).released(), refs=dict(refs))
    yield made
    made.close()


class Client:
    """Reads the feed to its end whenever it looks, from where it stood."""

    def __init__(self, desk: Desk, who: str | None, **asked: Any) -> None:
        self.desk, self.who, self.asked = desk, who, asked
        self.events: list[Event] = []
        self.after: str | None = None

    def page(self, **more: Any) -> Event:
        """One page."""
        return self.document("events", {**self.asked, "after": self.after, **more})

    @cached_property
    def app(self) -> App:
        """The installation."""
        return open_app(self.desk.url)

    def document(self, view: str, asked: Event, scopes: Scopes = EVERYTHING) -> Event:
        """What the client is shown."""
        self.app.refresh()
        return self.app.document(view, asked, PEOPLE[self.who] if self.who else None, self.app.now(), scopes)

    def look(self) -> list[Event]:
        """What is new."""
        new: list[Event] = []
        while True:
            found = self.page()
            self.after = found["next"]
            new += found["events"]
            if not found["has_more"]:
                break
        self.events += new
        return new

    def rows(self, ref: str) -> dict[str, Event]:
        """A subject as the events say that it is: its row and its parts, by their places."""
        found: dict[str, Event] = {}
        for event in self.events:
            if event["subject"] == ref and "sets" in event["data"]:
                for place, columns in event["data"]["sets"].items():
                    found.setdefault(place, {}).update(columns)
        return found

    def card(self, ref: str) -> Event:
        """The same subject as the view of it shows it."""
        return self.document("review", {"ref": ref})


def names(events: list[Event]) -> list[str]:
    """What happened, in order."""
    return [event["type"].split(".")[2] for event in events]


def is_the_same(client: Client, ref: str) -> None:
    """What the events add up to is what the view shows."""
    rows, card = client.rows(ref), client.card(ref)
    for name, value in rows["review"].items():
        if name in card and name not in ("model", "policy"):
            assert card[name] == value, name
    for name, table in LISTS.items():
        parts = {int(place.partition("/")[2]): row for place, row in rows.items() if place.startswith(f"{table}/")}
        assert {part["no"]: part for part in card[name]} == {
            no: dict.fromkeys(card[name][0], None) | {"no": no} | row for no, row in parts.items()
        }, name
    live = {
        (row["kind"], row["part_no"], row["due_at"], row["due_on"])
        for place, row in rows.items()
        if place.startswith("deadline/") and row["status"] in ("open", "tolled")
    }
    assert {(row["kind"], row["part_no"], row["due_at"], row["due_on"]) for row in card["deadlines"]} == live


def test_a_lab_rebuilds_its_reviews(desk: Desk) -> None:
    """What the events set, folded in order, are the rows that the views show, then and after more has happened."""
    client = Client(desk, "one", limit=7)
    client.look()
    is_the_same(client, desk.refs["r"])
    is_the_same(client, desk.refs["d"])
    assert client.look() == []
    desk.tick("10-20 09:00")
    desk("one", 'review withdraw {r} --reason "Pull."', "10-20 11:00")
    assert "withdrawn" in names(client.look())
    is_the_same(client, desk.refs["r"])
    assert len({event["id"] for event in client.events}) == len(client.events)


def test_a_lab_learns_of_nothing_else(desk: Desk) -> None:
    """No event of another lab; of what is internal to the agency only the links, by which its chains still verify."""
    client = Client(desk, "one")
    client.look()
    own = {row["ref"] for row in desk.query("SELECT ref FROM subject WHERE lab = 'example-lab-one'")}
    people = {PEOPLE["one"], PEOPLE["viewer"], "example-lab-one"}
    agencies = {row["ref"] for row in desk.query("SELECT ref FROM organization WHERE side = 'agency'")}
    assert {event["subject"] for event in client.events} == own | people | agencies
    hidden = [event for event in client.events if event["type"].endswith(".redacted.v1")]
    assert hidden
    for event in hidden:
        assert "time" not in event
        assert set(event["data"]) == {"subject", "seq", "prev", "digest", "text_digest", "is_redacted"}
    assert "Odd" not in str(client.events) and "For us only." not in str(client.events)
    origin = client.page()["origin"]
    for spine in desk.query("SELECT ref, seq, head FROM subject WHERE lab = 'example-lab-one'"):
        chain = [event["data"] for event in client.events if event["subject"] == spine["ref"]]
        assert verify(origin, spine["head"], spine["seq"], chain) is None


def test_an_event_is_a_cloud_event(desk: Desk) -> None:
    """As the format's own library reads it; a simulation says so in each."""
    client = Client(desk, "one", subject=desk.refs["r"])
    for event in client.look():
        read = JSONFormat().read(CloudEvent, json.dumps(event))
        assert (read.get_id(), read.get_type(), read.get_subject()) == (event["id"], event["type"], desk.refs["r"])
        assert event["simulation"] is True


def test_an_agency_is_told_a_draft_whole_when_it_is_filed(desk: Desk) -> None:
    """However often its client looked before: each event once, in order, and none before the filing."""
    client = Client(desk, "decider", limit=5)
    client.look()
    assert desk.refs["d"] not in {event["subject"] for event in client.events}
    desk("one", "review plan {d} 2026-12-20", "10-08 09:00")
    for item in ("access_ready", "system_card", "safeguard_state", "access_terms"):
        desk("one", f'review supply {{d}} {item} --text "in the vault"', "10-08 09:05")
    assert client.look() == []
    desk("one", "review submit {d}", "10-08 09:10")
    new = client.look()
    assert {event["subject"] for event in new} == {desk.refs["d"]}
    assert [event["data"]["seq"] for event in new] == list(range(1, len(new) + 1))
    anew = Client(desk, "decider", limit=5)
    anew.look()
    assert [event["id"] for event in anew.events] == [event["id"] for event in client.events]
    is_the_same(client, desk.refs["d"])


def test_a_reviewer_is_told_a_review_whole_when_he_is_assigned(desk: Desk) -> None:
    """And nothing of it before."""
    client = Client(desk, "rev2")
    client.look()
    assert not {desk.refs["r"], desk.refs["q"]} & {event["subject"] for event in client.events}
    desk("decider", f"review assign {{r}} {PEOPLE['rev2']}", "10-08 09:00")
    new = client.look()
    assert [event["data"]["seq"] for event in new if event["subject"] == desk.refs["r"]] == list(range(1, len(new) + 1))
    assert names(new)[-1] == "assigned"


def test_narrowed_to_a_kind_a_subject_or_names(desk: Desk) -> None:
    """Each alone; by name nothing is told of what is hidden, not even that it is there."""
    assert {event["type"].split(".")[1] for event in Client(desk, "one", kind="model").look()} == {"model"}
    assert {event["subject"] for event in Client(desk, "one", subject=desk.refs["r"]).look()} == {desk.refs["r"]}
    some = Client(desk, "one", types=("clock_started", "finding_recorded")).look()
    assert names(some) == ["clock_started"]
    assert names(Client(desk, "decider", types=("opened",)).look()) == ["opened", "opened"]
    with pytest.raises(NotFound, match="not yours to see"):
        Client(desk, "one", subject=desk.refs["q"]).look()


def test_a_cursor_tells_nothing_and_holds_for_its_question_alone(desk: Desk) -> None:
    """Sealed; refused where it is another reader's, of another question, or no cursor at all."""
    client = Client(desk, "one", limit=3)
    client.look()
    for other, asked in (("two", {}), ("one", {"kind": "model"}), ("one", {"types": ("opened",)}), (None, {})):
        stranger = Client(desk, other, **asked)
        stranger.after = client.after
        with pytest.raises(Invalid, match="none of this question"):
            stranger.look()
    for text in ("x", "AAAA", f"{client.after}A", "é", "1"):
        with pytest.raises(Invalid, match="none of this question"):
            client.page(after=text)
    with pytest.raises(Invalid, match="none of this question"):
        client.document("events", {"after": client.after}, Scopes(subjects=frozenset({desk.refs["r"]})))
    for limit in (0, 501):
        with pytest.raises(Invalid, match="1 to 500"):
            client.page(limit=limit)


def test_nothing_that_is_shown_opens_a_cursor(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key is drawn for it alone: no word of a dossier makes it, and no document tells it."""
    client, given = Client(desk, "one", subject=desk.refs["r"], limit=3), list[Any]()

    def noted(*what: Any) -> str:
        given[:] = what
        return sealed(*what)

    monkeypatch.setattr("reviewflow.views.events.sealed", noted)
    cursor = client.page()["next"]
    place, secret, question = given
    assert opened(cursor, secret, question) == place, "this is how it is opened"
    dossier = json.dumps(client.document("dossier", {"ref": desk.refs["r"]}))
    words = set(re.findall(r'[^"]+', dossier))
    assert any(re.fullmatch("[0-9a-f]{64}", word) for word in words)
    for word in words:
        for key in (word, *(sha256(f"{said}{word}".encode()).hexdigest() for said in ("", "reviewflow cursor "))):
            if re.fullmatch("[0-9a-f]{64}", key):
                with pytest.raises(Invalid):
                    opened(cursor, key, question)
    for view in ("review", "timeline", "journal", "events", "models", "calendar"):
        asked = {"ref": desk.refs["r"]} if view in ("review", "timeline", "journal") else {}
        assert secret not in json.dumps(client.document(view, asked)), view


def test_a_token_narrows_the_feed(desk: Desk) -> None:
    """To the subjects that it names."""
    found = Client(desk, "one").document("events", {}, Scopes(subjects=frozenset({desk.refs["r"]})))
    assert {event["subject"] for event in found["events"]} == {desk.refs["r"]}
