"""What is counted against those who guess, over all processes: each failure doubles a wait, and none is locked out.

The wait is that of one mailbox from one place, so that nobody can make another wait elsewhere; a place has a wider
limit of its own. An attempt counts before it is judged, so that many at once are not one; a success is taken off again.
"""

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil

from reviewflow import logs
from reviewflow.errors import TooMany
from reviewflow.nouns.plural import plural
from reviewflow.nouns.server import Identity
from reviewflow.nouns.subject import Row
from reviewflow.store.database import Connection, Engine, transaction
from reviewflow.store.identity import attempts

Keys = tuple[str, str]  # of what is tried from a place, and of the place


def begin(engine: Engine, limits: Identity, what: str, place: str, now: datetime) -> Keys:
    """Count an attempt at `what` from a network place; TooMany while one has to wait."""
    keys = _key("tried", network(place), what), _key("place", network(place))
    free = dict(zip(keys, (limits.attempts, limits.attempts_of_a_place), strict=True))
    with transaction(engine) as connection:
        rows = attempts.locked(connection, keys, now)
        until = max((row["until_at"] for row in rows if row["until_at"]), default=now)
        if until > now:
            logs.get().info("attempt_delayed", place=shown(place), until=until.isoformat())
            seconds = ceil((until - now).total_seconds())
            raise TooMany("There were too many attempts that failed.", remedy=_wait(seconds), retry_after=seconds)
        attempts.count(connection, [_counted(row, free[row["key"]], limits, now) for row in rows])
    return keys


def _counted(row: Row, free: int, limits: Identity, now: datetime) -> Row:
    is_past = now - row["since_at"] >= timedelta(hours=limits.attempts_forgotten_hours)
    count, since = (1, now) if is_past else (row["count"] + 1, row["since_at"])
    over = min(count - free, 30)  # two to this power is longer than any limit
    wait = timedelta(seconds=min(2 ** (over - 1), limits.longest_delay_seconds)) if over > 0 else None
    return {"key": row["key"], "count": count, "since_at": since, "until_at": now + wait if wait else None}


def succeeded(connection: Connection, limits: Identity, keys: Keys, now: datetime) -> None:
    """It was no failure: what was tried is forgotten, and the place has one less."""
    tried, place = keys
    attempts.forget(connection, tried)
    attempts.uncount(connection, place)
    attempts.tidy(connection, now - timedelta(hours=limits.attempts_forgotten_hours))


def network(place: str) -> str:
    """An address as it is counted: of IPv6 the network, since whoever has one address there has all of them."""
    try:
        address: IPv4Address | IPv6Address = ip_address(place)
    except ValueError:
        return place[:100]
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((int(address), 64), strict=False))
    return str(address)


def shown(place: str) -> str:
    """A place in a line of the log: the same for the same place, and no address."""
    return _key("place", network(place))[:12]


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _wait(seconds: int) -> str:
    return f"Wait {plural(seconds, 'second')}, then try again."
