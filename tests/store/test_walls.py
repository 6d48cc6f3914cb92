"""Row-level security: what each person's transaction sees of every table, whatever it asks."""

import json
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen, remove

from reviewflow.engine.sight import locked
from reviewflow.errors import NotFound, ReviewflowError, Unavailable
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.states import Kind, Role, Side
from reviewflow.nouns.tables.index import METADATA, PARTS, ROWS
from reviewflow.rules import permissions
from reviewflow.store import queue, reviews, scope, walls
from reviewflow.store.database import Engine, reading, transaction
from reviewflow.store.glance import Glance, glance
from reviewflow.views.index import VIEWS
from reviewflow.views.look import looking
from reviewflow.views.view import Nothing
from tests.databases import POSTGRESQL
from tests.engine import world as w
from tests.engine.crowd import multiply
from tests.engine.reviews import start_review
from tests.walls import SILENT, Canaries, as_the_working_role, crawl, without_first_wall, without_second_wall

DATABASES = (POSTGRESQL,)
MANY = 1_500  # reviews of a queue, beside the one they are copies of
READERS = (
    w.OFFICER, w.VIEWER, w.RIVAL, w.INTAKE, w.DECIDER, w.REVIEWER, w.AUDITOR, w.ADMIN, w.CONSULTED, w.FINDER, w.HALTER,
)  # fmt: skip
LOOKERS = (w.OFFICER, w.RIVAL, w.REVIEWER, w.ADMIN, w.CONSULTED)  # of each kind one who asks for every view
SETTINGS = ("scope", "person", "organization", "side", "roles", "assigned")
_IDENTITY = {  # rows of tables that the engine does not write in these tests; {p} is a person
    "credential": "person, password, set_at) VALUES ('{p}', '{c}', now()",
    "passkey": "id, person, name, public_key, sign_count, transports, made_at) "
    "VALUES ('{c}', '{p}', '{c}', 'key', 0, '[]', now()",
    "openid_link": "issuer, subject, person, made_at) VALUES ('issuer', '{c}', '{p}', now()",
    "session": "id, digest, person, method, has_second_factor, made_at, seen_at, proven_at, expires_at, agent) "
    "VALUES ('{c}', '{c}', '{p}', 'password', false, now(), now(), now(), now(), '{c}'",
    "token": "id, digest, person, name, scopes, made_at, expires_at) "
    "VALUES ('{c}', '{c}', '{p}', '{c}', '{{}}', now(), now()",
    "invitation": "digest, kind, person, made_by, made_at, expires_at) VALUES ('{c}', 'join', '{p}', 'x', now(), now()",
    "calendar_link": "digest, person, made_at) VALUES ('{c}', '{p}', now()",
    "saved_view": "person, name, query, made_at) VALUES ('{p}', '{c}', '{c}', now()",
    "challenge": "digest, kind, person, data, made_at, expires_at) "
    "VALUES ('{c}', 'signature', '{p}', '{{}}', now(), now()",
    "attempt": "key, count, since_at) VALUES ('{c}', 1, now()",
    "worker": "name, started_at, counts) VALUES ('{c}', now(), '{{}}'",
}
_OF_REVIEWS = {  # {r} is a review
    "reading": "subject, person, organization, what, door, read_at) "
    "VALUES ('{r}', '{p}', 'office', '{c}', 'api', now()",
    "review_key": "subject, recipient, wrapped, made_at) VALUES ('{r}', '{c}', '{c}', now()",
    "review_document": "subject, no, state, name, media_type, size, digest, marking, side, is_shared, supplied_by, "
    "supplied_at, blob) VALUES ('{r}', {n}, 'stored', '{c}', 'x', 1, 'x', '', '{s}', {shared}, 'x', now(), '{c}'",
    "blob": "ref, subject, wrapped, size, made_at) VALUES ('{c}', '{r}', 'x', 1, now()",
    "blob_chunk": "blob, no, body) VALUES ('{c}', 1, '{c}'",
}


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[w.World, Canaries, Engine]]:
    """Two labs before an office, something in every table, and the working role's engine."""
    from tests import databases

    databases.current = POSTGRESQL
    world = w.new_world(11)
    canaries = Canaries(world)
    _beside(world, canaries)
    engine = as_the_working_role(world.database)
    yield world, canaries, engine
    engine.dispose()
    world.close()
    databases.current = databases.SQLITE


def _beside(world: w.World, canaries: Canaries) -> None:
    """Rows of identity, documents and readings, each with its canary."""
    for person in (w.OFFICER, w.VIEWER, w.RIVAL, w.DECIDER, w.REVIEWER, w.ADMIN):
        for table, values in _IDENTITY.items():
            world.query(f'INSERT INTO "{table}" ({values.format(p=person, c=f"secret of {person} in {table}")})')
    kinds = (("own", "lab", "false"), ("internal", "agency", "false"), ("review", "agency", "true"))
    for lab, ref in canaries.reviews.items():
        for number, (whose, side, is_shared) in enumerate(kinds, 1):
            file = f"canary-{lab}-{whose}-file-{number}"
            for table in ("review_document", "blob", "blob_chunk"):
                row = _OF_REVIEWS[table].format(r=ref, c=file, n=number, s=side, shared=is_shared)
                world.query(f"INSERT INTO {table} ({row})")
        for table in ("reading", "review_key"):
            row = _OF_REVIEWS[table].format(r=ref, c=f"canary-{lab}-review-{table}", p=w.DECIDER)
            world.query(f"INSERT INTO {table} ({row})")


def _everything(engine: Engine, person: str | None) -> dict[str, list[dict[str, Any]]]:
    """All that one transaction finds in any table."""
    with reading(engine, person) as connection:
        return {
            table: [
                {key: bytes(value) if isinstance(value, memoryview) else value for key, value in row.items()}
                for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
            ]
            for table in METADATA.tables
        }


def _met(found: object, signs: tuple[str, ...]) -> list[str]:
    told = json.dumps(found, default=lambda value: value.decode() if isinstance(value, bytes) else str(value))
    return [sign for sign in signs if sign in told]


def _secrets_of_others(person: str) -> tuple[str, ...]:
    return tuple(f"secret of {other}" for other in w.PEOPLE if other != person)


def test_every_table_is_declared(whole: tuple[w.World, Canaries, Engine]) -> None:
    """A new one without a rule fails here, and is the engine's alone until it has one; what is declared stands."""
    world, _, _ = whole
    assert set(walls.RULES) == set(METADATA.tables)
    stands = world.query("SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r'")
    built = {table for table, is_on, is_forced in stands if is_on and is_forced}
    assert built == {table for table, rule in walls.RULES.items() if rule is not None}
    assert {table for table, rule in walls.RULES.items() if rule is None} == {"database", "document"}


def test_it_says_what_the_rules_say() -> None:
    """The roles that see all, and that operate, are those of the first wall."""
    assert set(walls.SEES_ALL) == permissions.SEE_ALL
    agency = [Actor("x", organization="office", side=Side.AGENCY, roles=frozenset({role})) for role in Role]
    assert {role for who in agency if permissions.operates(who) for role in who.roles} == set(walls.OPERATES)


def test_everything_holds_a_canary(whole: tuple[w.World, Canaries, Engine]) -> None:
    """Else nothing would be proved: the engine finds something in every table, and every kind of canary."""
    _, canaries, engine = whole
    found = _everything(engine, None)
    assert {table for table, rows in found.items() if not rows} == set()
    every = {sign for person in READERS for sign in canaries.foreign(person)}
    assert set(_met(found, tuple(every))) == every


@pytest.mark.parametrize("person", READERS)
def test_no_table_shows_what_is_anothers(whole: tuple[w.World, Canaries, Engine], person: str) -> None:
    """Under the working role, with no filter at all: only what is this person's, in any table."""
    _, canaries, engine = whole
    found = _everything(engine, person)
    assert _met(found, canaries.foreign(person)) == []
    assert _met({table: found[table] for table in _IDENTITY}, _secrets_of_others(person)) == []
    assert not any(found[table] for table in ("answer", "attempt", "challenge", "credential", "invitation", "worker"))
    if person in (w.OFFICER, w.VIEWER, w.RIVAL):
        assert not any(found[table] for table in ("assignment", "recommendation", "determination", "reading"))
    refs = {row["ref"] for row in found["subject"]}
    for table in (*(table.name for table in ROWS.values()), *(part for parts in PARTS.values() for part in parts)):
        if table not in ("organization", "agreement"):  # of which some are on public record
            assert {row.get("subject") or row["ref"] for row in found[table]} <= refs, table


@pytest.mark.parametrize("person", READERS)
def test_a_person_sees_what_is_his(whole: tuple[w.World, Canaries, Engine], person: str) -> None:
    """The wall is not higher than the rules: of every kind of subject, all that the rules let him see, and no other."""
    world, _, engine = whole
    with looking(world.engine, world.settings, person, world.now) as look:
        every = [ref for (ref,) in world.query("SELECT ref FROM subject ORDER BY ref")]
        allowed = {ref for ref in every if _is_found(look, ref)}
    assert {row["ref"] for row in _everything(engine, person)["subject"]} == allowed


def _is_found(look: Any, ref: str) -> bool:
    try:
        return bool(look.subject(None, ref))
    except ReviewflowError:
        return False


@pytest.mark.parametrize("person", [*READERS, SILENT, "nobody@nowhere.example"])
def test_who_locks_a_subject_sees_it(whole: tuple[w.World, Canaries, Engine], person: str) -> None:
    """A command's first statement locks all that the rules let somebody see, and no other."""
    world, _, engine = whole
    every = [ref for (ref,) in world.query("SELECT ref FROM subject ORDER BY ref")]
    with transaction(engine) as connection:
        found = {ref: (glance(connection, ref, person), glance(connection, ref, person, lock=True)) for ref in every}
    taken = {ref for ref, (_, at) in found.items() if at.subject}
    assert taken == {ref for ref, (at, _) in found.items() if _is_there(at)}
    assert bool(taken) == ("nobody" not in person)


def _is_there(at: Glance) -> bool:
    return at.person is not None and at.subject is not None and permissions.sees(at.person, at.subject)


def test_nobody_waits_for_what_he_does_not_see(whole: tuple[w.World, Canaries, Engine]) -> None:
    """While somebody has a review in hand, a stranger's command is answered at once, as of one that is not there."""
    _, canaries, engine = whole
    ref = canaries.reviews["lab-a"]
    with transaction(engine) as holder:
        assert glance(holder, ref, w.OFFICER, lock=True).subject
        with transaction(engine) as connection:
            connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(NotFound):
                locked(connection, w.RIVAL, Kind.REVIEW, ref)
        with pytest.raises(Unavailable, match="lock timeout"), transaction(engine) as connection:
            connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            locked(connection, w.DECIDER, Kind.REVIEW, ref)


def test_the_public_record_is_everybodys(whole: tuple[w.World, Canaries, Engine]) -> None:
    """Of another lab only that it takes part, where a source says so: neither a journal nor an older name."""
    world, _, engine = whole
    for source, others in ((None, []), ("https://press.example/lab-b", ["lab-b"])):
        world.query("UPDATE agreement SET source = ? WHERE lab = 'lab-b'", source)
        found = _everything(engine, w.OFFICER)
        assert [row["ref"] for row in found["organization"] if row["ref"] == "lab-b"] == others
        assert [row["lab"] for row in found["agreement"] if row["lab"] == "lab-b"] == others
        others_own = {row["ref"] for row in found["agreement"] if row["lab"] == "lab-b"} | {"lab-b"}
        assert not [row for name in ("subject", "event") for row in found[name] if row.get("lab") == "lab-b"]
        assert not [row for row in found["event"] if row["subject"] in others_own]
        rosters = [_roster(world, one) for one in (engine, world.engine)]
        assert rosters[0] == rosters[1] and ("lab-b" in rosters[0]) == bool(others)
    world.query("UPDATE agreement SET source = NULL WHERE lab = 'lab-b'")


def _roster(world: w.World, engine: Engine) -> str:
    with looking(engine, world.settings, w.OFFICER, world.now) as look:
        return json.dumps(look.told(VIEWS["roster"].show(look, Nothing())))


def test_who_says_nothing_sees_nothing(whole: tuple[w.World, Canaries, Engine]) -> None:
    """Neither who forgot to say who looks, nor a person who is nobody here; and nobody but the engine writes."""
    _, _, engine = whole
    for person in ("nobody@nowhere.example", "", "' OR true --", "system", "record", "\0"):
        found = _everything(engine, person)
        assert {table for table, rows in found.items() if rows} == {"database", "document"}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM subject")).scalar() == 0
    for said in ("SELECT 1", scope.of(w.DECIDER)):
        with pytest.raises(Unavailable, match="row-level security"), transaction(engine) as connection:
            connection.exec_driver_sql("SELECT set_config('reviewflow.scope', '', true)")
            connection.exec_driver_sql(
                f"{said}; INSERT INTO worker (name, started_at, counts) VALUES ('x', now(), '{{}}')"
            )


def test_its_owner_is_behind_it_too(whole: tuple[w.World, Canaries, Engine]) -> None:
    """FORCE: who owns the tables, and is no superuser, sees no more than the working role."""
    world, canaries, _ = whole
    with world.engine.connect() as connection:
        connection.exec_driver_sql("SET ROLE reviewflow_migrate")
        assert connection.execute(text("SELECT count(*) FROM event")).scalar() == 0
        connection.exec_driver_sql(scope.of(w.RIVAL))
        found = [dict(row) for row in connection.execute(text("SELECT * FROM event")).mappings()]
        assert found and _met(found, canaries.foreign(w.RIVAL)) == []
        connection.exec_driver_sql("RESET ROLE")


@pytest.mark.parametrize("end", ["commit", "error", "opened"])
def test_nothing_is_left_for_the_next(whole: tuple[w.World, Canaries, Engine], end: str) -> None:
    """A pooled connection forgets who looked: after a commit, after an error, and where the wall stood open then."""
    engine = as_the_working_role(whole[0].database)
    asked = text("SELECT " + ", ".join(f"current_setting('reviewflow.{name}', true)" for name in SETTINGS))
    with suppress(ZeroDivisionError), reading(engine, w.DECIDER) as connection:
        assert connection.execute(asked).one()[:2] == ("agency", w.DECIDER)
        pids = {connection.execute(text("SELECT pg_backend_pid()")).scalar()}
        with scope.opened(connection) if end == "opened" else nullcontext():
            assert connection.execute(text("SELECT count(*) FROM review")).scalar()
            assert end == "commit" or 1 // 0
    with engine.connect() as connection:
        assert set(connection.execute(asked).one()) <= {None, ""}
        pids.add(connection.execute(text("SELECT pg_backend_pid()")).scalar())
        assert connection.execute(text("SELECT count(*) FROM subject")).scalar() == 0
    assert len(pids) == 1  # it was one and the same
    engine.dispose()


def test_opened_shuts_again(whole: tuple[w.World, Canaries, Engine]) -> None:
    """Whatever happens inside, what comes after it in the transaction sees no more than before."""
    *_, engine = whole
    count = text("SELECT count(*) FROM subject")
    with reading(engine, w.RIVAL) as connection:
        before = connection.execute(count).scalar_one()
        with pytest.raises(ZeroDivisionError), scope.opened(connection):
            assert connection.execute(count).scalar_one() > before
            _ = 1 // 0
        assert connection.execute(count).scalar() == before
    with pytest.raises(Unavailable, match="nonsense"), reading(engine, w.RIVAL) as connection, scope.opened(connection):
        connection.execute(text("SELECT nonsense"))


def test_an_answer_is_given_behind_the_wall(whole: tuple[w.World, Canaries, Engine]) -> None:
    """Who is told what his own command did sees no more of any table than when he looks."""
    world, _, engine = whole
    with looking(engine, world.settings, w.RIVAL, world.now, is_of_own_act=True) as look:
        found = {row[0] for row in look.connection.execute(text("SELECT ref FROM subject"))}
    assert found == {row["ref"] for row in _everything(engine, w.RIVAL)["subject"]}


@pytest.mark.parametrize("person", LOOKERS)
def test_every_view_is_the_same_behind_both_walls(whole: tuple[w.World, Canaries, Engine], person: str) -> None:
    """The second wall takes nothing from anybody that the first gives him."""
    world, canaries, engine = whole
    behind_both, behind_one = (dict(crawl(world, one, person)) for one in (engine, world.engine))
    assert behind_both.keys() == behind_one.keys()
    for asked, document in behind_one.items():
        assert behind_both[asked] == document, asked
    assert _met(list(behind_one.values()), canaries.foreign(person)) == []


@pytest.mark.parametrize("person", LOOKERS)
def test_the_second_wall_holds_alone(whole: tuple[w.World, Canaries, Engine], person: str) -> None:
    """With the application's filter removed no view tells anybody what is another's."""
    world, canaries, engine = whole
    with without_first_wall():
        found = list(crawl(world, engine, person))
        assert _met(found, canaries.foreign(person)) == []
        unwalled = crawl(world, world.engine, person)
        assert any(_met(one, canaries.foreign(person)) for one in unwalled), (
            "no filter was removed; this proves nothing"
        )


def test_the_first_wall_holds_alone() -> None:
    """With row-level security removed the filter alone keeps everybody from what is another's."""
    world = w.new_world(12)
    canaries = Canaries(world)
    engine = as_the_working_role(world.database)
    without_second_wall(world.database)
    assert _met(list(crawl(world, engine, w.RIVAL)), canaries.foreign(w.RIVAL)) == []
    engine.dispose()
    world.close()


def _asked_a_row(engine: Engine, person: str, whose: tuple[str, str, str]) -> list[str]:
    """What PostgreSQL did once a row for a queue, as it counts its plans' nodes itself: no clock is asked."""
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    with reading(engine, person) as connection:
        listen(connection, "before_cursor_execute", note)
        assert len(reviews.every(connection, whose)) == MANY + 1
        remove(connection, "before_cursor_execute", note)
        plans = [
            connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {one}", parameters).scalar_one()[0]["Plan"]
            for one, parameters in asked
        ]
    nodes = [node for plan in plans for node in _nodes(plan)]
    assert any(node.get("Subplan Name", "").startswith("InitPlan") for node in nodes), "no wall was asked"
    often = [node["Node Type"] for node in nodes if node["Actual Loops"] > 1]
    lines = [node["Filter"] for node in nodes if node.get("Relation Name") == "queue_line" and "Filter" in node]
    return often + [line for line in lines if "current_setting" in line]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


@pytest.mark.parametrize("person", [w.OFFICER, w.DECIDER])
def test_it_costs_little(person: str) -> None:
    """Of a queue of fifteen hundred nothing is asked once a row; walls that do so, in either way, are found.

    Told by the plans, which count alike on a busy machine; milliseconds are of `scripts/bench queue-page`.
    """
    world = w.new_world(13)
    multiply(world, start_review(world, "tolls"), MANY)
    world.query("ANALYZE")
    engine = as_the_working_role(world.database)
    whose = (*{w.OFFICER: (queue.OF_LAB, "lab-a"), w.DECIDER: (queue.OF_AGENCY, "office")}[person], person)
    assert _asked_a_row(engine, person, whose) == []
    for slow in (
        walls.RULES["queue_line"],
        "(SELECT count(*) FROM organization WHERE length(queue_line.lab) > 0) > 0",
    ):
        world.query(f"ALTER POLICY reader ON queue_line USING ({slow})")
        assert _asked_a_row(engine, person, whose), slow
    engine.dispose()
    world.close()
