"""Documents at the door: bytes in and out as they are, a piece at a time."""

import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from email.message import Message
from typing import Annotated, Any
from urllib.parse import quote

import anyio
from anyio.from_thread import run as in_loop
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.requests import ClientDisconnect

from reviewflow.api import outcome
from reviewflow.api.commands import IfMatch, Key
from reviewflow.api.door import Known, app_of
from reviewflow.api.examples import DIGEST, REFS
from reviewflow.api.frame import SECURITY
from reviewflow.api.gate import KnownRoute
from reviewflow.api.moment import At, now_of
from reviewflow.api.refs import tidied
from reviewflow.api.tags import tag, version_asked
from reviewflow.app import App
from reviewflow.engine.call import Call
from reviewflow.errors import Invalid, TooLarge
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.paths import API, NOW, path_of
from reviewflow.nouns.states import Kind

BYTES = "application/octet-stream"
STALL_SECONDS = 60  # of a sender who sends nothing
TRANSFERS = 4  # documents that come in at once, so that they leave threads to the rest
MIB = 1 << 20
_PATH = path_of(AttachDocument)
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7"}
Ref = Annotated[str, Path(description="The review's reference.", examples=[REFS[Kind.REVIEW]])]
No = Annotated[int, Path(description="The document's number, as the review lists it.", ge=1, le=10**6, examples=[1])]
Name = Annotated[
    str | None,
    Query(description="The file's name; default: as Content-Disposition says.", examples=["card.pdf"], max_length=200),
]
Marking = Annotated[str, Query(description="How it is marked.", examples=["PROPRIETARY"], max_length=200)]
Shared = Annotated[bool, Query(description="An agency's: let the lab read it at once.", examples=[False])]
Disposition = Annotated[
    str | None, Header(alias="Content-Disposition", description="With a filename.", examples=["attachment"])
]
router = APIRouter(tags=["reviews"], route_class=KnownRoute)


class Attached(outcome.Outcome):
    """What was recorded, and what is now on record of the document."""

    document: int
    size: int
    digest: str


def _described() -> dict[int | str, dict[str, Any]]:
    found = outcome.responses(AttachDocument)[200]
    example = {**found["content"]["application/json"]["example"], "document": 1, "size": 9, "digest": DIGEST}
    headers = {**found["headers"], "Location": {"description": "Where its bytes are.", "schema": {"type": "string"}}}
    content = {"application/json": {"example": example}}
    return {201: {"model": Attached, "description": "Done.", "headers": headers, "content": content}}


@router.post(
    _PATH, summary="Attach a document.", operation_id="review_attach", status_code=201, response_class=Response,
    responses=_described(), openapi_extra={"requestBody": {"required": True, "content": {BYTES: _BINARY}}},
)  # fmt: skip
async def attach(
    request: Request, who: Known, ref: Ref, name: Name = None, marking: Marking = "", shared: Shared = False,
    content_disposition: Disposition = None, if_match: IfMatch = None, idempotency_key: Key = None, at: At = None,
) -> Response:  # fmt: skip
    """The body is the document itself, of any media type; a lab's is for the review, an agency's its own until shared.

    Encrypted as it comes in; refused, nothing of it stays.
    """
    app = app_of(request)
    _announced(request, app)
    label = AttachDocument(
        name=name or named(content_disposition), media_type=_media_type(request), marking=marking, shared=shared,
        size=0, digest="", blob="",
    )  # fmt: skip
    version = version_asked(if_match)
    call = Call(tidied(ref), label, who.person, None, version, idempotency_key, who.method, who.scopes)
    body = Body(request)
    return await anyio.to_thread.run_sync(_attached, request, app, call, body, limiter=_limiter(request))


def _attached(request: Request, app: App, call: Call, body: "Body") -> Response:
    from reviewflow.engine.documents.store import store

    now = now_of(request)
    stored = store(app.engine, app.settings, call, body, now)
    app.stand(now)
    told = app.outcome(stored.done, call.actor, now)
    headers = {NOW: told.pop("now"), "Location": f"{API}/reviews/{call.ref}/documents/{stored.no}"}
    told |= {"document": stored.no, "size": stored.size, "digest": stored.digest}
    answer = json.dumps(told, ensure_ascii=False).encode()
    headers["ETag"] = tag(answer, stored.done.seq)
    return Response(answer, 201, headers, media_type="application/json")


@router.get(
    f"{_PATH}/{{no}}", summary="A document's bytes.", operation_id="review_document", response_class=Response,
    responses={200: {"description": "Always an attachment; verified whole before.", "content": {BYTES: _BINARY}}},
)  # fmt: skip
def show(request: Request, who: Known, ref: Ref, no: No, at: At = None) -> Response:
    """Who of an agency reads it is on record before it is sent. If it breaks off, what came is not the document."""
    from reviewflow.views.documents import open_document

    app, now = app_of(request), now_of(request)
    found = open_document(app.engine, app.settings, tidied(ref), no, who.person, now, app.door, who.scopes)
    digest = b64encode(bytes.fromhex(found.row["digest"])).decode()
    headers = {
        "Content-Length": str(found.row["size"]),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.row['name'], safe='')}",
        "Content-Security-Policy": f"{SECURITY['Content-Security-Policy']}; sandbox",
        "Digest": f"sha-256={digest}",
        "Repr-Digest": f"sha-256=:{digest}:",
        NOW: now.isoformat().replace("+00:00", "Z"),
    }
    return StreamingResponse(found.pieces, headers=headers, media_type=BYTES)


class Body:
    """A request's body as a file, read on another thread than the one on which it arrives."""

    def __init__(self, request: Request) -> None:
        self._pieces: AsyncIterator[bytes] = request.stream()
        self._left = b""

    def read(self, size: int = -1, /) -> bytes:
        """At the most `size` bytes; Invalid where the sender breaks off."""
        while not self._left:
            piece = in_loop(self._next)
            if piece is None:
                return b""
            self._left = piece
        piece, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return piece

    async def _next(self) -> bytes | None:
        try:
            with anyio.fail_after(STALL_SECONDS):
                return await anext(self._pieces, None)
        except (ClientDisconnect, TimeoutError) as error:
            raise Invalid("The body broke off.", remedy="Send it again.") from error


def takes_long_bodies(path: str) -> bool:
    """Whether it is an address that counts its bytes for itself."""
    return re.fullmatch(rf"{API}/reviews/[^/]+/documents", path) is not None


def named(disposition: str | None) -> str:
    """The file's name in a Content-Disposition (RFC 6266), without folders; empty where there is none."""
    head = Message()
    head["Content-Disposition"] = (disposition or "").replace("\r", "").replace("\n", "")
    return (head.get_filename() or "").replace("\\", "/").rpartition("/")[2]


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", BYTES).partition(";")[0].strip().lower()


def _announced(request: Request, app: App) -> None:
    """TooLarge before anything of it is read."""
    limit, announced = app.settings.server.documents.limit_mib, request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > limit * MIB:
        raise TooLarge(f"The document is longer than {limit} MiB.", remedy="Send less.")


def _limiter(request: Request) -> anyio.CapacityLimiter:
    kept = request.app.state
    if not hasattr(kept, "transfers"):
        kept.transfers = anyio.CapacityLimiter(TRANSFERS)
    found: anyio.CapacityLimiter = kept.transfers
    return found
