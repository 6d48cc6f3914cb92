"""A page of a list: as many rows as are asked for, after a place in its order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from reviewflow.errors import Invalid

Item = TypeVar("Item")
Place = tuple[Any, ...]  # of JSON values, the last of which is unique


@dataclass
class Page:
    """`after` is the place of the last row that is known; `next` is set to that of the page's last, if more follow."""

    limit: int
    after: Place | None = None
    next: Place | None = None
    is_cut: bool = False  # a list that forgot to be cut is a fault

    def take(self, found: Sequence[Item], place: Callable[[Item], Place]) -> list[Item]:
        """The page, of rows that were already found behind its place; one more than it holds where more follow."""
        self.is_cut = True
        shown = list(found[: self.limit])
        self.next = place(shown[-1]) if len(found) > len(shown) else None
        return shown

    def cut(self, rows: Sequence[Item], place: Callable[[Item], Place]) -> list[Item]:
        """The page of rows that stand in order of their places."""
        self.is_cut = True
        try:
            rest = [row for row in rows if self.after is None or place(row) > self.after]
        except TypeError as error:  # places of another list
            raise Invalid("The cursor is of another list.", remedy="Begin without a cursor.") from error
        return self.take(rest, place)
