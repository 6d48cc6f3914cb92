"""The second wall: PostgreSQL shows each transaction what is its reader's, and nothing to one that names none."""

from alembic import op

from reviewflow.store import walls

revision = "0005"
down_revision = "0004"

_WHOSE = (  # of which side each organization and person is, and no draft of the agency yet
    "UPDATE subject SET {side} = ref WHERE ref IN (SELECT ref FROM organization WHERE side = '{side}')",
    "UPDATE subject SET {side} = (SELECT organization FROM person WHERE person.ref = subject.ref) WHERE ref IN "
    "(SELECT p.ref FROM person p JOIN organization o ON o.ref = p.organization WHERE o.side = '{side}')",
)


def upgrade() -> None:
    """A process of the release before says of nobody that he looks: from here on it sees nothing, and writes nothing."""
    for statement in _WHOSE:
        for side in ("lab", "agency"):
            op.execute(statement.format(side=side))
    op.execute("UPDATE subject SET agency = NULL WHERE ref IN (SELECT ref FROM review WHERE submitted_at IS NULL)")
    op.create_index("ix_assignment_person", "assignment", ["person"], unique=False)
    walls.build(op.get_bind())
