"""Documents at the door: bytes in and out as they are, a piece at a time."""

import json
import re
from base64 import b64encode
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse

from reviewflow.api import outcome
from reviewflow.api.commands import IfMatch, Key
from reviewflow.api.disposition import named
from reviewflow.api.door import Known, app_of
from reviewflow.api.examples import DIGEST, REFS
from reviewflow.api.frame import SECURITY
from reviewflow.api.gate import KnownRoute
from reviewflow.api.moment import At, now_of
from reviewflow.api.refs import tidied
from reviewflow.api.tags import tag, versions_asked
from reviewflow.api.transfers import Body, Transfers
from reviewflow.app import App
from reviewflow.engine.call import Call, Version
from reviewflow.errors import TooLarge
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.paths import API, LABEL, NOW, path_of
from reviewflow.nouns.states import Kind

BYTES = "application/octet-stream"
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


class Attached(outcome.CommandOutcome):
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
    call = Call(
        tidied(ref), label, who.person, None, None, idempotency_key, who.method, who.scopes,
        if_one_of=versions_asked(if_match),
    )  # fmt: skip
    async with transfers(request).place(who.person):
        own = anyio.CapacityLimiter(1)  # so that it takes no thread from the rest
        return await anyio.to_thread.run_sync(_attached, request, app, call, Body(request), limiter=own)


def _attached(request: Request, app: App, call: Call, body: Body) -> Response:
    from reviewflow.engine.documents.store import store

    now = partial(now_of, request)  # asked again once all of it is in
    with app.caught_up(call, now):
        stored = store(app.engine, app.settings, call, body, now)
    app.stand(stored.at)
    told = app.outcome(stored.done, call.actor, stored.at)
    headers = {NOW: told.pop("now"), "Location": f"{API}/reviews/{call.ref}/documents/{stored.no}"}
    told |= {"document": stored.no, "size": stored.size, "digest": stored.digest}
    answer = json.dumps(told, ensure_ascii=False).encode()
    headers["ETag"] = tag(answer, Version(stored.done.seq, stored.done.head))
    return Response(answer, 201, headers, media_type="application/json")


@router.get(
    f"{_PATH}/{{no}}", summary="A document's bytes.", operation_id="review_document", response_class=Response,
    responses={200: {
        "description": "Always an attachment; verified whole before.", "content": {BYTES: _BINARY},
        "headers": {LABEL: {"description": "What is on record of it, as JSON.", "schema": {"type": "string"}}},
    }},
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
        LABEL: json.dumps({key: found.row[key] for key in ("no", "name", "media_type", "marking", "size", "digest")}),
        NOW: now.isoformat().replace("+00:00", "Z"),
    }
    return StreamingResponse(found.pieces, headers=headers, media_type=BYTES)


def takes_long_bodies(path: str) -> bool:
    """Whether it is an address that counts its bytes for itself."""
    return re.fullmatch(rf"{API}/reviews/[^/]+/documents", path) is not None


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", BYTES).partition(";")[0].strip().lower()


def _announced(request: Request, app: App) -> None:
    """TooLarge before anything of it is read."""
    limit, announced = app.settings.server.documents.limit_mib, request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > limit * MIB:
        raise TooLarge(f"The document is longer than {limit} MiB.", remedy="Send less.")


def transfers(request: Request) -> Transfers:
    """Of this process and door; made where its loop runs."""
    kept = request.app.state
    if not hasattr(kept, "transfers"):
        kept.transfers = Transfers()
    found: Transfers = kept.transfers
    return found
