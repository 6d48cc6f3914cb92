"""Canonical bytes of a document (RFC 8785), so that both sides digest the same text."""

import hashlib
from typing import Any

import rfc8785


def canonical(document: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; text, whole numbers, booleans, lists and objects only."""
    return rfc8785.dumps(document)


def digest(document: Any) -> str:
    """SHA-256 of the canonical bytes, 64 hex digits."""
    return hashlib.sha256(canonical(document)).hexdigest()
