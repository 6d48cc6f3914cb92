"""The queue: what waits, for whom, the least time left first."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.web.door import Known, see
from reviewflow.web.render import page

router = APIRouter()


@router.get("/")
def show(request: Request, who: Known) -> Response:
    """The first page after signing in."""
    return page(request, "queue.html", {"doc": see(request, "reviews", who=who)})
