"""The shape of documents, learnt from many: which keys there are, how often, and of which types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

_FORMS = {datetime: "date-time", date: "date"}
_TYPES = {type(None): "null", bool: "boolean", int: "integer", float: "number"}


@dataclass
class Shape:
    """What was seen in one place: types by their names in JSON Schema, or the format of a text."""

    seen: int = 0  # how often
    types: set[str] = field(default_factory=set)
    lists: set[type[Enum]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    keys: dict[str, "Shape"] = field(default_factory=dict)  # of an object
    objects: int = 0  # how often it was one
    items: "Shape | None" = None  # of a list

    def take(self, value: Any, key: str = "") -> None:
        """Learn from a value, as it was before it became plain JSON."""
        self.seen += 1
        match value:
            case Enum():
                self.lists.add(type(value))
            case datetime() | date():
                self.types.add(_FORMS[type(value)])
            case str():
                self.types.add("date-time" if key.endswith("_local") else "string")
                self.words.add(value)
            case Mapping():
                self.types.add("object")
                self.objects += 1
                for name, item in value.items():
                    self.keys.setdefault(str(name), Shape()).take(item, str(name))
            case Sequence():
                self.types.add("array")
                self.items = self.items or Shape()
                for item in value:
                    self.items.take(item, key)
            case _:
                self.types.add(_TYPES[type(value)])

    def add(self, other: "Shape") -> None:
        """Learn what was seen in another place of the same form."""
        self.seen, self.objects = self.seen + other.seen, self.objects + other.objects
        self.types |= other.types
        self.lists |= other.lists
        self.words |= other.words
        for key, shape in other.keys.items():
            self.keys.setdefault(key, Shape()).add(shape)
        if other.items is not None:
            self.items = self.items or Shape()
            self.items.add(other.items)

    @property
    def required(self) -> list[str]:
        """The keys that were always there."""
        return [key for key, shape in self.keys.items() if shape.seen == self.objects]

    @property
    def is_known(self) -> bool:
        """Whether more was seen than nothing, or an empty list."""
        if self.types <= {"null", "array"} and not self.lists:
            return self.items is not None and self.items.is_known
        return True
