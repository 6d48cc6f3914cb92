"""One's own page: who one is here, how letters reach one, and all that opens doors in one's name."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from reviewflow import clock
from reviewflow.api.door import app_of
from reviewflow.engine.identity import own, passkeys, sessions, tokens
from reviewflow.nouns.contact import REMOVED, channels_from, preferences_from
from reviewflow.nouns.plural import plural
from reviewflow.rules.topics import TOPICS
from reviewflow.web.door import Document, Known, Posted, see
from reviewflow.web.render import page
from reviewflow.web.writing import at_clock

router = APIRouter(prefix="/me")


@router.get("")
def show(request: Request, who: Known, did: str = "", done: int = 0) -> Response:
    """All of it, on one page."""
    app, now = app_of(request), clock.now()
    doc = see(request, "person", {"ref": who.actor.ref}, who)
    told: dict[str, Any] = {
        "doc": doc,
        "home": see(request, "organization", {"ref": who.actor.organization}, who)["row"]["name"],
        "ways": own.ways_of(app.engine, who.principal),
        "passkeys": passkeys.own(app.engine, who.principal),
        "sessions": sessions.sessions_of(app.engine, app.settings, who.principal, who.actor.ref, now),
        "tokens": tokens.tokens_of(app.engine, app.settings, who.principal, who.actor.ref, now),
        "has_openid": bool(app.settings.server.openid.issuer),
        "clock": now,
        **_told_how(doc),
    }
    told["did"] = _said(did, told) or next((one["says"] for one in doc["events"] if one["seq"] == done), "")
    return page(request, "me.html", told)


def _said(did: str, told: Mapping[str, Any]) -> str:
    """What came of it as it is now, so that it is true whatever an address claims."""
    has_set_at, open_now, keys = told["ways"].password_set_at, len(told["sessions"]), len(told["passkeys"])
    match did:
        case "password" if has_set_at:
            at = at_clock(has_set_at, told["doc"]["time_zone"], told["clock"])
            return Markup("Your password was set {}.").format(at)
        case "passkey" | "renamed" if keys:
            return f"You have {plural(keys, 'passkey')} now; you are asked for one when you sign in."
        case "removed":
            return f"You have {plural(keys, 'passkey')} now; no other opens anything."
        case "ended" | "others":
            return "You are signed in here alone." if open_now == 1 else f"You have {plural(open_now, 'open session')}."
        case "revoked":
            return f"You have {plural(len(told['tokens']), 'token')} now; no other opens anything."
    return ""


def _told_how(doc: Document) -> dict[str, Any]:
    """Channels and wishes as they hold, and the form of the wishes filled in with them."""
    wishes = preferences_from(doc["row"]["preferences"])
    quiet = f"{wishes.quiet_from}-{wishes.quiet_to}" if wishes.quiet_from else "none"
    filled = {
        "cadence": wishes.cadence, "digest_at": wishes.digest_at, "digest_on": wishes.digest_on, "quiet": quiet,
        "time_zone": wishes.time_zone, "mute": wishes.muted or ("none",), "back": "/me",
    }  # fmt: skip
    channels = [one for one in channels_from(doc["row"]["channels"]) if one.disabled != REMOVED]
    return {"channels": channels, "wishes": wishes, "filled": urlencode(filled, doseq=True), "topics": sorted(TOPICS)}


@router.post("/sessions/{id}/end")
def end(request: Request, id: str, given: Posted, who: Known) -> Response:
    """One session of one's own; whoever ends the one in which he is signs in again."""
    app = app_of(request)
    sessions.end(app.engine, app.settings, who.principal, who.actor.ref, id, clock.now())
    return RedirectResponse("/sign-in" if id == who.principal.id else "/me?did=ended#sessions", 303)


@router.post("/sessions/end-others")
def end_others(request: Request, given: Posted, who: Known) -> Response:
    """All but this one."""
    app = app_of(request)
    sessions.end_all(app.engine, app.settings, who.principal, who.actor.ref, clock.now())
    return RedirectResponse("/me?did=others#sessions", 303)
