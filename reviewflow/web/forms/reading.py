"""What a form brought as a command: every fault at its own field, and nothing of what was typed is lost."""

import re
from dataclasses import fields
from datetime import datetime
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from reviewflow.api.bodies import body_of, effective_at, wish_of
from reviewflow.api.fields import bare
from reviewflow.errors import Invalid, NotFound
from reviewflow.nouns.commands.form import Command
from reviewflow.rules.forms import check
from reviewflow.rules.instants import read_when
from reviewflow.web.door import Fields
from reviewflow.web.forms.field import DATED

DIGEST = "digest"
_HEX = re.compile(r"[0-9a-f]{64}")


class Unfit(Exception):
    """`faults` by the name of the field; those of the whole under an empty name."""

    def __init__(self, faults: dict[str, list[str]]) -> None:
        super().__init__(str(faults))
        self.faults = faults


_bodies: dict[str, type[BaseModel]] = {}


def _body(command: type[Command]) -> type[BaseModel]:
    """Made once."""
    name = command.__name__
    if name not in _bodies:
        _bodies[name] = body_of(command)
    return _bodies[name]


def read(command: type[Command], given: Fields, zone: ZoneInfo) -> tuple[Command, datetime | None]:
    """The command, and when it happened where that is said; Unfit with every fault."""
    hints, faults = get_type_hints(command), dict[str, list[str]]()
    typed: dict[str, Any] = {}
    for field in fields(command):
        kind, is_many, _ = bare(hints[field.name])
        values = [value for value in given.get(field.name, []) if value.strip()]
        if kind is str and is_many and len(values) == 1:
            values = [line.strip() for line in values[0].split("\n") if line.strip()]
        if kind is bool:
            typed[field.name] = bool(values)
        elif values:
            typed[field.name] = values if is_many else _typed(kind, values[-1])
        if field.name == DIGEST and DIGEST in typed:
            typed[DIGEST] = pasted(typed[DIGEST])
    if command.fact and given.one(DATED):
        try:
            typed[DATED] = _instant(given.one(DATED), zone).isoformat()
        except Invalid as error:
            faults[DATED] = [" ".join(error.reasons)]
    try:
        body = _body(command).model_validate(typed)
    except ValidationError as error:
        raise Unfit(faults | _faults(error)) from error
    if faults:
        raise Unfit(faults)
    try:
        wish = wish_of(command, body)
        check(wish)
    except (Invalid, NotFound) as error:
        raise Unfit({"": list(error.reasons)}) from error
    return wish, effective_at(body)


def pasted(text: str) -> str:
    """A SHA-256 as it is copied from elsewhere, in our letters: what is not 64 hex digits in all stays as it is.

    Groups, capitals and the name of the algorithm before it say nothing: no digit is another one afterwards.
    """
    bare = "".join(text.lower().removeprefix("sha256:").removeprefix("sha-256:").split())
    return bare if _HEX.fullmatch(bare) else text


def _typed(kind: Any, value: str) -> Any:
    """As JSON has it; what cannot be read is left as it is, and found so."""
    if kind is int:
        return int(value) if value.strip().lstrip("-").isdecimal() and len(value) < 10 else value
    return value if kind is str and "\n" in value else value.strip()


def _instant(text: str, zone: ZoneInfo) -> datetime:
    """A local time of the zone, or one with its own offset; Invalid where a clock showed it twice or never."""
    found = read_when(text, zone)
    if not isinstance(found, datetime):
        raise Invalid(f"{text} says no time of day; write it as {text} 14:05.")
    return found


def _faults(error: ValidationError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in error.errors():
        name = str(fault["loc"][0]) if fault["loc"] else ""
        found.setdefault(name, []).append(_said(fault))
    return found


def _said(fault: Any) -> str:
    match fault["type"]:
        case "missing":
            return "This is needed."
        case "string_too_short":
            return "This is needed."
        case "string_too_long":
            return f"At most {fault['ctx']['max_length']:,} characters are kept."
        case "enum":
            return "Choose one of the list."
        case "int_type" | "int_parsing":
            return "Write a whole number."
        case "value_error" if "YYYY" in str(fault["msg"]):
            return "Write the date as YYYY-MM-DD, or choose it."
    said = str(fault["msg"]).removeprefix("Value error, ").removesuffix(".")
    return f"{said[:1].upper()}{said[1:]}."
