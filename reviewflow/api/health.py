"""Whether this process lives, and whether it should get work: for supervisors and load balancers, without a sign-in."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from reviewflow.api.door import app_of
from reviewflow.engine.health import not_ready

router = APIRouter(tags=["health"])
_OK = {"content": {"text/plain": {"example": "ok\n"}}, "description": "Nothing speaks against it."}
_NOT = {"content": {"text/plain": {"example": "This server was told to stop.\n"}}, "description": "Each reason."}


@router.get("/livez", summary="Does it live?", response_class=PlainTextResponse, responses={200: _OK})
async def livez() -> PlainTextResponse:
    """It does, if it answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", summary="Should it get work?", response_class=PlainTextResponse, responses={200: _OK, 503: _NOT})
def readyz(request: Request) -> PlainTextResponse:
    """503 with each reason, in plain words, where it should not."""
    reasons = not_ready(app_of(request).engine, is_draining=request.app.state.is_draining)
    return PlainTextResponse("".join(f"{one}\n" for one in reasons) or "ok\n", 503 if reasons else 200)
