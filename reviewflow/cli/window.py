"""`reviewflow window`: what a policy makes of a date, step by step, without a database."""

from typing import Annotated

import typer

POLICY = Annotated[str, typer.Argument(help="The id of a policy, or the path of its TOML file.", show_default=False)]
START = (
    "The event that starts the clock (for a backward policy the anchor): an ISO date or date-time; "
    "without an offset it is local to the policy's zone."
)
WHEN = Annotated[str | None, typer.Option(metavar="WHEN", help=START)]
PLANNED = Annotated[str | None, typer.Option(metavar="DATE", help="The planned first release, which a cap looks at.")]
TOLL = "The clock stands from FROM to TO; FROM/ is open. May be given several times."
TOLLS = Annotated[list[str] | None, typer.Option(metavar="FROM/TO", help=TOLL)]
EXTEND = Annotated[int, typer.Option(metavar="N", help="All extensions together, in the unit of the window.")]
CLAIM = "A claimed end; exit 1 with the reason where it is wrong."
EXPECT = Annotated[str | None, typer.Option(metavar="WHEN", help=CLAIM)]
BY = "Instead of --start: find the last day to start, so that it ends by DATE without a cap."
LATEST = Annotated[str | None, typer.Option(metavar="DATE", help=BY)]
BEFORE = "Instead of --start: find the last day to start, so that it ends before a release on DATE, without a cap."
RELEASE = Annotated[str | None, typer.Option(metavar="DATE", help=BEFORE)]
OPTIONS = "Give --start, --latest-start-for or --release-on, the latter two without --toll and --expect."
JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def window(
    ctx: typer.Context,
    policy: POLICY,
    start: WHEN = None,
    planned_release: PLANNED = None,
    toll: TOLLS = None,
    extend: EXTEND = 0,
    expect: EXPECT = None,
    latest_start_for: LATEST = None,
    release_on: RELEASE = None,
    json: JSON = False,
) -> None:
    """Compute a window: its days, its due time and its notices, with the steps that lead there."""
    from reviewflow.cli.window_page import as_json, as_text
    from reviewflow.errors import Invalid, Refused
    from reviewflow.nouns.plain import plain, revived
    from reviewflow.rules.calendar import BusinessDays
    from reviewflow.settings.paths import config_dir
    from reviewflow.settings.policies import find_policy, is_file
    from reviewflow.views.window import WindowOf, computed

    try:
        asked = WindowOf(
            policy=policy, start=start, planned_release=planned_release, toll=tuple(toll or ()), extend=extend,
            expect=expect, latest_start_for=latest_start_for, release_on=release_on,
        )  # fmt: skip
    except Invalid as error:
        raise Invalid(*error.reasons, remedy=OPTIONS) from error
    if getattr(ctx.obj, "server", None) is not None and not is_file(policy):
        told = ctx.obj.door.document("window", vars(asked))
        document = {name: value for name, value in told.items() if name not in ("now", "is_simulation", "reader")}
    else:
        found, calendar = find_policy(config_dir(getattr(ctx.obj, "config", None)), policy)
        document = plain(computed(found, BusinessDays(calendar), asked))
    typer.echo(as_json(document) if json or getattr(ctx.obj, "json", False) else as_text(revived(document)))
    if faults := document.get("faults"):
        raise Refused(*faults)
