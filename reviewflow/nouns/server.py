"""How this installation runs: numbers and names, from `config/server.toml`."""

from dataclasses import dataclass, field


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
