"""The queue of reviews: what waits, for whom, by the time that is left."""

from collections.abc import Mapping
from dataclasses import replace

from reviewflow.errors import Invalid
from reviewflow.nouns.states import FINAL_STATES, ReviewState
from reviewflow.nouns.subject import Row
from reviewflow.rules.tolls import tolls_allowed
from reviewflow.store import order, reviews
from reviewflow.store.portfolio import tolls_of
from reviewflow.store.queue import has_reviews
from reviewflow.store.reviews import Counts, Wanted, counts
from reviewflow.views.asking import SORTS, YOURS_FIRST, Queue, wanted_of
from reviewflow.views.line import line
from reviewflow.views.look import Document, Look
from reviewflow.views.page import Place
from reviewflow.views.saved import counted

MANY = 500  # references in one statement


def queue(look: Look, asked: Queue) -> Document:
    """The reviews that the reader sees, in order; a final state that is asked for by name is found too."""
    if asked.sort not in SORTS:
        raise Invalid(f"There is no order {asked.sort[:40]!r}.", remedy=f"There are: {', '.join(SORTS)}.")
    wanted = wanted_of(look, asked)
    by_state, views = counted(look, wanted) if asked.views else (counts(look.connection, wanted)[0], [])
    state = wanted.narrower.get("state")
    shown = {one: both for one, both in by_state.items() if one == state or (not state and _is_shown(one, asked))}
    found = [sum(both[number] for both in shown.values()) for number in (0, 1)]
    found = [found[1], found[1]] if asked.yours else found
    rows = _page(look, wanted, asked, found)
    tolls = _tolls(look, rows)
    return {
        "reviews": [line(look, row, tolls.get(row["ref"], ())) for row in rows],
        "count": found[0],
        "count_yours": found[1],
        "by_state": _told(shown, asked),
        "in_states": _told(by_state, asked),
        "views": views,
        "is_narrowed": asked.is_narrowed,
        "is_empty": not found[0] and not has_reviews(look.connection, *look.whose),
    }


def _page(look: Look, wanted: Wanted, asked: Queue, found: list[int]) -> list[Row]:
    """The rows of a page, or all; where the reader's own come first, those before the others."""
    page = look.page
    rest, sort = None if page is None else page.limit + 1, asked.sort
    after = _read_after(sort, page.after) if page and page.after else None
    parts: list[tuple[Wanted, int]] = [(wanted, found[0])]
    if sort == YOURS_FIRST and wanted.roles and not asked.yours:
        parts = [
            (replace(wanted, is_yours=one), count) for one, count in ((True, found[1]), (False, found[0] - found[1]))
        ]
    rows: list[Row] = []
    for number, (part, expected) in enumerate(parts):
        if (after and number < after[0]) or not expected or (rest is not None and len(rows) >= rest):
            continue
        place, left = after[1] if after and number == after[0] else None, None if rest is None else rest - len(rows)
        by = order.TIME_LEFT if sort == YOURS_FIRST else sort
        more = reviews.page(look.connection, part, by, left, place)
        rows += [{**row, "place": (sort, number, *order.place_of(by, row))} for row in more]
    return rows if page is None else page.take(rows, lambda row: row["place"])


def _read_after(sort: str, place: Place) -> tuple[int, Place]:
    """Which part of the list, and the place in it."""
    wide = len(order.ORDERS[order.TIME_LEFT if sort == YOURS_FIRST else sort])
    if len(place) != wide + 2 or place[0] != sort:
        raise Invalid("The cursor is of another list.", remedy="Begin without a cursor.")
    return place[1], tuple(place[2:])


def _tolls(look: Look, rows: list[Row]) -> Mapping[str, list[Row]]:
    """By review, when its clock stood; only of those that it can have happened to is it asked."""
    found: dict[str, list[Row]] = {}
    refs = [row["ref"] for row in rows if row["day_1_on"] is not None and tolls_allowed(look.pin(row).policy)]
    for first in range(0, len(refs), MANY):
        for toll in tolls_of(look.connection, refs[first : first + MANY]):
            found.setdefault(toll["subject"], []).append(toll)
    return found


def _is_shown(state: ReviewState, asked: Queue) -> bool:
    return asked.all or state not in FINAL_STATES


def _told(by_state: Counts, asked: Queue) -> dict[str, int]:
    """How many are in each state, in the order of the process."""
    number = 1 if asked.yours else 0
    return {
        state.value: by_state[state][number] for state in ReviewState if state in by_state and by_state[state][number]
    }
