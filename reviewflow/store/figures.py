"""What the programme's figures are counted from: filed reviews with their dates, requests, and who looks at what."""

from sqlalchemy import Connection, Select, and_, select

from reviewflow.nouns.states import FINAL_STATES, RequestState
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import programme, review
from reviewflow.nouns.tables.index import EVENT, table
from reviewflow.store.queue import MINE, values_of

_REVIEW, _ORGANIZATION, _PERSON = table(review.Review), table(programme.Organization), table(programme.Person)
_REQUEST = table(review.Request)
_LOOKS = table(review.Assignment).alias("looks")  # whose reviews one sees is asked of the same table

_DATED = (
    select(*(_REVIEW.c[n] for n in ("ref", "lab", "state", "submitted_at", "clock_start_on", "determined_at")))
    .add_columns(*(_REVIEW.c[n] for n in ("released_at", "is_on_time", "is_lapsed")))
    .add_columns(EVENT.c.effective_at.label("opened_at"), _ORGANIZATION.c.name.label("lab_name"))
    .join(_ORGANIZATION, _ORGANIZATION.c.ref == _REVIEW.c.lab)
    .outerjoin(EVENT, and_(EVENT.c.subject == _REVIEW.c.ref, EVENT.c.seq == 1))
    .where(_REVIEW.c.submitted_at.is_not(None))
)
_ASKED = (
    select(_REQUEST.c.subject, _REQUEST.c.is_late, _REQUEST.c.answered_at)
    .join(_REVIEW, _REVIEW.c.ref == _REQUEST.c.subject)
    .where(_REQUEST.c.answered_at.is_not(None) | (_REQUEST.c.state == RequestState.OVERDUE))
)
_LOOKED_AT = (
    select(_LOOKS.c.subject, _LOOKS.c.person, _LOOKS.c.is_consulted)
    .join(_REVIEW, _REVIEW.c.ref == _LOOKS.c.subject)
    .where(_LOOKS.c.ended_at.is_(None), _REVIEW.c.state.not_in(FINAL_STATES))
)


def _narrowed(statement: Select[tuple[object, ...]]) -> dict[str, Select[tuple[object, ...]]]:
    return {whose: statement.where(mine) for whose, mine in MINE.items()}


_REVIEWS, _REQUESTS, _LOADS = _narrowed(_DATED), _narrowed(_ASKED), _narrowed(_LOOKED_AT)


def filed_reviews(connection: Connection, whose: str, organization: str = "", person: str = "") -> list[Row]:
    """Every review that was ever filed, as far as the reader sees it, with the dates between its steps."""
    return _rows(connection, _REVIEWS[whose], values_of(whose, organization, person))


def requests_due(connection: Connection, whose: str, organization: str = "", person: str = "") -> list[Row]:
    """Information requests that were answered, or are overdue; what was withdrawn or became needless is none."""
    return _rows(connection, _REQUESTS[whose], values_of(whose, organization, person))


def assignments(connection: Connection, whose: str, organization: str = "", person: str = "") -> list[Row]:
    """Who looks at which review that has not come to its end."""
    return _rows(connection, _LOADS[whose], values_of(whose, organization, person))


def _rows(connection: Connection, statement: Select[tuple[object, ...]], values: dict[str, str]) -> list[Row]:
    return [dict(row) for row in connection.execute(statement, values).mappings()]
