"""Canonical text is RFC 8785, whichever way it is written."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.ledger.canonical import canonical

LARGEST = 2**53 - 1
_plain = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(st.characters(codec="utf-8"))
_names = st.text(st.characters(codec="utf-8"), max_size=5)
_documents = st.recursive(_plain, lambda inner: st.lists(inner) | st.dictionaries(_names, inner))


@given(_documents)
def test_both_ways_write_the_same(document: Any) -> None:
    """Whatever is said, in whatever script."""
    assert canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize("document", [{"\ue000": 1, "😀": 2}, {"é": 1, "z": 2}, {"a": 1.0}, {"a": [1e21]}])
def test_what_the_short_way_would_write_otherwise(document: Any) -> None:
    """Keys that UTF-16 orders otherwise, and fractions."""
    assert canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize("document", [LARGEST + 1, {"a": [-(2**60)]}, {1: "a"}, "\ud800"])
def test_what_has_no_canonical_text_is_refused(document: Any) -> None:
    """Never written in a way that another reader reads otherwise."""
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(document)
