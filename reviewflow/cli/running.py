"""`reviewflow run`: the heartbeat as a process, with its port, its signals and its supervisor."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.lazy import command_of
from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.cli.port import Page
    from reviewflow.engine.heartbeat import Heartbeat

GRACE_SECONDS = 10.0  # for what still runs when the heartbeat has died


def run(
    ctx: typer.Context,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            "--metrics-port",
            help="The port of /metrics, /livez and /readyz, on 127.0.0.1 alone; 0: none. Default: as server.toml says.",
            max=65_535,
            min=0,
        ),
    ] = None,
) -> None:
    """Work until SIGTERM or Ctrl-C: raise what is due and send what is owed, at each due instant.

    Any number of workers may run on one database. Told to stop, it finishes what it has begun and hands back the rest.
    """
    from reviewflow import logs
    from reviewflow.cli.supervisor import tell
    from reviewflow.engine.heartbeat import Heartbeat
    from reviewflow.errors import Unavailable

    session: Session = ctx.obj
    app = session.app
    app.database  # noqa: B018 - refuse at once where there is none
    beat = Heartbeat(app.engine, app.settings, app.senders(), app.now)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: beat.stop())
    if not session.quiet:
        logs.configure("info")
    with _port(session, beat, app.settings.server.metrics_port if metrics_port is None else metrics_port) as at:
        _say(session, at)
        try:
            beat.run(tell)
        except Unavailable:
            end_for_certain()
            beat.abandon()
            raise


def _say(session: Session, port: int | None) -> None:
    from reviewflow.cli.paint import say

    if session.quiet:
        return
    if session.app.is_simulation:
        say("This is a simulation: its clock stands, and moves only with --at. Beating all the same.")
    from reviewflow.cli.port import LOOPBACK
    from reviewflow.store.failures import shown

    url = shown(session.app.engine)
    say(f"Working on {url}; {f'metrics at http://{LOOPBACK}:{port}/metrics' if port else 'no port for metrics'}.")
    poll = session.app.settings.server.poll_seconds
    say(f"Beating at every due instant, at the latest every {poll} s; Ctrl-C ends it.")
    sys.stdout.flush()


@contextmanager
def _port(session: Session, beat: "Heartbeat", number: int) -> Iterator[int | None]:
    if not number:
        yield None
        return
    from reviewflow.cli.port import serving

    with serving(number, pages(session, beat)) as at:
        yield at


def pages(session: Session, beat: "Heartbeat") -> "dict[str, Callable[[], Page]]":
    """What the port answers, by path."""
    from reviewflow.cli.metrics import text
    from reviewflow.cli.port import health, metrics_page
    from reviewflow.engine.health import not_ready
    from reviewflow.engine.metrics import metrics
    from reviewflow.views.metrics import figures

    app = session.app

    def measured() -> str:
        return text(figures(metrics(app.engine, app.settings, app.now(), beat.worker.unsaved())))

    return {
        "/metrics": lambda: metrics_page(measured),
        "/livez": lambda: health([] if beat.is_alive else ["The heartbeat of this worker died."]),
        "/readyz": lambda: health(not_ready(app.engine, is_draining=beat.is_stopping)),
    }


def end_for_certain() -> None:
    """A sweep that hangs must not keep the process of a dead worker looking alive."""
    last = threading.Timer(GRACE_SECONDS, os._exit, [6])
    last.daemon = True
    last.start()


def command(name: str) -> Any:
    """The command, by its name."""
    return command_of(run, name)
