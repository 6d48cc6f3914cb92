"""How much one person, or one address, may ask in a minute of one process."""

from dataclasses import dataclass
from math import ceil

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from reviewflow import clock
from reviewflow.errors import TooMany
from reviewflow.nouns.plural import plural
from reviewflow.nouns.server import Api


@dataclass(frozen=True)
class Rate:
    """What is left of a rate, and for how many seconds."""

    limit: int
    remaining: int
    reset: int


class Rates:
    """The counters of one process; those of sign-in are in the database, and count for all.

    What is open to all is counted apart from who names nobody or somebody in vain: neither takes anything from who is
    known, nor the second from who wants to sign in at the same address.
    """

    def __init__(self, api: Api) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._person = RateLimitItemPerMinute(api.person_rate, namespace="person")
        self._open = RateLimitItemPerMinute(api.address_rate, namespace="open")
        self._in_vain = RateLimitItemPerMinute(api.address_rate, namespace="in vain")

    def of_person(self, request: Request, ref: str) -> None:
        """Count a request of somebody who is known; TooMany where it is one too many."""
        self._hit(request, self._person, ref)

    def of_address(self, request: Request) -> None:
        """Count a request for what is open to all."""
        self._hit(request, self._open, address(request))

    def in_vain(self, request: Request) -> None:
        """Count a request that named nobody, or somebody in vain, as was found out before."""
        self._hit(request, self._in_vain, address(request))

    def _hit(self, request: Request, item: RateLimitItemPerMinute, whose: str) -> None:
        has_room = self._limiter.hit(item, whose)
        rate = self._tell(request, item, whose)
        if not has_room:
            reason = f"More than {plural(rate.limit, 'request')} in a minute."
            raise TooMany(reason, remedy=f"Ask again in {rate.reset} s.", retry_after=rate.reset)

    def _tell(self, request: Request, item: RateLimitItemPerMinute, whose: str) -> Rate:
        """For the headers of the answer."""
        seen = request.state
        found = self._limiter.get_window_stats(item, whose)
        left = ceil(found.reset_time - clock.now().timestamp())
        seen.rate = rate = Rate(item.amount, found.remaining, max(1, left))
        return rate


def address(request: Request) -> str:
    """Whom the server is talking to, as a trusted proxy says if there is one."""
    return request.client.host if request.client else ""
