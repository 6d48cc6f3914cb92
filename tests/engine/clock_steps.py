"""Nodes whose clocks are wrong, each in its own way, on one real database."""

import multiprocessing
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from reviewflow import clock, logs
from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.engine.health import not_ready
from reviewflow.engine.tick import tick
from reviewflow.errors import ReviewflowError, Unavailable
from reviewflow.nouns.commands.parts import AddNote
from tests.databases import POSTGRESQL, Database
from tests.engine.diary import Diary, Line, lines
from tests.engine.hours import SOON, Hours, hours
from tests.engine.mixed import APART
from tests.engine.reckoning import Reckoning
from tests.stories.world import PEOPLE

SURELY_WRONG, SURELY_RIGHT = 1.1, 0.5  # seconds; between them a busy machine decides
FAR_BACK = 310.0  # seconds that a clock must not step back
Offsets = Sequence[float]
NODES: dict[str, dict[str, Offsets]] = {  # by how many seconds each node's clock may be off; it steps all the time
    POSTGRESQL: {
        "right": (0,), "right too": (0,), "90 s ahead": (90,), "90 s behind": (-90,),
        "within the tolerance": (0.5, -0.5, 0.2),
        "stepping": (0, 2, -2, 0.3, 60, -60, 0, 600, -600),
    },
    "sqlite": {"right": (0,), "stepping": (0, 1, -1, 30, -30, 100, -180), "far": (0, -3600, -400, 0)},
}  # fmt: skip
WITNESS = (
    "CREATE TABLE witness (subject text, seq int, at timestamptz)",
    """CREATE FUNCTION testify() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO witness VALUES (NEW.subject, NEW.seq, clock_timestamp()); RETURN NULL; END'""",
    "CREATE TRIGGER testify AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION testify()",
)
_EARLY = """SELECT max(extract(epoch FROM effective_at - at)) FROM event JOIN witness USING (subject, seq)
    WHERE name IN ('deadline_reached', 'lapsed')"""


@dataclass
class Stepped:
    """What was seen."""

    found: Reckoning
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)  # the last refusal of each node
    early: float = 0.0  # seconds by the server's clock; the tolerance at the most
    faults: list[str] = field(default_factory=list)


def step(folder: Path, kind: str, seconds: float, seed: int, nodes: dict[str, Offsets] | None = None) -> Stepped:
    """Windows end all the time; each node ticks and writes notes by its own clock."""
    place, nodes = hours(folder, kind), nodes or NODES[kind]
    database = place.database()
    if kind == POSTGRESQL:
        for statement in WITNESS:
            database.query(statement)
    many = max(1, int(seconds / APART))
    first = clock.now() + SOON
    last = place.begin([first + timedelta(seconds=APART * n) for n in range(many)])
    _write_on(place)
    until = time.monotonic() + (last - clock.now()).total_seconds() + APART
    fork = multiprocessing.get_context("fork")
    started = [
        fork.Process(target=_node, args=(place, number, offsets, seed * 100 + number, until), daemon=True)
        for number, offsets in enumerate(nodes.values())
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(seconds + 60)
    return _seen(place, database, kind, nodes)


def _write_on(place: Hours) -> None:
    """A review that all nodes write on, and on which something was recorded just now."""
    handle(place.engine, place.settings, Call(sorted(place.dues)[-1], AddNote(text="x"), PEOPLE["intake"]), clock.now())
    tick(place.engine, place.settings, dict.fromkeys(place.settings.server.channels, lambda _: None), clock.now())
    place.engine.dispose()


def _node(place: Hours, number: int, offsets: Offsets, seed: int, until: float) -> None:
    """One process with a clock of its own, put in through the clock's own seam."""
    logs.configure("critical")
    rng, diary, real = random.Random(seed), Diary(place.folder / f"node-{number}"), clock.now
    engine = place.engine
    ref, off = sorted(place.dues)[-1], 0.0
    clock.now = lambda: real() + timedelta(seconds=off)
    senders = dict.fromkeys(place.settings.server.channels, lambda _: None)

    def beat() -> int:
        swept, delivered = tick(engine, place.settings, senders, clock.now())
        diary.write(letters=len(delivered.sent))
        return swept.events

    def write() -> int:
        call = Call(ref, AddNote(text="x"), PEOPLE["intake"])
        return len(handle(engine, place.settings, call, clock.now()).events)

    while time.monotonic() < until:
        off = rng.choice(offsets)
        for name, act in (("tick", beat), ("note", write)):
            diary.write(off=off, what=name, **_tried(act))
        diary.write(off=off, what="ready", reasons=not_ready(engine))
        time.sleep(rng.random() * 0.1)


def _tried(act: Callable[[], int]) -> Line:
    try:
        return {"done": act()}
    except Unavailable as error:
        return {"refused": str(error)}
    except ReviewflowError as error:
        return {"fault": str(error)}
    except Exception:  # noqa: BLE001 - whatever it is stands in the diary
        return {"fault": traceback.format_exc()[-900:]}


def _seen(place: Hours, database: Database, kind: str, nodes: dict[str, Offsets]) -> Stepped:
    seen = Stepped(place.reckon())
    seen.faults += seen.found.faults
    for number, name in enumerate(nodes):
        told = list(lines(place.folder / f"node-{number}"))
        seen.outcomes[name] = Counter(_outcome(line) for line in told if "what" in line)
        seen.outcomes[name]["letters sent"] = sum(line.get("letters", 0) for line in told)
        for line in told:
            seen.reasons |= {name: line["refused"]} if "refused" in line else {}
            seen.faults += [f"{name}: {fault}" for fault in (_of_server if kind == POSTGRESQL else _of_file)(line)]
    seen.faults += list(_turned_back(database))
    if kind == POSTGRESQL:
        seen.early = float(database.query(_EARLY)[0][0] or 0)
        if seen.early > 1:
            seen.faults.append(f"an event was recorded {seen.early:.2f} s early by the server's clock")
    return seen


def _turned_back(database: Database) -> Iterator[str]:
    last: dict[str, str] = {}
    for ref, at in database.query("SELECT subject, recorded_at FROM event ORDER BY subject, seq"):
        if str(at) < last.get(str(ref), ""):
            yield f"{ref}: recorded at {at}, after what was recorded at {last[str(ref)]}"
        last[str(ref)] = str(at)


def _outcome(line: Line) -> str:
    if line["what"] == "ready":
        return "not ready" if line["reasons"] else "ready"
    return f"{line['what']} {'refused' if 'refused' in line else 'done'}"


def _of_server(line: Line) -> Iterator[str]:
    """Beside a server's clock a wrong one is refused, with the reason, and a right one never."""
    if "fault" in line:
        yield str(line["fault"])
    if "what" not in line:
        return
    off, said = abs(line["off"]), line.get("refused", "") or " ".join(line.get("reasons", ()))
    side = "ahead of" if line["off"] > 0 else "behind"
    if off <= SURELY_RIGHT and said:
        yield f"{line['off']} s off, and refused: {said}"
    if off >= SURELY_WRONG and not said and not (line["what"] == "tick" and line["done"] == 0):
        yield f"{line['off']} s off, and {line['what']} was {line.get('done', 'ready')}"
    if off >= SURELY_WRONG and said and (side not in said or "clock" not in said):
        yield f"{line['off']} s off, and the reason was: {said}"


def _of_file(line: Line) -> Iterator[str]:
    """A file has no clock of its own: only what was recorded last tells that time went far back."""
    if "fault" in line:
        yield str(line["fault"])
    if line.get("what") != "note":
        return
    if line["off"] < -FAR_BACK and "clock stepped back" not in line.get("refused", ""):
        yield f"{line['off']} s off, and done"
    if line["off"] > -FAR_BACK + 110 and "refused" in line:
        yield f"{line['off']} s off, and refused: {line['refused']}"
