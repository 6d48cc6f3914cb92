"""The OpenID provider over HTTP: what it says of itself, the code for which it gives a token, and the token judged."""

import json
import ssl
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx

from reviewflow import logs
from reviewflow.errors import NotNow, Unauthenticated
from reviewflow.notify.secrets import secrets_of
from reviewflow.notify.senders import Undeliverable
from reviewflow.nouns.server import OpenId, Server
from reviewflow.settings.openid import is_safe

SECONDS, LONGEST = 10.0, 1_000_000  # of one exchange, and bytes of one answer
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
LEEWAY = 60  # seconds that clocks may differ
AGE = 60  # seconds: who proved himself to the provider longer ago does so again
NOT_SIGNED_IN = "The provider did not sign you in, or not as one who is known here."  # one sentence for all of these
BEGIN = "Begin again; if it stays so, ask an administrator for an invitation."


@dataclass(frozen=True)
class Provider:
    """Where it is asked for what."""

    authorization: str
    token: str
    keys: str
    names_itself: bool  # with each answer (RFC 9207)


@dataclass(frozen=True)
class Errand:
    """What one sign-in sends along, so that the answer is known to be to this question."""

    redirect: str
    nonce: str
    verifier: str
    began_at: datetime


def refused(why: str) -> Unauthenticated:
    """The answer to whoever comes back with what does not hold; why, only the log says."""
    logs.get().info("openid_refused", why=why)
    return Unauthenticated(NOT_SIGNED_IN, remedy=BEGIN)


def discover(openid: OpenId) -> Provider:
    """What the provider says of itself; Unavailable where it cannot be asked, or names another or an unsafe place."""
    from authlib.oidc.discovery import get_well_known_url

    said = _ask(partial(_client, openid), "GET", get_well_known_url(openid.issuer, external=True))
    if said.get("issuer") != openid.issuer:
        raise _unavailable("it names itself by another issuer than is configured")
    places = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(isinstance(place, str) and is_safe(place) for place in places):
        raise _unavailable("a place that it names is missing, or not safe")
    authorization, token, keys = map(str, places)
    return Provider(authorization, token, keys, said.get("authorization_response_iss_parameter_supported") is True)


def location(openid: OpenId, provider: Provider, errand: Errand, state: str) -> str:
    """Where the browser goes."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    return str(
        prepare_grant_uri(
            provider.authorization,
            openid.client_id,
            "code",
            redirect_uri=errand.redirect,
            scope="openid email",
            state=state,
            nonce=errand.nonce,
            code_challenge=create_s256_code_challenge(errand.verifier),
            code_challenge_method="S256",
            max_age=AGE,
        )
    )


def claims(server: Server, provider: Provider, errand: Errand, code: str, now: datetime) -> dict[str, Any]:
    """Who the provider says it is, for a code; Unauthenticated where what it gives does not hold."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    openid = server.openid
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": errand.redirect}
    asked |= {"code_verifier": errand.verifier, "client_id": openid.client_id}
    secret = _secret(server) if openid.client_secret else None
    given = _ask(partial(_client, openid, secret), "POST", provider.token, asked)
    keys = _ask(partial(_client, openid), "GET", provider.keys)
    try:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        token = jwt.decode(given["id_token"], KeySet.import_key_set(keys), registry=registry)  # type: ignore[arg-type]
        wanted = {name: {"essential": True, "value": value} for name, value in _wanted(openid)}
        params = {"nonce": errand.nonce, "client_id": openid.client_id, "access_token": given.get("access_token")}
        found = CodeIDToken(token.claims, token.header, wanted, params | {"max_age": AGE})
        found.validate(now=int(now.timestamp()), leeway=LEEWAY)
        proven_at = float(found["auth_time"])
    except Exception as error:
        raise refused(type(error).__name__) from error
    if proven_at < errand.began_at.timestamp() - AGE - LEEWAY:
        raise refused("proven too long ago")
    return dict(found)


def _wanted(openid: OpenId) -> list[tuple[str, str]]:
    return [("iss", openid.issuer), ("aud", openid.client_id)]


def _client(openid: OpenId, secret: str | None = None) -> httpx.Client:
    auth = None if secret is None else httpx.BasicAuth(quote(openid.client_id, safe=""), quote(secret, safe=""))
    trust = ssl.create_default_context()  # the system's authorities, or those of SSL_CERT_FILE
    return httpx.Client(auth=auth, timeout=SECONDS, follow_redirects=False, trust_env=False, verify=trust)


def _ask(client: Any, method: str, url: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    """One exchange; Unavailable where the provider fails, Unauthenticated where it refuses."""
    try:
        with client() as asked, asked.stream(method, url, data=form, headers={"Accept": "application/json"}) as answer:
            body = b""
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > LONGEST:
                    raise _unavailable("it answers too much")
            status = answer.status_code
        said = json.loads(body) if status == httpx.codes.OK else {}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _unavailable(type(error).__name__) from error
    if method == "POST" and 400 <= status < 500:
        raise refused(f"the provider answers {status}")
    if status != httpx.codes.OK or not isinstance(said, dict):
        raise _unavailable(f"it answers {status}, or no JSON object")
    return said


def _secret(server: Server) -> str:
    try:
        return secrets_of(server)(server.openid.client_secret)
    except Undeliverable as error:
        raise _unavailable(str(error)) from error


def _unavailable(why: str) -> NotNow:
    logs.get().warning("openid_provider_failed", why=why)
    return NotNow("The provider of OpenID cannot be asked now.", remedy="Try again, or sign in by password.")
