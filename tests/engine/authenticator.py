"""An authenticator in software: what a browser hands on when a passkey is made, and when it is used."""

import hashlib
import json
import os
from datetime import datetime
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers import bytes_to_base64url as text

from reviewflow.store.database import Engine, transaction
from reviewflow.store.identity import passkeys

RP_ID, ORIGIN = "reviews.example", "https://reviews.example"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags of the authenticator's data


class Authenticator:
    """One passkey (ES256) for one site; `is_verified` says whether it asked its owner for finger or PIN."""

    def __init__(self, rp_id: str = RP_ID, origin: str = ORIGIN, *, is_verified: bool = True) -> None:
        self.rp_id, self.origin, self.is_verified = rp_id, origin, is_verified
        self.id, self.count = os.urandom(16), 0
        self._secret = ec.generate_private_key(ec.SECP256R1())

    @property
    def key(self) -> str:
        """The public key: COSE, in base64url."""
        numbers = self._secret.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return text(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y}))

    def register(self, challenge: bytes) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`, without attestation."""
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + base64url_to_bytes(self.key)
        data = self._data(ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": text(self._client("webauthn.create", challenge))}
        return self._credential(response | {"attestationObject": text(attestation), "transports": ["internal"]})

    def answer(self, challenge: bytes) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`: a signature of the challenge."""
        self.count += 1
        data, client = self._data(), self._client("webauthn.get", challenge)
        signed = self._secret.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signed)}
        return self._credential(response)

    def proof(self, challenge: bytes) -> dict[str, Any]:
        """The same, as a signature keeps it."""
        return {"credential": self.answer(challenge), "rp_id": self.rp_id, "origin": self.origin}

    def _data(self, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.is_verified else 0) | more
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: bytes) -> bytes:
        said = {"type": kind, "challenge": text(challenge), "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = text(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def enrolled(engine: Engine, person: str, at: datetime) -> Authenticator:
    """A passkey of somebody, as if it had been made at a door."""
    made = Authenticator()
    row = {"id": text(made.id), "person": person, "name": "key", "public_key": made.key, "sign_count": 0}
    with transaction(engine) as connection:
        passkeys.add(connection, row | {"transports": [], "made_at": at, "used_at": None, "removed_at": None})
    return made
