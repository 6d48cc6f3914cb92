"""`reviewflow policy`: list, show and check the clock rules; no database is needed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.nouns.policy import Calendar, Policy
    from reviewflow.settings.settings import Settings

ID = Annotated[str, typer.Argument(help="The policy's id, or the path of its file.", show_default=False)]
PATH = Annotated[Path | None, typer.Argument(help="One policy file; default: the whole configuration.")]


def policy_list(ctx: typer.Context) -> None:
    """List the policies; a star marks the programme's own."""
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line
    from reviewflow.cli.sheet import Column, sheet
    from reviewflow.rules.wording import amount

    session: Session = ctx.obj
    settings = _settings(session)
    default, found = settings.programme.default_policy, sorted(settings.policies.values(), key=lambda one: one.id)
    if session.json:
        entries = [{**_short(settings, one), "is_default": one.id == default} for one in found]
        _answer(session, {"policies": entries, "count": len(entries)})
        return
    _mark(session)
    lines = [
        ("*" if one.id == default else "", one.id, str(one.version), amount(one.window.length, one.window.unit),
         one.title)
        for one in found
    ]  # fmt: skip
    sheet([Column(""), Column("id"), Column("version", right=True), Column("window"), Column("title", least=20)], lines)
    if not session.quiet:
        console().print()
        say(f"{len(found)} policies; * is the programme's.", "dim")
        next_line(f"reviewflow policy show {default}")


def policy_show(ctx: typer.Context, id: ID) -> None:
    """Show a policy's rules in words, with their source."""
    from reviewflow.cli.policy_page import print_policy
    from reviewflow.settings.documents import calendar_document, policy_document
    from reviewflow.settings.paths import config_dir
    from reviewflow.settings.policies import find_policy

    session: Session = ctx.obj
    policy, calendar = find_policy(config_dir(session.config), id)
    if session.json:
        digests = _digests(policy, calendar)
        _answer(session, {**digests, "policy": policy_document(policy), "calendar": calendar_document(calendar)})
        return
    _mark(session)
    print_policy(policy, calendar, _digests(policy, calendar), is_quiet=session.quiet)


def policy_check(ctx: typer.Context, path: PATH = None) -> None:
    """Check a policy file, or the whole configuration: every fault at once, or "in order"."""
    from reviewflow.cli.paint import say
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
        says = f"{settings.folder}: {len(found)} policies and {len(settings.calendars)} calendars are in order."
    if session.json:
        _answer(session, {"in_order": True, "policies": found})
    elif not session.quiet:
        _mark(session)
        say(says, "green")


def _settings(session: Session) -> "Settings":
    from reviewflow.settings.settings import load_settings

    return load_settings(session.config)


def _short(settings: "Settings", policy: "Policy") -> dict[str, Any]:
    return {
        "id": policy.id,
        "version": policy.version,
        "title": policy.title,
        "length": policy.window.length,
        "unit": policy.window.unit,
        "time_zone": policy.window.time_zone,
        "source": policy.source,
        **_digests(policy, settings.calendars[policy.window.calendar]),
    }


def _digests(policy: "Policy", calendar: "Calendar") -> dict[str, str]:
    from reviewflow.ledger.canonical import digest
    from reviewflow.settings.documents import calendar_document, policy_document

    return {"digest": digest(policy_document(policy)), "calendar_digest": digest(calendar_document(calendar))}


def _is_simulation(session: Session) -> bool | None:
    """Whether the database that is named is one; None where there is none, since a policy needs none."""
    from reviewflow.errors import ReviewflowError

    try:
        return session.app.is_simulation
    except ReviewflowError:  # no database, or a configuration whose faults are being told anyway
        return None


def _mark(session: Session) -> None:
    from reviewflow.cli.paint import banner

    if _is_simulation(session):
        banner(is_simulation=True, now=session.now, zone=session.zone)


def _answer(session: Session, document: dict[str, Any]) -> None:
    """One JSON object; `is_simulation` is null where there is no database."""
    import json

    from reviewflow.nouns.plain import plain

    print(json.dumps(plain({**document, "is_simulation": _is_simulation(session)}), ensure_ascii=False, indent=2))
