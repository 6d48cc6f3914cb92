"""A small but real OpenID provider on this machine: discovery, code with PKCE, signed tokens, and lies."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from reviewflow import clock

Row = dict[str, Any]
CLIENT, SECRET = "reviewflow", "a secret: of the client/and its provider"


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@dataclass
class Provider:
    """Who is signed in there is `account`; the lies are what a test makes it tell."""

    issuer: str = ""
    account: Row = field(default_factory=lambda: {"sub": "account-1", "email": "", "email_verified": True})
    lie: Callable[[Row], Row] = lambda claims: claims  # about the claims of its token
    about: Row = field(default_factory=dict)  # of itself
    algorithm: str = "RS256"
    answers: Row = field(default_factory=dict)  # beside the code, or in its place
    keeps_codes: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    codes: dict[str, Row] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def discovery(self) -> Row:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        found = {name: f"{self.issuer}/{place}" for name, place in places.items()}
        return {"issuer": self.issuer, **found, "response_types_supported": ["code"], **self.about}

    def authorize(self, asked: Row) -> str:
        """What the browser of who is signed in is sent back to."""
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert (asked["code_challenge_method"], asked["max_age"]) == ("S256", "60")
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], **self.answers})}"

    def token(self, form: Row, authorization: str) -> Row | None:
        """A token for a code, once, for the client that has the secret and the verifier; else None."""
        named = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        asked = self.codes.get(form["code"]) if self.keeps_codes else self.codes.pop(form["code"], None)
        made = hashlib.sha256(form["code_verifier"].encode()).digest()
        faults = {
            "client": [unquote(part) for part in named] != [CLIENT, SECRET],
            "code": asked is None,
            "redirect": asked is not None and asked["redirect_uri"] != form["redirect_uri"],
            "verifier": asked is not None and _base64url(made) != asked["code_challenge"],
        }
        if found := [name for name, is_so in faults.items() if is_so]:
            self.refusals += found
            return None
        assert asked is not None
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self.signed(asked["nonce"])}

    def signed(self, nonce: str) -> str:
        now = int(clock.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "auth_time": now, "nonce": nonce}
        told = self.lie({**claims, **self.account})
        if self.algorithm in ("none", "HS256"):
            head = {"alg": self.algorithm, "kid": "one"}
            said = ".".join(_base64url(json.dumps(part).encode()) for part in (head, told))
            signature = hmac.digest(self.key.as_pem(private=False), said.encode(), "sha256")  # its key is public
            return f"{said}.{_base64url(signature) if self.algorithm == 'HS256' else ''}"
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, told, self.signs_with or self.key)

    def keys(self) -> Row:
        return {"keys": [self.key.as_dict(private=False) | {"use": "sig"}]}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
            elif parts.path == "/keys":
                self._say(provider.keys())
            else:
                self._say(provider.discovery() if parts.path == "/.well-known/openid-configuration" else None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(provider.token(form, self.headers.get("Authorization", "")))

        def _say(self, document: Row | None) -> None:
            body = json.dumps(document or {"error": "invalid_grant"}).encode()
            self.send_response(200 if document else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    return Handler


@contextmanager
def provided() -> Iterator[Provider]:
    """A provider that answers on a port of its own."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
