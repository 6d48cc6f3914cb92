"""Many workers: idempotency keys, who works, each person's channels; the append-only guard on PostgreSQL too."""

import sqlalchemy as sa
from alembic import op

from reviewflow.nouns.columns import UTCDateTime

revision = "0002"
down_revision = "0001"

_GUARD = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', {says} USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def upgrade() -> None:
    """Additive: the release before runs on it."""
    op.add_column("person", sa.Column("channels", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("person", sa.Column("preferences", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("delivery", sa.Column("holder", sa.String(), nullable=True))
    op.create_index(
        "ix_delivery_set_aside",
        "delivery",
        ["id"],
        sqlite_where=sa.text("status = 'set_aside'"),
        postgresql_where=sa.text("status = 'set_aside'"),
    )
    op.drop_index("ix_delivery_letter", "delivery")
    op.create_index("ix_delivery_letter", "delivery", ["letter", "id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("done", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answer")),
    )
    op.create_table(
        "worker",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ticked_at", UTCDateTime(), nullable=True),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard()


def _guard() -> None:
    """What the triggers of the first schema do on SQLite."""
    op.execute(_GUARD.format(name="refuse_change", says="format('the %s table is append-only', TG_TABLE_NAME)"))
    op.execute(_GUARD.format(name="refuse_identity", says="'what a database is never changes'"))
    for table in ("event", "notice", "document"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER database_is BEFORE UPDATE OF id, nonce, genesis, is_simulation, made_at OR DELETE OR TRUNCATE "
        "ON database FOR EACH STATEMENT EXECUTE FUNCTION refuse_identity()"
    )
    for table, column in (("event", "position"), ("delivery", "id")):
        op.alter_column(table, column, type_=sa.BigInteger())
        op.execute(f"ALTER SEQUENCE {table}_{column}_seq AS bigint")
