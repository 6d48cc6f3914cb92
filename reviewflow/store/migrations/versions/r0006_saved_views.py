"""Views of the queue that people keep under a name; and the lines by which it is found, ordered and counted."""

import sqlalchemy as sa
from alembic import op

from reviewflow.nouns.columns import UTCDateTime
from reviewflow.store import walls

revision = "0006"
down_revision = "0005"

_STATES = (
    "draft", "submitted", "returned", "under_review", "tolled", "cleared", "concerns", "lapsed", "released",
    "withdrawn",
)  # fmt: skip
_MOVES = ("submit", "submit_again", "check", "answer", "assign", "recommend", "determine", "release", "look")
_KINDS = ("intake", "answer", "toll", "window", "access", "planned_release", "refile", "commitment")

# A role that works here already goes on with its work; the roles are not to be made again first.
GRANT = """DO $$ BEGIN
  IF EXISTS (
    SELECT FROM pg_roles WHERE rolname = 'reviewflow_app' AND has_table_privilege(oid, 'person', 'INSERT')
  ) THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO reviewflow_app;
    GRANT SELECT, INSERT, UPDATE ON queue_line TO reviewflow_app;
  END IF;
END $$"""


def _choice(column: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, create_constraint=True, name=op.f(f"ck_queue_line_{column}"), length=32)


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
    op.create_table(
        "queue_line",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("side", _choice("side", "lab", "agency"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", _choice("state", *_STATES), nullable=False),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("move", _choice("move", *_MOVES), nullable=True),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("answer_due_at", UTCDateTime(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("is_recommended", sa.Boolean(), nullable=False),
        sa.Column("leaders", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("consulted", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("stage", _choice("stage", "trusted_partners", "limited", "general"), nullable=True),
        sa.Column("due_kind", _choice("due_kind", *_KINDS), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["organization.ref"], name=op.f("fk_queue_line_agency")),
        sa.ForeignKeyConstraint(["lab"], ["organization.ref"], name=op.f("fk_queue_line_lab")),
        sa.ForeignKeyConstraint(["model"], ["model.ref"], name=op.f("fk_queue_line_model")),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_queue_line_subject")),
        sa.PrimaryKeyConstraint("subject", "side", name=op.f("pk_queue_line")),
    )
    op.create_index("ix_queue_line_rank", "queue_line", ["side", "rank", "subject"], unique=False)
    op.create_index(
        "ix_queue_line_state", "queue_line",
        ["side", "state", "lab", "agency", "move", "is_recommended", "due_on", "subject"], unique=False,
    )  # fmt: skip
    op.create_index("ix_review_checkpoint", "review", ["lab", "checkpoint_digest"], unique=False)
    walls.build(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        op.execute(GRANT)
