"""Who asks: a token or a session makes a principal; nobody else comes in."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from reviewflow import clock
from reviewflow.api.rates import Rates
from reviewflow.app import App
from reviewflow.engine.identity import secrets, sessions, tokens
from reviewflow.engine.identity.questions import Site
from reviewflow.errors import Forbidden, Refused, Unauthenticated
from reviewflow.nouns.networks import is_here
from reviewflow.nouns.principal import Principal

COOKIE = "__Host-reviewflow"
PLAIN_COOKIE = "reviewflow"  # over plain http, where browsers keep no __Host- cookie
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def app_of(request: Request) -> App:
    """The installation."""
    found: App = request.app.state.app
    return found


def rates_of(request: Request) -> Rates:
    """This process's counters."""
    found: Rates = request.app.state.rates
    return found


def principal(request: Request) -> Principal:
    """Who asks; Unauthenticated where nobody is known, TooMany where he asks too much. Asked once a request.

    What may be a credential is looked up however much else came from its address; what is none, by its form alone, is
    not. TooMany is said instead of Unauthenticated to an address that was told so too often.
    """
    seen = request.state  # of this one request
    if not hasattr(seen, "principal"):
        rates = rates_of(request)
        try:
            found = _found(request)
        except (Unauthenticated, Forbidden, Refused):
            rates.in_vain(request)
            raise
        seen.principal = found
        rates.of_person(request, found.person)
    known: Principal = seen.principal
    return known


def anybody(request: Request) -> None:
    """For what is open to all: only counted."""
    rates_of(request).of_address(request)


Known = Annotated[Principal, Depends(principal)]


def _found(request: Request) -> Principal:
    app, now = app_of(request), clock.now()
    given = request.headers.get("authorization")
    if given is not None:
        scheme, _, secret = given.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise Unauthenticated("The header Authorization holds no Bearer token.")
        encrypted(request)
        return tokens.principal(app.engine, app.settings, secret.strip(), now)
    cookie = cookie_of(request)
    if cookie is None:
        raise Unauthenticated
    encrypted(request)
    same_origin(request)
    if not secrets.is_cookie(cookie):
        raise Unauthenticated(sessions.NOBODY, remedy=sessions.SIGN_IN)
    return sessions.principal(app.engine, app.settings, cookie, now)


def cookie_of(request: Request) -> str | None:
    """The secret of the session; the plain cookie counts only where the connection is plain."""
    name = COOKIE if request.url.scheme == "https" else PLAIN_COOKIE
    return request.cookies.get(COOKIE) or request.cookies.get(name)


def encrypted(request: Request) -> None:
    """Refused where what opens a door would cross a network in the clear."""
    if request.url.scheme != "https" and not is_here(request.url.hostname or ""):
        remedy = "Use https; behind a proxy, name it under [api] trusted_proxies in server.toml."
        raise Refused(
            "Passwords, sessions, tokens and secret addresses do not cross a network in the clear.", remedy=remedy
        )


def same_origin(request: Request) -> None:
    """Forbidden for an unsafe request that a browser was led to send by somebody else's page."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    is_ours = origin is None or origin == origin_of(request)
    if (site is None and origin is None) or site not in (None, "same-origin") or not is_ours:
        raise Forbidden(
            "The request does not come from our own pages, or does not say so.",
            remedy=f"A program that has a session's cookie sends `Origin: {origin_of(request)}` with it, "
            "or `Sec-Fetch-Site: same-origin`.",
        )


def site_of(request: Request) -> Site | None:
    """The address that passkeys are bound to; None where it is not configured, and this is not the machine's own."""
    is_known = bool(app_of(request).settings.server.api.public_url) or is_here(request.url.hostname or "")
    origin = origin_of(request)
    return Site(urlsplit(origin).hostname or "", origin) if is_known else None


def origin_of(request: Request) -> str:
    """Scheme, host and port by which others reach this server."""
    url = app_of(request).settings.server.api.public_url or str(request.base_url)
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
