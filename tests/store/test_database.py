"""What the database itself holds, whoever writes to it: pragmas, turns, triggers, checks, and what it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, text
from sqlalchemy.exc import StatementError

from reviewflow.engine.setup import prepare
from reviewflow.errors import Invalid, Refused, Unavailable
from reviewflow.nouns.commands.parts import Clear
from reviewflow.nouns.tables.index import METADATA
from reviewflow.store import database, setup
from reviewflow.store.database import Engine, connect, reading, transaction
from tests import databases
from tests.databases import BROKEN_RULES, POSTGRESQL
from tests.engine import world as w
from tests.engine.policies import settings
from tests.engine.reviews import recommend, start_review

TICKETS, THREADS = 60, 4


@pytest.fixture
def world() -> Iterator[w.World]:
    """A prepared database with people in it."""
    made = w.new_world(31)
    yield made
    made.close()


def test_every_connection_is_durable_and_keeps_references(world: w.World) -> None:
    """WAL, synchronous FULL, foreign keys, nothing that a schema smuggles in is trusted; on PostgreSQL time-outs."""
    if world.database.kind == POSTGRESQL:
        wanted_there = {"statement_timeout": "30s", "lock_timeout": "10s", "TimeZone": "UTC",
                        "idle_in_transaction_session_timeout": "1min"}  # fmt: skip
        for view in (reading, transaction):
            with view(world.engine) as connection:
                assert wanted_there == {
                    name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in wanted_there
                }
        return
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
    for view in (reading, transaction):
        with view(world.engine) as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
        assert found == wanted


def _count_up(engine: Engine, barrier: Barrier, failed: list[str]) -> None:
    barrier.wait()
    for _ in range(TICKETS):
        try:
            with transaction(engine) as connection:
                number = int(connection.execute(text("SELECT number FROM counter")).scalar_one())
                connection.execute(text("UPDATE counter SET number = :n"), {"n": number + 1})
        except Unavailable as error:
            failed.append(str(error))


def _race(file: Path, *, has_hook: bool) -> tuple[int, list[str]]:
    """What a counter says after four threads have read and raised it, and what they were told."""
    engine = connect(f"sqlite:///{file}")
    if not has_hook:
        event.remove(engine, "begin", database._begin_immediate)
    with transaction(engine) as connection:
        connection.execute(text("CREATE TABLE counter (number INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    failed: list[str] = []
    barrier = Barrier(THREADS)
    threads = [Thread(target=_count_up, args=(engine, barrier, failed)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        number = int(connection.execute(text("SELECT number FROM counter")).scalar_one())
    engine.dispose()
    return number, failed


def test_read_then_write_loses_nothing(tmp_path: Path) -> None:
    """BEGIN IMMEDIATE makes each writer's turn begin before it reads."""
    assert _race(tmp_path / "hooked.db", has_hook=True) == (TICKETS * THREADS, [])


def test_without_the_hook_updates_are_lost_or_refused(tmp_path: Path) -> None:
    """So the test above proves something: it fails when the hook is removed."""
    number, failed = _race(tmp_path / "unhooked.db", has_hook=False)
    assert number < TICKETS * THREADS or failed


def test_reading_holds_nobody_up(world: w.World) -> None:
    """A writer writes while someone reads, and the reader goes on seeing what he saw."""
    with reading(world.engine) as connection:
        before = connection.execute(text("SELECT count(*) FROM event")).scalar()
        start_review(world, "tolls")
        assert connection.execute(text("SELECT count(*) FROM event")).scalar() == before


@pytest.mark.parametrize("table", ["event", "document", "notice"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_record_is_append_only(world: w.World, table: str, change: str) -> None:
    """Also for someone with the file and SQL in hand."""
    start_review(world, "tolls")
    world.tick(world.now + 20 * w.DAY)
    assert world.query(f"SELECT count(*) FROM {table}")[0][0] != 0
    column = world.columns(table)[0]
    with pytest.raises(BROKEN_RULES, match="append-only"):
        world.query(change.format(table, column))


@pytest.mark.parametrize("is_simulation", [True, False])
def test_simulation_and_real_never_become_each_other(*, is_simulation: bool) -> None:
    """Neither by preparing it again nor by SQL."""
    engine = connect(databases.empty().url)
    assert prepare(engine, settings(), w.START, is_simulation=is_simulation)
    assert not prepare(engine, settings(), w.START, is_simulation=is_simulation)
    with pytest.raises(Refused, match="for ever"):
        prepare(engine, settings(), w.START, is_simulation=not is_simulation)
    for change in ("UPDATE database SET is_simulation = NOT is_simulation", "UPDATE database SET genesis = 'x'",
                   "DELETE FROM database", "INSERT INTO database SELECT * FROM database"):  # fmt: skip
        with pytest.raises(Refused), transaction(engine) as connection:
            connection.execute(text(change))
    with transaction(engine) as connection:  # its clock may be set, and nothing else
        setup.move_clock(connection, w.START + w.DAY)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT is_simulation FROM database")).scalar() == is_simulation
    engine.dispose()


def test_naive_instants_are_refused(world: w.World) -> None:
    """Nobody may guess a zone."""
    naive = datetime(2026, 7, 1, 12)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="without a zone"), world.engine.begin() as connection:
        setup.move_clock(connection, naive)


def test_migrations_lead_to_the_declared_tables() -> None:
    """From nothing to head gives what the table classes say, column by column; a second time changes nothing."""
    engine = connect(databases.empty().url)
    for _ in range(2):
        with transaction(engine) as connection:
            setup.migrate(connection)
            assert setup.revision(connection) == setup.HEAD
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": METADATA})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_an_older_database_is_given_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the migration, drawn for each; a new one has its own from the first."""
    found, upgrade = [], ScriptDirectory._upgrade_revs
    for to in ("0002", "0002", setup.HEAD):
        engine = connect(databases.empty().url)
        monkeypatch.setattr(ScriptDirectory, "_upgrade_revs", lambda self, _, at, to=to: upgrade(self, to, at))
        with transaction(engine) as connection:
            setup.migrate(connection)
            if to != setup.HEAD:
                row = "(id, nonce, genesis, is_simulation, made_at) VALUES (1, 'n', 'g', false, '2026-07-01 12:00:00')"
                connection.execute(text(f"INSERT INTO database {row}"))
        monkeypatch.undo()
        prepare(engine, settings(), w.START, is_simulation=False)
        with reading(engine) as connection:
            found.append(str(connection.execute(text("SELECT cursor_secret FROM database")).scalar()))
        engine.dispose()
    assert len(set(found)) == 3
    assert all(len(bytes.fromhex(one)) == 32 for one in found)


def test_one_person_cannot_sign_alone_where_two_are_asked(world: w.World) -> None:
    """The CHECK holds whatever the code above it does."""
    ref = start_review(world, "refused")
    recommend(world, ref)
    world.do(w.DECIDER, ref, Clear())
    assert world.query("SELECT persons, recommended_by, signed_by FROM determination") == [(2, w.REVIEWER, w.DECIDER)]
    for change in ("recommended_by = signed_by", "recommended_by = NULL"):
        with pytest.raises(BROKEN_RULES, match="two_persons"):
            world.query(f"UPDATE determination SET {change}")


def test_second_live_deadline_and_second_open_review_are_refused(world: w.World) -> None:
    """The unique indexes are where two processes meet."""
    start_review(world, "tolls")
    with pytest.raises(BROKEN_RULES, match="deadline"):
        world.query("UPDATE deadline SET status = 'open', kind = 'window', part_no = 0")
    with pytest.raises(BROKEN_RULES):
        world.query("UPDATE review SET state = 'cleared'")
    with pytest.raises(BROKEN_RULES):
        world.query("UPDATE review SET state = 'released'")


@pytest.mark.parametrize("url", ["reviews.db", "mysql://localhost/reviews", "nonsense://x"])
def test_other_urls_are_invalid(url: str) -> None:
    """With what to give instead."""
    with pytest.raises(Invalid) as refused:
        connect(url)
    assert "sqlite:///" in str(refused.value.remedy)


def test_unusable_file_is_said_plainly(tmp_path: Path) -> None:
    """A file that is no database, and one that is none yet."""
    file = tmp_path / "text.db"
    file.write_text("this is a letter, not a database\n" * 40)
    with pytest.raises(Unavailable, match="not a database"), reading(connect(f"sqlite:///{file}")) as connection:
        connection.execute(text("SELECT 1 FROM event"))
    with pytest.raises(Unavailable) as told, reading(connect(f"sqlite:///{tmp_path / 'new.db'}")) as connection:
        connection.execute(text("SELECT 1 FROM event"))
    assert "reviewflow init" in str(told.value.remedy)


def test_uncommitted_work_leaves_no_trace(world: w.World) -> None:
    """An error in a transaction undoes all of it."""
    before = world.dump()
    with pytest.raises(RuntimeError), transaction(world.engine) as connection:
        connection.execute(text("UPDATE organization SET name = 'x'"))
        raise RuntimeError
    assert world.dump() == before


def test_backup_of_the_file_is_whole(world: w.World, tmp_path: Path) -> None:
    """sqlite3's own backup, taken while the database is in use, passes its checks."""
    if world.database.kind == POSTGRESQL:
        return  # its own tools make backups; there is no file
    start_review(world, "tolls")
    with closing(sqlite3.connect(world.file)) as source, closing(sqlite3.connect(tmp_path / "copy.db")) as target:
        source.backup(target)
        assert target.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counted = target.execute("SELECT count(*) FROM event").fetchone()
        assert counted == source.execute("SELECT count(*) FROM event").fetchone()
