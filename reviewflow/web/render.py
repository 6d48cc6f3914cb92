"""Pages from templates: everything that a template knows beside its document."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from reviewflow import __version__
from reviewflow.app import App
from reviewflow.notify.dates import reminders
from reviewflow.nouns.plural import plural
from reviewflow.rules.wording import amount
from reviewflow.web import sources, texts, writing
from reviewflow.web.assets import address
from reviewflow.web.navigation import links_of

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}  # a form's origin is needed


@pass_context
def at_clock(context: Context, text: str | datetime | None, zone: str, now: str | datetime | None = None) -> Markup:
    """An instant, and how far it is from the page's own now where no other is given."""
    return writing.at_clock(text, zone, now or context.get("as_of"))


@pass_context
def told_at(context: Context, at: str | None, zone: str) -> Markup:
    """The same, as precisely as it is known."""
    return sources.told_at(at, zone, context.get("as_of"))


FILTERS = (
    amount, plural, reminders, at_clock, sources.sourced, told_at, writing.timed, texts.beginning,
    texts.folded, texts.paragraphs, texts.rest_of, texts.rest_of_event, writing.ago, writing.browser, writing.clock,
    writing.dated, writing.nearing, writing.day, writing.digest, writing.on_day, writing.opening, writing.plainly,
    writing.sentence, writing.spoken, writing.title, writing.words,
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
            "is_public": bool(kept and kept.settings.server.web.public_programme),
            "done": None,
            "as_of": told.get("now") or told.get("clock") or (told.get("doc") or {}).get("now"),
        }
        stands = _stands(request, told, kept)
        return self.templates.get_template(template).render({**about, "stands": stands, **told})


def _stands(request: Request, told: Mapping[str, Any], kept: App | None) -> Markup | None:
    """The instant of all that a page shows, in the zone of what it is about; None where it asked for none."""
    doc = told.get("doc") or {}
    at = doc.get("now") or getattr(request.state, "now", None)
    if at is None:
        return None
    zone = doc.get("time_zone") or told.get("zone")
    return writing.timed(at, zone or (kept.settings.pin().policy.window.time_zone if kept else "UTC"))


def page(request: Request, template: str, told: Mapping[str, Any], status: int = 200) -> Response:
    """A page of this application."""
    renderer: Renderer = request.app.state.renderer
    return renderer.page(request, template, told, status)
