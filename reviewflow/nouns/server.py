"""How this installation runs: numbers and names, from `config/server.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewflow.nouns.gate import GATES


@dataclass(frozen=True)
class Smtp:
    """`security` is "starttls", "tls" (from the first byte) or "none"; `password` is the name of a secret."""

    host: str = "localhost"
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = ""


@dataclass(frozen=True)
class Pool:
    """Connections to PostgreSQL of one process; times in seconds."""

    size: int = 5
    statement_seconds: int = 30
    lock_seconds: int = 10
    idle_seconds: int = 60  # of a transaction in which nothing happens
    retry_seconds: int = 30  # how long a command waits for a lost connection to come back


@dataclass(frozen=True)
class Api:
    """The HTTP API. Rates are of one process and one minute; `gates` are the facts that a release check stops at."""

    public_url: str = ""  # as others reach it, such as https://reviews.example; empty: as they asked
    trusted_proxies: tuple[str, ...] = ()  # whose word on scheme and address is taken
    person_rate: int = 600  # requests of one person
    address_rate: int = 60  # requests of one address for what is open to all; as many that name somebody in vain
    body_bytes: int = 1_000_000
    grace_seconds: int = 20  # for what is being answered when the server is told to stop
    threads: int = 20  # requests that are worked on at once
    gates: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(GATES))


@dataclass(frozen=True)
class Identity:
    """How people and programs prove who they are. The cost of a password is argon2id's, by default OWASP's least."""

    argon2_passes: int = 2
    argon2_memory_kib: int = 19_456
    argon2_lanes: int = 1
    session_idle_minutes: int = 30
    session_hours: int = 12  # however busy
    presence_minutes: int = 5  # how long a proof of presence is fresh
    token_days: int = 90  # where its maker names none
    token_days_at_most: int = 365
    invitation_days: int = 7
    attempts: int = 5  # failures at one mailbox from one place before the next one waits
    attempts_of_a_place: int = 100  # at all mailboxes together
    longest_delay_seconds: int = 900
    attempts_forgotten_hours: int = 24


@dataclass(frozen=True)
class Documents:
    """Bytes at rest: the file of the key that opens all others; how long a document may be, and all of a review."""

    key: str = ""  # empty: beside an SQLite file
    limit_mib: int = 100
    review_mib: int = 2048


@dataclass(frozen=True)
class OpenId:
    """The provider that people may sign in with; an empty `issuer`: none. `client_secret` is the name of a secret."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""  # empty: a public client, which PKCE alone protects
    trusts_email: bool = False  # a verified address that is a person's mailbox is that person


@dataclass(frozen=True)
class Web:
    """The pages for people."""

    public_programme: bool = True  # /programme tells who is not signed in what is public record


@dataclass(frozen=True)
class Server:
    """Times in seconds; `channels` in the order in which copies are made."""

    poll_seconds: int = 60
    answer_days: int = 30  # how long it is known under an idempotency key what a command was answered
    catch_up_seconds: int = 3600  # what is recorded later than this goes into one catch-up letter
    channels: tuple[str, ...] = ("folder",)  # of everyone who has named none of his own
    confidential: tuple[str, ...] = ("folder",)  # those of them that may carry confidential text
    letters_folder: str = ""  # empty: beside an SQLite file, else in the user's folder of state
    lease_seconds: int = 300
    attempts: int = 8
    sender: str = "reviewflow@localhost"
    smtp: Smtp = field(default_factory=Smtp)
    send_seconds: int = 15  # the longest a channel may take for one letter
    allows_loopback: bool = False  # webhooks to this machine, over http too: for development
    secrets_folder: str = ""  # one file a secret; empty: $CREDENTIALS_DIRECTORY
    metrics_port: int = 0  # on 127.0.0.1, of `reviewflow run`; 0: none
    pool: Pool = field(default_factory=Pool)
    operator_signs: bool = False  # for others, at the command line of a real database; of a simulation always
    identity: Identity = field(default_factory=Identity)
    api: Api = field(default_factory=Api)
    openid: OpenId = field(default_factory=OpenId)
    documents: Documents = field(default_factory=Documents)
    web: Web = field(default_factory=Web)
