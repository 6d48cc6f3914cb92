"""A durable command against the same rows by the bare driver, and against peers, on a real disk in the same run."""

import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec

from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.nouns.commands.review import StartClock
from reviewflow.store.database import connect
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import peers, replay
from tests.engine import world as w
from tests.engine.contenders import Act, Contender, race, ratio
from tests.engine.crowd import multiply, shares
from tests.engine.measuring import Ground, Measured, main
from tests.engine.policies import settings
from tests.engine.reviews import file_review

ENGINE, BARE = "reviewflow", "bare driver"
POLICY = "eo-14409"


def _command(ref: str) -> Call:
    """Everything that a command may have to do: a lock, guards, a transition, an event, a deadline, letters."""
    return Call(ref, StartClock(), w.INTAKE)


def engine(share: tuple[str, Sequence[str]]) -> Iterator[Act]:
    """A client of ours, on a connection of its own."""
    url, refs = share
    connected = connect(url)
    for ref in refs:
        yield lambda ref=ref: handle(connected, settings(), _command(ref), w.START)  # type: ignore[misc]


def contenders(ground: Ground, kind: str, clients: int, each: int) -> list[Contender]:
    """Each on a database of its own with the same submitted reviews."""
    world = ground.world(kind)
    refs = multiply(world, file_review(world, POLICY), clients * each)
    copies = [ground.copy(world) for _ in range(2)]
    for ref in refs:
        handle(world.engine, world.settings, _command(ref), w.START)
    owed = int(world.query("SELECT count(*) FROM delivery WHERE subject = ?", refs[0])[0][0])
    before = ground.plain(copies[1])
    said = replay.scripts(kind, before, ground.plain(world.database), refs)
    mine, scripts = shares(refs, clients), [said[number::clients] for number in range(clients)]
    found = [
        Contender(ENGINE, engine, [(copies[0].url, part) for part in mine]),
        Contender(BARE, replay.bare, [(kind, before, *both) for both in zip(mine, scripts, strict=True)]),
    ]
    return found + _peers(ground, world, refs, clients, owed) if kind == POSTGRESQL else found


def _peers(ground: Ground, world: w.World, refs: Sequence[str], clients: int, owed: int) -> list[Contender]:
    """With one job beside the changed row, and with one for each letter that the command owes; those installed."""
    found = []
    for name, prepare, act, is_plain in peers.PEERS:
        if find_spec(name) is None:
            print(f"{name} is not installed, so it is left out.", file=sys.stderr)
            continue
        for count in (1, owed):
            database = ground.copy(world)
            place = ground.plain(database) if is_plain else database.url
            prepare(place)
            given = [(place, part, count) for part in shares(refs, clients)]
            found.append(Contender(f"{name}, {count} job{'s' if count > 1 else ''}", act, given))
    return found


def measure(ground: Ground) -> Iterator[Measured]:
    """Both databases, alone and with eight clients."""
    rounds, warm = (7, 15) if ground.is_quick else (15, 25)
    for kind in (SQLITE, POSTGRESQL):
        for clients, count in ((1, 40), (8, 12)):
            found = contenders(ground, kind, clients, warm + rounds * count)
            rates = race(found, rounds, count, warm)
            for other in rates:
                limit = {BARE: 0.5}.get(other, 1.0) if other != ENGINE else None
                of_other = ratio(rates, ENGINE, other)
                where = f"command, {kind}, {clients} client{'s' if clients > 1 else ''}"
                yield Measured(where, other, rates[other], of_other, at_least=limit)


if __name__ == "__main__":
    sys.exit(main(measure, __doc__))
