"""JSON Schema of documents, part by part under names of their own, from the shapes that were seen and the columns."""

from collections.abc import Collection, Mapping
from enum import Enum, StrEnum
from typing import Any

from shapes import Shape
from sqlalchemy import JSON, Boolean, Column, Date, Integer
from sqlalchemy import Enum as Choice

from reviewflow.nouns.columns import UTCDateTime
from reviewflow.nouns.tables.index import DELIVERY, PARTS, ROWS

Schema = dict[str, Any]
Part = tuple[str, frozenset[str]]  # the key under which it stands, and its own
ANY = frozenset({"data", "sets", "copies", "Policy.policy", "Policy.calendar"})  # of a form that is told elsewhere
# By words that are no keys of a form.
MAPS = frozenset({"by_state", "in_states", "metrics", "help", "labels", "models"})
OWN = frozenset({"row", "parts", "entry"})  # says nothing without the name of its document
OPTIONAL = frozenset({"simulation"})  # not there where nothing is made up
UNSEEN = {"rescinded_by": "integer"}  # in a simulation nothing is dated back
_ALIKE = 3  # the columns that a part has at least in common with a table whose rows it shows
_SINGULARS = {"people": "person", "basis": "basis", "terms": "terms"}


class Schemas:
    """Every part of the documents; `unseen` are the places of which nothing is known."""

    def __init__(
        self, documents: Mapping[str, Shape], given: Mapping[tuple[str, str], str], own: Collection[str]
    ) -> None:
        """`documents` by their names; `given` names of parts, by document and key; `own` are the names of others."""
        self.documents, self.given = documents, given
        self.taken = {*documents, *own, *(one.__name__ for one in StrEnum.__subclasses__())}
        self.alike: dict[str, Shape] = {}  # what stands under a key elsewhere
        self.parts: dict[Part, Shape] = {}
        self.names: dict[Part, str] = {}
        self.made: dict[str, Schema] = {}
        self.unseen: list[str] = []
        for name, shape in documents.items():
            self._find_within(name, shape)

    def all(self) -> dict[str, Schema]:
        """By name, in the order of the alphabet."""
        for name, shape in self.documents.items():
            self.made[name] = self._object(name, shape)
        for part, shape in self.parts.items():
            self.made[self.names[part]] = self._object(self.names[part], shape)
        return dict(sorted(self.made.items()))

    def _find_within(self, document: str, shape: Shape) -> None:
        for key, inner in shape.keys.items():
            if inner.is_known:
                self.alike.setdefault(key, inner)
            self._find(document, key, inner)

    def _find(self, document: str, key: str, shape: Shape) -> None:
        """Name each part within; one of the same keys under the same key is the same part."""
        if shape.items is not None:
            self._find(document, singular(key), shape.items)
        if {key, f"{document}.{key}"} & (ANY | MAPS) or not shape.keys:
            return
        part = key, frozenset(shape.keys)
        if part not in self.parts:
            self.parts[part] = Shape()
            self.names[part] = self._name(document, key)
        self.parts[part].add(shape)
        self._find_within(document, shape)

    def _name(self, document: str, key: str) -> str:
        wanted = [camel(key)] * (key not in OWN) + [document + camel(key)]
        name = self.given.get((document, key)) or next(name for name in wanted if name not in self.taken)
        self.taken.add(name)
        return name

    def _object(self, name: str, shape: Shape) -> Schema:
        alike = _tables_like({*shape.keys, *(shape.keys["row"].keys if "row" in shape.keys else ())})
        found = {
            key: self._schema(f"{name}.{key}", key, self._known(key, inner), [t[key] for t in alike if key in t])
            for key, inner in shape.keys.items()
        }
        required = [key for key in shape.required if key not in OPTIONAL]
        return {"type": "object", "required": required, "properties": found}

    def _known(self, key: str, shape: Shape) -> Shape:
        """Where nothing or an empty list was seen: as it is elsewhere under this key."""
        if shape.is_known or key not in self.alike:
            return shape
        found = Shape()
        found.add(self.alike[key])
        found.types = found.types - {"null"} | shape.types
        return found

    def _schema(self, place: str, key: str, shape: Shape, columns: list[Column[Any]]) -> Schema:
        """What may stand in a place: what was seen there, and what its column may hold besides."""
        is_nullable = "null" in shape.types or any(one.nullable for one in columns if not isinstance(one.type, JSON))
        members = _members(shape, columns)
        types = shape.types - {"null", *(("string",) if members else ())}
        if not types and not members:
            types = {UNSEEN[key]} if key in UNSEEN else {_type_of(column) for column in columns}
        ways = [self._way(place, key, kind, shape) for kind in _plainest(types)]
        ways += [self._list(one) for one in members]
        if not ways:
            self.unseen.append(place)
        return _joined([*ways, *([{"type": "null"}] if is_nullable else ())])

    def _way(self, place: str, key: str, kind: str, shape: Shape) -> Schema:
        if kind in ("date", "date-time"):
            return {"type": "string", "format": kind}
        if kind == "array":
            assert shape.items is not None
            return {"type": "array", "items": self._schema(f"{place}[]", singular(key), shape.items, [])}
        if kind != "object":
            return {"type": kind}
        if key in MAPS:
            values = Shape()
            for inner in shape.keys.values():
                values.add(inner)
            return {"type": "object", "additionalProperties": self._schema(f"{place}{{}}", key, values, [])}
        if {key, place} & ANY or not shape.keys:
            return {"type": "object", "additionalProperties": True}
        return _ref(self.names[key, frozenset(shape.keys)])

    def _list(self, members: type[Enum]) -> Schema:
        self.made[members.__name__] = {"type": "string", "enum": [member.value for member in members]}
        return _ref(members.__name__)


def camel(key: str) -> str:
    """A key as the name of a type."""
    return "".join(word.capitalize() for word in key.split("_"))


def singular(name: str) -> str:
    """What one in a list is called."""
    if name in _SINGULARS:
        return _SINGULARS[name]
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _tables_like(keys: Collection[str]) -> list[dict[str, Column[Any]]]:
    """The columns of the tables whose rows these keys show, as far as can be told: those with the most in common."""
    parts = [table for tables in PARTS.values() for table in tables.values()]
    tables = [{column.name: column for column in table.columns} for table in (*ROWS.values(), *parts, DELIVERY)]
    most = max(len(table.keys() & keys) for table in tables)
    return [table for table in tables if len(table.keys() & keys) == most >= _ALIKE]


def _members(shape: Shape, columns: list[Column[Any]]) -> list[type[Enum]]:
    """The closed lists from which every word is that was seen."""
    lists = set(shape.lists)
    if shape.words:
        of_columns = {column.type.enum_class for column in columns if isinstance(column.type, Choice)}
        known = {one for one in of_columns if one and shape.words <= {member.value for member in one}}
        lists = lists | known if len(known) == 1 else set()
    return sorted(lists, key=lambda one: one.__name__)


def _type_of(column: Column[Any]) -> str:
    kinds = {UTCDateTime: "date-time", Date: "date", Boolean: "boolean", Integer: "integer", JSON: "array"}
    return next((name for kind, name in kinds.items() if isinstance(column.type, kind)), "string")


def _plainest(types: set[str]) -> list[str]:
    """A text is any text where some were none of a format, and a whole number is a number."""
    if "string" in types:
        types = types - {"date", "date-time"}
    return sorted(types - {"integer"} if "number" in types else types)


def _joined(ways: list[Schema]) -> Schema:
    if len(ways) < 2:
        return ways[0] if ways else {}
    if all("type" in way and len(way) == 1 for way in ways[1:]) and "type" in ways[0]:
        return {**ways[0], "type": [way["type"] for way in ways]}
    return {"anyOf": ways}
