"""What is sent and answered about sessions, tokens and one-time codes; a secret is written nowhere else."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, SecretStr, StringConstraints
from pydantic import Field as Described

from reviewflow.api.passkey_forms import SECRET, Password
from reviewflow.nouns.principal import InvitationKind, Method

PERSON, TOKEN_ID = "officer@example-lab-one.example", "5f3c9a1be07d4c28"
WHEN, LATER = "2026-11-20T14:00:00Z", "2027-02-18T14:00:00Z"

Mailbox = Annotated[str, StringConstraints(max_length=254)]
OneTimeCode = Annotated[SecretStr, Described(max_length=200)]
Organization = Annotated[str, StringConstraints(max_length=39)]


def _shape(**example: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class SignIn(BaseModel):
    """Who signs in, and his password."""

    model_config = _shape(mailbox=PERSON, password=SECRET)

    mailbox: Mailbox
    password: Password


class NewPassword(BaseModel):
    """The password that holds, and the one that shall."""

    model_config = _shape(current=SECRET, password=SECRET)

    current: Password
    password: Password


class Acceptance(BaseModel):
    """A one-time code and a password; the mailbox and the agency only where it is for the first administrator."""

    model_config = _shape(code="2345-6789-ABCD-EFGH-JKMN-PQRS-TUVW", password=SECRET, mailbox=None, organization=None)

    code: OneTimeCode
    password: Password
    mailbox: Mailbox | None = None
    organization: Organization | None = None


class NewToken(BaseModel):
    """A token's name, and how far it reaches: what is left out is as wide as its person."""

    model_config = _shape(
        name="release pipeline", verbs=["read", "review submit"], subjects=None, organizations=None, days=30
    )

    name: Annotated[str, StringConstraints(max_length=200)]
    verbs: Annotated[list[str], Described(max_length=200)] | None = None
    subjects: Annotated[list[Mailbox], Described(max_length=200)] | None = None
    organizations: Annotated[list[Organization], Described(max_length=200)] | None = None
    days: int | None = None


class Who(BaseModel):
    """The person who asks, and by what proof; and whether all here is made up, in which zone times are read."""

    model_config = _shape(
        ref=PERSON, name=PERSON, organization="example-lab-one", side="lab", roles=["officer"], powers=[],
        method="password", verbs=None, subjects=None, organizations=None, has_second_factor=False, proven_at=WHEN,
        is_simulation=False, time_zone="America/New_York",
    )  # fmt: skip

    ref: str
    name: str
    organization: str
    side: str
    roles: list[str]
    powers: list[str]
    method: Method
    verbs: list[str] | None
    subjects: list[str] | None
    organizations: list[str] | None
    has_second_factor: bool
    proven_at: datetime | None
    is_simulation: bool
    time_zone: str


class Opened(BaseModel):
    """A session; its cookie is in the header."""

    model_config = _shape(person=PERSON, id=TOKEN_ID, expires_at=WHEN, proven_at=WHEN)

    person: str
    id: str
    expires_at: datetime
    proven_at: datetime | None


class SessionShown(BaseModel):
    """A session that is live."""

    id: str
    method: Method
    has_second_factor: bool
    made_at: datetime
    seen_at: datetime
    proven_at: datetime
    expires_at: datetime
    agent: str
    is_current: bool


class Sessions(BaseModel):
    """The newest first."""

    model_config = _shape(items=[{
        "id": TOKEN_ID, "method": "password", "has_second_factor": False, "made_at": WHEN, "seen_at": WHEN,
        "proven_at": WHEN, "expires_at": WHEN, "agent": "", "is_current": True,
    }])  # fmt: skip

    items: list[SessionShown]


class Ended(BaseModel):
    """How many sessions were ended."""

    model_config = _shape(ended=2)

    ended: int


class Reach(BaseModel):
    """How far a token reaches; null: as far as its person."""

    verbs: list[str] | None
    subjects: list[str] | None
    organizations: list[str] | None = None  # of a token from before there was this limit


_TOKEN = {
    "id": TOKEN_ID, "name": "release pipeline", "made_at": WHEN, "expires_at": LATER,
    "scopes": {"verbs": ["read"], "subjects": None, "organizations": None}, "used_at": None,
}  # fmt: skip


class TokenShown(BaseModel):
    """A token that is live; `used_at` to the minute."""

    model_config = _shape(**_TOKEN)

    id: str
    name: str
    scopes: Reach
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


class TokenMade(TokenShown):
    """A new token; its secret is shown this once."""

    model_config = _shape(**_TOKEN, token="rfl_…")  # an example  # nosec B106

    token: str


class Tokens(BaseModel):
    """The newest first."""

    model_config = _shape(items=[_TOKEN])

    items: list[TokenShown]


class InvitationMade(BaseModel):
    """A one-time code, shown this once; `reset` where the person has a password already."""

    model_config = _shape(person=PERSON, kind="join", code="2345-6789-…", expires_at=WHEN)

    person: str
    kind: InvitationKind
    code: str
    expires_at: datetime


class Accepted(BaseModel):
    """Whose password was set; he signs in with it."""

    model_config = _shape(person=PERSON)

    person: str
