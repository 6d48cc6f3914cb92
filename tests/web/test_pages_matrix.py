"""Every page, for every role of every side, of either lab's subjects, in every state: as is declared."""

import re
import zlib
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from reviewflow.nouns.states import Kind
from reviewflow.store.refs import PREFIX, draw_ref
from tests import databases
from tests.doors.api.matrix.table import Answer, expected
from tests.doors.api.matrix.world import GONE, LABS, PEOPLE, PRINCIPALS, STRANGER, Scene, Target, scene, states_of
from tests.web.crawl import Guest, at_the_door
from tests.web.routes import ways
from tests.web.screens import KINDS, SCREENS, every, kind_of

SHARES = {"/reviews/{ref}": 4, "/{plural}/{ref}/do/{verb}": 200, "/inbox/{id}": 2}  # one cell in so many is asked
SHARE = 12
STATUS = {Answer.ALLOWED: 200, Answer.NOT_THERE: 404, Answer.NOT_ALLOWED: 403, Answer.UNKNOWN: 303}
Cell = tuple[str, str, str, int, int]  # address, state, person, declared, answered


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, Guest]]:
    """A world in which nothing is done, and its door."""
    databases.current = databases.SQLITE
    made = scene(tmp_path_factory.mktemp("documents"))
    with at_the_door(made.world, made.world.engine) as guest:
        yield made, guest
    made.world.close()


def test_every_page_is_declared(stage: tuple[Scene, Guest]) -> None:
    """A new page without a row fails, and so does a row without a page."""
    paths = {path for method, path in ways(stage[1].site) if method == "GET"}
    assert sorted(paths - SCREENS.keys()) == []
    assert sorted(SCREENS.keys() - paths) == []


def declared(path: str, address: str, target: Target | None, person: str, state: str) -> int:
    """The status that somebody is owed."""
    screen = SCREENS[path]
    if screen.is_public:
        return 303 if screen.is_way_in and person not in (*GONE, STRANGER) else 200
    if person in (*GONE, STRANGER):
        return 303
    words = target.words(person, state) if target else Target(None).words(person)
    home, roles = PEOPLE[person]
    words |= {f"a-lab-{role}" for role in roles if home in LABS}
    if "out-of-use" in words:
        return 303
    if screen.words:
        return 200 if set(screen.words.split()) & words else 403
    operation = screen.operation.replace("{plural}", address.split("/")[1])
    return STATUS[expected(operation, words, state)] if operation else 200


def cells(stage: Scene, guest: Guest, path: str) -> Iterator[Cell]:
    """What everybody is answered, of every subject in every state."""
    if "{id}" in path and not SCREENS[path].fill:
        for letter in stage.letters():
            yield from _cells(stage, guest, path, None, letter, "")
        return
    for kind in KINDS.values() if "{plural}/{ref}" in path else [kind_of(path)]:
        for target in stage.of(kind) if kind else [None]:
            for state in states_of(kind) if kind and target else [""]:
                yield from _cells(stage, guest, path, kind, target, state)


def _cells(
    stage: Scene, guest: Guest, path: str, kind: Kind | None, target: Target | None, state: str
) -> Iterator[Cell]:  # fmt: skip
    share = SHARES.get(path, SHARE)
    refs = [target.ref] if target else []
    found = [
        one.replace("{id}", target.ref if target else "")
        for one in every(path, lambda of, _: refs if of is kind else [])
    ]
    asked = [
        (person, address)
        for address in found
        for person in PRINCIPALS
        if zlib.crc32(f"{address.replace(target.ref, target.lab) if target else address} {state} {person}".encode())
        % share == 0 or (target is None and person in (STRANGER, *GONE))
    ]  # fmt: skip
    if not asked:
        return
    if target is None or target.kind is None:
        yield from (_cell(guest, path, address, target, person, state) for person, address in asked)
        return
    with stage.standing(target, state):
        yield from (_cell(guest, path, address, target, person, state) for person, address in asked)


def _cell(guest: Guest, path: str, address: str, target: Target | None, person: str, state: str) -> Cell:
    asker = "" if person == STRANGER else person
    owed, answer = declared(path, address, target, person, state), guest.ask(asker, address)
    if owed == 404 and answer.status_code == 404 and target is not None:
        none = _none(target)
        missing = guest.ask(asker, address.replace(target.ref, none))
        assert plain(answer.text, target.ref) == plain(missing.text, none), address
    return address, state, person, owed, answer.status_code


def _none(target: Target) -> str:
    """A reference of the same form, that is nobody's."""
    return draw_ref(target.kind) if target.kind in PREFIX else f"none-{target.ref}"


def plain(text: str, ref: str) -> str:
    """A page without what differs each time: the reference that was asked for, the request's name, the instant."""
    told = re.sub(
        r"<code>[0-9a-f-]{36}</code>|((?<=As of )|(?<=Its clock stands at ))<time [^>]*>[^<]*</time>", "", text
    )
    return told.replace(ref, "REF").replace(ref.lower(), "REF")


PAGES = sorted(path for path, screen in SCREENS.items() if not screen.moves)


@pytest.mark.parametrize("path", PAGES)
def test_pages_show_as_is_declared(stage: tuple[Scene, Guest], path: str) -> None:
    """Who may not see it is answered as if it were not there, to the letter; who is not signed in is led to sign in."""
    found = [*cells(*stage, path)]
    assert [cell for cell in found if cell[-2] != cell[-1]] == []
    assert found, path


def test_a_page_that_shows_too_much_is_found(stage: tuple[Scene, Guest]) -> None:
    """The look above sees a page that asks nobody who he is."""
    router = APIRouter()

    @router.get("/reviews/{ref}/open")
    def show(ref: str) -> Response:
        return PlainTextResponse("confidential")

    guest = stage[1]
    guest.site.web.router.routes.insert(0, router.routes[0])
    try:
        SCREENS["/reviews/{ref}/open"] = SCREENS["/reviews/{ref}"]
        assert [cell for cell in cells(*stage, "/reviews/{ref}/open") if cell[-2] != cell[-1]]
    finally:
        del SCREENS["/reviews/{ref}/open"], guest.site.web.router.routes[0]
