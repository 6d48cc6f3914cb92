"""Work on a disk that fails again and again: what was refused, what went on, and what must be on record afterwards."""

import base64
import contextlib
import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import psycopg

from reviewflow.cli.main import run
from reviewflow.engine.audit import audit
from reviewflow.engine.call import Call, Done
from reviewflow.engine.deliver import deliver
from reviewflow.engine.handle import handle
from reviewflow.errors import Interrupted, ReviewflowError, Unavailable
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.store import queue, reviews
from reviewflow.store.database import reading
from reviewflow.store.failures import _ELSE
from tests.engine import world as w
from tests.engine.acknowledged import on_record
from tests.engine.apart import apart
from tests.engine.chaos import Own, models_of_lab
from tests.engine.disk import Disk
from tests.engine.outboxes import Post
from tests.engine.reviews import start_review

STEP = timedelta(hours=55)  # between two failures, so that each time something has fallen due
LEASES = timedelta(hours=1)
REFUSALS, TRIES = 3, 400  # commands that are tried on a failing disk, at least and at most
DOORS = 0.4  # how often the command line is tried too
ROOM = 60_000  # bytes that still fit when it begins to fail, at most
POLICIES = ("tolls", "hours", "missed-tolls")


@dataclass
class Told:
    """What came of an ordeal."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    says: set[str] = field(default_factory=set)  # what a person was told, with the remedy


class Ordeal:
    """One process that goes on with the same engine, whatever the disk does."""

    def __init__(
        self, world: w.World, disk: Disk, seed: int, *, goes_down: bool = False, has_doors: bool = True
    ) -> None:
        server = replace(world.settings.server, pool=replace(world.settings.server.pool, retry_seconds=0))
        world.settings = replace(world.settings, server=server)
        self.world, self.disk, self.rng, self.told = world, disk, random.Random(seed), Told()
        self.goes_down, self.has_doors = goes_down, has_doors
        self.refs = [
            start_review(world, policy, model) for policy, model in zip(POLICIES, models_of_lab(world), strict=False)
        ]
        self.done: dict[str, Done] = {}  # by the idempotency key, which stands in the text
        self.sent = Post()
        self._again: list[Call] = []  # refused, or not answered

    def run(self, cycles: int) -> Told:
        """The disk fails so often; then everything is looked at."""
        for _ in range(cycles):
            self.world.now += STEP
            self.disk.fail(self.rng.randrange(ROOM))
            try:
                self._meanwhile()
            finally:
                self.disk.mend()
            self._afterwards()
            if len(self.told.faults) > 5:
                break
        self.world.now += LEASES  # what was in hand when the server went down is taken up again
        self._sweep()
        self._deliver()
        self.told.faults += on_record(self.world, self.done, self.sent, self.told.counts)
        return self.told

    def _meanwhile(self) -> None:
        """Commands until they are refused; then everything else, in any order."""
        refused = 0
        for _ in range(TRIES):
            refused += self._command(self._new())
            if refused == REFUSALS:
                break
        else:
            self.told.faults.append(f"{TRIES} commands were done on a full disk")
        is_at_the_door = self.has_doors and self.rng.random() < DOORS
        rest = [self._look, self._sweep, self._deliver, *([self._doors] if is_at_the_door else [])]
        self.rng.shuffle(rest)
        for step in rest:
            step()

    def _afterwards(self) -> None:
        """There is room again: with the same engine all goes on, and what was refused is done when asked again."""
        calls, self._again = self._again, []
        for call in calls:
            if self._command(call):
                self.told.faults.append(f"{call.key}: refused though there is room again")
        for step in (self._sweep, self._deliver):
            if not step():
                self.told.faults.append(f"{step.__name__} failed though there is room again")

    def _new(self) -> Call:
        key = f"{len(self.done) + len(self._again)}-{self.rng.getrandbits(64):016x}"
        noise = base64.b64encode(self.rng.randbytes(self.rng.choice([20, 6000, 6000]))).decode()
        if self.rng.random() < 0.15:
            return Call(None, RegisterModel(name=key), w.OFFICER, key=key)
        return Call(self.rng.choice(self.refs), AddNote(text=f"{key} {noise}"), w.DECIDER, key=key)

    def _command(self, call: Call) -> bool:
        """Whether it was refused; then nothing must have changed."""
        before = self._dump() if self._again else None  # once one was refused: to look at all takes its time
        try:
            self.done[str(call.key)] = handle(self.world.engine, self.world.settings, call, self.world.now)
        except ReviewflowError as error:
            self._refused(error, "command")
            self._again.append(call)
            after = self._dump() if before else None
            if not isinstance(error, Interrupted) and after and before != after:
                self.told.faults.append(f"{call.key}: refused, and something was written")
            return True
        self.told.counts["acknowledged"] += 1
        return False

    def _dump(self) -> w.Dump | None:
        """Every row; None where the server is down."""
        try:
            return self.world.dump()
        except psycopg.OperationalError:
            if isinstance(self.world.database, Own):
                self.world.database.let_go()
            return None

    def _refused(self, error: ReviewflowError, what: str) -> None:
        self.told.counts[f"{what} refused"] += 1
        self.told.says.add(f"{' '.join(error.reasons).partition(': ')[2][:90]} | {error.remedy}")
        is_vague = error.remedy in (None, _ELSE) and not self.goes_down
        if not isinstance(error, Unavailable) or is_vague:
            self.told.faults.append(f"{what}: not said plainly: {error!r}, {error.remedy}")

    def _try(self, what: str, step: Callable[[], object]) -> bool:
        try:
            step()
        except ReviewflowError as error:
            self._refused(error, what)
            return False
        self.told.counts[what] += 1
        return True

    def _look(self) -> None:
        """Reading goes on, but on a server that went down."""

        def look() -> None:
            with reading(self.world.engine) as connection:
                assert len(reviews.every(connection, (queue.ALL, "", ""))) == len(self.refs)
                assert queue.deadlines(connection, queue.ALL)
            self.told.faults += [str(broken) for broken in audit(self.world.engine).breaks]

        if not self._try("look", look) and not self.goes_down:
            self.told.faults.append("reading did not go on")

    def _sweep(self) -> bool:
        def sweep() -> None:
            for failed in self.world.tick().failed:
                raise failed.error

        return self._try("sweep", sweep)

    def _deliver(self) -> bool:
        def step() -> None:
            deliver(self.world.engine, self.world.settings, self.sent.senders, self.world.now)

        return self._try("delivery", step)

    def _doors(self) -> None:
        """On the command line: looking goes on, a command ends with exit code 6 and a sentence."""
        for line in ("verify", "review list", f"review note {self.refs[0]} --text {'x' * 9000}"):
            shown, code = apart(_door, self.world.database.url, self.world.now.isoformat(), line)
            is_command = "note" in line
            self.told.counts[f"exit {code}"] += 1
            if "Traceback" in shown or "fault of reviewflow" in shown or code not in ((6, 0) if is_command else (0,)):
                self.told.faults.append(f"reviewflow {line[:30]}: exit {code}: {shown[-300:]}")


def _door(url: str, at: str, line: str) -> tuple[str, int]:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        code = run(["--database", url, "--as", w.DECIDER, "--at", at, *line.split()])
    return shown.getvalue(), code
