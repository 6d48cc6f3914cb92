"""One TOML table as it is read: takes its keys, and notes every fault with file, key and remedy."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)
A_TIME = 'write a time of day such as "17:00"'
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
SAMPLES = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


class Fields:
    """The keys of one table; a method returns the value, or after a fault something of the right type.

    A key that is absent, or null in a JSON copy, has its default; without a default (None) it is required. Faults go
    into the list that is handed in, so that a reader of many tables can tell all of them at once.
    """

    def __init__(self, file: str, values: Mapping[str, Any], faults: list[str], table: str = "") -> None:
        self.file = file
        self.table = table
        self.faults = faults
        self._values = {key: value for key, value in values.items() if value is not None}
        self._known: list[str] = []

    def fault(self, key: str, problem: str, remedy: str) -> None:
        """Note one fault: a problem that completes "key ..." and what to write instead."""
        where = f"[{self.table}] {key}" if self.table else key
        self.faults.append(f"{self.file}: {where} {problem}; {remedy}{'' if remedy.endswith('?') else '.'}")

    def has(self, key: str) -> bool:
        """Whether the table has this key; asking makes it a known one."""
        self._known.append(key)
        return key in self._values

    def names(self, like: str, remedy: str) -> list[str]:
        """Every key of a table whose keys are names."""
        for key in self._values:
            if not re.fullmatch(like, key):
                self.fault(key, "cannot be a name here", remedy)
        return list(self._values)

    def text(self, key: str, default: str | None = None, *, like: str = "", remedy: str = "write some text") -> str:
        """Text that is not blank, and matches the pattern `like` where one is given."""
        value = self._typed(key, str, default, remedy)
        if self.has(key) and value is not None and not (re.fullmatch(like, value) if like else value.strip()):
            self.fault(key, f"cannot be {value!r}", remedy)
        return value or ""

    def clock(self, key: str, default: str | None = None, *, midnight: bool = False) -> str:
        """A local time "HH:MM"; "24:00" only where `midnight` says so."""
        value = self._typed(key, str, default, A_TIME)
        if value is not None and not CLOCK.fullmatch(value) and not (midnight and value == "24:00"):
            self.fault(key, f"cannot be {value!r}", A_TIME)
        return value or "00:00"

    def integer(self, key: str, default: int | None = None, *, at_least: int, at_most: int) -> int:
        value = self._typed(key, int, default)
        if value is not None and not at_least <= value <= at_most:
            self.fault(key, f"cannot be {value}", f"write a number from {at_least} to {at_most}")
        return at_least if value is None else value

    def boolean(self, key: str, default: bool) -> bool:
        value = self._typed(key, bool, default)
        return default if value is None else value

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """One of the closed choices of `kind`."""
        value = self._typed(key, str, default, f"choose one of {', '.join(kind)}")
        return self._one(key, value, kind) or default or next(iter(kind))

    def choices(self, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
        """A list of different choices of `kind`; empty where it is absent."""
        found = [self._one(key, value, kind) for value in self.texts(key)]
        return tuple(value for value in found if value is not None)

    def texts(self, key: str, *, like: str = r".*\S.*", remedy: str = "write a list of texts") -> tuple[str, ...]:
        """A list of different texts; empty where it is absent."""
        good: list[str] = []
        for item in self.items(key):
            if not isinstance(item, str) or not re.fullmatch(like, item):
                self.fault(key, f"cannot hold {item!r}", remedy)
            elif item in good:
                self.fault(key, f"holds {item!r} twice", "leave one of them out")
            else:
                good.append(item)
        return tuple(good)

    def items(self, key: str) -> list[Any]:
        """A list, whatever it holds; empty where it is absent."""
        return self._typed(key, list, []) or []

    def day(self, key: str) -> date | None:
        """A date, or its ISO text; None where it is absent."""
        return self.as_day(key, self._values[key]) if self.has(key) else None

    def as_day(self, key: str, value: object) -> date | None:
        """A value as a date; notes a fault and returns None where it is none."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.fault(key, f"cannot be {value!r}", "write a date such as 2026-07-02")
        return None

    def sub(self, key: str) -> "Fields | None":
        """A table within this one; None where it is absent."""
        found: dict[str, Any] | None = self._typed(key, dict, {})
        return Fields(self.file, found or {}, self.faults, key) if self.has(key) else None

    def finish(self) -> None:
        """Note every key that nobody took."""
        for key in self._values:
            if key not in self._known:
                near = get_close_matches(key, self._known, n=1)
                known = ", ".join(sorted(set(self._known)))
                remedy = f"did you mean {near[0]!r}?" if near else f"known keys are {known}"
                self.fault(key, "is not a known key", remedy)

    def _typed(self, key: str, kind: type, default: Any, remedy: str = "") -> Any:
        if not self.has(key):
            if default is None:
                self.fault(key, "is missing", remedy or f"write {SAMPLES[kind]}")
            return default
        value = self._values[key]
        if type(value) is not kind and not (kind is str and isinstance(value, str)):  # true is no 1
            self.fault(key, f"cannot be {value!r}", remedy or f"write {SAMPLES[kind]}")
            return default
        return value

    def _one(self, key: str, value: str | None, kind: type[Choice]) -> Choice | None:
        if value is None or value in list(kind):
            return None if value is None else kind(value)
        near = get_close_matches(value, [str(choice) for choice in kind], n=1, cutoff=0.75)
        remedy = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(kind)}"
        self.fault(key, f"cannot be {value!r}", remedy)
        return None
