"""What opens doors for one person, as he may see it himself: whether a password, which accounts; never a secret."""

from dataclasses import dataclass
from datetime import datetime

from reviewflow.engine.identity.authority import require_person
from reviewflow.nouns.principal import Principal
from reviewflow.store.database import Engine, reading
from reviewflow.store.identity import credentials, openid_links


@dataclass(frozen=True)
class Account:
    """One at a provider of OpenID, that is his since `made_at`."""

    issuer: str
    subject: str
    made_at: datetime


@dataclass(frozen=True)
class Ways:
    """`password_set_at` is None where he has no password."""

    password_set_at: datetime | None
    accounts: tuple[Account, ...]


def ways_of(engine: Engine, who: Principal) -> Ways:
    """Those of the person who asks; Forbidden for a token."""
    require_person(who)
    with reading(engine) as connection:
        set_at = credentials.set_at(connection, who.person)
        accounts = tuple(Account(**row) for row in openid_links.of_person(connection, who.person))
    return Ways(set_at, accounts)
