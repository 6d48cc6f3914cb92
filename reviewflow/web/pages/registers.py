"""The registers: everything but reviews as lists, and the front page from which one comes to them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.errors import Invalid
from reviewflow.nouns.paths import PLURALS, REGISTERS
from reviewflow.nouns.states import Kind
from reviewflow.views.registers import OF_NO_LAB, STATES
from reviewflow.web.door import Document, Known, Reader
from reviewflow.web.faults import status_of
from reviewflow.web.pages.choices import labs_of
from reviewflow.web.pages.deeds import deeds
from reviewflow.web.paging import see_page
from reviewflow.web.render import page

router = APIRouter()
A_PAGE = 50


@dataclass(frozen=True)
class Register:
    """What is said of a register: its name, what stands in it, and what fills it where it is empty."""

    kind: Kind
    name: str
    one: str
    says: str
    fills: str

    @property
    def path(self) -> str:
        return f"/{PLURALS[self.kind]}"


_ALL = (
    Register(Kind.MODEL, "Models", "model", "Model versions by their checkpoint digests, with releases and holders.",
             "An officer of a lab registers each version before its review is opened."),
    Register(Kind.AGREEMENT, "Agreements", "agreement", "Which lab takes part, with which agency, signed by whom.",
             "An agency opens the negotiation; it is in force once both sides have signed."),
    Register(Kind.HALT, "Halts", "halt", "Orders outside any review: what was ordered, and what was implemented.",
             "The office with the halt power orders one; conditions of its lift become commitments."),
    Register(Kind.COMMITMENT, "Commitments", "commitment", "What a lab agreed to do, who answers for it, and by when.",
             "Either side proposes one, and the other agrees to it."),
    Register(Kind.COVERAGE, "Coverage findings", "finding", "Whether a model is a covered frontier model.",
             "A lab asks, and the office with the coverage power files its finding; here stands a pointer to it."),
    Register(Kind.PARTNER, "Trusted partners", "partner", "Who may have a model at a stage before general release.",
             "Either side proposes a partner in a review, and the other agrees or refuses."),
    Register(Kind.ORGANIZATION, "Organizations", "organization", "Labs and agencies, with their names over time.",
             "Configuration brings those of the programme; an administrator adds others."),
    Register(Kind.PERSON, "People", "person", "Role mailboxes, the roles that each has, and how each is told.",
             "An administrator adds people of organizations that his office looks after."),
)  # fmt: skip
BY_KIND = {one.kind: one for one in _ALL}


@router.get("/registers")
def front(request: Request, who: Known) -> Response:
    """Every register with how much is in it, and what the reader may add."""
    found = []
    doc: Document = {}
    for one in _ALL:
        doc, _ = see_page(request, REGISTERS[one.kind], _asked(one.kind, "", ""), who, 1)
        found.append((one, doc["count"], deeds(one.kind, doc["possible"], "")))
    return page(request, "registers.html", {"doc": doc, "found": found})


def _asked(kind: Kind, state: str, lab: str) -> dict[str, object]:
    asked: dict[str, object] = {"state": state or None}
    return asked if kind in OF_NO_LAB else asked | {"lab": lab or None}


def _list(kind: Kind) -> None:
    """The page of one register."""
    register = BY_KIND[kind]

    def show(request: Request, who: Known, state: str = "", lab: str = "", after: str = "") -> Response:
        error = None
        try:
            doc, following = see_page(request, REGISTERS[kind], _asked(kind, state, lab), who, A_PAGE, after)
        except Invalid as fault:
            error, state, lab, after = fault, "", "", ""
            doc, following = see_page(request, REGISTERS[kind], _asked(kind, "", ""), who, A_PAGE)
        told = {
            "doc": doc, "register": register, "rows": doc[REGISTERS[kind]], "state": state, "lab": lab, "error": error,
            "deeds": deeds(kind, doc["possible"], ""), **_filters(request, who, kind),
            "is_first": not after, "following": following and _next(register, state, lab, following),
        }  # fmt: skip
        return page(request, "register.html", told, 200 if error is None else status_of(error))

    router.add_api_route(register.path, show, methods=["GET"])


def _filters(request: Request, who: Reader, kind: Kind) -> Document:
    states = [state.value for state in STATES[kind]]
    labs = [] if kind in OF_NO_LAB else labs_of(request, who)
    return {"states": states if len(states) > 1 else [], "labs": labs}


def _next(register: Register, state: str, lab: str, after: str) -> str:
    asked = {name: value for name, value in (("state", state), ("lab", lab)) if value}
    return f"{register.path}?{urlencode({**asked, 'after': after})}"


for _kind in BY_KIND:
    _list(_kind)
