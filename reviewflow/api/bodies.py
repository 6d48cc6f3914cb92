"""Bodies of commands: a model made from the fields of each command, and the command made from a body."""

from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model
from pydantic import Field as Described

from reviewflow.api.examples import example
from reviewflow.api.fields import Instant, checked
from reviewflow.api.refs import tidied
from reviewflow.api.signing import PrintedName, Signing
from reviewflow.nouns.commands.form import Command

SIGNED = "Who acts stands for the exact text of the statement, which is asked for first."
NAMED = "As it is to be printed under the signature; default: the name on record, else the mailbox."
DATED = "When it happened, if that is before now: an instant with an offset."


def body_of(command: type[Command], *, is_statement: bool = False) -> type[BaseModel]:
    """What a caller sends for a command, or for its statement; a field that it does not have is refused."""
    hints, made = get_type_hints(command), {}
    for field in fields(command):
        default = ... if field.default is MISSING else field.default
        help = f"{field.metadata['help'][0].upper()}{field.metadata['help'][1:]}."
        made[field.name] = checked(field, hints[field.name], is_body=True), Described(default, description=help)
    if command.fact:
        assert "effective_at" not in made
        made["effective_at"] = Instant | None, Described(None, description=DATED)
    if command.signs is not None and not is_statement:
        made["signature"] = Signing | None, Described(None, description=SIGNED)
    if is_statement:
        made["printed_name"] = PrintedName | None, Described(None, description=NAMED)
    model: type[BaseModel] = create_model(
        command.__name__ + "Statement" * is_statement,
        __config__=ConfigDict(extra="forbid", json_schema_extra={"examples": [example(command)]}),
        __doc__=command.__doc__,
        **made,  # type: ignore[call-overload]
    )
    return model


def wish_of(command: type[Command], body: BaseModel) -> Command:
    """The command that a body asks for; NotFound for a misread reference."""
    return command(**{field.name: _value(field, getattr(body, field.name)) for field in fields(command)})


def _value(field: Any, value: Any) -> Any:
    if field.metadata["ref"] is None or not value:
        return value
    return tuple(tidied(one) for one in value) if isinstance(value, tuple) else tidied(value)


def signing_of(body: BaseModel) -> Signing | None:
    """The signature that comes with a command, if any."""
    found: Signing | None = getattr(body, "signature", None)
    return found


def printed_name(body: BaseModel) -> str | None:
    """What is to be printed under a signature, where its statement is asked for."""
    found: str | None = getattr(body, "printed_name", None)
    return found


def effective_at(body: BaseModel) -> datetime | None:
    """When a fact from outside happened; None: now."""
    found: datetime | None = getattr(body, "effective_at", None)
    return found
