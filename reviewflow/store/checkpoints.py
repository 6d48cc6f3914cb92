"""Under which model of a lab a checkpoint is on record: registered with it, or pinned by a submission."""

from sqlalchemy import BindParameter, Connection, bindparam, func, null, or_, select, union_all

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import ROWS
from reviewflow.store.database import POSTGRESQL

_MODEL, _REVIEW = ROWS[Kind.MODEL], ROWS[Kind.REVIEW]
_LAB: BindParameter[str] = bindparam("lab")
_DIGEST: BindParameter[str] = bindparam("digest")
_BUT: BindParameter[str] = bindparam("but")
_READER: BindParameter[str] = bindparam("reader")
_ELSEWHERE = union_all(
    select(_MODEL.c.ref.label("model"), null().label("review")).where(
        _MODEL.c.lab == _LAB, _MODEL.c.checkpoint_digest == _DIGEST, _MODEL.c.ref != _BUT
    ),
    select(_REVIEW.c.model, _REVIEW.c.ref).where(
        _REVIEW.c.lab == _LAB,
        _REVIEW.c.checkpoint_digest == _DIGEST,
        _REVIEW.c.model != _BUT,
        or_(_REVIEW.c.lab == _READER, _REVIEW.c.agency == _READER),
    ),
).limit(1)
_IN_TURN = select(func.pg_advisory_xact_lock(func.hashtext("reviewflow checkpoint"), func.hashtext(_LAB)))


def elsewhere(
    connection: Connection, lab: str | None, digest: str | None, but: str | None, reader: Actor
) -> Row | None:
    """Another model of the lab than `but` that it is on record under, and the review that pinned it, if one did.

    Of reviews those of the `reader`'s organization alone: that another agency was asked is not his to know.
    """
    if not (lab and digest):
        return None
    found = (
        connection.execute(_ELSEWHERE, {"lab": lab, "digest": digest, "but": but or "", "reader": reader.organization})
        .mappings()
        .first()
    )
    return dict(found) if found else None


def take_turns(connection: Connection, lab: str) -> None:
    """Until this transaction ends nobody else puts a checkpoint of the lab on record; SQLite has one writer anyway."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(_IN_TURN, {"lab": lab})
