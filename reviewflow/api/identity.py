"""What a person sees and changes of what opens doors: who he is, his sessions and tokens, invitations of others."""

from fastapi import APIRouter, Request

from reviewflow import clock
from reviewflow.api import identity_forms as forms
from reviewflow.api import openid, passkeys
from reviewflow.api.door import Known, app_of
from reviewflow.api.entrance import mine, open_doors
from reviewflow.api.gate import GatedRoute
from reviewflow.api.refs import tidied
from reviewflow.engine.identity import invitations, sessions, tokens
from reviewflow.engine.stage import Stage
from reviewflow.nouns.principal import Principal, Scopes
from reviewflow.store.database import reading

own = APIRouter(tags=["identity"], route_class=GatedRoute)


@own.get("/me", summary="Who you are.", operation_id="me")
def me(request: Request, who: Known) -> forms.Who:
    """The person behind a token or a session, and how far it reaches."""
    app = app_of(request)
    with reading(app.engine) as connection:
        actor = Stage(connection, app.settings).actor(who.person)
    reach = {name: None if scope is None else sorted(scope) for name, scope in vars(who.scopes).items()}
    return forms.Who(
        ref=actor.ref, name=actor.name, organization=actor.organization, side=str(actor.side),
        roles=sorted(actor.roles), powers=sorted(actor.powers), method=who.method, **reach,
        has_second_factor=who.has_second_factor, proven_at=who.proven_at, is_simulation=app.is_simulation,
        time_zone=app.settings.pin().policy.window.time_zone,
    )  # fmt: skip


@own.get("/me/sessions", summary="Your sessions.", operation_id="me_sessions")
def list_sessions(request: Request, who: Known) -> forms.Sessions:
    """Those that are live, the newest first."""
    app = app_of(request)
    found = sessions.sessions_of(app.engine, app.settings, who, who.person, clock.now())
    return forms.Sessions(items=[forms.SessionShown(**row) for row in found])


@own.delete("/me/sessions", summary="End your other sessions.", operation_id="me_sessions_end")
def end_other_sessions(request: Request, who: Known) -> forms.Ended:
    """All but the one that asks."""
    app = app_of(request)
    return forms.Ended(ended=sessions.end_all(app.engine, app.settings, who, who.person, clock.now()))


@own.delete("/me/sessions/{id}", summary="End a session of yours.", operation_id="me_session_end", status_code=204)
def end_session(request: Request, id: str, who: Known) -> None:
    """By its id, as the list has it."""
    app = app_of(request)
    sessions.end(app.engine, app.settings, who, who.person, id, clock.now())


@own.get("/me/tokens", summary="Your tokens.", operation_id="me_tokens")
def list_tokens(request: Request, who: Known) -> forms.Tokens:
    """Those that are live, the newest first."""
    return _tokens(request, who, who.person)


@own.post("/me/tokens", summary="Make a token.", operation_id="me_token_make", status_code=201)
def make_token(request: Request, body: forms.NewToken, who: Known) -> forms.TokenMade:
    """Asks for a session, since no token makes another, and for a fresh proof of presence."""
    app = app_of(request)
    named = (body.verbs, body.subjects, body.organizations)
    scopes = Scopes(*(None if names is None else frozenset(names) for names in named))
    made = tokens.make(app.engine, app.settings, who, body.name, scopes, body.days, clock.now())
    return forms.TokenMade(**made.row, token=made.secret)


@own.delete("/me/tokens/{id}", summary="Revoke a token.", operation_id="me_token_revoke", status_code=204)
def revoke_token(request: Request, id: str, who: Known) -> None:
    """One of your own, or as an administrator anybody's; it opens nothing from now on."""
    app = app_of(request)
    tokens.revoke(app.engine, app.settings, who, id, clock.now())


@own.get("/people/{ref}/tokens", summary="A person's tokens.", operation_id="person_tokens")
def list_tokens_of(request: Request, ref: str, who: Known) -> forms.Tokens:
    """Those that are live; for the person and for administrators."""
    return _tokens(request, who, tidied(ref))


@own.delete("/people/{ref}/sessions", summary="End a person's sessions.", operation_id="person_sessions_end")
def end_sessions_of(request: Request, ref: str, who: Known) -> forms.Ended:
    """All of them but the one that asks; for the person and for administrators."""
    app = app_of(request)
    return forms.Ended(ended=sessions.end_all(app.engine, app.settings, who, tidied(ref), clock.now()))


@own.post("/people/{ref}/invitation", summary="Invite a person.", operation_id="person_invite", status_code=201)
def invite(request: Request, ref: str, who: Known) -> forms.InvitationMade:
    """Makes a one-time code for a person who is on record, by an administrator who is there; it is shown this once."""
    app, person = app_of(request), tidied(ref)
    made = invitations.invite(app.engine, app.settings, who, person, clock.now())
    return forms.InvitationMade(person=person, kind=made.kind, code=made.code, expires_at=made.expires_at)


def _tokens(request: Request, who: Principal, person: str) -> forms.Tokens:
    app = app_of(request)
    found = tokens.tokens_of(app.engine, app.settings, who, person, clock.now())
    return forms.Tokens(items=[forms.TokenShown(**row) for row in found])


router = APIRouter()  # all of identity, as one flat list: who describes it looks at each route
for part in (open_doors, mine, own, passkeys.open_doors, passkeys.mine, openid.open_doors):
    router.routes.extend(part.routes)
