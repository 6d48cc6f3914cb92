"""Canonical bytes of a document (RFC 8785), so that both sides digest the same text."""

import hashlib
import json
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1  # the whole numbers that every reader of JSON has
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical(document: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; text, whole numbers, booleans, lists and objects only."""
    if _is_simple(document):  # nine in ten; the standard library is ten times as fast
        text = _ENCODER.encode(document)
        if text.isascii():  # other keys have an order of their own: by UTF-16
            return text.encode()
    return rfc8785.dumps(document)


def _is_simple(document: Any) -> bool:
    """Whether the two agree on it: no fractions, no numbers beyond what JSON has, and only names for keys."""
    kind = type(document)
    if kind is dict:
        return all(type(key) is str for key in document) and all(map(_is_simple, document.values()))
    if kind is list:
        return all(map(_is_simple, document))
    return kind in (str, bool, type(None)) or (kind is int and -_LARGEST <= document <= _LARGEST)


def digest(document: Any) -> str:
    """SHA-256 of the canonical bytes, 64 hex digits."""
    return hashlib.sha256(canonical(document)).hexdigest()
