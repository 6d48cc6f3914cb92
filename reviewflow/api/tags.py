"""Entity tags: version and head of a subject, and a digest of the very bytes; and what a caller has read of them."""

import re
from hashlib import sha256

from fastapi import Request
from fastapi.responses import Response

from reviewflow.engine.call import Version
from reviewflow.errors import Invalid, PreconditionMissing, Stale

ANY = "*"
SIGNS = 16  # of a digest in hex
_OURS = re.compile(rf'"(\d{{1,12}})(?:-([0-9a-f]{{{SIGNS}}})(?:-[0-9a-f]{{{SIGNS}}})?)?"')
_ONE = r'(?:W/)?"[^"]*"'
_LIST = re.compile(rf"[\s,]*{_ONE}(?:\s*,[\s,]*{_ONE})*[\s,]*")


def tag(body: bytes, version: Version | None = None) -> str:
    """A strong tag; If-Match compares version and head, If-None-Match the whole."""
    digest = sha256(body).hexdigest()[:SIGNS]
    return f'"{digest}"' if version is None else f'"{version.seq}-{version.head[:SIGNS]}-{digest}"'


def versions_asked(given: str | None) -> tuple[Version, ...]:
    """The versions that If-Match names, none for `*`. Nothing given, or what is no tag of ours, is refused.

    The bytes may differ by reader and by day while a subject stands still, so a tag's last part is not compared; its
    bare number is enough for who has nothing else. What is weak fits nothing (RFC 9110, 13.1.1).
    """
    if given is None:
        raise PreconditionMissing(
            "The header If-Match is missing.",
            remedy="Read the subject and send its ETag, so that nothing is overlooked.",
        )
    if given.strip() == ANY:
        return ()
    if not _LIST.fullmatch(given):
        raise Invalid("If-Match holds no ETag.", remedy='Send one such as "7-0123456789abcdef", several, or *.')
    found = [_OURS.fullmatch(one) for one in re.findall(_ONE, given)]
    versions = tuple(Version(int(one[1]), one[2] or "") for one in found if one)
    if not versions:  # good tags, and none that we ever gave for a subject
        raise Stale("If-Match names no version of this subject.", remedy="Read it again, and send its ETag.")
    return versions


def unless_known(request: Request, body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """The body, or 304 where the caller has it already; `headers` hold its ETag."""
    given = request.headers.get("if-none-match", "")
    known = {one.strip().removeprefix("W/") for one in given.split(",")}  # the comparison is weak: RFC 9110, 13.1.2
    if ANY in known or headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
