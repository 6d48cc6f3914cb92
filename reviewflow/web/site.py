"""The site: programs and supervisors at the API, people at the pages, in one process on one port."""

from collections.abc import Callable
from dataclasses import replace

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from reviewflow.api import health
from reviewflow.api.application import application, surround
from reviewflow.app import App
from reviewflow.errors import NotPresent, ReviewflowError, Unauthenticated
from reviewflow.nouns.paths import API
from reviewflow.web import assets, faults
from reviewflow.web.pages import again, index
from reviewflow.web.render import Renderer


class Site:
    """Both doors as one application; what is not an address of the API's is a page's."""

    def __init__(self, api: FastAPI, web: FastAPI) -> None:
        self.api, self.web = api, web
        self._supervised = {getattr(route, "path", "") for route in health.router.routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """By the path alone; the life of the server is the API's."""
        path = scope.get("path", "")
        is_page = scope["type"] == "http" and not path.startswith(f"{API}/") and path not in self._supervised
        await (self.web if is_page else self.api)(scope, receive, send)


def site(app: App) -> Site:
    """The API and the pages of one installation."""
    api = application(app)
    return Site(api, pages(replace(app, door="web"), api))


def pages(app: App, api: FastAPI) -> FastAPI:
    """The pages; they count requests together with the API."""
    made = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    kept = made.state
    kept.app, kept.rates, kept.renderer = app, api.state.rates, Renderer()
    for router in (assets.router, *index.ROUTERS):
        made.include_router(router)
    handlers: dict[type[Exception], Callable[..., object]] = {
        ReviewflowError: faults.answer_error,
        Unauthenticated: again.answer_unproven,
        NotPresent: again.answer_unproven,
        RequestValidationError: faults.answer_validation,
        HTTPException: faults.answer_http,
    }
    for kind, handler in handlers.items():
        made.add_exception_handler(kind, handler)  # type: ignore[arg-type]
    surround(made, app.settings.server.api, index.takes_long_bodies, faults.answer_error, faults.answer_fault)
    return made
