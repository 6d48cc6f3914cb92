"""Verbs from the lifecycle tables: one function a command, generated from its fields."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import typer

from reviewflow.cli.lazy import group_of
from reviewflow.cli.look import views
from reviewflow.cli.outcome import print_outcome
from reviewflow.cli.page import present
from reviewflow.cli.session import Session
from reviewflow.cli.statement import PASSWORD, SHOW, say_signed, show_statement, sign
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Kind
from reviewflow.rules.lifecycle import TABLES

GROUPS = {
    "review": Kind.REVIEW,
    "model": Kind.MODEL,
    "agreement": Kind.AGREEMENT,
    "coverage": Kind.COVERAGE,
    "halt": Kind.HALT,
    "commitment": Kind.COMMITMENT,
    "partner": Kind.PARTNER,
    "org": Kind.ORGANIZATION,
    "person": Kind.PERSON,
}


def group(name: str) -> Any:
    """The group of a subject: its commands in the order of the picture, then ways to try, look and come in."""
    from reviewflow.cli.admission import admissions
    from reviewflow.cli.documents import review_attach
    from reviewflow.cli.main import PLACES
    from reviewflow.cli.trial import person_test_channel

    kind = GROUPS[name]
    more = admissions() if kind is Kind.PERSON else {}
    given = dict.fromkeys(row.command for row in TABLES[kind] if not row.command.by_system)
    verbs = {command.verb: review_attach if command.carries else verb_of(command) for command in given}
    trials = {"test-channel": person_test_channel} if kind is Kind.PERSON else {}
    return group_of({**verbs, **trials, **views(kind), **more}, name, PLACES[name][1])


def verb_of(command: type[Command]) -> Callable[..., None]:
    """The function behind one verb: parses its fields, runs the command, shows what came of it."""

    def run(ctx: typer.Context, **values: Any) -> None:
        session: Session = ctx.obj
        ref = None if command.creates else tidy(values.pop("ref"))
        is_only_shown, password = values.pop("show_statement", False), values.pop("password", None)
        wish = command(**{name: _value(command, name, value) for name, value in values.items()})
        if is_only_shown:
            show_statement(session, ref, wish)
            return
        signature = sign(session, ref, wish, password)
        present(session, session.door.do(ref, wish, signature), print_outcome)
        say_signed(session, wish, signature)

    parameters = [inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    if not command.creates:
        help = f"The {command.kind.value}'s reference."
        ref = Annotated[str, typer.Argument(help=help, show_default=False)]
        parameters.append(inspect.Parameter("ref", inspect.Parameter.KEYWORD_ONLY, annotation=ref))
    parameters += [_parameter(command, field) for field in fields(command)]
    if command.signs is not None:
        kind = inspect.Parameter.KEYWORD_ONLY
        parameters.append(inspect.Parameter("show_statement", kind, default=False, annotation=SHOW))
        parameters.append(inspect.Parameter("password", kind, default=None, annotation=PASSWORD))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__name__, run.__doc__ = command.verb.replace("-", "_"), command.__doc__
    return run


def tidy(ref: str) -> str:
    """A reference as a person typed it; NotFound where its check character is wrong."""
    from reviewflow.store.refs import read_ref

    return read_ref(ref)


def _parameter(command: type[Command], field: Any) -> inspect.Parameter:
    kind, many = _type(get_type_hints(command)[field.name])
    is_place, required = field.metadata["place"], field.default is MISSING
    help = f"{field.metadata['help'][0].upper()}{field.metadata['help'][1:]}."
    options: dict[str, Any] = {"help": help, "show_default": isinstance(field.default, Enum)}
    if kind is date:
        kind, options["metavar"] = str, "DATE"
    if isinstance(kind, type) and issubclass(kind, Enum):
        options["case_sensitive"] = False
    if is_place:
        info = typer.Argument(**options)
    else:
        name = f"--{field.name.replace('_', '-')}"
        info = typer.Option(name, **options)
    annotation: Any = list[kind] if many else kind  # type: ignore[valid-type]
    default: Any = inspect.Parameter.empty
    if not required:
        default = None if many else field.default
        annotation = annotation | None if default is None else annotation
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[annotation, info]
    )


def _type(hint: Any) -> tuple[Any, bool]:
    """The type of one value, and whether there may be several."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    return hint, False


def _value(command: type[Command], name: str, value: Any) -> Any:
    """What the command wants: dates read, lists as tuples, references tidied."""
    hint = get_type_hints(command)[name]
    kind, many = _type(hint)
    field = next(field for field in fields(command) if field.name == name)
    if many:
        return tuple(tidy(item) if field.metadata["ref"] else item for item in _split(field, value or ()))
    if kind is date and isinstance(value, str):
        from reviewflow.rules.instants import read_day

        return read_day(value)
    if field.metadata["ref"] and isinstance(value, str):
        return tidy(value)
    return value


def _split(field: Any, values: Any) -> list[Any]:
    """Short words may also be given in one option, with commas between them."""
    if not field.metadata.get("words"):
        return list(values)
    return [word.strip() for value in values for word in str(value).split(",") if word.strip()]
