"""Every page by its address: who sees it, and as whom and with which questions it is looked at."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.paths import PLURALS
from reviewflow.nouns.states import Kind, ReviewState
from reviewflow.rules.lifecycle import TABLES
from tests.stories.world import PEOPLE, Desk
from tests.web.routes import filled

FIRST = ("/", "/reviews/{ref}", "/programme")  # looked at by both, in each state, even where not the whole is wanted
FEW = 1
READERS = ("one", "decider")  # of a lab, and of the agency
EVERY = (*READERS, "admin", "auditor")
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
KEEPERS = "any-admin any-auditor"
_STATES = {"kind": ("review",), "state": tuple(state.value for state in ReviewState)}
_REGISTERS = {f"/{plural}": f"GET /{plural}" for kind, plural in PLURALS.items() if kind is not Kind.REVIEW}
_PROBLEMS = ("not-found", "stale", "refused", "fault")
SCREENS: dict[str, Screen] = {
    "/": Screen("GET /reviews", by=EVERY),
    "/static/{digest}/{name}": Screen(is_public=True, moves=True),
    "/sign-in": Screen(is_public=True, is_way_in=True, by=NOBODY),
    "/sign-in/openid": Screen(is_public=True, moves=True),
    "/sign-in/openid/callback": Screen(is_public=True, moves=True),
    "/invitation": Screen(is_public=True, by=NOBODY),
    "/simulation/as/{mailbox}": Screen(is_public=True, moves=True),
    # reviews
    "/reviews": Screen("GET /reviews", moves=True),
    "/reviews.csv": Screen("GET /reviews", moves=True),
    "/reviews/new": Screen(words="a-lab-officer", by=("one",)),
    "/reviews/{ref}": Screen("GET /reviews/{ref}", by=EVERY),
    "/reviews/{ref}/tasks": Screen("GET /reviews/{ref}"),
    "/reviews/{ref}/why": Screen("GET /reviews/{ref}/explanation"),
    "/reviews/{ref}/journal": Screen("GET /journal/{ref}"),
    "/reviews/{ref}/dossier": Screen("GET /reviews/{ref}/dossier"),
    "/reviews/{ref}/dossier.json": Screen("GET /reviews/{ref}/dossier", moves=True),
    "/reviews/{ref}/dossier.pdf": Screen("GET /reviews/{ref}/dossier", moves=True),
    "/reviews/{ref}/documents/{no}": Screen("GET /reviews/{ref}", moves=True, fill={"no": ("1", "2", "3")}),
    "/reviews/{ref}/do/attach": Screen("GET /reviews/{ref}"),
    # over time
    "/timeline": Screen("GET /reviews", asks=("", "?zoom=month", "?lab=example-lab-three"), wrong=("?from=nonsense",)),
    "/calendar": Screen("GET /deadlines", asks=("", "?month=2026-11"), wrong=("?month=nonsense",)),
    "/calendar/reviewflow.ics": Screen("GET /calendar", moves=True),
    "/calendar/subscribe": Screen(by=("one",)),
    "/planner": Screen("GET /policies", asks=("", "?on=2027-01-11"), by=("one",)),
    # the programme and its registers
    "/programme": Screen(is_public=True, by=("", *READERS)),
    "/registers": Screen(),
    **{path: Screen(operation) for path, operation in _REGISTERS.items()},
    **{f"{path}/{{ref}}": Screen(f"{operation}/{{ref}}") for path, operation in _REGISTERS.items()},
    "/models/{ref}/release-check": Screen("GET /models/{ref}/release-check"),
    # one's own
    "/inbox": Screen("GET /letters", asks=("", "?open=yes")),
    "/inbox/{id}": Screen("GET /letters/{id}"),
    "/me": Screen(),
    "/me/prove": Screen(moves=True),
    "/me/password": Screen(by=("one",)),
    "/me/tokens/new": Screen(by=("one",)),
    "/me/passkeys/new": Screen(by=("one",)),
    "/me/passkeys/{id}/remove": Screen(moves=True),
    # the keepers' own
    "/admin": Screen(words=KEEPERS, by=("admin", "auditor")),
    "/admin/people": Screen(words=KEEPERS, by=("admin",)),
    "/admin/people/{ref}": Screen(words=KEEPERS, by=("admin", "auditor")),
    "/admin/people/{ref}/invite": Screen(words=KEEPERS, by=("admin",)),
    "/admin/organizations": Screen(words=KEEPERS, by=("admin",)),
    "/admin/policies": Screen(words=KEEPERS, by=("admin",)),
    "/admin/policies/{id}": Screen(words=KEEPERS, by=("admin",), fill={"id": ("hsr", "eo-14409")}),
    "/admin/deliveries": Screen(words=KEEPERS, by=("admin",)),
    "/admin/health": Screen(words=KEEPERS, by=("admin",)),
    # help
    "/help": Screen(is_public=True, by=("", "one")),
    "/help/shortcuts": Screen(is_public=True, by=NOBODY),
    "/help/problems/{slug}": Screen(is_public=True, by=NOBODY, fill={"slug": _PROBLEMS}),
    "/help/states/{kind}": Screen(is_public=True, by=NOBODY, fill={"kind": tuple(kind.value for kind in Kind)}),
    "/help/states/{kind}/{state}": Screen(is_public=True, by=NOBODY, fill=_STATES),
    "/help/policies/{id}": Screen("GET /policies/{policy}", by=("one",), fill={"id": ("hsr", "eo-14409")}),
    # every command
    "/{plural}/do/{verb}": Screen(),
    "/{plural}/{ref}/do/{verb}": Screen("GET /{plural}/{ref}"),
}


def kind_of(path: str) -> Kind | None:
    """The kind of subject that a page is about."""
    found = re.search(r"/([^/]+)/{ref}", path)
    return KINDS.get(found[1]) if found else None


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
        kind = kind_of(path)
        for ref in refs(kind, "/do/" in path) if kind else ():
            yield from addresses(path.replace("{ref}", ref), refs)
    else:
        yield path


def every(path: str, refs: Callable[[Kind, bool], Iterable[str]]) -> Iterator[str]:
    """The same, with whatever else may stand in its places, and every question."""
    screen = SCREENS[path]
    for values in itertools.product(*screen.fill.values()):
        given = dict(zip(screen.fill, values, strict=True))
        kept = filled(path, **{name: f"{{{name}}}" for name in ("plural", "ref", "verb", "id")} | given)
        for address in addresses(kept, refs):
            yield from (address + ask for ask in screen.asks)


def looks(desk: Desk, *, whole: bool = True) -> list[tuple[str, str]]:
    """Who looks at what, in a simulation of every state: each page, of what is in each state that the reader sees.

    Where not the whole is wanted each page has one reader and one subject, but for the FIRST.
    """
    return list(dict.fromkeys(_looks(desk, whole)))


def _looks(desk: Desk, whole: bool) -> Iterator[tuple[str, str]]:
    for path, screen in SCREENS.items():
        is_short = not whole and path not in FIRST
        readers = screen.by[: 1 if is_short else len(screen.by) if whole else 2]
        few = FEW if is_short else None
        for who in () if screen.moves else readers:
            for address in every(path, partial(_refs, desk, who, few)):
                yield from ((who, one) for one in _own(desk, who, address))
        yield from ((screen.by[0], path + ask) for ask in screen.wrong)


def _refs(desk: Desk, who: str, few: int | None, kind: Kind, is_form: bool) -> list[str]:
    return in_each_state(desk, kind, who)[: FEW if is_form else few]


def _own(desk: Desk, who: str, address: str) -> Iterator[str]:
    """An address with the newest letters of somebody, where it is of one."""
    if "{id}" not in address:
        yield address
        return
    statement = "SELECT letter, max(id) AS last FROM delivery WHERE recipient = ? GROUP BY letter ORDER BY last DESC"
    yield from (address.replace("{id}", row["letter"]) for row in desk.query(statement, PEOPLE.get(who, who))[:2])


def in_each_state(desk: Desk, kind: Kind, who: str) -> list[str]:
    """The references of one of a kind in each state that somebody sees; a lab sees its own."""
    lab = PEOPLE[who].partition("@")[2].removesuffix(".example") if who and "lab" in PEOPLE[who] else None
    own = {Kind.ORGANIZATION: "ref = ?", Kind.PERSON: "organization = ?"}.get(kind, "lab = ?")
    where = f"WHERE {own}" if lab else ("WHERE state <> 'draft'" if kind is Kind.REVIEW else "")
    statement = f'SELECT state, max(ref) AS ref FROM "{kind.value}" {where} GROUP BY state ORDER BY state'
    return [str(row["ref"]) for row in desk.query(statement, *([lab] if lab else []))]
