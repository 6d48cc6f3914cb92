"""Commands over a link that is cut around COMMIT, and what must be on record afterwards."""

import multiprocessing
import random
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from unittest.mock import patch

from reviewflow import logs
from reviewflow.engine import answered
from reviewflow.engine import handle as writing
from reviewflow.engine.call import Call, Done
from reviewflow.engine.handle import handle
from reviewflow.errors import Busy, Interrupted, Refused, ReviewflowError
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import StartClock
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection, Engine, connect
from tests import postgres
from tests.cut_proxy import Break, Cut, Proxy
from tests.databases import Base
from tests.engine import world as w
from tests.engine.policies import settings
from tests.engine.reviews import start_review
from tests.engine.sabotage import nothing

MESSAGES = 40  # so many go over the link in a command, and some more while it is made
Sabotage = Callable[[], AbstractContextManager[None]]


@dataclass
class Tally:
    """What one caller was told, and over how many cuts."""

    cuts: Counter[str] = field(default_factory=Counter)
    done: dict[str, Done] = field(default_factory=dict)  # by the text that only this command writes
    refused: list[str] = field(default_factory=list)
    recalled: int = 0  # were done though the link was cut, and the second question found that out
    unknown: int = 0  # the engine gave up, and the caller asked again under the same key
    faults: list[str] = field(default_factory=list)


class Caller:
    """One process on a link of its own."""

    def __init__(self, place: Base, refs: list[str], seed: int) -> None:
        self.refs, self.rng, self.tally = refs, random.Random(seed), Tally()
        self.proxy = Proxy(postgres.shared().port)
        self.engine: Engine = connect(postgres.shared().url(place.name, port=self.proxy.port), _quick(30).server.pool)

    def act(self) -> None:
        """One command, over a link that is cut once or twice on its way."""
        text = uuid.UUID(int=self.rng.getrandbits(128)).hex
        self.proxy.arm(*(self._break() for _ in range(self.rng.choice([1, 1, 1, 2]))))
        self._ask(self._call(text), text, gives_up=self.rng.random() < 0.1)

    def _break(self) -> Break:
        cut = self.rng.choice([Cut.BEFORE, Cut.AT_ONCE, Cut.AT_ONCE, Cut.AFTER, Cut.AFTER, Cut.ANYWHERE])
        messages = self.rng.randrange(MESSAGES) if cut is Cut.ANYWHERE else 0
        return Break(cut, messages, is_reset=self.rng.random() < 0.5)

    def _call(self, text: str) -> Call:
        chance, ref = self.rng.random(), self.rng.choice(self.refs)
        if chance < 0.1:
            return Call(None, RegisterModel(name=text), w.OFFICER)
        if chance < 0.2:  # its clock runs already
            return Call(ref, StartClock(), w.INTAKE)
        return Call(ref, AddNote(text=text), w.REVIEWER)

    def _ask(self, call: Call, text: str, *, gives_up: bool) -> None:
        """A caller who is told nothing certain asks again, under the same key."""
        call = replace(call, key=text) if gives_up else call
        now = w.START + timedelta(days=1)
        while True:
            try:
                self.tally.done[text] = handle(self.engine, _quick(0 if gives_up else 30), call, now)
            except (Interrupted, Busy) as error:  # busy: what broke off is still being done
                self.tally.unknown += 1
                if not gives_up:
                    self.tally.faults.append(f"{text}: the engine did not retry: {error}")
                    return
                continue
            except Refused:
                self.tally.refused.append(text)
            except ReviewflowError as error:
                self.tally.faults.append(f"{text}: {error}")
            return


def _quick(retry_seconds: int) -> Settings:
    made = settings()
    pool = replace(made.server.pool, size=1, retry_seconds=retry_seconds)
    return replace(made, server=replace(made.server, pool=pool))


def work(place: Base, refs: list[str], cuts: int, seed: int, how: Sabotage) -> Tally:
    """What one process does until its link was cut so often."""
    logs.configure("critical")
    writing.FIRST_PAUSE = 0.001  # the link is up again at once
    caller = Caller(place, refs, seed)
    recall = answered.answer_before

    def counting(connection: Connection, key: str, call: Call) -> Done | None:
        found = recall(connection, key, call)
        caller.tally.recalled += found is not None
        return found

    with patch.object(answered, "answer_before", counting), how():
        while caller.proxy.cuts.total() < cuts and len(caller.tally.faults) < 20:
            caller.act()
    caller.proxy.close()
    caller.tally.cuts = caller.proxy.cuts
    return caller.tally


def cut(world: w.World, cuts: int, seed: int, callers: int = 2, how: Sabotage = nothing) -> Tally:
    """Cut so many links under commands on a few reviews; what the callers were told, and what is wrong with it."""
    refs = [start_review(world, "plain", model, has_access=False) for model in w.models()[:3]]
    before = _last(world)
    world.engine.dispose()
    tasks = [(world.database, refs, -(-cuts // callers), seed * 100 + n, how) for n in range(callers)]
    with multiprocessing.get_context("fork").Pool(callers) as pool:
        tallies = pool.starmap(work, tasks)
    total = Tally()
    for tally in tallies:
        total.cuts += tally.cuts
        total.done |= tally.done
        total.refused += tally.refused
        total.recalled, total.unknown = total.recalled + tally.recalled, total.unknown + tally.unknown
        total.faults += tally.faults
    total.faults += list(_faults(world, total, before))
    return total


def _faults(world: w.World, tally: Tally, before: int) -> list[str]:
    """What is on record against what the callers were told."""
    rows = world.query("SELECT subject, seq, digest FROM event WHERE position > ?", before)
    heads = {(str(ref), int(seq)): str(digest) for ref, seq, digest in rows}
    written: Counter[str] = Counter(str(text) for (text,) in world.query("SELECT text FROM note"))
    written += Counter(str(name) for (name,) in world.query("SELECT name FROM model"))
    found = [f"{text}: done {many} times" for text, many in written.items() if many > 1]
    found += [f"{text}: told that it is done, and it is not" for text in tally.done if not written[text]]
    found += [f"{text}: told that it is refused, and it is done" for text in tally.refused if written[text]]
    for text, done in tally.done.items():
        if heads.get((done.ref, done.seq)) != done.head:
            found.append(f"{text}: told of {done.ref}/{done.seq}, which is another event on record")
    told = sum(len(done.events) for done in tally.done.values())
    return found if len(rows) == told else [*found, f"{told} events told, {len(rows)} on record"]


def duplicates(tally: Tally) -> int:
    """How many commands were done more than once."""
    return sum(" times" in fault for fault in tally.faults)


def _last(world: w.World) -> int:
    return int(world.query("SELECT max(position) FROM event")[0][0])
