"""Passkeys over HTTP: made, listed, renamed and removed by their owner, and what they are asked."""

from typing import Annotated

from fastapi import Path, Request, Response

from reviewflow import clock
from reviewflow.api import identity_forms as forms
from reviewflow.api import passkey_forms as shapes
from reviewflow.api.door import Known, app_of, cookie_of, site_of
from reviewflow.api.entrance import Guarded, give, open_router, own_router
from reviewflow.api.rates import address
from reviewflow.engine.identity import passkeys, second_factor

open_doors, mine = open_router(), own_router()
Id = Annotated[str, Path(description="The id, as the list has it.", examples=["3vEGHxVxQkyZ0v5Yb1nqPw"])]


@open_doors.post("/session/passkey", summary="Sign in: the passkey.", operation_id="session_passkey", status_code=201)
def complete(request: Request, response: Response, body: shapes.SecondFactor, _: Guarded) -> forms.Opened:
    """Opens the session of who was asked for his passkey when he signed in."""
    app = app_of(request)
    entered = second_factor.complete(
        app.engine, app.settings, site_of(request), body.passkey.model_dump(), address(request), clock.now(),
        agent=request.headers.get("user-agent", ""), former=cookie_of(request) or "",
    )  # fmt: skip
    return give(request, response, entered)


@mine.post("/prove/options", summary="Be asked for your passkey.", operation_id="me_prove_options")
def ask(request: Request, who: Known) -> shapes.Asked:
    """What a browser hands to its authenticator; the answer goes to `/me/prove`."""
    return shapes.Asked(**vars(second_factor.ask(app_of(request).engine, who, site_of(request), clock.now())))


@mine.post("/passkeys/options", summary="Begin to make a passkey.", operation_id="me_passkey_options")
def begin(request: Request, who: Known) -> shapes.Asked:
    """What a browser hands to its authenticator, for somebody who proved a moment ago that he is there."""
    app = app_of(request)
    return shapes.Asked(**vars(passkeys.begin(app.engine, app.settings, who, site_of(request), clock.now())))


@mine.post("/passkeys", summary="Make a passkey.", operation_id="me_passkey_make", status_code=201)
def register(
    request: Request, response: Response, body: shapes.NewPasskey, who: Known, _: Guarded
) -> shapes.PasskeyShown:
    """From now on you are asked for it when you sign in, and sign with it. Your other sessions are over."""
    app = app_of(request)
    row, entered = passkeys.register(
        app.engine, app.settings, who, site_of(request), body.name, body.credential.model_dump(), clock.now()
    )
    give(request, response, entered)
    return shapes.PasskeyShown(**row)


@mine.get("/passkeys", summary="Your passkeys.", operation_id="me_passkeys")
def list_passkeys(request: Request, who: Known) -> shapes.Passkeys:
    """In the order in which they were made."""
    return shapes.Passkeys(items=[shapes.PasskeyShown(**row) for row in passkeys.own(app_of(request).engine, who)])


@mine.patch("/passkeys/{id}", summary="Rename a passkey.", operation_id="me_passkey_rename")
def rename(request: Request, id: Id, body: shapes.Renamed, who: Known) -> shapes.PasskeyShown:
    """The name is for you alone."""
    return shapes.PasskeyShown(**passkeys.rename(app_of(request).engine, who, id, body.name))


@mine.delete("/passkeys/{id}", summary="Remove a passkey.", operation_id="me_passkey_remove", status_code=204)
def remove(request: Request, id: Id, who: Known) -> None:
    """Asks for a fresh proof of presence. Who has lost his last one asks an administrator for a new invitation."""
    app = app_of(request)
    passkeys.remove(app.engine, app.settings, who, id, clock.now())
