"""Every deadline that one person may have in a calendar, each with the event that last changed it; one statement."""

from sqlalchemy import BindParameter, Connection, String, Text, and_, bindparam, cast, literal, or_, select

from reviewflow.nouns.events import APPROACHING, MISSED, RESCINDED
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import review
from reviewflow.nouns.tables.index import DEADLINE, EVENT, SUBJECT, table

_REVIEW, _ASSIGNMENT = table(review.Review), table(review.Assignment)
_TOUCH, _CHANGE = EVENT.alias("touch"), EVENT.alias("change")

# An event names what it set as "deadline/3"; the quotes of anybody's words stand escaped, so nobody can imitate it.
_PLACE = literal('%"deadline/') + cast(DEADLINE.c.no, String) + literal('":%')
_LAST_CHANGE = (
    select(_TOUCH.c.seq)
    .where(
        _TOUCH.c.subject == DEADLINE.c.subject,
        _TOUCH.c.seq >= DEADLINE.c.generation,
        or_(  # a reminder moves nothing; what is rescinded may move any deadline of its subject
            and_(_TOUCH.c.name.not_in((APPROACHING, MISSED)), cast(_TOUCH.c.sets, Text).like(_PLACE)),
            _TOUCH.c.name.endswith(RESCINDED, autoescape=True),
        ),
    )
    .order_by(_TOUCH.c.seq.desc())
    .limit(1)
    .correlate(DEADLINE)
    .scalar_subquery()
)
_ASSIGNED = SUBJECT.c.ref.in_(
    select(_ASSIGNMENT.c.subject).where(_ASSIGNMENT.c.person == bindparam("person"), _ASSIGNMENT.c.ended_at.is_(None))
)
_OURS: BindParameter[str] = bindparam("organization")
EVERY = (
    select(
        *(DEADLINE.c[name] for name in ("subject", "kind", "part_no", "no", "status", "due_at", "due_on")),
        *(DEADLINE.c[name] for name in ("remaining_days", "reason", "notices", "raised")),
        *(SUBJECT.c[name] for name in ("lab", "agency")),
        *(_REVIEW.c[name] for name in ("submitted_at", "policy_digest", "calendar_digest")),
        SUBJECT.c.kind.label("subject_kind"),
        _ASSIGNED.label("is_assigned"),
        _CHANGE.c.seq.label("changed_seq"),
        _CHANGE.c.recorded_at.label("changed_at"),
        _CHANGE.c.digest.label("changed_digest"),
    )
    .join(SUBJECT, SUBJECT.c.ref == DEADLINE.c.subject)
    .join(_CHANGE, and_(_CHANGE.c.subject == DEADLINE.c.subject, _CHANGE.c.seq == _LAST_CHANGE))
    .outerjoin(_REVIEW, _REVIEW.c.ref == DEADLINE.c.subject)
    .order_by(DEADLINE.c.subject, DEADLINE.c.kind, DEADLINE.c.part_no, DEADLINE.c.no)
)
OWED = EVERY.where(or_(SUBJECT.c.lab == _OURS, SUBJECT.c.agency == _OURS, _ASSIGNED))


def deadlines(connection: Connection, organization: str, person: str) -> list[Row]:
    """Live, ended and superseded ones of what an organization takes part in or a person is assigned to, slot by slot.

    `organization` is "" for a person who sees nothing but his assignments.
    """
    found = connection.execute(OWED, {"organization": organization, "person": person})
    return [dict(row) for row in found.mappings()]
