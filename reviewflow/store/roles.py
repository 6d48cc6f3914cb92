"""Two roles on PostgreSQL: one owns the schema and migrates it, one works and can do no more than its work."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from reviewflow.nouns.tables.index import METADATA

OWNER, APP = "reviewflow_migrate", "reviewflow_app"
ONLY_READ = ("alembic_version", "database")
ADDED_TO = ("answer", "document", "event", "notice", "reading")  # what is on record stays on record
# Of answers the old ones, of blobs those of no document, of ways in those that were reset: nothing that is on record.
TIDIED = ("answer", "attempt", "blob", "blob_chunk", "challenge", "credential", "openid_link", "saved_view", "worker")
TABLES = sorted({"alembic_version", *METADATA.tables})  # of the schema `public` these are ours, and no others
SEQUENCES = ("delivery_id_seq", "event_position_seq", "reading_position_seq")
_MAKE = "DO $$ BEGIN CREATE ROLE {0} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
_JOIN = f"""DO $$ BEGIN
  IF NOT pg_has_role('{OWNER}', 'USAGE') THEN GRANT {OWNER} TO CURRENT_USER; END IF;
END $$"""  # who is no superuser may hand over only to a role of which he is a member
_OWN = f"""DO $$ DECLARE one regclass; BEGIN
  FOR one IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relname = ANY ('{{{", ".join(TABLES)}}}') LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO {OWNER}', one);
  END LOOP;
  ALTER FUNCTION refuse_change() OWNER TO {OWNER};
  ALTER FUNCTION refuse_identity() OWNER TO {OWNER};
END $$"""
_EDITOR = text("SELECT current_user WHERE has_table_privilege('event', 'UPDATE')")
_WORKER = text("SELECT has_table_privilege('event', 'INSERT') AND has_table_privilege('worker', 'INSERT')")
_PASSES = text("SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)")
_THERE = text("SELECT count(*) FROM pg_roles WHERE rolname IN (:owner, :app)")


def statements(database: str) -> Iterator[str]:
    """What makes the roles and says what each may do; safe to run again, and to be run after every migration.

    To be run by a superuser, or by an owner of the database who may create roles (CREATEROLE). Such an
    owner becomes a member of the role that owns the schema. Passwords are the operator's to set.
    """
    quoted = database.replace('"', '""')
    for role in (OWNER, APP):
        yield _MAKE.format(role)
        yield f'GRANT CONNECT ON DATABASE "{quoted}" TO {role}'
    yield _JOIN
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}"
    yield f"GRANT USAGE ON SCHEMA public TO {APP}"
    yield _OWN
    yield f"REVOKE ALL ON {', '.join(TABLES)} FROM {APP}"
    worked_on = sorted({*METADATA.tables} - {*ONLY_READ, *ADDED_TO})
    for rights, tables in (
        ("SELECT", ONLY_READ),
        ("SELECT, INSERT", ADDED_TO),
        ("SELECT, INSERT, UPDATE", worked_on),
        ("DELETE", TIDIED),
        ("UPDATE (simulated_at)", ("database",)),
    ):
        yield f"GRANT {rights} ON {', '.join(tables)} TO {APP}"
    yield f"GRANT USAGE ON SEQUENCE {', '.join(SEQUENCES)} TO {APP}"


def may_edit_the_record(connection: Connection) -> str | None:
    """The name of the role of this connection if it may change or delete events; None if it may not."""
    found: str | None = connection.execute(_EDITOR).scalar()
    return found


def may_add_to_the_record(connection: Connection) -> bool:
    """Whether the role of this connection may do more than read."""
    return bool(connection.execute(_WORKER).scalar())


def passes_the_wall(connection: Connection) -> str | None:
    """The name of the role of this connection if row-level security does not hold for it; None if it does."""
    found: str | None = connection.execute(_PASSES).scalar()
    return found


def are_there(connection: Connection) -> bool:
    """Whether both roles exist."""
    return connection.execute(_THERE, {"owner": OWNER, "app": APP}).scalar() == 2


def make(connection: Connection, database: str) -> None:
    """Run the statements; all or none."""
    for statement in statements(database):
        connection.exec_driver_sql(statement.replace("%", "%%"))
