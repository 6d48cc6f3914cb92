"""Is a command well formed: every text there, none over-long, nothing that a terminal or a letter would choke on."""

import unicodedata
from dataclasses import fields
from typing import Any

from reviewflow.errors import Invalid
from reviewflow.nouns.commands.form import SHORT_TEXT, Command

_CONTROL = frozenset({"Cc", "Cs"})
_UNSEEN = frozenset({"Cf", "Cn", "Co", "Zl", "Zp"})  # they turn a text round, or stand in it as nothing


def check(command: Command) -> None:
    """Invalid with every fault, each naming its field."""
    faults = [fault for field in fields(command) for fault in _faults(field, getattr(command, field.name))]
    if faults:
        raise Invalid(*faults)


def _faults(field: Any, value: Any) -> list[str]:
    if not field.metadata:
        return []
    if isinstance(value, tuple):
        return [fault for item in value for fault in _faults(field, item)]
    if not isinstance(value, str):
        return []
    name, limit = field.name.replace("_", "-"), field.metadata["limit"]
    is_optional = value == field.default
    found = []
    if not value.strip() and not is_optional:
        found.append(f"{name} is empty; it is {field.metadata['help']}.")
    if len(value) > limit:
        found.append(f"{name} has {len(value):,} characters; at most {limit:,} are kept.")
    kept = "\n\t\r" if limit > SHORT_TEXT else ""  # a name or title is one line, and may stand in a letter's head
    if bad := _of(_CONTROL, value, kept):
        line = "" if kept else "; it is one line"
        found.append(f"{name} holds control characters ({bad}){line}; leave them out.")
    if field.metadata["seen"] and (bad := _of(_UNSEEN, value)):
        found.append(f"{name} holds characters that are not seen ({bad}); leave them out.")
    return found


def _of(categories: frozenset[str], value: str, kept: str = "") -> str:
    """The signs of some categories of Unicode, by their numbers."""
    return ", ".join(
        sorted({f"U+{ord(c):04X}" for c in value if unicodedata.category(c) in categories and c not in kept})
    )
