"""The inbox: letters to the reader, each as it was written, and his word that he has it."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow.api.door import app_of
from reviewflow.api.moment import now_of
from reviewflow.engine import reach
from reviewflow.errors import Invalid, NotFound, Refused, ReviewflowError
from reviewflow.nouns.paths import PLURALS
from reviewflow.nouns.plural import plural
from reviewflow.store.refs import PREFIX
from reviewflow.web import letters
from reviewflow.web.door import Document, Known, Posted, Reader, inside, reader_anew, see
from reviewflow.web.faults import status_of
from reviewflow.web.paging import see_page
from reviewflow.web.render import page

router = APIRouter()
A_PAGE = 25
_KINDS = {prefix: kind for kind, prefix in PREFIX.items()}


@router.get("/inbox")
def show(request: Request, who: Known, open: str = "", after: str = "", acknowledged: str = "") -> Response:
    """The letters, the newest first; `open` are those that he has not acknowledged."""
    count = int(acknowledged) if acknowledged.isdecimal() and len(acknowledged) < 4 else 0
    return _shown(request, who, bool(open), after, f"{plural(count, 'letter')} acknowledged." if count else "")


def _shown(
    request: Request, who: Reader, asks: bool, after: str = "", said: str = "", error: ReviewflowError | None = None
) -> Response:
    doc, following = see_page(request, "inbox", {"open": asks}, who, A_PAGE, after)
    older = urlencode([*([("open", "yes")] if asks else []), ("after", following)]) if following else ""
    told = {
        "doc": doc,
        "is_open": asks,
        "is_first": not after,
        "titled": titled,
        "address_of": address_of,
        "older": older,
        "after": after,
        "said": said,
        "error": error,
    }
    return page(request, "inbox.html", told, 200 if error is None else status_of(error))


@router.post("/inbox/acknowledge")
def acknowledge_several(request: Request, given: Posted, who: Known) -> Response:
    """Each by itself, as one alone is; what fails is named, and the others are done."""
    reach.require(who.principal.scopes, "letter acknowledge")
    chosen = list(dict.fromkeys(given.get("here" if given.one("all") else "letter", [])))
    ids, asks, after, failed = chosen[:A_PAGE], bool(given.one("open")), given.one("after"), list[str]()
    for id in ids:
        try:
            app_of(request).acknowledge(id, who.principal.person, now_of(request), who.principal.scopes)
        except (Invalid, NotFound, Refused) as error:
            failed.append(f"Letter {id[:8]}: {' '.join(error.reasons)}")
    done = len(ids) - len(failed)
    if not ids:
        failed.append("No letter was chosen.")
    if more := len(chosen) - len(ids):
        failed.append(f"{plural(more, 'letter')} more: at most {A_PAGE} are acknowledged at once.")
    if failed:
        said = f"{plural(done, 'letter')} acknowledged." if done else ""
        return _shown(request, reader_anew(request), asks, after, said, Invalid(*failed))
    asked = [*([("open", "yes")] if asks else []), *([("after", after)] if after else []), ("acknowledged", str(done))]
    return RedirectResponse(f"/inbox?{urlencode(asked)}", 303)


@router.get("/inbox/{id}")
def read(request: Request, id: str, who: Known) -> Response:
    """One letter; that it was seen is noted with it."""
    doc = see(request, "letter", {"id": id}, who)
    told = {
        "doc": doc,
        "title": titled(doc),
        "address_of": address_of,
        "shown": letters.shown(doc["text"], "" if doc["acknowledged_at"] else doc["id"]),
    }
    return page(request, "letter.html", told)


@router.post("/inbox/{id}/acknowledge")
def acknowledge(request: Request, id: str, given: Posted, who: Known) -> Response:
    """Puts on record that it was received; once, however often it is pressed."""
    reach.require(who.principal.scopes, "letter acknowledge")
    found = app_of(request).acknowledge(id, who.principal.person, now_of(request), who.principal.scopes)
    return RedirectResponse(inside(given.one("back") or f"/inbox/{found['id']}"), 303)


def titled(letter: Document) -> tuple[str, str]:
    """What a letter tells, and of what; its reference stands beside it, and that all is made up above it."""
    said = str(letter["subject"]).removeprefix("[SIMULATION] ")
    for one in letter["subjects"]:
        said = said.removesuffix(f" ({one['ref']})")
    title, _, about = said.rpartition(" - ")
    return (title, about) if title else (about, "")


def address_of(ref: str) -> str:
    """The page of a subject: by what its reference begins with, or a person's, or an organization's."""
    kind = _KINDS.get(ref.partition("-")[0])
    if kind is not None:
        return f"/{PLURALS[kind]}/{ref}"
    return f"/people/{ref}" if "@" in ref else f"/organizations/{ref}"
