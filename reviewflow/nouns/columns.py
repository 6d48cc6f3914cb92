"""Column types: instants that keep their zone, closed lists stored by value, plain JSON."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Enum, Integer, String
from sqlalchemy import DateTime as SQLDateTime
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant; SQLite keeps it as sortable text with a Z, since it would drop the zone."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, timestamptz elsewhere."""
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else SQLDateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuses a naive instant: nobody may guess its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware instant in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


def _values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


def choice(members: type[StrEnum], column: str, *, nullable: bool = False, key: bool = False) -> Any:
    """A column of a closed list, stored by value and held by a CHECK named after the column."""
    kind = Enum(members, values_callable=_values, native_enum=False, create_constraint=True, name=column, length=32)
    return Field(default=None, sa_type=kind, nullable=nullable, primary_key=key)


def instant(*, nullable: bool = False) -> Any:
    """A column of a UTC instant."""
    return Field(default=None, sa_type=UTCDateTime, nullable=nullable)


def sequence() -> Any:
    """A number that the database draws, growing without end."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Field(default=None, primary_key=True, sa_type=kind)


def document(default: Any = None, *, nullable: bool = True) -> Any:
    """A column of plain JSON: text, whole numbers, booleans, lists and objects."""
    return Field(default=default, sa_type=JSON(none_as_null=True), nullable=nullable and default is None)


def link(target: str, *, nullable: bool = False) -> Any:
    """A column that names another row by its reference."""
    return Field(default=None, foreign_key=target, nullable=nullable)


def owner(target: str = "subject.ref") -> Any:
    """The subject a row belongs to; part of its key."""
    return Field(primary_key=True, foreign_key=target)


def number() -> Any:
    """The number of a part within its subject, from 1."""
    return Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
