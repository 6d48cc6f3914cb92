"""A durable command against the same rows by the bare driver, and against peers, on a real disk in the same run."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.nouns.commands.review import StartClock
from reviewflow.store.database import connect
from tests.databases import POSTGRESQL, SQLITE, Database
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


def contenders(ground: Ground, kind: str, clients: int, each: int) -> tuple[list[Contender], float]:
    """Each on a database of its own with the same submitted reviews; and how many letters a command owes."""
    world = ground.world(kind)
    refs = multiply(world, file_review(world, POLICY), clients * each)
    copies = [ground.copy(world) for _ in range(2)]
    scripts = replay.recorded(world, [_act(world, ref) for ref in refs])
    owed = world.query("SELECT count(*) FROM delivery WHERE subject = ?", refs[0])[0][0]
    places: list[Any] = [(kind, ground.plain(copies[1]), part) for part in shares(scripts, clients)]
    found = [
        Contender(ENGINE, engine, [(copies[0].url, part) for part in shares(refs, clients)]),
        Contender(BARE, replay.bare, places),
    ]
    return (found + _peers(ground, world, refs, clients, int(owed)) if kind == POSTGRESQL else found), owed


def _act(world: w.World, ref: str) -> Act:
    return lambda: handle(world.engine, world.settings, _command(ref), w.START)


def _peers(ground: Ground, world: w.World, refs: Sequence[str], clients: int, owed: int) -> list[Contender]:
    def on(place: Database) -> str:
        return place.url

    found = []
    for count in (1, owed):
        beside = "1 job" if count == 1 else f"{owed} jobs"
        place = ground.copy(world)
        peers.prepare_dbos(on(place))
        shared = [(on(place), part, count) for part in shares(refs, clients)]
        found.append(Contender(f"DBOS, {beside}", peers.dbos, shared))
        place = ground.copy(world)
        peers.prepare_procrastinate(ground.plain(place))
        shared = [(ground.plain(place), part, count) for part in shares(refs, clients)]
        found.append(Contender(f"procrastinate, {beside}", peers.procrastinate, shared))
    return found


def measure(ground: Ground) -> Iterator[Measured]:
    """Both databases, alone and with eight clients."""
    rounds, warm = (7, 15) if ground.is_quick else (15, 25)
    for kind in (SQLITE, POSTGRESQL):
        for clients, count in ((1, 40), (8, 12)):
            found, _ = contenders(ground, kind, clients, warm + rounds * count)
            rates = race(found, rounds, count, warm)
            for other in rates:
                limit = {BARE: 0.5}.get(other, 1.0) if other != ENGINE else None
                of_other = ratio(rates, ENGINE, other)
                where = f"command, {kind}, {clients} client{'s' if clients > 1 else ''}"
                yield Measured(where, other, rates[other], of_other, at_least=limit)


if __name__ == "__main__":
    sys.exit(main(measure, __doc__))
