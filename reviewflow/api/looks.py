"""Every view as an operation: what there is to see, each reader sees as much of it as is his."""

import inspect
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_type_hints

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from reviewflow.api.answers import schema_of
from reviewflow.api.door import Known, app_of
from reviewflow.api.examples import asked as asked_of
from reviewflow.api.fields import annotated, bare, checked
from reviewflow.api.gate import GatedRoute
from reviewflow.api.moment import At, now_of
from reviewflow.api.paging import USUAL, After, Limit, cursor, page_of
from reviewflow.api.refs import tidied
from reviewflow.api.tags import tag, unless_known
from reviewflow.engine.call import Version
from reviewflow.errors import Invalid
from reviewflow.nouns.paths import NOW
from reviewflow.nouns.principal import Principal
from reviewflow.views.index import VIEWS
from reviewflow.views.view import View

Document = dict[str, Any]
_PAGING = ("limit", "after")


@cache
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
    known = {name for name in names if not _is_place(view, name)} | set(_PAGING if is_paged(view) else ())

    def show(request: Request, who: Principal, **given: Any) -> Response:
        _only_known(request, known, many)
        asked = {name: given[name] for name in names}
        if "ref" in asked:
            asked["ref"] = tidied(asked["ref"])
        app, now = app_of(request), now_of(request)
        secret = app.database["cursor_secret"]
        page = page_of(view.name, who, secret, given["limit"], given["after"]) if is_paged(view) else None
        document = app.document(view.name, asked, who.person, now, who.scopes, page)
        if page is not None:
            document["next"] = cursor(view.name, who, secret, page)
        return _answer(request, document, document["next"] if page else None)

    show.__signature__ = _signature(view)  # type: ignore[attr-defined]
    show.__name__, show.__doc__ = view.name, view.help
    return show


def _is_place(view: View, name: str) -> bool:
    """Whether it is asked for by the address itself."""
    return f"{{{name}}}" in view.path


def is_paged(view: View) -> bool:
    """Whether its list is cut by us: one that knows how far its reader has read cuts itself."""
    return view.items is not None and not any(field.name in _PAGING for field in fields(view.asked))


def _answer(request: Request, document: Document, following: str | None) -> Response:
    told = {name: value for name, value in document.items() if name != "now"}
    body = json.dumps(told, ensure_ascii=False).encode()
    read = Version(told["version"], told["head"]) if {"version", "head"} <= told.keys() else None
    headers = {"ETag": tag(body, read), NOW: document["now"]}
    if following is not None:
        url = request.url.include_query_params(after=following)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return unless_known(request, body, "application/json", headers)


def _only_known(request: Request, names: set[str], many: set[str]) -> None:
    """Invalid for a question that is not understood: a filter with a typing error would show too much."""
    strange = sorted(set(request.query_params) - names)
    twice = [name for name, count in Counter(n for n, _ in request.query_params.multi_items()).items() if count > 1]
    if set(twice) - many - set(strange):
        raise Invalid(*(f"{name} stands twice." for name in sorted(set(twice) - many)), remedy="Send it once.")
    if strange:
        known = f"There is: {', '.join(sorted(names))}." if names else "There is none."
        raise Invalid(*(f"There is no parameter {name[:100]!r}." for name in strange[:10]), remedy=known)


def _signature(view: View) -> inspect.Signature:
    hints, empty = get_type_hints(view.asked), inspect.Parameter.empty
    made: list[tuple[str, Any, Any]] = [("request", Request, empty), ("who", Known, empty)]
    for field in fields(view.asked):
        is_place = _is_place(view, field.name)
        help = f"{field.metadata['help'][0].upper()}{field.metadata['help'][1:]}."
        example = asked_of(view.name, view.path, field, hints[field.name])
        what = (Path if is_place else Query)(description=help, examples=[example])
        kind = annotated(checked(field, hints[field.name], is_body=False), what)
        made.append((field.name, kind, empty if is_place or field.default is MISSING else field.default))
    if is_paged(view):
        made += [("limit", Limit, USUAL), ("after", After, None)]
    made.append(("at", At, None))
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature([inspect.Parameter(name, keyword, annotation=k, default=d) for name, k, d in made])


def _responses(view: View) -> dict[int | str, Document]:
    headers = {"ETag": "Strong; send it as If-None-Match or If-Match.", NOW: "The instant as of which it holds."}
    described = {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}
    link = {"Link": {"description": "The next page, while there is one.", "schema": {"type": "string"}}}
    content = {"application/json": {"schema": schema_of(view)}}
    known = {"description": "As you have it.", "headers": described}
    whole = described | (link if is_paged(view) else {})
    return {200: {"description": view.help, "headers": whole, "content": content}, 304: known}
