"""What `tests/permissions.toml` declares: for an operation, somebody and a subject in a state, what is answered."""

import tomllib
from collections.abc import Collection
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from reviewflow.nouns.paths import PLURALS

FILE = Path("tests/permissions.toml")
KINDS = {plural: kind.value for kind, plural in PLURALS.items()}
STATEMENT = "/statement"  # of what is signed: for whoever may sign it
Row = dict[str, Any]


class Answer(StrEnum):
    """The class of an answer."""

    ALLOWED = "allowed"  #         done, or a guard objects to this one case
    REFUSED = "409"  #             not possible in this state
    NOT_ALLOWED = "403"
    NOT_THERE = "404"
    UNKNOWN = "401"


Cell = tuple[str, str, str, str, Answer, object]  # operation, subject, state, person, declared, answered
Done = set[tuple[str, str]]  # operation, and the word by which somebody might, and could


@cache
def table() -> Row:
    """The file."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def missing(operations: Collection[str]) -> tuple[list[str], list[str]]:
    """The operations without a row, and the rows without an operation."""
    rows = set(table()["operations"])
    return sorted(name for name in operations if name.removesuffix(STATEMENT) not in rows), sorted(
        rows - set(operations)
    )


def row(operation: str) -> Row:
    """The row of one operation; KeyError where nobody declared it."""
    found: Row = table()["operations"][operation.removesuffix(STATEMENT)]
    return found


def kind_of(operation: str) -> str:
    """The kind of subject that it is about; empty for none."""
    plural = operation.split("/")[1]
    is_about = "{ref}" in operation or "in" in row(operation)
    return str(row(operation).get("is", KINDS.get(plural, "") if is_about else ""))


def word_of(operation: str, words: Collection[str], among: str = "by") -> str:
    """The word by which somebody may; empty where several apply, so that nobody could say which of them it was."""
    asked = set(row(operation)[among].split())
    found = asked & {"anybody", "seers", *words}
    return found.pop() if len(found) == 1 else ""


def likes(operation: str, among: str = "by") -> set[tuple[str, str]]:
    """The operation with each word by which one may."""
    return {(operation, word) for word in row(operation)[among].split()}


def states(row: Row) -> set[str]:
    """Those in which it is possible, groups spelled out."""
    groups = table()["states"]
    return {state for word in row["in"].split() for state in groups.get(word, word).split()}


def expected(operation: str, words: Collection[str], state: str, *, is_seen: bool = True) -> Answer:
    """What is declared for somebody to whom these words apply; `is_seen` of what it names besides its subject."""
    declared, kind = row(operation), kind_of(operation)
    asked = set(declared["by"].split())
    if "everyone" in asked:
        return Answer.ALLOWED
    if "somebody" not in words:
        return Answer.UNKNOWN
    if "session" in asked:  # of whatever: a token opens no doors
        return Answer.NOT_ALLOWED
    is_there = state == "new" or not kind or sees(kind, words, state)
    if not (is_there and is_seen):
        return Answer.NOT_THERE
    if "out-of-use" in words or not asked & {"anybody", "seers", *words}:
        return Answer.NOT_ALLOWED
    return Answer.ALLOWED if "in" not in declared or state in states(declared) else Answer.REFUSED


def sees(kind: str, words: Collection[str], state: str = "") -> bool:
    """Whether a subject is there for somebody."""
    declared = table()["seen"]["draft" if state == "draft" else kind]
    return bool(set(declared.split()) & set(words))
