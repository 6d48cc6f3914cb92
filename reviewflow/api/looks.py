"""Every view as an operation: what there is to see, each reader sees as much of it as is his."""

import inspect
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from reviewflow.api.door import Known, app_of
from reviewflow.api.examples import value
from reviewflow.api.fields import annotated, bare, checked
from reviewflow.api.gate import GatedRoute
from reviewflow.api.moment import At, now_of
from reviewflow.api.paging import USUAL, After, Limit, cursor, page_of
from reviewflow.api.refs import tidied
from reviewflow.api.tags import tag, unless_known
from reviewflow.errors import Invalid
from reviewflow.nouns.paths import NOW
from reviewflow.nouns.principal import Principal
from reviewflow.views.index import VIEWS
from reviewflow.views.page import Page
from reviewflow.views.view import View

Document = dict[str, Any]
_PAGING = ("limit", "after")


def router() -> APIRouter:
    """One operation a view."""
    made = APIRouter(route_class=GatedRoute)
    for view in VIEWS.values():
        made.add_api_route(
            view.path,
            endpoint_of(view),
            methods=["GET"],
            operation_id=f"view_{view.name}".replace("-", "_"),
            summary=view.help,
            tags=[view.path.split("/")[1]],
            response_class=Response,
            responses=_responses(view),
        )
    return made


def endpoint_of(view: View) -> Callable[..., Response]:
    """The function behind an operation: what is asked of the view, as far as whoever asks may see."""
    names, hints = [field.name for field in fields(view.asked)], get_type_hints(view.asked)
    many = {name for name in names if bare(hints[name])[1]}

    def show(request: Request, who: Principal, **given: Any) -> Response:
        _only_known(request, {*names, *(_PAGING if is_paged(view) else ())}, many)
        asked = {name: given[name] for name in names}
        if "ref" in asked:
            asked["ref"] = tidied(asked["ref"])
        page = page_of(view.name, given["limit"], given["after"]) if is_paged(view) else None
        app, now = app_of(request), now_of(request)
        document = app.document(view.name, asked, who.person, now, who.scopes, page)
        return _answer(request, view, document, page)

    show.__signature__ = _signature(view)  # type: ignore[attr-defined]
    show.__name__, show.__doc__ = view.name, view.help
    return show


def is_paged(view: View) -> bool:
    """Whether its list is cut by us: one that knows how far its reader has read cuts itself."""
    return view.items is not None and not any(field.name in _PAGING for field in fields(view.asked))


def _answer(request: Request, view: View, document: Document, page: Page | None) -> Response:
    told = {name: value for name, value in document.items() if name != "now"}
    if page is not None:
        told["next"] = cursor(view.name, page)
    body = json.dumps(told, ensure_ascii=False).encode()
    version = told.get("version")
    headers = {"ETag": tag(body, version if isinstance(version, int) else None), NOW: document["now"]}
    if page is not None and told["next"]:
        url = request.url.include_query_params(after=told["next"])
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return unless_known(request, body, "application/json", headers)


def _only_known(request: Request, names: set[str], many: set[str]) -> None:
    """Invalid for a question that is not understood: a filter with a typing error would show too much."""
    strange = sorted(set(request.query_params) - names)
    twice = [name for name, count in Counter(n for n, _ in request.query_params.multi_items()).items() if count > 1]
    if set(twice) - many - set(strange):
        raise Invalid(*(f"{name} stands twice." for name in sorted(set(twice) - many)), remedy="Send it once.")
    if strange:
        known = f"There is: {', '.join(sorted(names - {'ref'}))}." if names - {"ref"} else "There is none."
        raise Invalid(*(f"There is no parameter {name[:100]!r}." for name in strange[:10]), remedy=known)


def _signature(view: View) -> inspect.Signature:
    hints, empty = get_type_hints(view.asked), inspect.Parameter.empty
    made: list[tuple[str, Any, Any]] = [("request", Request, empty), ("who", Known, empty)]
    for field in fields(view.asked):
        is_place = f"{{{field.name}}}" in view.path
        help = f"{field.metadata['help'][0].upper()}{field.metadata['help'][1:]}."
        what = (Path if is_place else Query)(description=help, examples=[value(field, hints[field.name])])
        kind = annotated(checked(field, hints[field.name], is_body=False), what)
        made.append((field.name, kind, empty if is_place or field.default is MISSING else field.default))
    if is_paged(view):
        made += [("limit", Limit, USUAL), ("after", After, None)]
    made.append(("at", At, None))
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature([inspect.Parameter(name, keyword, annotation=k, default=d) for name, k, d in made])


def _responses(view: View) -> dict[int | str, Document]:
    schema: Document = {"type": "object", "additionalProperties": True}
    example: Document = {"time_zone": "America/New_York", "is_simulation": False, "reader": None}
    if view.items is not None:
        schema = {**schema, "required": [view.items], "properties": {view.items: {"type": "array", "items": {}}}}
        example = {view.items: [], "next": None, **example}
    headers = {"ETag": "Strong; send it as If-None-Match or If-Match.", NOW: "The instant as of which it holds."}
    described = {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}
    content = {"application/json": {"schema": schema, "example": example}}
    known = {"description": "As you have it.", "headers": described}
    return {200: {"description": view.help, "headers": described, "content": content}, 304: known}
