"""Administration: what wants a look, who is on record, which organizations, and codes by which people come in."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow import clock
from reviewflow.api.door import app_of
from reviewflow.api.refs import tidied
from reviewflow.engine.identity import invitations, sessions, tokens
from reviewflow.engine.identity.authority import require_presence
from reviewflow.errors import Forbidden, NotPresent, Refused
from reviewflow.nouns.plural import plural
from reviewflow.web.door import Document, Posted, Waiting, see
from reviewflow.web.faults import status_of
from reviewflow.web.pages.health import judged
from reviewflow.web.pages.keeping import Keeper, keeping

router = APIRouter(prefix="/admin")


@router.get("")
def show(request: Request, who: Keeper) -> Response:
    """What wants a look, and where everything is."""
    deliveries = see(request, "deliveries", who=who)
    people, organizations = see(request, "people", who=who), see(request, "organizations", who=who)
    policies = see(request, "policies", who=who)
    told = {
        "doc": people, "deliveries": deliveries, "people": people["people"], "policies": policies,
        "organizations": organizations["organizations"],
        "findings": [one for one in judged(request, see(request, "metrics", who=who)) if one.mark != "ok"],
    }  # fmt: skip
    return keeping(request, "admin.html", told)


@router.get("/people")
def show_people(request: Request, who: Keeper, state: str = "") -> Response:
    """Everybody by organization, or only those in use, or out of it."""
    doc = see(request, "people", {"state": state} if state in ("active", "inactive") else {}, who)
    names = {row["ref"]: row for row in see(request, "organizations", who=who)["organizations"]}
    groups = [(names.get(key, {"ref": key, "name": key, "side": ""}), list(rows)) for key, rows in _grouped(doc)]
    groups.sort(key=lambda one: (one[0]["side"] != "agency", one[0]["name"]))
    return keeping(request, "admin-people.html", {"doc": doc, "groups": groups, "state": state})


def _grouped(doc: Document) -> Any:
    return groupby(sorted(doc["people"], key=lambda row: str(row["organization"])), lambda row: row["organization"])


@router.get("/people/{ref}")
def show_person(request: Request, ref: str, who: Keeper, did: str = "", done: int = 0) -> Response:
    """One person: what he may, what opens doors in his name, and what may be done about it."""
    return _person(request, tidied(ref), who, did, done)


def _person(request: Request, ref: str, who: Keeper, did: str = "", done: int = 0, **more: Any) -> Response:
    app, now = app_of(request), clock.now()
    doc = see(request, "person", {"ref": ref}, who)
    ref = doc["ref"]
    told: dict[str, Any] = {"sessions": None, "tokens": None, "clock": now}
    try:
        told["sessions"] = sessions.sessions_of(app.engine, app.settings, who.principal, ref, now)
        told["tokens"] = tokens.tokens_of(app.engine, app.settings, who.principal, ref, now)
    except Forbidden:  # an auditor, or the administrator of another office, reads what is on record
        pass
    says = next((one["says"] for one in doc["events"] if one["seq"] == done), "")
    roles = urlencode({"roles": doc["row"]["roles"], "back": f"/admin/people/{ref}"}, doseq=True)
    told |= {"doc": doc, "did": _said(did, told) or says, "roles": roles, "error": None, **more}
    return keeping(request, "admin-person.html", told, 200 if not more.get("error") else status_of(more["error"]))


def _said(did: str, told: Mapping[str, Any]) -> str:
    """What came of it as it is now, so that it is true whatever an address claims."""
    parts = {"ended": ("sessions", "open session"), "revoked": ("tokens", "live token")}
    name, word = parts.get(did, ("", ""))
    return f"{plural(len(told[name]), word)} now." if name and told[name] is not None else ""


@router.get("/people/{ref}/invite")
def show_invitation(request: Request, ref: str, who: Keeper) -> Response:
    """What a code does, asked of who proved a moment ago that he is there."""
    require_presence(who.principal, app_of(request).settings.server.identity, clock.now())
    doc = see(request, "person", {"ref": tidied(ref)}, who)
    return keeping(request, "admin-invite.html", {"doc": doc})


@router.post("/people/{ref}/invite")
def invite(request: Request, ref: str, given: Waiting, who: Keeper) -> Response:
    """A one-time code, shown this once."""
    app, person = app_of(request), tidied(ref)
    if given.one("step") == "change":
        return show_invitation(request, ref, who)
    try:
        made = invitations.invite(app.engine, app.settings, who.principal, person, clock.now())
    except NotPresent:
        raise
    except (Forbidden, Refused) as error:
        return _person(request, person, who, error=error)
    return keeping(request, "admin-invited.html", {"made": made, "doc": see(request, "person", {"ref": person}, who)})


@router.post("/people/{ref}/sessions/end")
def end_sessions(request: Request, ref: str, given: Posted, who: Keeper) -> Response:
    """All of a person but the one that asks."""
    app, person = app_of(request), tidied(ref)
    sessions.end_all(app.engine, app.settings, who.principal, person, clock.now())
    return RedirectResponse(f"/admin/people/{person}?did=ended", 303)


@router.post("/people/{ref}/tokens/{id}/revoke")
def revoke(request: Request, ref: str, id: str, given: Posted, who: Keeper) -> Response:
    """One token of a person."""
    app = app_of(request)
    person = tokens.revoke(app.engine, app.settings, who.principal, id, clock.now())
    return RedirectResponse(f"/admin/people/{person}?did=revoked", 303)


@router.get("/organizations")
def show_organizations(request: Request, who: Keeper) -> Response:
    """Each with every name that it has borne, and what may be done."""
    doc = see(request, "organizations", who=who)
    entries: list[Mapping[str, Any]] = [
        see(request, "organization", {"ref": row["ref"]}, who) for row in doc["organizations"]
    ]
    entries.sort(key=lambda one: (one["row"]["side"] != "agency", one["row"]["name"]))
    return keeping(request, "admin-organizations.html", {"doc": doc, "entries": entries})
