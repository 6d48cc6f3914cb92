"""Pages from templates: everything that a template knows beside its document."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from reviewflow import __version__
from reviewflow.web import sources, writing
from reviewflow.web.assets import address
from reviewflow.web.navigation import links_of

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}  # a form's origin is needed
FILTERS = (
    writing.ago, writing.at_clock, writing.browser, writing.clock, writing.day, writing.digest, writing.on_day,
    writing.opening, writing.paragraphs, writing.plainly, writing.plural, writing.sentence, writing.spoken,
    writing.title, writing.words, sources.sourced, sources.told_at,
)  # fmt: skip


class Renderer:
    """The templates of one process, each compiled once."""

    def __init__(self) -> None:
        self.templates = Environment(
            loader=PackageLoader("reviewflow.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True, auto_reload=False,
        )  # fmt: skip
        self.templates.filters |= {filter.__name__: filter for filter in FILTERS}
        self.templates.globals |= {"asset": address, "product_version": __version__}

    def page(self, request: Request, template: str, told: Mapping[str, Any], status: int = 200) -> Response:
        """One page; who is signed in is known where a page asked, and nothing is looked up for it here."""
        return HTMLResponse(self.text(request, template, told), status, HEADERS)

    def text(self, request: Request, template: str, told: Mapping[str, Any]) -> str:
        """The same as text."""
        who = getattr(request.state, "reader", None)
        kept = getattr(request.app.state, "app", None) if "app" in request.scope else None
        about = {
            "me": who,
            "path": request.url.path,
            "links": links_of(who, request.url.path),
            "is_simulation": bool(kept and kept.__dict__.get("database", {}).get("is_simulation")),
            "done": None,
        }
        return self.templates.get_template(template).render({**about, **told})


def page(request: Request, template: str, told: Mapping[str, Any], status: int = 200) -> Response:
    """A page of this application."""
    renderer: Renderer = request.app.state.renderer
    return renderer.page(request, template, told, status)
