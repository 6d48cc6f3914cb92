"""Pages of lists: a cursor is the place of the last item that is known, and only we read it."""

import base64
import binascii
import json
from typing import Annotated

from fastapi import Query

from reviewflow.errors import Invalid
from reviewflow.views.page import Page

USUAL, MOST = 50, 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most.", examples=[USUAL])]
After = Annotated[str | None, Query(max_length=2000, description="The `next` of the page before.")]


def page_of(view: str, limit: int, after: str | None) -> Page:
    """The page that is asked for; Invalid where the cursor is none of this list."""
    return Page(limit, None if after is None else tuple(_read(view, after)))


def cursor(view: str, page: Page) -> str | None:
    """The place of the page's last item, for the one who asks on; None where nothing follows."""
    if page.next is None:
        return None
    text = json.dumps([view, *page.next], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(view: str, after: str) -> list[object]:
    try:
        found = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Invalid("`after` is no cursor.", remedy="Send the `next` of the page before, as it was.") from error
    is_plain = isinstance(found, list) and all(isinstance(one, str | int | float | None) for one in found)
    if not is_plain or found[:1] != [view]:
        raise Invalid("`after` is no cursor of this list.", remedy="Send the `next` of the page before, as it was.")
    return list(found[1:])
