"""Fields of commands and views as types that are checked and described: nothing is guessed or converted in silence."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AwareDatetime, BeforeValidator, StrictBool, StrictInt, StringConstraints
from pydantic import Field as Described

MANY = 200  # items of a list
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})")


def _iso(pattern: re.Pattern[str], form: str) -> Any:
    def check(value: object) -> object:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(f"write it as {form}")
        return value

    return check


Day = Annotated[date, BeforeValidator(_iso(DAY, "YYYY-MM-DD"))]
Instant = Annotated[AwareDatetime, BeforeValidator(_iso(INSTANT, "RFC 3339, with an offset or Z"))]


_ANNOTATED: Any = Annotated  # types that are made when they are asked for, which no checker can follow
_TUPLE: Any = tuple


def annotated(kind: Any, mark: Any) -> Any:
    """A type with what is said of it."""
    return _ANNOTATED[kind, mark]


def bare(hint: Any) -> tuple[Any, bool, bool]:
    """The type of one value, whether there may be several, and whether there may be none."""
    may_be_none = get_origin(hint) in (Union, UnionType)
    if may_be_none:
        hint = next(part for part in get_args(hint) if part is not type(None))
    is_many = get_origin(hint) is tuple
    return (get_args(hint)[0] if is_many else hint), is_many, may_be_none


def checked(field: Field[Any], hint: Any, *, is_body: bool) -> Any:
    """The type of a field with its limits; in a body nothing but its own JSON type is taken."""
    kind, is_many, may_be_none = bare(hint)
    is_required = field.default is MISSING and field.default_factory is MISSING
    one = _one(kind, field.metadata, is_required=is_required, is_body=is_body)
    if is_many:
        one = annotated(_TUPLE[one, ...], Described(max_length=MANY))
    return one | None if may_be_none else one


def _one(kind: Any, metadata: Mapping[str, Any], *, is_required: bool, is_body: bool) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind is bool:
        return StrictBool if is_body else bool
    if kind is int:
        least, most = metadata["bounds"]
        return Annotated[StrictInt if is_body else int, Described(ge=least, le=most)]
    if kind is date:
        return Day
    if kind is datetime:
        return Instant
    if kind is str:
        least = 1 if is_required else 0
        return Annotated[str, StringConstraints(strict=True, min_length=least, max_length=metadata["limit"])]
    raise TypeError(f"no field of an operation can hold {kind!r}")
