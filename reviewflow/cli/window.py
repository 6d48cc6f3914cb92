"""`reviewflow window`: what a policy makes of a date, step by step, without a database."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # what the command needs is imported when it runs: `reviewflow --help` shall not wait for it
    from zoneinfo import ZoneInfo

    from reviewflow.nouns.policy import Policy
    from reviewflow.rules.calendar import BusinessDays
    from reviewflow.rules.tolls import Toll

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
    json: JSON = False,
) -> None:
    """Compute a window: its days, its due time and its notices, with the steps that lead there."""
    from zoneinfo import ZoneInfo

    from reviewflow.cli.window_page import Page
    from reviewflow.errors import Refused
    from reviewflow.rules.calendar import BusinessDays
    from reviewflow.rules.claims import check_claim
    from reviewflow.rules.instants import read_day, read_when
    from reviewflow.rules.window import compute
    from reviewflow.settings.paths import config_dir
    from reviewflow.settings.policies import find_policy

    refuse_mixture(start, latest_start_for, toll, expect)
    found, calendar = find_policy(config_dir(getattr(ctx.obj, "config", None)), policy)
    zone, business_days = ZoneInfo(found.window.time_zone), BusinessDays(calendar)
    claimed = None if expect is None else read_when(expect, zone)
    planned_on = None if planned_release is None else read_day(planned_release)
    tolls = [read_toll(text, zone) for text in toll or []]
    latest_on: date | None = None
    if start is not None:
        begun = read_when(start, zone)
    else:
        latest_on, begun = plan(found, business_days, str(latest_start_for), extend)
        planned_on = None  # the planner asks for the whole window: no cap
    result = compute(found, business_days, begun, planned_release_on=planned_on, tolls=tolls, extension=extend)
    page = Page(found, business_days, begun, result, latest_on)
    typer.echo(page.as_json() if json or getattr(ctx.obj, "json", False) else page.as_text())
    if claimed is not None and (reasons := check_claim(found, business_days, result, claimed, extension=extend)):
        raise Refused(*reasons)


def refuse_mixture(start: str | None, latest: str | None, tolls: list[str] | None, expect: str | None) -> None:
    """Raises Invalid for options that contradict one another."""
    from reviewflow.errors import Invalid

    if (start is None) == (latest is None):
        raise Invalid("Give either --start or --latest-start-for.")
    if latest is not None and (tolls or expect is not None):
        raise Invalid("--latest-start-for plans ahead: it goes with neither --toll nor --expect.")


def read_toll(text: str, zone: "ZoneInfo") -> "Toll":
    """FROM/TO or FROM/ as a person typed it; raises Invalid."""
    from reviewflow.errors import Invalid
    from reviewflow.rules.instants import read_when
    from reviewflow.rules.tolls import Toll

    started, slash, ended = text.partition("/")
    if not slash:
        raise Invalid(
            f"--toll {text} has no slash.",
            remedy="Write FROM/TO such as 2026-07-06/2026-07-09, or FROM/ while the clock stands.",
        )
    return Toll(read_when(started, zone), read_when(ended, zone) if ended.strip() else None)


def plan(policy: "Policy", business_days: "BusinessDays", by: str, extension: int) -> tuple[date, date | datetime]:
    """The last day to start so that the window ends on `by` or before, and the event that this answer assumes."""
    from reviewflow.nouns.policy import Unit
    from reviewflow.rules.instants import read_day
    from reviewflow.rules.planner import last_instant_of, latest_start
    from reviewflow.rules.window import check_extension

    check_extension(policy, extension)
    latest_on = latest_start(policy, business_days, read_day(by), extension=extension)
    return latest_on, last_instant_of(policy, latest_on) if policy.window.unit is Unit.HOURS else latest_on
