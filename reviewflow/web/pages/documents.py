"""Documents of a review: their bytes for those who see them, and the form by which another one comes in."""

import uuid
from functools import partial
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow.api import documents as door
from reviewflow.api.door import app_of, same_origin
from reviewflow.api.entrance import guarded
from reviewflow.api.moment import now_of
from reviewflow.api.refs import tidied
from reviewflow.api.transfers import Body
from reviewflow.engine.call import Call
from reviewflow.errors import Forbidden, Invalid, NotFound, NotNow, Refused, ReviewflowError, TooLarge, Unavailable
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.web.door import Fields, Known, Reader, inside, see
from reviewflow.web.faults import status_of, told
from reviewflow.web.forms.subject import HEAD, version_of
from reviewflow.web.forms.upload import FIELDS_AT_MOST, Upload
from reviewflow.web.render import page

router = APIRouter()
WRONG = (Refused, Invalid, Forbidden, NotFound, Unavailable)
AGAIN = "Send it again in a moment: what was done already is not done twice."
No = Annotated[int, Path(ge=1, le=10**6)]


@router.get("/reviews/{ref}/documents/{no}")
def show(request: Request, who: Known, ref: str, no: No) -> Response:
    """The bytes, always as a file to keep: nothing that somebody attached is ever shown as a page of ours."""
    return door.show(request, who.principal, ref, no)


@router.get("/reviews/{ref}/do/attach")
def ask(request: Request, who: Known, ref: str, back: str = "") -> Response:
    """The form: which file, how it is marked, and whether the other side may read it at once."""
    return _form(request, who, ref, Fields({"back": [back]}))


def ours(request: Request) -> None:
    """A form of our own page; Forbidden for one of somebody else's."""
    guarded(request)
    same_origin(request)


@router.post("/reviews/{ref}/do/attach", dependencies=[Depends(ours)])
async def attach(request: Request, who: Known, ref: str) -> Response:
    """Takes it in as it comes, encrypted and never whole in memory; refused, nothing of it stays."""
    announced, limit = request.headers.get("content-length", ""), _limit(request) * door.MIB
    if not announced.isdigit() or int(announced) > limit + FIELDS_AT_MOST:
        too_long = TooLarge(f"The document is longer than {_limit(request)} MiB.", remedy="Send less, or in parts.")
        return await anyio.to_thread.run_sync(_form, request, who, ref, Fields(), too_long)
    try:
        async with door.transfers(request).place(who.principal.person):
            body = Body(request)
            own = anyio.CapacityLimiter(1)  # so that it takes no thread from the rest
            return await anyio.to_thread.run_sync(_taken_in, request, who, ref, body, limiter=own)
    except NotNow as error:  # no place was free
        return await anyio.to_thread.run_sync(_form, request, who, ref, Fields(), error)


def _taken_in(request: Request, who: Reader, ref: str, body: Body) -> Response:
    from reviewflow.engine.documents.store import store

    app, given, now = app_of(request), Fields(), partial(now_of, request)
    try:
        upload = Upload(body, request.headers.get("content-type", ""))
        given = upload.fields
        upload.begin()
        label = AttachDocument(
            name=upload.name, media_type=upload.media_type, marking=given.one("marking"),
            shared=bool(given.one("shared")), size=0, digest="", blob="",
        )  # fmt: skip
        call = Call(
            tidied(ref), label, who.principal.person, None, None, given.one("key") or None, who.principal.method,
            who.principal.scopes, if_one_of=version_of(given.one("version")),
        )  # fmt: skip
        with app.caught_up(call, now):
            stored = store(app.engine, app.settings, call, upload, now)
    except WRONG as error:
        _leave(body)
        return _form(request, who, ref, given, told(request, error, AGAIN))
    app.stand(stored.at)
    if given.one("back"):
        back = inside(given.one("back"))
        return RedirectResponse(f"{back}{'&' if '?' in back else '?'}done={stored.done.seq}", 303)
    return RedirectResponse(f"/reviews/{stored.done.ref}?done={stored.done.seq}#documents", 303)


def _leave(body: Body) -> None:
    """Reads what is still to come, or a browser that sends it would not hear why it was refused."""
    try:
        while body.read(door.MIB):
            pass
    except ReviewflowError:
        return


def _limit(request: Request) -> int:
    return app_of(request).settings.server.documents.limit_mib


def _form(request: Request, who: Reader, ref: str, given: Fields, error: ReviewflowError | None = None) -> Response:
    doc = see(request, "review", {"ref": tidied(ref)}, who)
    key = given.one("key") if isinstance(error, Unavailable) else ""
    shown = {
        "doc": doc, "error": error, "marking": given.one("marking"), "shared": bool(given.one("shared")),
        "key": key or str(uuid.uuid4()), "version": f"{doc['version']}-{doc['head'][:HEAD]}", "limit": _limit(request),
        "zone": doc["policy"]["time_zone"], "back": inside(given.one("back")) if given.one("back") else "",
        "is_possible": any(one["verb"] == "attach" for one in doc["possible"]),
    }  # fmt: skip
    return page(request, "review-attach.html", shown, 200 if error is None else status_of(error))
