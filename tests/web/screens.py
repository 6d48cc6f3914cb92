"""Every page by its address: who sees it, and as whom and with which questions it is looked at."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.paths import PLURALS
from reviewflow.nouns.states import Kind
from reviewflow.rules.lifecycle import TABLES
from tests.stories.world import Desk
from tests.web.routes import filled

READERS = ("one", "decider")  # of a lab, and of the agency
EVERY = (*READERS, "rev", "intake", "admin", "auditor")
KINDS = {plural: kind for kind, plural in PLURALS.items()}
Fill = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Screen:
    """One address.

    `operation` is the one of tests/permissions.toml by which it is seen, or `words` are those of whoever sees it; where
    there is neither it is whoever is signed in, and where it is `public` anybody. What `moves` is no page, or leads on.
    `asks` are questions with which it is looked at, by whom is `by`, and `wrong` those that cannot be answered; `fill`
    is what may stand in its places. Who is signed in already is led on where it `is_way_in`.
    """

    operation: str = ""
    words: str = ""
    is_public: bool = False
    moves: bool = False
    is_way_in: bool = False
    asks: tuple[str, ...] = ("",)
    wrong: tuple[str, ...] = ()
    by: tuple[str, ...] = READERS
    fill: Fill = field(default_factory=dict)


NOBODY = ("",)
SCREENS: dict[str, Screen] = {
    "/": Screen("GET /reviews", by=EVERY),
    "/static/{digest}/{name}": Screen(is_public=True, moves=True),
    "/sign-in": Screen(is_public=True, is_way_in=True, by=NOBODY),
    "/invitation": Screen(is_public=True, by=NOBODY),
    "/simulation/as/{mailbox}": Screen(is_public=True, moves=True),
    "/timeline": Screen("GET /reviews", asks=("", "?zoom=month", "?lab=example-lab-three"), wrong=("?from=nonsense",)),
    "/reviews/{ref}": Screen("GET /reviews/{ref}", by=EVERY),
    "/reviews/{ref}/why": Screen("GET /reviews/{ref}/explanation"),
    "/reviews/{ref}/journal": Screen("GET /journal/{ref}"),
    "/reviews/{ref}/documents/{no}": Screen("GET /reviews/{ref}", moves=True, fill={"no": ("1", "2", "3")}),
    "/reviews/{ref}/do/attach": Screen("GET /reviews/{ref}"),
    "/{plural}/do/{verb}": Screen(),
    "/{plural}/{ref}/do/{verb}": Screen("GET /{plural}/{ref}"),
}


def commands(kind: Kind, *, creates: bool) -> list[type[Command]]:
    """Those that have a form which is made from their fields."""
    known = dict.fromkeys(row.command for row in TABLES[kind])
    return [one for one in known if not one.by_system and not one.carries and one.creates is creates]


def addresses(path: str, refs: Callable[[Kind, bool], Iterable[str]]) -> Iterator[str]:
    """Every address of a page; `refs` of a kind, few of them where the page is a form."""
    if "{plural}" in path:
        for plural in KINDS:
            yield from addresses(path.replace("{plural}", plural), refs)
    elif "{verb}" in path:
        for command in commands(KINDS[path.split("/")[1]], creates="{ref}" not in path):
            yield from addresses(path.replace("{verb}", command.verb), refs)
    elif "{ref}" in path:
        kind = KINDS.get(path.split("/")[1], Kind.REVIEW)
        for ref in refs(kind, "/do/" in path):
            yield from addresses(path.replace("{ref}", ref), refs)
    else:
        yield path


def every(path: str, refs: Callable[[Kind, bool], Iterable[str]]) -> Iterator[str]:
    """The same, with whatever else may stand in its places, and every question."""
    screen = SCREENS[path]
    for values in itertools.product(*screen.fill.values()):
        given = dict(zip(screen.fill, values, strict=True))
        kept = filled(path, **{name: f"{{{name}}}" for name in ("plural", "ref", "verb")} | given)
        for address in addresses(kept, refs):
            yield from (address + ask for ask in screen.asks)


def looks(desk: Desk) -> Iterator[tuple[str, str]]:
    """Who looks at what, in a simulation of every state: each page, of what is in each state."""
    for path, screen in SCREENS.items():
        if not screen.moves:
            for address in every(path, lambda kind, is_form: in_each_state(desk, kind, is_one=is_form)):
                yield from ((who, address) for who in screen.by)
            yield from ((screen.by[0], path + ask) for ask in screen.wrong)


def in_each_state(desk: Desk, kind: Kind, *, is_one: bool = False) -> list[str]:
    """The references of one of a kind in each state that there is; only of the last where one is enough."""
    rows = desk.query(f'SELECT state, max(ref) AS ref FROM "{kind.value}" GROUP BY state ORDER BY state')
    found = [str(row["ref"]) for row in rows]
    return found[-1:] if is_one else found
