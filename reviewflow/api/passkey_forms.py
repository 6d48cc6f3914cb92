"""What is sent and answered about passkeys and presence, as browsers write it; what they write besides is not kept."""

from datetime import datetime
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr, StringConstraints, model_validator
from pydantic import Field as Described

_KEY_ID = "3vEGHxVxQkyZ0v5Yb1nqPw"
_CHALLENGE = "mZ0fF0P6n3Gk5yq2bq8m4o3bq1X9d7tLr0wVxKcYh2A"
_WHEN = "2026-11-20T14:00:00Z"
Base64url = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[A-Za-z0-9_-]*={0,2}$")]
SECRET = "…"  # an example  # nosec B105
Password = Annotated[SecretStr, Described(max_length=1000, description="Exactly as it is; 12 to 128 characters.")]
Name = Annotated[str, StringConstraints(max_length=200)]
OPTIONS: Any = {
    "challenge": _CHALLENGE,
    "rpId": "reviews.example",
    "allowCredentials": [],
    "userVerification": "required",
}


class _Proof(Protocol):
    password: Any
    passkey: Any


P = TypeVar("P", bound=_Proof)


def one_proof(body: P) -> P:
    """Either of them, and not both."""
    if (body.password is None) == (body.passkey is None):
        raise ValueError("give either password or passkey")
    return body


class Answered(BaseModel):
    """What an authenticator signed."""

    clientDataJSON: Base64url
    authenticatorData: Base64url
    signature: Base64url


class Assertion(BaseModel):
    """The answer of `navigator.credentials.get`, as its `toJSON` writes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "id": _KEY_ID, "rawId": _KEY_ID, "type": "public-key",
        "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
    }]})  # fmt: skip

    id: Base64url
    rawId: Base64url
    type: Annotated[str, StringConstraints(pattern=r"^public-key$")]
    response: Answered


class Presence(BaseModel):
    """The password again, or what the passkey answered; one of them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"password": SECRET}]})

    password: Password | None = None
    passkey: Assertion | None = None

    _one = model_validator(mode="after")(one_proof)


class Attested(BaseModel):
    """What an authenticator says of a new key."""

    clientDataJSON: Base64url
    attestationObject: Base64url
    transports: Annotated[list[Annotated[str, StringConstraints(max_length=30)]], Described(max_length=20)] = []


class Attestation(BaseModel):
    """The answer of `navigator.credentials.create`, as its `toJSON` writes it."""

    id: Base64url
    rawId: Base64url
    type: Annotated[str, StringConstraints(pattern=r"^public-key$")]
    response: Attested


class NewPasskey(BaseModel):
    """A passkey's name, and the key itself."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{
        "name": "key in the safe",
        "credential": {
            "id": _KEY_ID, "rawId": _KEY_ID, "type": "public-key",
            "response": {"clientDataJSON": "e30", "attestationObject": "AA", "transports": ["usb"]},
        },
    }]})  # fmt: skip

    name: Name
    credential: Attestation


class Renamed(BaseModel):
    """Another name."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "key in the safe"}]})

    name: Name


class SecondFactor(BaseModel):
    """What the passkey answered."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"passkey": Assertion.model_config["json_schema_extra"]["examples"][0]}  # type: ignore[index]
    ]})  # fmt: skip

    passkey: Assertion


class Asked(BaseModel):
    """What a browser hands to its authenticator (PublicKeyCredential options in JSON), and until when it answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"options": OPTIONS, "expires_at": _WHEN}]})

    options: dict[str, Any]
    expires_at: datetime


_SHOWN: Any = {"id": _KEY_ID, "name": "key in the safe", "transports": ["usb"], "made_at": _WHEN, "used_at": None}


class PasskeyShown(BaseModel):
    """A passkey; of its key nothing is shown."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SHOWN]})

    id: str
    name: str
    transports: list[str]
    made_at: datetime
    used_at: datetime | None


class Passkeys(BaseModel):
    """In the order in which they were made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_SHOWN]}]})

    items: list[PasskeyShown]
