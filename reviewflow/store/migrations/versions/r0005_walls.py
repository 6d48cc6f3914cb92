"""The second wall: PostgreSQL shows each transaction what is its reader's, and nothing to one that names none."""

from alembic import op

from reviewflow.store import walls

revision = "0005"
down_revision = "0004"

_ORGANIZATIONS = "UPDATE subject SET {0} = ref WHERE ref IN (SELECT ref FROM organization WHERE side = '{0}')"
_PEOPLE = """
UPDATE subject SET {0} = (SELECT organization FROM person WHERE person.ref = subject.ref) WHERE ref IN
  (SELECT p.ref FROM person AS p JOIN organization AS o ON o.ref = p.organization WHERE o.side = '{0}')
"""
_DRAFTS = "UPDATE subject SET agency = NULL WHERE ref IN (SELECT ref FROM review WHERE submitted_at IS NULL)"


def upgrade() -> None:
    """A process of the release before does not say who looks: on PostgreSQL it sees and writes nothing from here on."""
    for statement in (_ORGANIZATIONS, _PEOPLE):
        for side in ("lab", "agency"):
            op.execute(statement.format(side))
    op.execute(_DRAFTS)
    op.create_index("ix_assignment_person", "assignment", ["person"], unique=False)
    walls.build(op.get_bind())
