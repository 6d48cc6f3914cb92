"""What a letter is made of, before it is written as text or as a page."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """Level 1 for what happened, 2 for a subject below it."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Table:
    """Labels and values; what has no value is left out."""

    pairs: Sequence[tuple[str, object]]
    least: int = 0  # the least width of a label in the text


@dataclass(frozen=True)
class Quotation:
    """Somebody's own words."""

    label: str
    words: str


@dataclass(frozen=True)
class Listing:
    """Numbered steps."""

    label: str
    items: Sequence[str]


@dataclass(frozen=True)
class Bullets:
    """Each item is some short paragraphs, the first of which says what it is."""

    items: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Commands:
    """Command lines to copy, each after what it does, if that is said."""

    intro: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Rule:
    """A line across."""


Block = Heading | Paragraph | Table | Quotation | Listing | Bullets | Commands | Rule
