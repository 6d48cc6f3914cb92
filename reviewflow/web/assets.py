"""What every page needs beside itself: one sheet of styles, one script, one icon, each named by its digest."""

import hashlib
import re
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.errors import NotFound

TYPES = {
    "reviewflow.css": "text/css; charset=utf-8",
    "reviewflow.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOR_US = re.compile(rb"/\*.*?\*/\n?|(?<=\n)[ \t\n]+", re.DOTALL)
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
router = APIRouter()


@router.get("/static/{digest}/{name}")
def show(request: Request, digest: str, name: str) -> Response:
    """A file as it is in this version; one of another version is not there any more."""
    if name not in TYPES or digest != _digest(name):
        raise NotFound("There is no such file in this version.", remedy="Load the page again.")
    return Response(content(name), headers=_FOREVER, media_type=TYPES[name])


@cache
def content(name: str) -> bytes:
    """The bytes of a file; styles without their comments and indentation, which only we read."""
    found = (files("reviewflow.web") / "static" / name).read_bytes()
    return _FOR_US.sub(b"", found) if name.endswith(".css") else found


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(content(name)).hexdigest()[:16]


def address(name: str) -> str:
    """Where a file is; another address with every change, so that a browser may keep it for ever."""
    return f"/static/{_digest(name)}/{name}"
