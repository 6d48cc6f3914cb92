"""Secrets that are drawn here: of cookies, tokens and one-time codes; each is kept only as a digest."""

import hashlib
import re
import secrets
import string
from zlib import crc32

from reviewflow.store.refs import SIGNS

PREFIX = "rfl_"  # by which scanners find a token that lies about
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM, CHECK = 30, 6  # signs of a token: 178 bits, and a CRC-32 in base 62
CODE_GROUPS, CODE_GROUP = 7, 4  # 138 bits, to be read from paper
COOKIE_BYTES = 32
_COOKIE = re.compile(r"[0-9A-Za-z_-]{43}", re.ASCII)  # so many signs are that many bytes in base 64
_TOKEN = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{RANDOM}}})([0-9A-Za-z]{{{CHECK}}})", re.ASCII)


def digest(secret: str) -> str:
    """What is kept of a secret that is too long to be guessed; a password is not, and has `passwords`."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def draw_id() -> str:
    """The public name of a session or token: it opens nothing."""
    return secrets.token_hex(8)


def id_under(person: str, key: str) -> str:
    """The public name of what a person makes once under a key."""
    return digest(f"{person} {key}")[:16]


def draw_cookie() -> str:
    """256 bits for a session."""
    return secrets.token_urlsafe(COOKIE_BYTES)


def is_cookie(text: str) -> bool:
    """Whether it has the form of one."""
    return _COOKIE.fullmatch(text) is not None


def draw_token() -> str:
    """A token, such as rfl_ and 36 letters and digits."""
    body = "".join(secrets.choice(BASE62) for _ in range(RANDOM))
    return f"{PREFIX}{body}{_check(body)}"


def is_token(text: str) -> bool:
    """Whether it was drawn as one: a CRC-32 finds every single wrong sign, and any run of four, without a database."""
    found = _TOKEN.fullmatch(text)
    return found is not None and _check(found[1]) == found[2]


def _check(body: str) -> str:
    rest, signs = crc32(body.encode()), ""
    for _ in range(CHECK):
        rest, sign = divmod(rest, len(BASE62))
        signs = BASE62[sign] + signs
    return signs


def draw_code() -> str:
    """A one-time code in groups, of signs that are not mistaken for each other."""
    groups = ("".join(secrets.choice(SIGNS) for _ in range(CODE_GROUP)) for _ in range(CODE_GROUPS))
    return "-".join(groups)


def tidy_code(text: str) -> str:
    """A code as it was drawn, however it was typed: in any case, with or without hyphens and blanks."""
    signs = "".join(text.upper().replace("-", " ").split())
    return "-".join(signs[at : at + CODE_GROUP] for at in range(0, len(signs), CODE_GROUP))
