"""The read side: subjects by kind, and what hangs on a model, a review or a halt; no subject is loaded whole."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, or_, select

from reviewflow.nouns.states import Kind, Side
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables import looking, order, programme, review
from reviewflow.nouns.tables.index import ROWS, SUBJECT, table

_REVIEW, _MODEL, _HALT_MODEL = table(review.Review), table(programme.Model), table(order.HaltModel)
_GRANT, _COMMITMENT, _PARTNER = table(review.AccessGrant), table(order.Commitment), table(programme.Partner)
_COVERAGE, _ORGANIZATION, _PERSON = table(programme.Coverage), table(programme.Organization), table(programme.Person)
_HOLDER, _HALT = table(programme.Holder), table(order.Halt)

_SPINE = (SUBJECT.c.seq.label("version"), SUBJECT.c.head, SUBJECT.c.recorded_at)


def _all(kind: Kind) -> Select[Any]:
    rows = ROWS[kind]
    found = select(rows, *_SPINE).join(SUBJECT, SUBJECT.c.ref == rows.c.ref)
    if "model" in rows.c and kind is not Kind.REVIEW:
        found = found.add_columns(_MODEL.c.name.label("model_name")).join(_MODEL, _MODEL.c.ref == rows.c.model)
    return found.order_by(*((rows.c.organization,) if kind is Kind.PERSON else ()), rows.c.ref)


_LISTED = {kind: _all(kind) for kind in Kind}
_LAB: BindParameter[str] = bindparam("lab")
_OWN = {kind: _LISTED[kind].where(ROWS[kind].c.lab == _LAB) for kind in Kind if "lab" in ROWS[kind].c}
_OWN[Kind.ORGANIZATION] = _LISTED[Kind.ORGANIZATION].where(
    or_(_ORGANIZATION.c.ref == _LAB, _ORGANIZATION.c.side == Side.AGENCY)
)
_OWN[Kind.PERSON] = _LISTED[Kind.PERSON].where(_PERSON.c.organization == _LAB)

_REF: BindParameter[str] = bindparam("ref")
_REVIEWS_OF = (
    select(_REVIEW.c.ref, _REVIEW.c.state, _REVIEW.c.lab, _REVIEW.c.agency, _REVIEW.c.determination)
    .add_columns(_REVIEW.c.checkpoint_digest)
    .add_columns(_REVIEW.c.clock_start_on, _REVIEW.c.last_day_on, SUBJECT.c.seq.label("version"), SUBJECT.c.head)
    .join(SUBJECT, SUBJECT.c.ref == _REVIEW.c.ref)
    .where(_REVIEW.c.model == _REF)
    .order_by(_REVIEW.c.ref)
)
_LATER = select(_REVIEW.c.ref, _REVIEW.c.refiles, _REVIEW.c.follows, _REVIEW.c.state).where(
    or_(_REVIEW.c.refiles == _REF, _REVIEW.c.follows == _REF)
)
_LATER_FILED = _LATER.where(_REVIEW.c.submitted_at.is_not(None))
_HALTS_ON = (
    select(_HALT_MODEL.c.subject.label("ref"), _HALT_MODEL.c.state, _HALT_MODEL.c.scope, _HALT.c.agency)
    .join(_HALT, _HALT.c.ref == _HALT_MODEL.c.subject)
    .where(_HALT_MODEL.c.model == _REF)
    .order_by(_HALT_MODEL.c.subject)
)
_ACCESS_OF = (
    select(_GRANT, _REVIEW.c.last_day_on, _REVIEW.c.policy_digest, _REVIEW.c.calendar_digest)
    .join(_REVIEW, _REVIEW.c.ref == _GRANT.c.subject)
    .where(_REVIEW.c.model == _REF)
)
_COMMITMENTS = select(_COMMITMENT).order_by(_COMMITMENT.c.ref)
_COMMITMENTS_OF = _COMMITMENTS.where(
    or_(
        _COMMITMENT.c.review.in_(select(_REVIEW.c.ref).where(_REVIEW.c.model == _REF)),
        _COMMITMENT.c.halt.in_(select(_HALT_MODEL.c.subject).where(_HALT_MODEL.c.model == _REF)),
    )
)
_CONDITIONS = _COMMITMENTS.where(_COMMITMENT.c.halt == _REF)
_PARTNERS_OF = select(_PARTNER).where(_PARTNER.c.review == _REF).order_by(_PARTNER.c.ref)
_COVERAGE_OF = select(_COVERAGE).where(_COVERAGE.c.model == _REF).order_by(_COVERAGE.c.ref)
_DETERMINATION = table(looking.Determination)
_TOLD = (
    select(*(column for column in _DETERMINATION.c if column.name not in ("subject", "recommended_by")))
    .where(_DETERMINATION.c.subject == _REF)
    .order_by(_DETERMINATION.c.no)
)
_HOLDERS = select(_HOLDER).where(_HOLDER.c.subject.in_(bindparam("refs", expanding=True))).order_by(_HOLDER.c.subject)


def _rows(connection: Connection, statement: Select[Any], **values: Any) -> list[Row]:
    return [dict(row) for row in connection.execute(statement, values).mappings()]


def listed(connection: Connection, kind: Kind, lab: str | None = None) -> list[Row]:
    """The rows of a kind with version and head; with `lab` only its own, and of organizations the agencies too."""
    return _rows(connection, _LISTED[kind]) if lab is None else _rows(connection, _OWN[kind], lab=lab)


def reviews_of_model(connection: Connection, model: str) -> list[Row]:
    """Every review of a model version."""
    return _rows(connection, _REVIEWS_OF, ref=model)


def later_reviews(connection: Connection, ref: str, *, with_drafts: bool) -> list[Row]:
    """The reviews that refile or follow one; those that were not filed yet only `with_drafts`."""
    return _rows(connection, _LATER if with_drafts else _LATER_FILED, ref=ref)


def halts_of_model(connection: Connection, model: str) -> list[Row]:
    """Every halt that ever covered a model, with where it stands on this model."""
    return _rows(connection, _HALTS_ON, ref=model)


def access_of_model(connection: Connection, model: str) -> list[Row]:
    """The access grants of all reviews of a model version."""
    return _rows(connection, _ACCESS_OF, ref=model)


def commitments_of_model(connection: Connection, model: str) -> list[Row]:
    """The commitments that hang on a review or a halt of a model."""
    return _rows(connection, _COMMITMENTS_OF, ref=model)


def conditions_of_halt(connection: Connection, halt: str) -> list[Row]:
    """The commitments that hang on a halt."""
    return _rows(connection, _CONDITIONS, ref=halt)


def partners_of_review(connection: Connection, ref: str) -> list[Row]:
    """The trusted partners proposed in a review."""
    return _rows(connection, _PARTNERS_OF, ref=ref)


def coverage_of_model(connection: Connection, model: str) -> list[Row]:
    """The coverage findings on a model."""
    return _rows(connection, _COVERAGE_OF, ref=model)


def determinations_told(connection: Connection, ref: str) -> list[Row]:
    """The determinations of a review in order, without who recommended them."""
    return _rows(connection, _TOLD, ref=ref)


def holders_of(connection: Connection, models: Sequence[str]) -> list[Row]:
    """Who holds copies of published weights of some models."""
    return _rows(connection, _HOLDERS, refs=list(models))
