"""The views of the queue that a reader has: those that come with his roles, and those that he kept himself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from reviewflow.errors import ReviewflowError
from reviewflow.rules.moves import DUTIES
from reviewflow.store.reviews import Counts, Wanted, counts
from reviewflow.store.saved_views import views_of
from reviewflow.views.asking import YOURS_FIRST, Queue, wanted_of
from reviewflow.views.look import Document, Look

WEEK = 7
ME = "me"  # in an address nobody else is named


@dataclass(frozen=True)
class View:
    """A question with its name; `query` as it stands behind the ? of an address."""

    name: str
    query: str
    is_kept: bool
    wanted: Wanted

    def told(self, count: int) -> Document:
        """With how many reviews it finds."""
        return {"name": self.name, "query": self.query, "is_kept": self.is_kept, "count": count}


def counted(look: Look, wanted: Wanted) -> tuple[Counts, list[Document]]:
    """What is wanted by state, and all views in order; one that can be asked no more is left out."""
    views = [*_usual(look), *_own(look)]
    by_state, numbers = counts(look.connection, wanted, [one.wanted for one in views])
    return by_state, [one.told(number) for one, number in zip(views, numbers, strict=True)]


def _usual(look: Look) -> Iterator[View]:
    asked = {"Open": Queue(), f"Due in {WEEK} days": Queue(due_within=WEEK), "Everything": Queue(all=True)}
    queries = {"Open": "", f"Due in {WEEK} days": f"due_within={WEEK}", "Everything": "all=true"}
    if look.actor.roles & DUTIES:
        yield View("Yours to do", "yours=true", False, wanted_of(look, Queue(yours=True)))
    for name, one in asked.items():
        yield View(name, queries[name], False, wanted_of(look, one))


def _own(look: Look) -> Iterator[View]:
    if not look.actor.is_person:
        return
    for row in views_of(look.connection, look.actor.ref):
        try:
            wanted = wanted_of(look, read(row["query"], look.actor.ref))
        except (ReviewflowError, ValueError):
            continue
        yield View(row["name"], row["query"], True, wanted)


def read(query: str, person: str) -> Queue:
    """What stands behind the ? of an address of somebody's; ValueError where it is nothing that can be asked."""
    given = dict(parse_qsl(query, strict_parsing=bool(query)))
    before, within = given.get("due_before"), given.get("due_within")
    return Queue(
        state=given.get("state"), lab=given.get("lab"), assigned_to=person if given.get("assigned") == ME else None,
        waiting_on=given.get("waiting_on"), due_before=date.fromisoformat(before) if before else None,
        due_within=int(within) if within else None, yours="yours" in given, all="all" in given,
        sort=given.get("sort", YOURS_FIRST),
    )  # fmt: skip
