"""What is drawn: tokens that tell their own typos, codes that survive being typed, and digests."""

import re
import string

from hypothesis import given
from hypothesis import strategies as st

from reviewflow.engine.identity import secrets
from reviewflow.store import refs

DATABASES = ("sqlite",)  # there is no database here
SIGNS = string.printable + "äß€\0\ud800"


def test_a_token_has_the_form_that_scanners_look_for() -> None:
    """rfl_, thirty random letters and digits, six of a checksum; no two are alike."""
    drawn = {secrets.draw_token() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(re.fullmatch(r"rfl_[0-9A-Za-z]{36}", token) and secrets.is_token(token) for token in drawn)
    assert len({token[4:34] for token in drawn}) == 1000


def test_every_single_wrong_sign_is_found() -> None:
    """Every other printable sign at every place, one left out, one doubled: none passes for a token."""
    token = secrets.draw_token()
    for at in range(len(token)):
        for sign in SIGNS:
            wrong = token[:at] + sign + token[at + 1 :]
            assert secrets.is_token(wrong) == (wrong == token), wrong
        assert not secrets.is_token(token[:at] + token[at + 1 :])
        assert not secrets.is_token(token[:at] + token[at] + token[at:])


@given(st.text(secrets.BASE62, min_size=30, max_size=30), st.integers(0, 35), st.sampled_from(secrets.BASE62))
def test_the_checksum_holds_for_any_body(body: str, at: int, sign: str) -> None:
    """Whatever was drawn, one changed sign is found, and so are two neighbours that changed places."""
    token = secrets.PREFIX + body + secrets._check(body)
    assert secrets.is_token(token)
    start = at + len(secrets.PREFIX)
    wrong = token[:start] + sign + token[start + 1 :]
    assert secrets.is_token(wrong) == (wrong == token)
    swapped = token[:start] + token[start + 1 : start + 2] + token[start] + token[start + 2 :]
    assert secrets.is_token(swapped) == (swapped == token)


@given(st.text(max_size=60))
def test_nothing_else_is_a_token(text: str) -> None:
    """And whatever is asked, there is an answer."""
    assert not secrets.is_token(text)
    assert re.fullmatch(r"[0-9a-f]{64}", secrets.digest(text))


@given(st.sampled_from(("upper", "lower", "title")), st.sampled_from(("-", "", " ", " - ")))
def test_a_code_is_read_however_it_is_typed(case: str, between: str) -> None:
    """In any case, with hyphens, blanks or neither."""
    code = secrets.draw_code()
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){6}[2-9A-HJKMNP-Z]{4}", code)
    typed = getattr(f" {between.join(code.split('-'))}\n", case)()
    assert secrets.tidy_code(typed) == code


def test_what_opens_doors_cannot_be_guessed() -> None:
    """A cookie has 256 bits, a token 178, a code 138."""
    assert len({secrets.draw_cookie() for _ in range(1000)}) == 1000
    assert all(len(secrets.draw_cookie()) >= 43 for _ in range(100))
    assert 62**secrets.RANDOM > 2**178
    assert len(refs.SIGNS) ** (secrets.CODE_GROUPS * secrets.CODE_GROUP) > 2**138
