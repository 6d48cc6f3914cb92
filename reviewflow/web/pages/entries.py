"""One thing of a register: its row in words, its parts, what hangs on it, its journal, and what may be done with it."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.api.door import app_of
from reviewflow.api.refs import tidied
from reviewflow.errors import Invalid
from reviewflow.nouns.paths import PLURALS, REGISTERS
from reviewflow.nouns.states import Kind
from reviewflow.web.door import Document, Known, see
from reviewflow.web.drawing.course import course
from reviewflow.web.faults import status_of
from reviewflow.web.pages.deeds import deeds
from reviewflow.web.pages.registers import BY_KIND
from reviewflow.web.pages.review_parts import receipt
from reviewflow.web.render import page

router = APIRouter()
CLOSED = ("released", "withdrawn")


def _halt(doc: Document) -> Document:
    """What was ordered and what was switched off, over time."""
    return {"drawing": course(doc["steps"], doc["now"])}


def _agreement(doc: Document) -> Document:
    """Each signature of it, with what was signed."""
    names = ("agreement_opened", "agreement_signed", "agreement_amended", "agreement_ended", "agreement_declined")
    signed = [one for one in doc["events"] if one["name"] in names or one["data"].get("signature")]
    return {"signed": signed}


def _model(doc: Document) -> Document:
    return {"has_open_review": any(one["state"] not in CLOSED for one in doc["reviews"])}


def _nothing(doc: Document) -> Document:
    return {}


_MORE: dict[Kind, Callable[[Document], Document]] = {
    Kind.HALT: _halt, Kind.AGREEMENT: _agreement, Kind.MODEL: _model,
}  # fmt: skip


def _page_of(kind: Kind) -> None:
    """The page of one of a kind."""

    def show(request: Request, ref: str, who: Known, done: str | None = None) -> Response:
        doc = see(request, kind.value, {"ref": tidied(ref)}, who)
        told = {
            "doc": doc, "row": doc["row"], "zone": doc["time_zone"], "register": BY_KIND[kind],
            "done": receipt(doc["events"], done, who.actor.ref), "deeds": deeds(kind, doc["possible"], doc["ref"]),
            "events": [{**one, "letters": []} for one in doc["events"]][::-1], **_MORE.get(kind, _nothing)(doc),
        }  # fmt: skip
        return page(request, f"entry-{kind.value}.html", told)

    router.add_api_route(f"/{PLURALS[kind]}/{{ref}}", show, methods=["GET"])


for _kind in REGISTERS:
    _page_of(_kind)


@router.get("/models/{ref}/release-check")
def release_check(request: Request, ref: str, who: Known, policy: str = "", digest: str = "") -> Response:
    """What stands on record before a release of the model; it approves nothing."""
    gates, error = app_of(request).settings.server.api.gates, None
    chosen = policy or "strict"
    try:
        doc = see(request, "release-check", _asked(ref, chosen, digest), who)
    except Invalid as fault:
        error, chosen = fault, "strict"
        doc = see(request, "release-check", _asked(ref, chosen, ""), who)
    told = {"doc": doc, "gates": list(gates), "policy": chosen, "digest": digest.strip(), "error": error}
    return page(request, "release-check.html", told, 200 if error is None else status_of(error))


def _asked(ref: str, policy: str, digest: str) -> Document:
    return {"ref": tidied(ref), "policy": policy, "digest": digest.strip() or None}
