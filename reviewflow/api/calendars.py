"""The calendar that a phone subscribes to by a secret address, and how its owner makes and revokes that address."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from reviewflow import clock
from reviewflow.api.door import Known, anybody, app_of, encrypted, origin_of, site_of
from reviewflow.api.gate import GatedRoute
from reviewflow.api.tags import tag, unless_known
from reviewflow.engine import calendar_link, reach
from reviewflow.engine.identity.authority import require_presence
from reviewflow.errors import Refused
from reviewflow.nouns.paths import API
from reviewflow.nouns.plain import plain

ICAL = "text/calendar"
VERB = "calendar link"  # of a token's scopes


class Link(BaseModel):
    """What is known of a link; its address is told once, when it is made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"made_at": "2026-11-20T15:04:05Z", "used_at": None}]})

    made_at: str
    used_at: str | None


_URL = f"https://reviews.example{API}/calendar/SECRET.ics"


class NewLink(BaseModel):
    """The address, which is told this once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": _URL, "made_at": "2026-11-20T15:04:05Z"}]})

    url: str
    made_at: str


Secret = Annotated[str, Path(description="What was told once, when the link was made.", examples=["SECRET"])]
mine = APIRouter(prefix="/me/calendar-link", tags=["me"], route_class=GatedRoute)
feeds = APIRouter(prefix="/calendar", tags=["calendar"])
_EXAMPLE = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
_FEED = {"description": "The calendar.", "content": {ICAL: {"schema": {"type": "string"}, "example": _EXAMPLE}}}


@mine.get("", summary="Whether you have a calendar link.", operation_id="me_calendar_link", response_model=Link)
def show(request: Request, who: Known) -> dict[str, object]:
    """When it was made and last used; not its address, which nobody knows but its user."""
    if not reach.may_read(who.scopes):
        raise reach.out_of_reach(reach.READ)
    found: dict[str, object] = plain(calendar_link.link_of(app_of(request).engine, who.person))
    return found


@mine.post("", summary="Make your calendar link.", operation_id="me_calendar_link_make", status_code=201)
def make(request: Request, who: Known) -> NewLink:
    """A new secret address; one that you had is revoked. Whoever knows it sees your deadlines, and nobody's words.

    Asks for a session, and a fresh proof of presence: it outlives both.
    """
    require_presence(who, app_of(request).settings.server.identity, clock.now())
    if site_of(request) is None:  # else whoever asks would name the host, and a phone would go there for ever
        raise Refused(
            "The address at which the calendar is to be had is not known.",
            remedy="Write it as public_url under [api] in server.toml.",
        )
    made = calendar_link.make(app_of(request).engine, who.person, clock.now())
    return NewLink(url=f"{origin_of(request)}{API}/calendar/{made.secret}.ics", made_at=plain(made.made_at))


@mine.delete("", summary="Revoke your calendar link.", operation_id="me_calendar_link_revoke", status_code=204)
def revoke(request: Request, who: Known) -> None:
    """From now on the address answers as one that never was."""
    reach.require(who.scopes, VERB)
    calendar_link.revoke(app_of(request).engine, who.person, clock.now())


@feeds.get(
    "/{secret}.ics",
    summary="A calendar, by its secret address.",
    operation_id="calendar_feed",
    dependencies=[Depends(anybody), Depends(encrypted)],
    response_class=Response,
    responses={200: _FEED, 304: {"description": "As you have it."}},
)
def feed(request: Request, secret: Secret) -> Response:
    """The deadlines of the person who made the link. The same, byte for byte, until something changes."""
    app = app_of(request)
    text = calendar_link.calendar(app.engine, app.settings, secret, app.database, clock.now())
    return unless_known(request, text, ICAL, {"ETag": tag(text), "Cache-Control": "private, no-cache"})
