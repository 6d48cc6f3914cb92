"""Entity tags: the version of a subject and a digest of the very bytes; what was read, and whether it still is so."""

import re
from hashlib import sha256

from fastapi import Request
from fastapi.responses import Response

from reviewflow.errors import Invalid, PreconditionMissing, Stale

ANY = "*"
TAG = re.compile(r'"(\d{1,12})(?:-[0-9a-f]{16})?"')


def tag(body: bytes, version: int | None = None) -> str:
    """A strong tag; If-Match compares the version, If-None-Match the whole."""
    digest = sha256(body).hexdigest()[:16]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def version_asked(given: str | None) -> int | None:
    """The version that If-Match names; None for `*`. Nothing given, or what is no tag of ours, is refused."""
    if given is None:
        raise PreconditionMissing(
            "The header If-Match is missing.",
            remedy="Read the subject and send its ETag, so that nothing is overlooked.",
        )
    if given.strip() == ANY:
        return None
    found = TAG.fullmatch(given.strip())
    if found:
        return int(found[1])
    if re.fullmatch(r'(W/)?"[^"]*"', given.strip()):  # a good tag, and none that we ever gave for a subject
        raise Stale("If-Match names no version of this subject.", remedy="Read it again, and send its ETag.")
    raise Invalid("If-Match holds no single ETag.", remedy='Send one such as "7-0123456789abcdef", or *.')


def unless_known(request: Request, body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """The body, or 304 where the caller has it already; `headers` hold its ETag."""
    given = request.headers.get("if-none-match", "")
    known = {one.strip().removeprefix("W/") for one in given.split(",")}  # the comparison is weak: RFC 9110, 13.1.2
    if ANY in known or headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
