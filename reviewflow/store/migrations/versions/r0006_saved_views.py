"""Views of the queue that people keep under a name; and what reviews wait for, by an index."""

import sqlalchemy as sa
from alembic import op

from reviewflow.nouns.columns import UTCDateTime
from reviewflow.store import walls

revision = "0006"
down_revision = "0005"

_WAITED_FOR = sa.text("status = 'open' AND kind IN ('window', 'intake', 'planned_release')")


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
        "ix_deadline_due_at", "deadline", ["due_at", "subject"], unique=False,
        sqlite_where=_WAITED_FOR, postgresql_where=_WAITED_FOR,
    )  # fmt: skip
    walls.build(op.get_bind())
