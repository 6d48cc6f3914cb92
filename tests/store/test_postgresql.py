"""What PostgreSQL holds beside SQLite: roles, time-outs, locks that are skipped, links that break."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import event, make_url, text

from reviewflow import clock
from reviewflow.engine import timekeeping
from reviewflow.engine.answered import forget_old
from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle, handle_due
from reviewflow.engine.setup import prepare
from reviewflow.engine.sweep import sweep
from reviewflow.errors import Interrupted, KeyReused, Refused, Unavailable
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.store import lookups, roles, setup
from reviewflow.store.database import Connection, clock_offset, connect, reading, transaction
from reviewflow.store.migrations.versions import r0006_saved_views
from tests import databases, postgres
from tests.databases import POSTGRESQL, Base
from tests.engine import world as w
from tests.engine.policies import settings
from tests.engine.reviews import start_review

DATABASES = (POSTGRESQL,)


@pytest.fixture
def world() -> Iterator[w.World]:
    """A prepared database with people in it."""
    made = w.new_world(41)
    yield made
    made.close()


def _name(world: w.World) -> str:
    assert isinstance(world.database, Base)
    return world.database.name


def test_the_working_role_works_and_rewrites_nothing(world: w.World) -> None:
    """Everything a review needs; no table, no change to the record, not even without the triggers."""
    with transaction(world.engine) as connection:
        roles.make(connection, _name(world))
        roles.make(connection, _name(world))  # safe to run again
        assert roles.are_there(connection)
    world.query("ALTER TABLE event DISABLE TRIGGER USER")
    ref = start_review(world, "tolls")
    mine, world.engine = world.engine, connect(postgres.shared().url(_name(world), user=roles.APP))
    world.do(w.DECIDER, ref, AddNote(text="as the working role"))
    assert sweep(world.engine, world.settings, world.now + 40 * w.DAY).events
    forget_old(world.engine, world.settings, world.now + 40 * w.DAY)
    assert world.query("SELECT key FROM answer") == []
    for statement in (
        "UPDATE event SET name = 'x'", "DELETE FROM event", "TRUNCATE event", "UPDATE notice SET seq = 1",
        "UPDATE document SET name = 'x'", "UPDATE answer SET actor = 'x'", "DROP TABLE note", "CREATE TABLE x (y int)",
        "ALTER TABLE event DISABLE TRIGGER USER", "UPDATE database SET genesis = 'x'", "DELETE FROM review",
    ):  # fmt: skip
        with pytest.raises(Unavailable, match=r"permission denied|must be owner"), transaction(world.engine) as own:
            own.execute(text(statement))
    with reading(world.engine) as connection:
        assert roles.may_edit_the_record(connection) is None
        assert setup.revision(connection) == setup.HEAD
    world.engine.dispose()
    world.engine = mine


def test_an_owner_who_is_no_superuser_makes_the_roles(world: w.World) -> None:
    """CREATEROLE is enough, twice over; a quote in the database's name is a name, another's table stays another's."""
    name = _name(world)
    odd = f'{name} "odd"'
    quoted = odd.replace('"', '""')
    with postgres.shared().raw() as server:
        server.execute(f"CREATE ROLE {name}_owner LOGIN CREATEROLE".encode())
        server.execute(f'CREATE DATABASE "{quoted}" OWNER {name}_owner'.encode())
        has_roles = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [roles.OWNER]).fetchone()
        if has_roles:  # made by a superuser before: the owner is told that he may administer them
            for role in (roles.OWNER, roles.APP):
                server.execute(f"GRANT {role} TO {name}_owner WITH ADMIN TRUE, INHERIT FALSE, SET FALSE".encode())
    url = make_url(postgres.shared().url(user=f"{name}_owner")).set(database=odd)
    engine = connect(url.render_as_string())
    prepare(engine, world.settings, w.START, is_simulation=True)
    with psycopg.connect(host="127.0.0.1", port=postgres.shared().port, user="postgres", dbname=odd) as other:
        other.execute("CREATE TABLE foreigner (x int)")
    for _ in range(2):
        with transaction(engine) as connection:
            roles.make(connection, odd)
    with reading(engine) as connection:
        found = connection.execute(text("SELECT tableowner, tablename FROM pg_tables WHERE schemaname = 'public'"))
        owners = {table: owner for owner, table in found}
    assert owners.pop("foreigner") == "postgres"
    assert set(owners.values()) == {roles.OWNER}
    engine.dispose()


def test_migration_takes_its_time_and_its_turn() -> None:
    """No time-out ends it; processes that prepare one empty database at the same time all succeed, and one names it."""
    url = databases.empty(POSTGRESQL).url
    engine = connect(url)
    barrier = Barrier(3)

    def prepare_it(_: int) -> bool:
        mine = connect(url)
        barrier.wait()
        is_new = prepare(mine, settings(), w.START, is_simulation=True)
        mine.dispose()
        return is_new

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(prepare_it, range(3))) == [False, False, True]
    with transaction(engine) as connection:
        setup.migrate(connection)
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "0"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "10min"
    with reading(engine) as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "30s"
    engine.dispose()


def test_the_working_role_may_prepare_what_is_prepared(world: w.World) -> None:
    """`init` imports people and keeps documents; where the schema is there it changes none of it."""
    with transaction(world.engine) as connection:
        roles.make(connection, _name(world))
    working = connect(postgres.shared().url(_name(world), user=roles.APP))
    assert not prepare(working, world.settings, w.START, is_simulation=True)
    working.dispose()


def test_a_migration_gives_the_working_role_its_new_tables(world: w.World) -> None:
    """Pages work at once, and not only when the roles were made again; a role that does no work here gets nothing."""
    rights = (
        "SELECT has_table_privilege('reviewflow_app', 'saved_view', 'SELECT, INSERT, UPDATE, DELETE') "
        "AND has_table_privilege('reviewflow_app', 'queue_line', 'SELECT, INSERT, UPDATE')"
    )
    with transaction(world.engine) as connection:
        roles.make(connection, _name(world))
        connection.execute(text("REVOKE ALL ON saved_view, queue_line FROM reviewflow_app"))
        connection.exec_driver_sql(r0006_saved_views.GRANT)
        assert connection.execute(text(rights)).scalar()
        connection.execute(text("REVOKE ALL ON saved_view, queue_line, person FROM reviewflow_app"))
        connection.exec_driver_sql(r0006_saved_views.GRANT)
        assert not connection.execute(text(rights)).scalar()


def test_a_copy_that_another_keeps_first_is_kept(world: w.World) -> None:
    """Two commands after an edit of the policy keep the same copy: neither is refused."""
    copy = {**world.settings.documents(w.START)[0], "digest": "d" * 64, "version": 99}

    def other_first(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO document"):
            world.query(
                "INSERT INTO document (digest, type, name, version, body, kept_at) "
                "VALUES (?, ?, ?, ?, '{}', now())", *(copy[key] for key in ("digest", "type", "name", "version")),
            )  # fmt: skip

    event.listen(world.engine, "before_cursor_execute", other_first)
    with transaction(world.engine) as connection:
        lookups.keep_documents(connection, [copy])
    assert world.query("SELECT count(*) FROM document WHERE version = 99") == [(1,)]


def test_what_another_has_in_hand_is_left_to_him(world: w.World) -> None:
    """A sweep takes what nobody has locked, and waits for nobody; what was left is found by the next."""
    refs = [start_review(world, "tolls", model) for model in w.models()[:2]]
    later = world.now + 40 * w.DAY
    with postgres.shared().raw(_name(world)) as other, other.transaction():
        other.execute("SELECT 1 FROM subject WHERE ref = %s FOR UPDATE", [refs[0]])
        swept = sweep(world.engine, world.settings, later)
        assert {done.ref for done in swept.done} == {refs[1]} and not swept.failed
    assert {done.ref for done in sweep(world.engine, world.settings, later).done} == {refs[0]}


def test_two_workers_take_different_batches(world: w.World) -> None:
    """The second does not stand behind the first."""
    refs = {start_review(world, "tolls", model) for model in w.models()[:2]}
    later = world.now + 40 * w.DAY
    with postgres.shared().raw(_name(world)) as other, other.transaction():
        other.execute("SELECT 1 FROM subject WHERE ref = %s FOR UPDATE", [min(refs)])
        answers = handle_due(world.engine, world.settings, later, limit=1)
        assert [answer.ref for answer in answers if hasattr(answer, "ref")] == [max(refs)]


def test_a_command_survives_the_end_of_its_connection(world: w.World) -> None:
    """The pool notices, and the command is done once."""
    ref = start_review(world, "tolls")
    for number in range(3):
        with postgres.shared().raw() as server:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [_name(world)])
        world.do(w.DECIDER, ref, AddNote(text=f"note {number}"))
    world.database.freeze()
    with reading(world.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM note")).scalar() == 3


def test_a_server_that_is_gone_is_said_plainly(world: w.World) -> None:
    """With what to do; a reader is told at once, a command when its patience is over."""
    with postgres.server() as brief:
        url = brief.url("postgres")
    gone = connect(url)
    with pytest.raises(Interrupted, match="cannot be reached") as told, reading(gone):
        pass
    assert "Start the database server" in str(told.value.remedy)


def test_long_waits_end(world: w.World) -> None:
    """A lock that somebody holds for ever becomes an error that says so, and nothing is changed."""
    ref = start_review(world, "tolls")
    impatient = connect(world.database.url)
    with postgres.shared().raw(_name(world)) as other, other.transaction():
        other.execute("SELECT 1 FROM subject WHERE ref = %s FOR UPDATE", [ref])
        with pytest.raises(Unavailable, match="lock timeout") as told, transaction(impatient) as connection:
            connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            connection.execute(text("SELECT 1 FROM subject FOR UPDATE"))
    assert "holds the subject" in str(told.value.remedy)
    impatient.dispose()


def test_a_wrong_clock_is_refused_and_reads_go_on(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine 90 s off writes nothing down: it would be too early or too late; on a simulation time is made up."""
    ref = start_review(world, "tolls")
    world.do(w.DECIDER, ref, AddNote(text="in a simulation"))
    world.query("ALTER TABLE database DISABLE TRIGGER USER")
    world.query("UPDATE database SET is_simulation = false")
    offset = clock_offset(world.engine)
    assert offset is not None and abs(offset) < timedelta(seconds=0.5)
    for seconds, says in ((90, r"90\.0 s ahead of"), (-90, r"90\.0 s behind")):
        monkeypatch.setattr(clock, "now", lambda off=seconds: datetime.now(UTC) + timedelta(seconds=off))
        with pytest.raises(Unavailable, match=says):
            world.do(w.DECIDER, ref, AddNote(text="never"))
        with pytest.raises(Unavailable, match=says):
            sweep(world.engine, world.settings, world.now + 40 * w.DAY)
        assert world.subject(ref).state
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(seconds=0.9))
    world.do(w.DECIDER, ref, AddNote(text="near enough"))
    assert timedelta(seconds=1) == timekeeping.TOLERANCE


def test_errors_of_rules_name_the_rule(world: w.World) -> None:
    """What two processes meet at is told in words, as on SQLite."""
    with pytest.raises(Refused, match="registered a model with this digest"), transaction(world.engine) as connection:
        connection.execute(text("INSERT INTO subject SELECT 'MD-X', kind, 1, head, recorded_at, lab, agency "
                                "FROM subject WHERE kind = 'model' LIMIT 1"))  # fmt: skip
        connection.execute(text("INSERT INTO model (ref, state, lab, name, checkpoint_digest, release_kind) "
                                "SELECT 'MD-X', state, lab, 'other', checkpoint_digest, release_kind FROM model "
                                "WHERE checkpoint_digest IS NOT NULL LIMIT 1"))  # fmt: skip


def test_the_same_key_is_answered_the_same(world: w.World) -> None:
    """Also while the first is still under way: one of two does it, both are told."""
    ref = start_review(world, "tolls")
    call = Call(ref, AddNote(text="once"), w.DECIDER, key="k-1")
    first = handle(world.engine, world.settings, call, world.now)
    assert handle(world.engine, world.settings, call, world.now) == first
    with pytest.raises(KeyReused, match="another command"):
        handle(world.engine, world.settings, Call(ref, AddNote(text="two"), w.DECIDER, key="k-1"), world.now)
    assert world.query("SELECT count(*) FROM note") == [(1,)]
    assert issubclass(psycopg.errors.DeadlockDetected, psycopg.OperationalError)
