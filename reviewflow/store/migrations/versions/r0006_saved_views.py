"""Views of the queue that people keep under a name; and what reviews wait for, by an index."""

import sqlalchemy as sa
from alembic import op

from reviewflow.nouns.columns import UTCDateTime
from reviewflow.store import walls

revision = "0006"
down_revision = "0005"

_WAITED_FOR = sa.text("status = 'open' AND kind IN ('window', 'intake', 'planned_release')")
_STILL_OWED = sa.text("status = 'missed' AND kind IN ('window', 'intake')")

# A role that works here already goes on with its work; the roles are not to be made again first.
GRANT = """DO $$ BEGIN
  IF EXISTS (
    SELECT FROM pg_roles WHERE rolname = 'reviewflow_app' AND has_table_privilege(oid, 'person', 'INSERT')
  ) THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO reviewflow_app;
  END IF;
END $$"""


def upgrade() -> None:
    """Additive; the release before knows neither, and is in nothing kept from its work."""
    op.create_table(
        "saved_view",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_saved_view_person")),
        sa.PrimaryKeyConstraint("person", "name", name=op.f("pk_saved_view")),
    )
    op.create_index(
        "ix_deadline_due_at", "deadline", ["due_at", "subject", "kind", "due_on"], unique=False,
        sqlite_where=_WAITED_FOR, postgresql_where=_WAITED_FOR,
    )  # fmt: skip
    op.create_index(
        "ix_deadline_missed", "deadline", ["subject", "kind"], unique=False,
        sqlite_where=_STILL_OWED, postgresql_where=_STILL_OWED,
    )  # fmt: skip
    walls.build(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        op.execute(GRANT)
