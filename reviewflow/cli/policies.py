"""`reviewflow policy`: list, show and check the clock rules; no database is needed."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.page import Page, present
from reviewflow.cli.session import Session
from reviewflow.nouns.plural import plural

if TYPE_CHECKING:
    from reviewflow.settings.settings import Settings

ID = Annotated[str, typer.Argument(help="The policy's id, or the path of its file.", show_default=False)]
PATH = Annotated[Path | None, typer.Argument(help="One policy file; default: the whole configuration.")]


def policy_list(ctx: typer.Context) -> None:
    """List the policies; a star marks the programme's own."""
    from reviewflow.cli.policy_page import print_policies
    from reviewflow.views.policies import policies
    from reviewflow.views.view import Nothing

    if ctx.obj.server is None:
        _present(ctx.obj, policies(_settings(ctx.obj), Nothing()), print_policies)
    else:
        present(ctx.obj, told_by(ctx.obj, "policies"), print_policies)


def policy_show(ctx: typer.Context, id: ID) -> None:
    """Show a policy's rules in words, with their source."""
    from reviewflow.cli.policy_page import print_policy
    from reviewflow.settings.paths import config_dir
    from reviewflow.settings.policies import find_policy, is_file
    from reviewflow.views.policies import described

    if ctx.obj.server is not None and not is_file(id):
        present(ctx.obj, told_by(ctx.obj, "policy", policy=id), print_policy)
        return
    policy, calendar = find_policy(config_dir(ctx.obj.config), id)
    _present(ctx.obj, described(policy, calendar), print_policy)


def policy_check(ctx: typer.Context, path: PATH = None) -> None:
    """Check a policy file, or the whole configuration: every fault at once, or "in order"."""
    from reviewflow.cli.policy_page import print_check
    from reviewflow.settings.paths import config_dir
    from reviewflow.settings.policies import load_with_calendar
    from reviewflow.settings.record import load_record

    session: Session = ctx.obj
    if path is not None:
        policy, _ = load_with_calendar(path, config_dir(session.config) / "calendars")
        says, found = f"{path}: {policy.id} version {policy.version} is in order.", [policy.id]
    else:
        settings = _settings(session)
        load_record(settings.folder)
        found = sorted(settings.policies)
        counts = f"{plural(len(found), 'policy', 'policies')} and {plural(len(settings.calendars), 'calendar')}"
        says = f"{settings.folder}: {counts} are in order."
    _present(session, {"in_order": True, "policies": found, "says": says}, print_check)


def told_by(session: Session, view: str, **asked: Any) -> dict[str, Any]:
    """What a server's configuration says, in the order in which one's own is told."""
    found = session.door.document(view, asked)  # of no record, so that --at is no matter, as on one's own machine
    about = {name: found.pop(name) for name in ("is_simulation", "now", "time_zone")}
    del found["reader"]
    return found | about


def _settings(session: Session) -> "Settings":
    from reviewflow.settings.settings import load_settings

    return load_settings(session.config)


def _present(session: Session, document: dict[str, Any], printer: Callable[[Page], None]) -> None:
    """Print what the configuration says, with what is known of the database that is named."""
    from reviewflow.nouns.plain import plain

    present(session, plain({**document, **_about(session)}), printer)


def _about(session: Session) -> dict[str, Any]:
    """Whether the database is a simulation, and when; None where there is none, since a policy needs none."""
    from reviewflow.errors import ReviewflowError

    try:
        is_simulation = session.app.is_simulation
    except ReviewflowError:  # no database, or a configuration whose faults are being told anyway
        return {"is_simulation": None}
    return {"is_simulation": is_simulation, "now": session.now, "time_zone": session.zone.key}
