"""The application: every router, what stands around them, and nothing at import."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from reviewflow import __version__
from reviewflow.api import calendars, commands, description, documents, health, help_pages, identity, letters, looks
from reviewflow.api.bounds import Bounds
from reviewflow.api.frame import Frame
from reviewflow.api.heads import Heads
from reviewflow.api.problems import Answer, answer_error, answer_fault, answer_http, answer_validation
from reviewflow.api.rates import Rates
from reviewflow.api.singles import Singles
from reviewflow.app import App
from reviewflow.errors import ReviewflowError
from reviewflow.nouns.paths import API
from reviewflow.nouns.server import Api

ABOUT = "The review of frontier AI models before release: what the record holds, and every act that it allows."


def application(app: App) -> FastAPI:
    """The HTTP API of one installation."""
    api = app.settings.server.api
    app.door = "api"

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = api.threads
        yield

    made = FastAPI(
        title="reviewflow", version=__version__, description=ABOUT, lifespan=lifespan,
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    kept = made.state
    kept.app, kept.rates = app, Rates(api)
    kept.readiness = health.Readiness(app.engine)
    routers = (
        help_pages.router, description.router, health.router, calendars.mine, calendars.feeds, looks.router(),
        commands.router(), letters.router, documents.router, identity.router,
    )  # fmt: skip
    for router in routers:
        made.include_router(router, prefix=API)
    made.include_router(health.router, include_in_schema=False)  # where supervisors look for it
    made.add_exception_handler(ReviewflowError, answer_error)
    made.add_exception_handler(RequestValidationError, answer_validation)
    made.add_exception_handler(HTTPException, answer_http)
    surround(made, api, documents.takes_long_bodies, answer_error, answer_fault)
    kept.routes = [route for router in routers for route in router.routes]  # without the prefix
    description.describe(made, kept.routes)
    return made


def surround(
    made: FastAPI, api: Api, takes_long_bodies: Callable[[str], bool], refuse: Answer,
    fail: Callable[[Request], Response],
) -> None:  # fmt: skip
    """What stands around every route of a door; `refuse` and `fail` are how it tells what goes wrong out there."""
    made.add_middleware(Bounds, limit=api.body_bytes, exempt=takes_long_bodies, refuse=refuse)
    made.add_middleware(Singles, refuse=refuse)
    made.add_middleware(Heads)
    made.add_middleware(Frame, api=api, fail=fail)  # the last is the outermost
