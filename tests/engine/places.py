"""Where an ordeal takes place: each kind of disk, under a file or a server of its own."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from pathlib import Path

from sqlalchemy import event

from reviewflow.engine.setup import prepare
from reviewflow.store import database
from reviewflow.store.database import connect
from tests import postgres
from tests.databases import POSTGRESQL, SQLITE
from tests.engine import world as w
from tests.engine.apart import apart
from tests.engine.chaos import Own
from tests.engine.disk import (
    FullFile,
    FullServer,
    LogLimit,
    PageCap,
    ReadOnly,
    ServerLimit,
    SizeLimit,
    files,
    mounted,
)
from tests.engine.ordeal import Ordeal, Told
from tests.engine.policies import settings

Sabotage = Callable[[w.World], None]
Make = type[PageCap | SizeLimit | ReadOnly | FullFile | ServerLimit | FullServer]
DISKS: dict[str, tuple[str, Make]] = {
    "page cap": (SQLITE, PageCap),
    "file-size limit": (SQLITE, SizeLimit),
    "read-only file": (SQLITE, ReadOnly),
    "full disk": (SQLITE, FullFile),
    "file-size limit on tables": (POSTGRESQL, ServerLimit),
    "file-size limit on the log": (POSTGRESQL, LogLimit),
    "full disk under the server": (POSTGRESQL, FullServer),
}
MOUNTED = {"full disk": 8, "full disk under the server": 160}  # megabytes; where none may be mounted, they are left out
GO_DOWN = (LogLimit, FullServer)
NOBODY = 65534
SEED = 2000  # apart from those of the templates
# Small files of the log, so that a table outgrows them soon, and that many fit on a small disk.
LOG = ["min_wal_size=4MB", "max_wal_size=16MB", "max_connections=60"]


def suffer(name: str, cycles: int, seed: int, sabotage: Sabotage | None = None) -> Told:
    """An ordeal on the disk of this name, in a process of its own: some limits are a process's for good."""
    import_module("reviewflow.views.index")  # here: NOBODY may have no right to read where Python lies
    if DISKS[name][0] == SQLITE:
        w.template(SQLITE)  # which is removed with this process
    return apart(_suffer, name, cycles, seed, sabotage)


def _suffer(name: str, cycles: int, seed: int, sabotage: Sabotage | None) -> Told:
    kind, make = DISKS[name]
    place = _file if kind == SQLITE else _server
    with place(name, seed) as world:
        if sabotage is not None:
            sabotage(world)
        goes_down = issubclass(make, GO_DOWN)
        has_doors = not goes_down and make is not PageCap  # which is a connection's own
        return Ordeal(world, make(world), seed, goes_down=goes_down, has_doors=has_doors).run(cycles)


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    memory = Path("/dev/shm")
    with ExitStack() as stack:
        made = tempfile.TemporaryDirectory(prefix="reviewflow-disk-", dir=memory if memory.is_dir() else None)
        folder = Path(stack.enter_context(made))
        folder.chmod(0o755)
        yield stack.enter_context(mounted(folder / "small", MOUNTED[name])) if name in MOUNTED else folder


@contextmanager
def _file(name: str, seed: int) -> Iterator[w.World]:
    with _folder(name) as folder, closing(w.new_world(SEED + seed, folder / "reviews.db")) as world:
        if DISKS[name][1] is ReadOnly and os.geteuid() == 0:  # whom no rights hold back
            for path in (folder, *files(world)):
                os.chown(path, NOBODY, NOBODY)
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        yield world


@contextmanager
def _server(name: str, seed: int) -> Iterator[w.World]:
    with _folder(name) as folder:
        server = postgres.Server(folder, LOG)
        postgres.resize_log(server, 1)
        server.start()
        try:
            with server.raw() as raw:
                raw.execute("CREATE DATABASE chaos")
            place = Own(server)
            engine = connect(place.url)
            prepare(engine, settings(), w.START, is_simulation=True)
            engine.dispose()
            world = w.World(place, settings(), SEED + seed)
            w._furnish(world)
            yield world
            world.engine.dispose()
            place.let_go()
        finally:
            server.stop()


def piecemeal(world: w.World) -> None:
    """The seeded fault on a file: no transaction, each statement is committed by itself."""
    event.remove(world.engine, "begin", database._begin_immediate)


def hasty(world: w.World) -> None:
    """The seeded fault on a server: what is acknowledged is written to the log later."""
    world.query("ALTER DATABASE chaos SET synchronous_commit = off")
    world.query("ALTER SYSTEM SET wal_writer_delay = 10000")
    world.query("SELECT pg_reload_conf()")
    world.engine.dispose()
