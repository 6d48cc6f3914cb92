"""Who stands before a page, what is asked of it, and what a form brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import Depends, Request

from reviewflow.api.door import app_of, principal, same_origin
from reviewflow.api.entrance import guarded
from reviewflow.api.moment import now_of
from reviewflow.engine.stage import Stage
from reviewflow.errors import Invalid, UnsupportedMedia
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.principal import Method, Principal
from reviewflow.nouns.states import Role
from reviewflow.store.database import reading
from reviewflow.store.inbox import how_many_wait

FORM = "application/x-www-form-urlencoded"
FIELDS_AT_MOST = 500
Document = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """Somebody who is signed in, as a page needs to know him."""

    principal: Principal
    actor: Actor
    waiting: int = 0  # letters that he has not acknowledged; a token is told of none

    @property
    def is_lab(self) -> bool:
        """Whether he is of a lab."""
        return self.actor.side == "lab"

    def has(self, *roles: str) -> bool:
        """Whether he has one of the roles."""
        return any(Role(role) in self.actor.roles for role in roles)


def reader(request: Request) -> Reader:
    """Who asks, by his session; Unauthenticated where nobody is known."""
    who = principal(request)
    kept = request.state
    if not hasattr(kept, "reader"):
        app, is_token = app_of(request), who.method is Method.TOKEN
        with reading(app.engine) as connection:
            actor = Stage(connection, app.settings).actor(who.person)
            kept.reader = Reader(who, actor, 0 if is_token else how_many_wait(connection, actor.ref))
    found: Reader = kept.reader
    return found


def reader_anew(request: Request) -> Reader:
    """The same, after what he did has changed what waits for him."""
    kept = request.state
    del kept.reader
    return reader(request)


class Fields(dict[str, list[str]]):
    """What a form brought, every value as it was typed."""

    def one(self, name: str, default: str = "") -> str:
        """The value of a field, without the space around it."""
        return self.get(name, [default])[-1].strip()


async def fields(request: Request) -> Fields:
    """A form of our own page; Forbidden for one of somebody else's, UnsupportedMedia for what is none."""
    guarded(request)
    same_origin(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise UnsupportedMedia("That is no form.", remedy="Fill in the form of the page, and send that.")
    try:
        text = (await request.body()).decode()
        found = parse_qs(text, keep_blank_values=True, max_num_fields=FIELDS_AT_MOST, errors="strict")
    except ValueError as error:
        raise Invalid("The form cannot be read.", remedy="Load its page again, and fill it in once more.") from error
    return Fields({name: [value.replace("\r\n", "\n") for value in values] for name, values in found.items()})


Posted = Annotated[Fields, Depends(fields)]


def waiting(request: Request, given: Posted) -> Fields:
    """A form that waits behind the sign-in, or the proof to be there, that it turns out to need.

    It is sent once more after that, its `step` being "change"; its page shows it then, and does nothing.
    """
    kept = request.state
    kept.waiting = given
    return given


Waiting = Annotated[Fields, Depends(waiting)]
Known = Annotated[Reader, Depends(reader)]


def see(request: Request, view: str, asked: Mapping[str, object] | None = None, who: Reader | None = None) -> Document:
    """What the reader sees of a view now; every page shows such documents and nothing else of the record."""
    app, who = app_of(request), who or reader(request)
    return app.document(view, asked or {}, who.principal.person, instant_of(request), who.principal.scopes)


def instant_of(request: Request) -> datetime:
    """The one instant of all that a page shows."""
    kept = request.state
    if not hasattr(kept, "now"):
        kept.now = now_of(request)
    found: datetime = kept.now
    return found


def later(request: Request) -> None:
    """What is shown from here on is of now, since more was recorded."""
    kept = request.state
    kept.now = now_of(request)


def here(request: Request) -> str:
    """The address of the page itself, to come back to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def inside(address: str) -> str:
    """An address of our own pages, or the first page for whatever else it is: nobody is led away from here."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else address


def to_sign_in(address: str) -> str:
    """The sign-in page that leads back."""
    return "/sign-in" if address == "/" else f"/sign-in?next={quote(address, safe='/')}"


def to_prove(address: str) -> str:
    """The page at which one proves to be there, and that leads back."""
    return f"/me/prove?next={quote(address, safe='/')}"
