"""Pages of lists: a cursor is the place of the last item that is known, sealed, so that only we read it."""

from typing import Annotated

from fastapi import Query

from reviewflow.nouns.principal import Principal
from reviewflow.views.cursor import opened, sealed
from reviewflow.views.page import Page

USUAL, MOST = 50, 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most.", examples=[USUAL])]
After = Annotated[str | None, Query(max_length=2000, description="The `next` of the page before.")]


def page_of(view: str, who: Principal, secret: str, limit: int, after: str | None) -> Page:
    """The page that is asked for; Invalid where the cursor is none of this reader's in this list."""
    return Page(limit, None if after is None else tuple(opened(after, secret, _question(view, who))))


def cursor(view: str, who: Principal, secret: str, page: Page) -> str | None:
    """The place of the page's last item, for the one who asks on; None where nothing follows."""
    return None if page.next is None else sealed(list(page.next), secret, _question(view, who))


def _question(view: str, who: Principal) -> list[str]:
    """Of one list and one person; a place holds however the list is narrowed."""
    return [view, who.person]
