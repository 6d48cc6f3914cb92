"""Who may come in: a person as a door needs him, and whether what was given to him holds."""

from sqlalchemy import Connection, Select, Table, and_, bindparam, exists, or_, select

from reviewflow.nouns.states import Kind, Power, Role, Standing
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import CREDENTIAL, DATABASE, EVENT, OPENID_LINK, PASSKEY, ROWS

PERSON, HOME = ROWS[Kind.PERSON], ROWS[Kind.ORGANIZATION]
_OUT_OF_USE = ("person_deactivated", "organization_deactivated")
_IS_ACTIVE = and_(PERSON.c.state == Standing.ACTIVE, HOME.c.state == Standing.ACTIVE)
_HAS_WAY = or_(
    CREDENTIAL.c.password.is_not(None),
    exists().where(PASSKEY.c.person == PERSON.c.ref, PASSKEY.c.removed_at.is_(None)),
    exists().where(OPENID_LINK.c.person == PERSON.c.ref),
)
_STANDING = (
    select(PERSON.c.ref, PERSON.c.name, PERSON.c.organization, PERSON.c.roles, HOME.c.name.label("organization_name"))
    .add_columns(_IS_ACTIVE.label("is_active"), _HAS_WAY.label("has_way"), CREDENTIAL.c.password)
    .join(HOME, HOME.c.ref == PERSON.c.organization)
    .outerjoin(CREDENTIAL, CREDENTIAL.c.person == PERSON.c.ref)
)
_ONE = _STANDING.where(PERSON.c.ref == bindparam("ref"))
_OFFICES = select(HOME.c.ref, HOME.c.name, HOME.c.powers).where(HOME.c.state == Standing.ACTIVE)
_FOUNDING = select(DATABASE.c.genesis).with_for_update()
_KNOWN = _STANDING.where(_HAS_WAY, _IS_ACTIVE)
_IN_USE = (
    select(PERSON.c.ref, PERSON.c.name, PERSON.c.roles, PERSON.c.organization, HOME.c.name.label("organization_name"))
    .add_columns(HOME.c.side)
    .join(HOME, HOME.c.ref == PERSON.c.organization)
    .where(_IS_ACTIVE)
    .order_by(HOME.c.side.desc(), HOME.c.name, PERSON.c.ref)
)


def standing(connection: Connection, ref: str) -> Row | None:
    """A person with his organization's name, whether he is in use and `has_way` in, and his password's hash."""
    if not ref.isprintable():  # what no mailbox holds, and PostgreSQL takes for no text
        return None
    found = connection.execute(_ONE, {"ref": ref}).mappings().first()
    return dict(found) if found else None


def has_administrator(connection: Connection) -> bool:
    """Whether an administrator in use can sign in, by whatever was given to him."""
    return any(Role.ADMIN in row["roles"] for row in connection.execute(_KNOWN).mappings())


def has_active_administrator(connection: Connection) -> bool:
    """Whether an administrator is in use, also one who cannot sign in yet."""
    return any(Role.ADMIN in row["roles"] for row in connection.execute(_STANDING.where(_IS_ACTIVE)).mappings())


def in_use(connection: Connection) -> list[Row]:
    """Everybody who is in use, by organization: mailbox, name, roles, the organization's name and side."""
    return [dict(row) for row in connection.execute(_IN_USE).mappings()]


def lock_founding(connection: Connection) -> None:
    """Until this transaction ends nobody else finds out whether there is an administrator, to make the first one."""
    connection.execute(_FOUNDING)


def offices_with(connection: Connection, power: Power) -> dict[str, str]:
    """The names of the organizations in use that have a power, by key."""
    return {row.ref: row.name for row in connection.execute(_OFFICES) if power in row.powers}


def held(of: Table) -> Select[tuple[object, ...]]:
    """Rows of `of` whose person is in use, and was so ever since they were made.

    A deactivation so ends for good what was given before it, at every door and whoever recorded it; but in a
    simulation, whose record has a clock of its own, only as long as it lasts.
    """
    left = exists().where(
        EVENT.c.subject.in_([PERSON.c.ref, HOME.c.ref]),
        EVENT.c.name.in_(_OUT_OF_USE),
        EVENT.c.recorded_at >= of.c.made_at,
    )
    joined = select(of).join(PERSON, PERSON.c.ref == of.c.person).join(HOME, HOME.c.ref == PERSON.c.organization)
    return joined.where(_IS_ACTIVE, or_(~left, exists().where(DATABASE.c.is_simulation)))
