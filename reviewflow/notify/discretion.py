"""What a letter says on a channel that may not carry confidential text: all but the words that people wrote."""

import re
from dataclasses import replace
from enum import Enum
from typing import Any

from reviewflow.notify.block import Commands
from reviewflow.notify.matter import Matter
from reviewflow.nouns.events import RESCINDED

HIDDEN = "[confidential]"
NOTE = (
    f"{HIDDEN} stands for words that are on record. This channel is not marked as one that may carry confidential "
    "text. To read the whole letter:"
)
# What is chosen from a list or names somebody of the programme. Any other text is taken for somebody's own words, so
# that a new field is hidden until it is named here.
LISTED = frozenset({
    "acknowledged", "agency", "cause", "change", "consent", "determination", "domain", "if_missed", "kind", "lab",
    "meaning", "method", "notice", "outcome", "person", "policy", "preceded_by", "proposed_side", "release_kind",
    "released_stage", "second", "severity", "side", "silence", "stage", "state", "terms",
})  # fmt: skip
MADE_BY_US = frozenset({"deadline"})  # its reason and its basis are computed
# A date, an instant, a reference and a digest are no words, whatever they are called.
FACT = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?|[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{64}"
)
MAILBOX = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
WHO = frozenset({"grantee", "owner", "to"})  # a role mailbox, or an office in somebody's words


def discreet(matter: Matter) -> Matter:
    """The same event without anybody's words, and without the name of the model: its reference is the title."""
    row, subject = matter.row, matter.subject
    data = row["data"] if row["name"].endswith(RESCINDED) else _wordless(row["data"])
    parts = {table: rows if table in MADE_BY_US else _wordless(rows) for table, rows in subject.parts.items()}
    title = subject.row.get("model") or (matter.title if subject.row.get("lab") else subject.ref)
    return replace(
        matter,
        row={**row, "data": data},
        subject=replace(subject, row=_wordless(subject.row), parts=parts),
        title=title,
    )


def whole_letter(matter: Matter, letter_id: str) -> Commands:
    """Where the hidden words can be read."""
    return Commands(NOTE, [("", f"reviewflow --as {matter.person.ref} letter show {letter_id}")])


def _wordless(value: Any, key: Any = "") -> Any:
    if isinstance(value, dict):
        return {name: _wordless(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_wordless(inner, key) for inner in value]
    if not isinstance(value, str) or isinstance(value, Enum) or not value:
        return value
    return value if _is_fact(value, key) else HIDDEN


def _is_fact(value: str, key: Any) -> bool:
    if key in LISTED or str(key).endswith("_by") or FACT.fullmatch(value):
        return True
    return key in WHO and MAILBOX.fullmatch(value) is not None
