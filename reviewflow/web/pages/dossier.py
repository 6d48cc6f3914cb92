"""The dossier of a review: all that is on record of it as one page to print, as PDF, and as the file that proves it."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.api.refs import tidied
from reviewflow.errors import NotNow
from reviewflow.rules.markings import ORDER, highest
from reviewflow.web import paper
from reviewflow.web.door import Document, Known, Reader, see
from reviewflow.web.render import Renderer, page
from reviewflow.web.writing import moment

EVENTS = 500  # of the journal on the page, the newest: a second of layout for 150 of them; the file has all
READS = 500  # of who read it, likewise the newest
LOOKS = 3
AGAIN = "Ask again in a minute."
router = APIRouter()


@router.get("/reviews/{ref}/dossier")
def show(request: Request, ref: str, who: Known) -> Response:
    """The whole review on one page."""
    return page(request, "dossier.html", {**_told(request, ref, who), "can_print": paper.is_there()})


@router.get("/reviews/{ref}/dossier.json")
def hand_out(request: Request, ref: str, who: Known) -> Response:
    """What `reviewflow verify` takes."""
    found = see(request, "dossier", {"ref": tidied(ref)}, who)
    return Response(_file(found), headers=_as_file(found["ref"], "json"), media_type="application/json")


@router.get("/reviews/{ref}/dossier.pdf")
def put_on_paper(request: Request, ref: str, who: Known) -> Response:
    """The page as PDF/A-3, with the file inside."""
    with paper.alone():  # before anything is read, so that no reading is noted of what nobody gets
        return _on_paper(request, ref, who)


def _on_paper(request: Request, ref: str, who: Reader) -> Response:
    told = _told(request, ref, who)
    found, renderer = told["dossier"], request.app.state.renderer
    assert isinstance(renderer, Renderer)
    made_at = moment(found["now"])
    assert made_at is not None
    text = renderer.text(request, "dossier-paper.html", told)
    about = f"The journal of {found['ref']} with all that it rests on, for `reviewflow verify`"
    try:
        made = paper.pdf(text, _name(found["ref"], "json"), about, _file(found), made_at)
    except paper.NoPress:
        return page(request, "dossier-no-pdf.html", {"ref": found["ref"], "extra": paper.EXTRA}, 501)
    return Response(made, headers=_as_file(found["ref"], "pdf"), media_type="application/pdf")


def _told(request: Request, ref: str, who: Reader) -> dict[str, Any]:
    """Everything of one version: where something was recorded while we looked, we look again."""
    asked = {"ref": tidied(ref)}
    for _ in range(LOOKS):
        dossier = see(request, "dossier", asked, who)
        doc, story = see(request, "review", asked, who), see(request, "timeline", asked, who)
        if dossier["chains"][0]["head"] == doc["head"] == story["head"]:
            break
    else:
        raise NotNow("The review is being changed at this moment; its dossier would mix two versions.", remedy=AGAIN)
    reads = see(request, "reads", asked, who)["reads"]
    events = story["events"]
    return {
        "dossier": dossier,
        "doc": doc,
        "zone": doc["policy"]["time_zone"],
        "why": see(request, "explanation", asked, who) if doc["window"] else None,
        "reads": reads[-READS:],
        "reads_left_out": max(0, len(reads) - READS),
        "events": events[-EVENTS:],
        "left_out": max(0, len(events) - EVENTS),
        "signed": _signed(dossier),
        "file": _name(dossier["ref"], "json"),
        **_marking(doc["documents"]),
    }


def _signed(dossier: Document) -> list[Document]:
    """Every signed text in the dossier."""
    events = {(event["subject"], event["seq"]): event for chain in dossier["chains"] for event in chain["events"]}
    return [
        {**one, **events[one["subject"], one["seq"]]["data"]["signature"]} for one in dossier["statements"]
    ]  # fmt: skip


def _marking(documents: list[Document]) -> dict[str, Any]:
    """The marking in the header and footer of each page, and what it was made of."""
    found = highest(one["marking"] for one in documents)
    short = " · ".join(found[:3]) + (f" · and {len(found) - 3} more" if len(found) > 3 else "")
    return {
        "marking": short or "NO MARKING ON RECORD",
        "markings": found,
        "order": ORDER,
        "marked": sum(bool(one["marking"]) for one in documents),
    }


def _file(dossier: Document) -> bytes:
    """As `reviewflow export --dossier` writes it."""
    return (json.dumps(dossier, ensure_ascii=False, indent=1) + "\n").encode()


def _name(ref: str, ending: str) -> str:
    return f"dossier-{ref}.{ending}"


def _as_file(ref: str, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{_name(ref, ending)}"'}
