"""Who participates: each lab with its agreements, and how many of its reviews were determined in time."""

from sqlalchemy import Connection, and_, case, func, select

from reviewflow.nouns.states import ReviewState, Side
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import programme, review
from reviewflow.nouns.tables.index import SUBJECT, table

_ORGANIZATION, _AGREEMENT, _REVIEW = table(programme.Organization), table(programme.Agreement), table(review.Review)
_AGENCY = _ORGANIZATION.alias("agency")

_ROSTER = (
    select(_ORGANIZATION.c.ref.label("lab"), _ORGANIZATION.c.name, _AGREEMENT.c.ref.label("agreement"))
    .add_columns(*(_AGREEMENT.c[n] for n in ("state", "agency", "since", "signed_at", "ended_at", "source", "note")))
    .add_columns(_AGENCY.c.name.label("agency_name"), SUBJECT.c.seq.label("version"), SUBJECT.c.head)
    .add_columns(SUBJECT.c.recorded_at)
    .outerjoin(_AGREEMENT, _AGREEMENT.c.lab == _ORGANIZATION.c.ref)
    .outerjoin(_AGENCY, _AGENCY.c.ref == _AGREEMENT.c.agency)
    .outerjoin(SUBJECT, SUBJECT.c.ref == _AGREEMENT.c.ref)
    .where(_ORGANIZATION.c.side == Side.LAB)
)
_COUNTED = and_(_REVIEW.c.is_on_time.is_not(None), _REVIEW.c.state != ReviewState.WITHDRAWN)
_REVIEWS = (
    select(
        _REVIEW.c.lab,
        func.count().label("reviews"),
        func.sum(case((_COUNTED, 1), else_=0)).label("determined"),
        func.sum(case((and_(_COUNTED, _REVIEW.c.is_on_time), 1), else_=0)).label("on_time"),
    )
    .where(_REVIEW.c.submitted_at.is_not(None))
    .group_by(_REVIEW.c.lab)
)


def participation(connection: Connection) -> list[Row]:
    """One row a lab and agreement; a lab without one has None there."""
    return [dict(row) for row in connection.execute(_ROSTER).mappings()]


def review_counts(connection: Connection) -> dict[str, Row]:
    """By lab: reviews filed, those determined before a release or withdrawal, and those of them on time."""
    return {row["lab"]: dict(row) for row in connection.execute(_REVIEWS).mappings()}
