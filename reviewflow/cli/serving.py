"""`reviewflow serve`: the pages and the HTTP API as a process, with a worker beside it on a small installation."""

import signal
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.lazy import command_of
from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.api.server import Service

PORT = Annotated[int, typer.Option("--port", help="The port; 0: any that is free.", min=0, max=65_535)]
HOST = Annotated[str, typer.Option("--host", help="The address to listen on; TLS is for a proxy before it.")]
WORKER = Annotated[bool, typer.Option("--with-worker", help="Beat in the same process, as `reviewflow run` does.")]


def serve(ctx: typer.Context, port: PORT, host: HOST = "127.0.0.1", with_worker: WORKER = False) -> None:
    """Serve the pages and the HTTP API until SIGTERM or Ctrl-C; what is being answered then is finished."""
    from reviewflow import logs
    from reviewflow.api.server import Service
    from reviewflow.cli.running import end_for_certain
    from reviewflow.engine.heartbeat import Heartbeat
    from reviewflow.errors import Refused
    from reviewflow.web.site import site

    session: Session = ctx.obj
    app = session.app
    if session.when is not None:
        raise Refused(
            "A server serves now; it cannot be dated.", remedy="In a simulation send the header Reviewflow-At."
        )
    app.database  # noqa: B018 - refuse at once where there is none
    beat = Heartbeat(app.engine, app.settings, app.senders(), app.now) if with_worker else None
    service = Service(app, site(app), host, port, beat)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    if not session.quiet:
        logs.configure("info")
    _say(session, host, service)
    try:
        service.run()
    except Exception:
        end_for_certain()
        raise


def _say(session: Session, host: str, service: "Service") -> None:
    from reviewflow.cli.paint import say
    from reviewflow.nouns.paths import API

    if session.quiet:
        return
    if session.app.is_simulation:
        say("This is a simulation: its clock stands, and moves only by its pages or the header Reviewflow-At.")
    shown = f"[{host}]" if ":" in host else host
    place = f"http://{shown}:{service.port}"
    say(f"Serving {place} to people and {place}{API} to programs; Ctrl-C ends it.")
    sys.stdout.flush()


def command(name: str) -> Any:
    """The command, by its name."""
    return command_of(serve, name)
