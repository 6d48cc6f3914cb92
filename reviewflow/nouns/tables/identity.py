"""Who comes through a door, and by what proof: no secret stands here, only digests of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reviewflow.nouns.columns import choice, document, instant, link, sequence
from reviewflow.nouns.principal import ChallengeKind, InvitationKind, Method


class Credential(SQLModel, table=True):
    """A person's password, as argon2id hashed it."""

    person: str = Field(primary_key=True, foreign_key="person.ref")
    password: str
    set_at: datetime = instant()


class Passkey(SQLModel, table=True):
    """A public key on an authenticator; `id` and `public_key` in base64url."""

    id: str = Field(primary_key=True)
    person: str = link("person.ref")
    name: str
    public_key: str
    sign_count: int = 0
    transports: Any = document(default=[])
    made_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
    removed_at: datetime | None = instant(nullable=True)


class OpenidLink(SQLModel, table=True):
    """Who at a provider is which person here."""

    __tablename__ = "openid_link"
    __table_args__ = (UniqueConstraint("issuer", "person", name="uq_openid_link_person"),)

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person: str = link("person.ref")
    made_at: datetime = instant()


class Session(SQLModel, table=True):
    """A sign-in; ended when `ended_at` is set, idle too long, or past `expires_at`."""

    __table_args__ = (Index("ix_session_person", "person"),)

    id: str = Field(primary_key=True)  # public: what its owner lists and ends
    digest: str = Field(unique=True)  # of the cookie
    person: str = link("person.ref")
    method: Method = choice(Method, "method")
    has_second_factor: bool = False
    made_at: datetime = instant()
    seen_at: datetime = instant()
    proven_at: datetime = instant()  # when its owner last gave a proof of presence
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    agent: str = ""  # the browser's name for itself, cut


class Token(SQLModel, table=True):
    """A key for programs; ended when `revoked_at` is set or past `expires_at`."""

    __table_args__ = (Index("ix_token_person", "person"),)

    id: str = Field(primary_key=True)
    digest: str = Field(unique=True)
    person: str = link("person.ref")
    name: str
    scopes: Any = document(default={})
    made_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)  # to the minute
    revoked_at: datetime | None = instant(nullable=True)


class Invitation(SQLModel, table=True):
    """A one-time code; without a person it makes the first administrator."""

    digest: str = Field(primary_key=True)
    kind: InvitationKind = choice(InvitationKind, "kind")
    person: str | None = link("person.ref", nullable=True)
    made_by: str
    made_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class CalendarLink(SQLModel, table=True):
    """The secret address of a person's calendar; one of a person is live."""

    __tablename__ = "calendar_link"
    __table_args__ = (
        Index(
            "uq_calendar_link_live",
            "person",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    digest: str = Field(primary_key=True)
    person: str = link("person.ref")
    made_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
    revoked_at: datetime | None = instant(nullable=True)


class SavedView(SQLModel, table=True):
    """The filters and the order of a person's queue, under a name of his; `query` as it stands in an address."""

    __tablename__ = "saved_view"

    person: str = Field(primary_key=True, foreign_key="person.ref")
    name: str = Field(primary_key=True)
    query: str
    made_at: datetime = instant()


class Challenge(SQLModel, table=True):
    """What was asked of somebody who is to prove something; answered once."""

    digest: str = Field(primary_key=True)
    kind: ChallengeKind = choice(ChallengeKind, "kind")
    person: str | None = link("person.ref", nullable=True)
    data: Any = document(default={})
    made_at: datetime = instant()
    expires_at: datetime = instant()


class Attempt(SQLModel, table=True):
    """Failures at a door, counted over all processes; `key` is a digest of what was tried and from where."""

    key: str = Field(primary_key=True)
    count: int = 0
    since_at: datetime = instant()
    until_at: datetime | None = instant(nullable=True)  # nothing is tried before


class Reading(SQLModel, table=True):
    """Who read what is confidential; never edited, never deleted."""

    __table_args__ = (Index("ix_reading_subject", "subject", "position"),)

    position: int | None = sequence()
    subject: str = link("subject.ref")
    person: str = link("person.ref")
    organization: str
    what: str  # the view, or document N
    door: str
    read_at: datetime = instant()
