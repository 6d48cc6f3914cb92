"""A list of a view as a page of it, and where the next one begins."""

from collections.abc import Mapping

from fastapi import Request

from reviewflow.api.door import app_of
from reviewflow.api.paging import cursor, page_of
from reviewflow.web.door import Document, Reader, instant_of


def see_page(
    request: Request, view: str, asked: Mapping[str, object], who: Reader, limit: int, after: str = ""
) -> tuple[Document, str | None]:
    """So many rows of what the reader sees after a place; and the place after which the next page begins."""
    app, principal = app_of(request), who.principal
    secret = app.database["cursor_secret"]
    cut = page_of(view, principal, secret, limit, after or None)
    doc = app.document(view, asked, principal.person, instant_of(request), principal.scopes, cut)
    return doc, cursor(view, principal, secret, cut)
