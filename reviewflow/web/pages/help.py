"""Help from what holds: problems, states and shortcuts for everybody, policies for who is signed in."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from reviewflow.api.door import anybody, cookie_of
from reviewflow.api.problems import PROBLEMS
from reviewflow.errors import NotFound, ReviewflowError
from reviewflow.nouns import meanings
from reviewflow.nouns.meanings import MEANINGS, SUBJECTS
from reviewflow.nouns.states import FINAL_STATES, SPINE, Kind
from reviewflow.nouns.subject import NEW
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.row import Row
from reviewflow.settings.documents import policy_from_document
from reviewflow.views.policy_words import ladder, rules
from reviewflow.web.door import Known, Reader, reader, see
from reviewflow.web.drawing.lifecycle import Move, command_of, condition, drawn, moves
from reviewflow.web.navigation import SHORTCUTS
from reviewflow.web.render import page

MISSING = "There is no such page."


def perhaps_known(request: Request) -> None:
    """Who is signed in keeps his navigation, and is counted for himself; everybody else by his address."""
    if cookie_of(request) is not None:
        with suppress(ReviewflowError):
            reader(request)
            return
    anybody(request)


router = APIRouter(prefix="/help", dependencies=[Depends(perhaps_known)])


@router.get("")
def show(request: Request) -> Response:
    """Where what is explained."""
    who: Reader | None = getattr(request.state, "reader", None)
    told = {
        "kinds": {kind: list(found) for kind, found in MEANINGS.items()}, "subjects": SUBJECTS,
        "problems": list(PROBLEMS.values()), "policies": see(request, "policies", who=who)["policies"] if who else [],
    }  # fmt: skip
    return page(request, "help.html", told)


@router.get("/shortcuts")
def show_shortcuts(request: Request) -> Response:
    """Every key that does something."""
    return page(request, "help-shortcuts.html", {"shortcuts": SHORTCUTS})


@router.get("/problems/{slug}")
def show_problem(request: Request, slug: str) -> Response:
    """What went wrong, and what to do about it."""
    if slug not in PROBLEMS:
        raise NotFound(MISSING)
    means, does = meanings.PROBLEMS[slug]
    told = {"problem": PROBLEMS[slug], "problems": list(PROBLEMS.values()), "means": means, "does": does}
    return page(request, "help-problem.html", told)


@router.get("/states/{kind}")
def show_kind(request: Request, kind: str) -> Response:
    """The whole lifecycle of a kind: a drawing, its states, and every move."""
    return page(request, "help-kind.html", _lifecycle(kind))


@router.get("/states/{kind}/{state}")
def show_state(request: Request, kind: str, state: str) -> Response:
    """What a state means, how one comes into it, what is done in it, and how it is left."""
    name = state.replace("-", "_")
    told = _lifecycle(kind, name)
    if name not in told["states"]:
        raise NotFound(MISSING)
    found: list[Move] = told["moves"]
    told |= {
        "state": name,
        "into": _by_row((one.row, one.source, one.why) for one in found if one.to == name and one.source != name),
        "out": _by_row((one.row, one.to, one.why) for one in found if one.source == name and not one.is_same),
        "within": _by_row((one.row, "", "") for one in found if one.source == name and one.is_same),
    }
    return page(request, "help-state.html", told)


def _by_row(found: Iterable[tuple[Row, str, str]]) -> list[tuple[Row, list[tuple[str, str]]]]:
    """Each command once, with the states at its other end and the condition of each."""
    rows: dict[int, tuple[Row, list[tuple[str, str]]]] = {}
    for row, other, why in found:
        ends = rows.setdefault(id(row), (row, []))[1]
        if (other, why) not in ends:
            ends.append((other, why))
    return list(rows.values())


def _lifecycle(kind: str, here: str = "") -> dict[str, Any]:
    if kind not in set(Kind):
        raise NotFound(MISSING)
    of = Kind(kind)
    states = MEANINGS[of]
    return {
        "kind": of, "about": SUBJECTS[of], "states": states, "moves": moves(TABLES[of]), "new": NEW,
        "rows": [(row, {(one.to, one.why): one for one in moves([row])}.values()) for row in TABLES[of]],
        "drawing": drawn(list(states), TABLES[of], here), "spine": SPINE if of is Kind.REVIEW else (),
        "final": FINAL_STATES if of is Kind.REVIEW else (), "command_of": command_of, "condition": condition,
        "a_kind": f"{'an' if of[0] in 'ao' else 'a'} {of}",
    }  # fmt: skip


@router.get("/policies/{id}")
def show_policy(request: Request, id: str, who: Known) -> Response:
    """The rules of a policy in words, with their source."""
    found = see(request, "policy", {"policy": id}, who)
    said = [*rules(policy_from_document(found["policy"]), found["calendar"])]
    told = {"doc": found, "rules": [*said, *ladder(found["policy"].get("escalation", ()))]}
    return page(request, "help-policy.html", told)
