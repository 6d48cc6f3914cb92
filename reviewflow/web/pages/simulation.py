"""What only a simulation has: a way in without a password, and a clock that can be moved."""

from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow import clock
from reviewflow.api.door import anybody, app_of, cookie_of
from reviewflow.api.entrance import give
from reviewflow.api.moment import now_of
from reviewflow.api.rates import address
from reviewflow.engine.identity import sessions
from reviewflow.engine.identity.authority import require_person
from reviewflow.engine.tick import tick
from reviewflow.errors import Invalid, NotFound
from reviewflow.nouns.networks import is_here
from reviewflow.nouns.principal import Method
from reviewflow.nouns.subject import Row
from reviewflow.store.database import reading, transaction
from reviewflow.store.identity import people
from reviewflow.web.door import Known, Posted, inside

router = APIRouter(dependencies=[Depends(anybody)])
_PASSED_ON = ("forwarded", "x-forwarded-", "x-real-ip", "via")  # what proxies write
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


def is_open(request: Request) -> bool:
    """Whether nobody needs to prove who he is: in a simulation, and on its own machine alone."""
    client = request.client.host if request.client else ""
    is_own = is_here(request.url.hostname or "") and is_here(client) and _is_direct(request)
    return app_of(request).is_simulation and is_own


def _is_direct(request: Request) -> bool:
    """Whether no proxy shows, which would ask from this machine for whoever asks it; browsers speak no HTTP/1.0."""
    public = urlsplit(app_of(request).settings.server.api.public_url).hostname
    is_passed_on = any(name.startswith(_PASSED_ON) for name in request.headers)
    return not is_passed_on and request.scope["http_version"] != "1.0" and (public is None or is_here(public))


def roles_for(request: Request) -> list[Row]:
    """Everybody who is in use, by organization; none where a way in needs a proof."""
    if not is_open(request):
        return []
    with reading(app_of(request).engine) as connection:
        return people.in_use(connection)


@router.get("/simulation/as/{mailbox}")
def enter(request: Request, mailbox: str, next: str = "/") -> Response:
    """Comes in as somebody of the simulation: whoever runs the machine vouches, and what is signed says so."""
    answer = RedirectResponse(inside(next), 303)
    give(request, answer, entered(request, mailbox))
    return answer


def entered(request: Request, mailbox: str) -> sessions.Entered:
    """Another session; NotFound where a way in needs a proof, or there is nobody of that name."""
    if not is_open(request) or mailbox not in [row["ref"] for row in roles_for(request)]:
        raise NotFound("There is no such page.")
    app = app_of(request)
    identity, agent = app.settings.server.identity, request.headers.get("user-agent", "")
    with transaction(app.engine) as connection:
        sessions.leave(connection, identity, cookie_of(request) or "", clock.now())
        return sessions.enter(
            connection, identity, mailbox, Method.OPERATOR, clock.now(), agent=agent, place=address(request)
        )


@router.post("/simulation/clock")
def move(request: Request, given: Posted, who: Known) -> Response:
    """Moves the clock on, and records all that was due until then."""
    app = app_of(request)
    require_person(who.principal)
    if not is_open(request):
        raise NotFound("There is no such page.")
    step = STEPS.get(given.one("by"))
    if step is None:
        raise Invalid("The clock moves by an hour, a day or a week.")
    now = app.now(now_of(request) + step)
    tick(app.engine, app.settings, app.senders(), now)
    app.stand(now)
    return RedirectResponse(inside(given.one("back")), 303)
