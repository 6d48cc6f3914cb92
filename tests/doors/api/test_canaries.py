"""Nobody meets a text that is not his: through any operation, refusal, letter, feed, export, log or figure."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import JSON, String

from reviewflow.engine.deliver import deliver
from reviewflow.nouns.columns import UTCDateTime
from reviewflow.nouns.tables.index import METADATA
from reviewflow.rules import permissions
from tests import databases
from tests.databases import POSTGRESQL, SQLITE
from tests.doors.api.canaries import Crawler, Whole, door, logged, met
from tests.engine import world as w
from tests.walls import LABS, SILENT, as_the_working_role, without_first_wall, without_second_wall

EVERYBODY = ("", w.OFFICER, w.RIVAL, w.REVIEWER, w.CONSULTED, w.DECIDER, w.AUDITOR)
LOOKERS = (w.OFFICER, w.RIVAL, w.CONSULTED)
SENDERS = ("folder", "log", "email", "webhook", "chat")
Ask = Callable[[Crawler, str], Iterable[tuple[str, str]]]


class Place:
    """A world, and its door, at which the working role asks."""

    def __init__(self, kind: str, stack: ExitStack, folder: Path) -> None:
        databases.current = kind
        self.world = w.new_world(31)
        self.canaries = Whole(self.world, folder)
        self.engine = as_the_working_role(self.world.database)
        self.door = stack.enter_context(door(self.canaries, self.engine))
        stack.callback(self.world.close)
        stack.callback(self.engine.dispose)
        databases.current = SQLITE

    def leaks(self, *people: str, how: Ask = Crawler.everything) -> Iterator[tuple[str, set[str]]]:
        """What each of them meets that is not his, by what was asked."""
        for person in people:
            signs = self.canaries.signs(person)
            for what, text in how(self.door, person):
                if found := met(text, signs, what):
                    yield f"{person}: {what}", found


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Place]]:
    """One on each database."""
    with ExitStack() as stack:
        yield {kind: Place(kind, stack, tmp_path_factory.mktemp(kind)) for kind in (SQLITE, POSTGRESQL)}


WITHOUT = {  # chosen from a list, drawn or counted by the machine, or somebody's mailbox: nobody writes into them
    "access_grant": "state terms", "agreement": "state lab_signed_by agency_signed_by since", "answer": "digest",
    "attempt": "key", "blob": "ref wrapped", "calendar_link": "digest", "challenge": "digest kind data",
    "commitment": "state proposed_by proposed_side", "coverage": "state decided_by", "credential": "password",
    "database": "nonce genesis cursor_secret", "deadline": "kind status reason basis pinned notices",
    "delivery": "channel letter status holder error", "determination": "outcome signed_by",
    "document": "digest type name body", "event": "name salt prev digest", "finding": "domain severity found_by",
    "halt": "state", "halt_model": "state", "invitation": "digest kind made_by",
    "model": "state checkpoint_digest release_kind", "model_release": "stage", "note": "side noted_by",
    "notice": "name", "openid_link": "issuer subject", "organization": "state side powers",
    "partner": "state stage proposed_by proposed_side", "passkey": "id public_key transports",
    "person": "state roles preferences", "planned_release": "stage",
    "queue_line": "side state move due_kind stage consulted", "reading": "organization what door",
    "recommendation": "outcome about", "request": "state asked_by answer_digest",
    "review": "state policy checkpoint_digest start determination released_stage released_digest preceded_by "
    "acknowledged", "review_document": "state media_type digest side supplied_by blob",
    "review_key": "recipient wrapped", "session": "id digest method", "subject": "kind head lab agency",
    "submission_item": "item digest supplied_by", "token": "id digest scopes", "toll": "cause",
    "worker": "name counts",
}  # fmt: skip
PUBLIC = {"agreement": "source"}  # what has one is told to everybody


def _is_text(column: Any) -> bool:
    kind = getattr(column.type, "impl_instance", column.type)  # of a type that decorates another, that one
    return isinstance(kind, String | JSON) and not isinstance(column.type, UTCDateTime) and not column.foreign_keys


def test_every_text_holds_a_canary(places: dict[str, Place]) -> None:
    """Else nothing would be proved: each column of text that people write holds one, or is declared to be a code."""
    world, without = places[SQLITE].world, set()
    for table in METADATA.sorted_tables:
        for column in filter(_is_text, table.columns):
            rows = world.query(f'SELECT "{column.name}" FROM "{table.name}"')
            if not any("canary" in str(value) for (value,) in rows):
                without.add(f"{table.name}.{column.name}")
    declared = [*WITHOUT.items(), *PUBLIC.items()]
    assert without == {f"{table}.{name}" for table, names in declared for name in names.split()}


def test_filter_alone_holds(places: dict[str, Place]) -> None:
    """On SQLite, where there is no other wall: everybody, every GET, and every refusal of a command."""
    place = places[SQLITE]
    assert [*place.leaks(*EVERYBODY, how=Crawler.once)] == []
    assert [*place.leaks(w.RIVAL, w.CONSULTED, how=Crawler.refusals)] == []
    assert [*place.leaks(w.OFFICER, w.RIVAL, w.REVIEWER, how=Crawler.acts)] == []


def test_each_meets_what_is_his(places: dict[str, Place]) -> None:
    """A crawl that met nothing at all would prove nothing: of his own each meets every kind."""
    told = "".join(text for _, text in places[SQLITE].door.once(w.OFFICER))
    assert all(f"canary-lab-a-{whose}-" in told for whose in ("own", "review", "told"))
    told = "".join(text for _, text in places[SQLITE].door.once(w.REVIEWER))
    assert all(f"canary-lab-a-{whose}-" in told for whose in ("internal", "review", "told"))
    assert SILENT in told


def test_letters_tell_nobody_what_is_anothers(places: dict[str, Place]) -> None:
    """Every letter that goes out, on any channel, also those that may carry confidential text."""
    place, sent = places[SQLITE], list[Any]()
    senders = dict.fromkeys(SENDERS, sent.append)
    deliver(place.world.engine, place.world.settings, senders, place.world.now)
    found = {(one.to, one.id): met(repr(one), place.canaries.foreign(_person(place, one))) for one in sent}
    assert len(sent) > 100 and any("canary" in one.text for one in sent)
    assert {key: signs for key, signs in found.items() if signs} == {}


def _person(place: Place, letter: Any) -> str:
    return str(place.world.query("SELECT recipient FROM delivery WHERE letter = ?", letter.id)[0][0])


def test_no_line_of_the_log_and_no_figure_has_a_text(places: dict[str, Place]) -> None:
    """Whatever is asked, refused and sent: at its most talkative the log tells what happened, and no word of it."""
    place = places[POSTGRESQL]
    with logged() as log:
        asked = [*place.door.everything(w.RIVAL), *place.door.refusals(w.OFFICER)]
        deliver(place.world.engine, place.world.settings, dict.fromkeys(SENDERS, list[Any]().append), place.world.now)
    lines = log.getvalue().splitlines()
    assert len(lines) > len(asked)
    assert [line for line in lines if "canary" in line] == []
    assert "canary" not in str(place.door.app.document("metrics", {}, None, place.world.now))


def test_both_walls_and_each_alone(places: dict[str, Place]) -> None:
    """On PostgreSQL as the working role; where both are gone everybody meets what is not his."""
    place = places[POSTGRESQL]
    assert [*place.leaks(w.RIVAL, how=Crawler.refusals)] == []
    with without_first_wall():
        assert [*place.leaks(*LOOKERS)] == []
        assert [*place.leaks(*LABS.values(), how=Crawler.acts)] == []
    with leaking():
        assert [*place.leaks(w.RIVAL, how=Crawler.of_reviews)] == []  # a hole in the filter, and a wall behind it
    without_second_wall(place.world.database)
    assert [*place.leaks(w.RIVAL)] == []
    with leaking():
        assert any(place.leaks(w.RIVAL, how=Crawler.of_reviews))
    with without_first_wall():
        assert all(any(place.leaks(person)) for person in LOOKERS)


def leaking() -> Any:
    """A hole in the filter: the rival sees the reviews of the other lab."""
    sees = permissions.sees

    def seeded(actor: Any, subject: Any) -> bool:
        return sees(actor, subject) or (actor.ref == w.RIVAL and subject.kind == "review")

    return patch("reviewflow.engine.sight.sees", seeded)


def test_a_hole_in_the_filter_is_found(places: dict[str, Place]) -> None:
    """Where there is no second wall, the crawl meets what one wrong line shows."""
    with leaking():
        found = dict(places[SQLITE].leaks(w.RIVAL, how=Crawler.of_reviews))
    assert any("/reviews/" in what for what in found)
    assert {sign for signs in found.values() for sign in signs} >= {"canary-lab-a-own", "canary-lab-a-review"}
