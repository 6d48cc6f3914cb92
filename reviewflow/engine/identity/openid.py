"""The way in by OpenID: out to the provider and back in the same browser, and whose the account there is here."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from reviewflow import logs
from reviewflow.engine.identity import (
    attempts,
    challenges,
    invitations,
    provider,
    second_factor,
    secrets,
    sessions,
    ways,
)
from reviewflow.engine.identity.questions import Asked, Site
from reviewflow.errors import NotFound, Refused
from reviewflow.nouns.principal import ChallengeKind, Method, WayChange
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection, Engine, reading, transaction
from reviewflow.store.identity import openid_links as links
from reviewflow.store.identity import people


@dataclass(frozen=True)
class Started:
    """Where the browser goes, and the secret that it keeps meanwhile, without which nobody comes back in."""

    location: str
    cookie: str

    def __repr__(self) -> str:
        """Without either."""
        return "Started()"


@dataclass(frozen=True)
class Returned:
    """What a browser comes back with; `issuer` is whom the answer is from, where it says so."""

    code: str
    state: str
    issuer: str
    cookie: str

    def __repr__(self) -> str:
        """Without what opens anything."""
        return "Returned()"


def start(engine: Engine, settings: Settings, redirect: str, now: datetime, **invitation: str | None) -> Started:
    """Send a browser to the provider; with an `invitation` (what `invitations.held` gives) its person is linked."""
    openid = settings.server.openid
    if not openid.issuer:
        raise NotFound("There is no sign-in by OpenID here.", remedy="Sign in by password.")
    found, cookie = provider.discover(openid), secrets.draw_cookie()
    with transaction(engine) as connection:
        data = {"browser": secrets.digest(cookie), "invitation": invitation or None}
        state, _ = challenges.ask(connection, ChallengeKind.OPENID, None, now, **data)
    return Started(provider.location(openid, found, _errand(redirect, cookie, state, now), state), cookie)


def finish(
    engine: Engine, settings: Settings, back: Returned, redirect: str, place: str, now: datetime, *,
    site: Site | None = None, agent: str = "", former: str = "",
) -> sessions.Entered | Asked:  # fmt: skip
    """The session of who comes back from the provider; who has a passkey is asked for it first.

    Unauthenticated with one sentence for whatever does not hold: what was asked is used up either way.
    """
    asked, openid = challenges.answered(engine, ChallengeKind.OPENID, back.state, now), settings.server.openid
    if asked is None or not hmac.compare_digest(asked["data"]["browser"], secrets.digest(back.cookie)):
        raise provider.refused("another state or browser")
    found = provider.discover(openid)
    if (back.issuer or found.names_itself) and back.issuer != openid.issuer:
        raise provider.refused("the answer is from another issuer")
    if not back.code:
        raise provider.refused("no code")
    errand = _errand(redirect, back.cookie, back.state, asked["made_at"])
    claims = provider.claims(settings.server, found, errand, back.code, now)
    person = _person(engine, settings, claims, asked["data"]["invitation"], place, now)
    with transaction(engine) as connection:
        sessions.leave(connection, settings.server.identity, former, now)
        return second_factor.enter(
            connection, settings, site, person, Method.OPENID, now, agent=agent, place=place
        )  # fmt: skip


def _errand(redirect: str, cookie: str, state: str, began_at: datetime) -> provider.Errand:
    """Nonce and verifier are made from the browser's secret, so that none of them is kept here."""
    nonce, verifier = (
        hmac.new(cookie.encode("utf-8", "surrogatepass"), f"{what} {state}".encode("utf-8", "surrogatepass"), "sha256")
        for what in ("nonce", "verifier")
    )
    return provider.Errand(redirect, nonce.hexdigest(), verifier.hexdigest(), began_at)


def _person(engine: Engine, settings: Settings, claims: Row, invitation: Row | None, place: str, now: datetime) -> str:
    """Whose account it is; where he is invited, or his verified address is trusted, it becomes his."""
    issuer, subject = settings.server.openid.issuer, str(claims["sub"])
    if not (0 < len(subject) <= 255 and subject.isascii() and subject.isprintable()):
        raise provider.refused("a strange subject")

    def link(connection: Connection, person: str) -> None:
        if links.person_of(connection, issuer, subject) not in (None, person):
            raise Refused("This account at the provider is another person's here.", remedy="Use one of your own.")
        links.put(connection, issuer, subject, person, now)
        ways.changed(connection, settings, person, WayChange.OPENID_LINKED, person, now)
        logs.get().info("openid_linked", person=person, place=attempts.shown(place))

    if invitation is not None:
        return invitations.accept_with(engine, settings, invitation, link, place, now)
    with reading(engine) as connection:
        known = links.person_of(connection, issuer, subject)
        found = people.standing(connection, known or _mailbox(settings, claims))
        is_other = found is not None and known is None and links.is_linked(connection, issuer, found["ref"])
    if found is None or not found["is_active"] or is_other:
        raise provider.refused("nobody who is known")
    if known is None:
        with transaction(engine) as connection:
            link(connection, found["ref"])
    return str(found["ref"])


def _mailbox(settings: Settings, claims: Row) -> str:
    """The address that the provider vouches for, where its word is taken."""
    address = claims.get("email")
    is_trusted = settings.server.openid.trusts_email and claims.get("email_verified") is True
    return address.strip().lower() if is_trusted and isinstance(address, str) else ""
