"""The file's name that comes in a Content-Disposition (RFC 6266), by the two charsets that RFC 8187 knows."""

import re
from urllib.parse import unquote

from reviewflow.errors import Invalid

_PARAMETER = re.compile(r""";\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)""", re.ASCII)
_CHARSETS = ("utf-8", "iso-8859-1")
_REMEDY = "Send it as filename*=UTF-8''name.pdf, or in the query as name."


def named(disposition: str | None) -> str:
    """The name, without folders; empty where there is none, Invalid where it cannot be read."""
    found = {name.lower(): value for name, value in reversed(_PARAMETER.findall(disposition or ""))}
    given = _extended(found["filename*"]) if "filename*" in found else _plain(found.get("filename", ""))
    return given.replace("\\", "/").rpartition("/")[2]


def _plain(value: str) -> str:
    """A path of Windows is written with single strokes all the same, so that only what must be is undone."""
    return re.sub(r'\\(["\\])', r"\1", value[1:-1]) if value.startswith('"') else value


def _extended(value: str) -> str:
    charset, *rest = value.strip('"').split("'", 2)
    if charset.lower() not in _CHARSETS or len(rest) < 2:
        raise Invalid("The name in Content-Disposition is neither in UTF-8 nor in ISO-8859-1.", remedy=_REMEDY)
    try:
        return unquote(rest[1], charset, "strict")
    except UnicodeDecodeError as error:
        raise Invalid(f"The name in Content-Disposition is not in {charset[:20]}.", remedy=_REMEDY) from error
