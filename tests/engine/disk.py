"""Disks that fill up and break under a database, and that are mended while everybody goes on."""

import multiprocessing
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import event

from reviewflow.engine.setup import move_clock
from reviewflow.errors import Unavailable
from tests import postgres
from tests.databases import File
from tests.engine import world as w
from tests.engine.chaos import Own

FREE = resource.RLIM_INFINITY
SEGMENT = 1 << 20  # of the write-ahead log, so that a table is soon longer than that


class Disk(Protocol):
    """`fail`: from now on about `room` more bytes can be written; `mend`: as many as wanted."""

    def fail(self, room: int) -> None: ...

    def mend(self) -> None: ...


class PageCap:
    """SQLite's own: no page more."""

    def __init__(self, world: w.World) -> None:
        self.world, self.cap = world, 0
        event.listen(world.engine, "checkout", self._apply)
        world.engine.dispose()

    def _apply(self, connection: Any, record: object, proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self.cap or (1 << 30)}")

    def fail(self, room: int) -> None:
        self.cap = int(self.world.query("PRAGMA page_count")[0][0]) + room // 4096

    def mend(self) -> None:
        self.cap = 0


class SizeLimit:
    """Of this very process: a file that grows beyond it is an I/O error."""

    def __init__(self, world: w.World) -> None:
        self.world = world

    def fail(self, room: int) -> None:
        longest = max(file.stat().st_size for file in files(self.world))
        resource.setrlimit(resource.RLIMIT_FSIZE, (longest + room, FREE))

    def mend(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (FREE, FREE))


class ReadOnly:
    """Somebody took away the right to write; another process has the file open, and ours opens it anew."""

    def __init__(self, world: w.World) -> None:
        self.world = world
        self._ours, theirs = multiprocessing.Pipe()
        self._other = multiprocessing.get_context("fork").Process(target=_hold, args=(world.file, theirs), daemon=True)
        self._other.start()
        self._ours.recv()

    def fail(self, room: int) -> None:
        self.world.engine.dispose()
        self._let(0o444, 0o555)

    def mend(self) -> None:
        """The first to write may find a connection from before in the pool; he is refused, and is the last."""
        self._let(0o644, 0o755)
        with suppress(Unavailable):
            move_clock(self.world.engine, self.world.now)

    def _let(self, file_mode: int, folder_mode: int) -> None:
        """What looks into the file beside the engine opens it anew too."""
        file = self.world.database.released()  # type: ignore[union-attr]
        file.parent.chmod(0o755)
        for one in files(self.world):
            one.chmod(file_mode)
        file.parent.chmod(folder_mode)
        self.world.database = File(file)


def _hold(file: Path, ready: "Connection[Any, Any]") -> None:
    with closing(sqlite3.connect(file)) as other:
        ready.send(other.execute("SELECT count(*) FROM event").fetchone())
        ready.recv()


class SmallDisk:
    """A file system of its own that somebody else fills; only where one may be mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.filler = folder, folder / "filler"

    def fail(self, room: int) -> None:
        with self.filler.open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, max(1, shutil.disk_usage(self.folder).free - room))

    def mend(self) -> None:
        self.filler.unlink(missing_ok=True)


class FullFile(SmallDisk):
    """Under an SQLite database."""

    def __init__(self, world: w.World) -> None:
        super().__init__(world.file.parent)


class ServerLimit:
    """The limit on the size of files, of every process of a PostgreSQL server: it ends a table."""

    limit = SEGMENT

    def __init__(self, world: w.World) -> None:
        self.place = own(world)

    def fail(self, room: int) -> None:
        self._limit(self.limit)

    def mend(self) -> None:
        self._limit(FREE)
        stand_up(self.place)

    def _limit(self, size: int) -> None:
        """As the user whose processes they are: to root alone it may be forbidden."""
        runner, wanted = postgres.runner(), "unlimited" if size == FREE else size
        for pid in self.place.server.processes:  # one may have ended by now
            command = ["prlimit", f"--pid={pid}", f"--fsize={wanted}:unlimited"]
            subprocess.run(command, check=False, capture_output=True, user=runner, group=runner)


class LogLimit(ServerLimit):
    """The same below the size of the write-ahead log's segments: the server panics, and cannot recover."""

    limit = SEGMENT // 2


class FullServer(SmallDisk):
    """A small file system under a whole PostgreSQL server, tables, log and all."""

    def __init__(self, world: w.World) -> None:
        self.place = own(world)
        super().__init__(self.place.server.folder)

    def mend(self) -> None:
        super().mend()
        stand_up(self.place)


def own(world: w.World) -> Own:
    """The database on a server of its own."""
    assert isinstance(world.database, Own)
    return world.database


def stand_up(place: Own) -> None:
    """The server again, if it went down, and a new connection to it."""
    place.server.stand_up()
    place.let_go()


def files(world: w.World) -> list[Path]:
    """The database file, and what stands beside it."""
    return sorted(world.file.parent.glob(f"{world.file.name}*"))


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system in memory of this size; CalledProcessError where none may be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)
