"""Whether this process lives, and whether it should get work: for supervisors and load balancers, without a sign-in."""

from math import inf
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from reviewflow import clock, logs
from reviewflow.engine.health import Reason, against
from reviewflow.store.database import Engine

HOLDS_SECONDS = 1.0
NOT_YET = Reason("The database was not asked yet.", "The database was not asked yet.")
router = APIRouter(tags=["health"])
_OK = {"content": {"text/plain": {"example": "ok\n"}}, "description": "Nothing speaks against it."}
_NOT = {"content": {"text/plain": {"example": "The database cannot be used.\n"}}, "description": "Each reason."}


class Readiness:
    """What speaks against this process; the database is asked by one at a time, and at most once a second.

    So it need not be counted who asks: a load balancer is never refused because of what else comes from its address.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._asking = engine, Lock()
        self._found, self._at = [NOT_YET], -inf

    def reasons(self) -> list[Reason]:
        """Those that were found last, by whoever asked."""
        if clock.monotonic() - self._at >= HOLDS_SECONDS and self._asking.acquire(blocking=False):
            try:
                found = against(self._engine)
                if found and found != self._found:
                    logs.get().error("not_ready", why=" ".join(reason.whole for reason in found))
                self._found, self._at = found, clock.monotonic()
            finally:
                self._asking.release()
        return self._found


@router.get("/livez", summary="Does it live?", response_class=PlainTextResponse, responses={200: _OK})
async def livez() -> PlainTextResponse:
    """It does, if it answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", summary="Should it get work?", response_class=PlainTextResponse, responses={200: _OK, 503: _NOT})
def readyz(request: Request) -> PlainTextResponse:
    """503 with each reason, in words that name no place, where it should not; the log has them whole."""
    words = [reason.words for reason in request.app.state.readiness.reasons()]
    return PlainTextResponse("".join(f"{one}\n" for one in dict.fromkeys(words)) or "ok\n", 503 if words else 200)
