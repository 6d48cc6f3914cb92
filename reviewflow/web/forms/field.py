"""Fields of a form, made from those of a command: what is asked, how it is typed, what may be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any, get_type_hints

from reviewflow.api.fields import bare
from reviewflow.nouns.commands.form import SHORT_TEXT, Command
from reviewflow.nouns.states import Kind
from reviewflow.web.door import Fields
from reviewflow.web.writing import title

Option = tuple[str, str]  # value and text
DATED = "effective_at"


@dataclass(frozen=True)
class Field:
    """One question. `type` is line, text, date, number, tick, choice, choices, list or moment; `options` of a choice.

    `values` are those that are shown in it, as they were typed; `faults` what is wrong with them.
    """

    name: str
    label: str
    hint: str
    type: str
    is_required: bool
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    faults: tuple[str, ...] = ()
    limit: int = SHORT_TEXT
    is_conditional: bool = False  # the form itself says when it is needed

    @property
    def value(self) -> str:
        """Of a field that has one."""
        return self.values[-1] if self.values else ""

    @property
    def said(self) -> str:
        """What was typed or chosen, to be read."""
        named = dict(self.options)
        return "\n".join(named.get(one, one) for one in self.values)


@dataclass(frozen=True)
class Choices:
    """What can be chosen where: by the name of a field, else by the kind that it refers to."""

    by_name: Mapping[str, Sequence[Option]]
    by_kind: Mapping[Kind, Sequence[Option]]

    def of(self, name: str, kind: Kind | None) -> tuple[Option, ...]:
        """None: whatever is typed."""
        return tuple(self.by_name.get(name) or (self.by_kind.get(kind, ()) if kind else ()))


NO_CHOICES = Choices({}, {})


def fields_of(
    command: type[Command], given: Fields, choices: Choices = NO_CHOICES,
    faults: Mapping[str, Sequence[str]] | None = None,
) -> list[Field]:  # fmt: skip
    """The questions of a command in its own order; those that may be left open come as they do in the command."""
    hints, found = get_type_hints(command), []
    for field in fields(command):
        kind, is_many, _ = bare(hints[field.name])
        options = _options(kind) or choices.of(field.name, field.metadata["ref"])
        is_required = field.default is MISSING
        is_sole = is_required and not is_many and field.name in choices.by_name and len(options) == 1
        shown = given.get(field.name) or ([options[0][0]] if is_sole else _default(field.default))
        found.append(
            Field(
                field.name, title(field.name), _sentence(field.metadata["help"]),
                _type(kind, is_many, field.metadata, options),
                is_required and kind is not bool, tuple(shown), options,
                tuple((faults or {}).get(field.name, ())), field.metadata["limit"],
                is_conditional="needed" in field.metadata["help"],
            )
        )  # fmt: skip
    return found


def _options(kind: Any) -> tuple[Option, ...]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple((str(one.value), title(one.value)) for one in kind)
    return ()


def _sentence(help: str) -> str:
    return help[:1].upper() + help[1:].replace("_", " ")


def _default(default: Any) -> list[str]:
    if default in (MISSING, None, False, ()):
        return []
    return [str(default.value if isinstance(default, Enum) else default)]


def _type(kind: Any, is_many: bool, metadata: Mapping[str, Any], options: Sequence[Option]) -> str:
    if options:
        return "choices" if is_many else "choice"
    if is_many:
        return "list"
    if kind is str:
        return "text" if metadata["limit"] > SHORT_TEXT else "line"
    return {bool: "tick", int: "number", date: "date", datetime: "moment"}[kind]
