"""`reviewflow window`, through a small program that stands for the whole one."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from reviewflow.cli.window import window
from reviewflow.errors import Invalid, NotFound, Refused, ReviewflowError

KEYS = {
    "policy", "version", "title", "unit", "start", "clock_start_on", "day_1_on", "last_day_on", "due_at", "due_local",
    "time_zone", "remaining_days", "remaining", "notices", "basis", "length", "direction", "days", "day_1_changes_at",
    "next_day_1_on", "intake_due_on", "has_cap", "uncapped_last_day_on", "earliest_release_on", "whole_release_on",
}  # fmt: skip

HOURS = """
id = "hours"
version = 3
title = "72 hours"
source = "a test"
[window]
length = 72
unit = "hours"
time_zone = "America/New_York"
[toll]
on = ["agreement_of_parties"]
"""
BACKWARD = """
id = "backward"
version = 1
title = "Ten business days before a hearing"
source = "a test"
[window]
direction = "backward"
length = 10
unit = "business_days"
day_1 = "next_day"
time_zone = "America/New_York"
ends_at = "17:00"
calendar = "us-federal"
"""


@dataclass
class Global:
    """What comes before the verb."""

    json: bool = False
    config: Path | None = None


def run(*words: str, before: Global | None = None) -> tuple[str, ReviewflowError | None]:
    """What is printed on standard output, and the error that ended the command."""
    app = typer.Typer()
    app.command("window")(window)

    @app.callback()
    def start(ctx: typer.Context) -> None:
        ctx.obj = before

    result = CliRunner().invoke(app, ["window", *words])
    assert result.exception is None or isinstance(result.exception, ReviewflowError), result.output
    return result.stdout, result.exception if isinstance(result.exception, ReviewflowError) else None


def answer(*words: str) -> dict:
    """The JSON answer of a command that succeeds."""
    out, error = run(*words, "--json")
    assert error is None
    return json.loads(out)


def policy_file(folder: Path, text: str) -> str:
    path = folder / "policy.toml"
    path.write_text(text)
    return str(path)


def test_json_has_every_key() -> None:
    """The agreed keys, instants in RFC 3339, the basis as sentences."""
    found = answer("eo-14409", "--start", "2026-06-02T18:30", "--planned-release", "2026-06-20")
    assert set(found) == KEYS
    assert (found["policy"], found["version"], found["start"]) == ("eo-14409", 2, "2026-06-02T18:30:00-04:00")
    assert (found["clock_start_on"], found["day_1_on"], found["last_day_on"]) == (
        "2026-06-02",
        "2026-06-03",
        "2026-06-19",
    )
    assert (found["due_at"], found["due_local"]) == ("2026-06-20T03:59:00Z", "2026-06-19T23:59:00-04:00")
    assert (found["time_zone"], found["remaining_days"]) == ("America/New_York", None)
    assert [notice["notice"] for notice in found["notices"]] == ["-14d", "-7d", "-3d", "-1d", "due", "+1d", "+7d"]
    assert found["notices"][0] == {"notice": "-14d", "at": "2026-06-05T13:00:00Z", "is_void": False}
    assert (found["day_1_changes_at"], found["next_day_1_on"]) == ("2026-06-03T04:00:00Z", "2026-06-04")
    assert (found["days"], found["uncapped_last_day_on"]) == (17, "2026-07-02")
    assert (found["earliest_release_on"], found["whole_release_on"]) == ("2026-06-04", "2026-07-03")
    assert all(line.endswith(".") for line in found["basis"])


def test_json_as_a_global_option() -> None:
    """--json and --config may stand before the verb."""
    out, _ = run("hsr", "--start", "2026-06-02", before=Global(json=True))
    assert json.loads(out)["start"] == "2026-06-02"
    _, error = run("hsr", "--start", "2026-06-02", before=Global(config=Path("/absent")))
    assert isinstance(error, Invalid)


def test_open_toll_has_no_end() -> None:
    """remaining_days stands for the due time; there are no notices."""
    found = answer(
        "hsr-second-phase", "--start", "2026-06-02", "--toll", "2026-06-04/2026-06-05", "--toll", "2026-06-10/"
    )
    assert (found["due_at"], found["due_local"], found["last_day_on"], found["notices"]) == (None, None, None, [])
    assert found["remaining_days"] == 23


def test_latest_start() -> None:
    """The planner's answer ignores the cap, and the window is the one that follows from it."""
    found = answer("eo-14409", "--latest-start-for", "2026-07-31", "--planned-release", "2026-06-01")
    assert set(found) == KEYS | {"latest_start_on", "submit_by_on"}
    assert (found["latest_start_on"], found["last_day_on"]) == ("2026-07-01", "2026-07-31")
    assert found["submit_by_on"] == "2026-06-29"  # two business days for the intake check
    before = answer("eo-14409", "--release-on", "2026-08-01")
    assert before == answer("eo-14409", "--latest-start-for", "2026-07-31")
    assert answer("hsr", "--latest-start-for", "2013-12-31")["latest_start_on"] == "2013-11-29"


@pytest.mark.parametrize("claim", ["2023-04-10", "2023-04-10T23:59", "2023-04-11T03:59Z", "2023-04-10T23:59:59"])
def test_right_claim(claim: str) -> None:
    """A date, or a time to the minute."""
    assert run("hsr-cash-tender", "--start", "2023-03-24", "--expect", claim)[1] is None


@pytest.mark.parametrize("claim", ["2023-04-08", "2023-04-10T23:58", "2023-04-10T22:59Z"])
def test_wrong_claim(claim: str) -> None:
    """The answer is printed all the same, and the reason names what is right."""
    out, error = run("hsr-cash-tender", "--start", "2023-03-24", "--expect", claim, "--json")
    assert json.loads(out)["last_day_on"] == "2023-04-10"
    assert isinstance(error, Refused)
    assert "2023-04-10" in error.reasons[0]


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        (("absent", "--start", "2026-06-02"), NotFound, "no policy 'absent'"),
        (("./absent.toml", "--start", "2026-06-02"), NotFound, "no policy file"),
        (("hsr",), Invalid, "one of start"),
        (
            ("hsr", "--start", "2026-06-02", "--latest-start-for", "2026-07-02"),
            Invalid,
            "one of start",
        ),
        (("hsr", "--latest-start-for", "2026-07-02", "--expect", "2026-07-02"), Invalid, "plans ahead"),
        (("hsr", "--start", "yesterday"), Invalid, "'yesterday' is not a date"),
        (("hsr", "--start", "2026-03-08T02:30"), Invalid, "never occurs"),
        (("hsr", "--start", "2026-11-01T01:30"), Invalid, "occurs twice"),
        (("eo-14409", "--start", "2026-06-02", "--expect", "2026-11-01T01:30"), Invalid, "occurs twice"),
        (("eo-14409", "--start", "2026-06-02", "--planned-release", "2026-06-20T09:00"), Invalid, "is not a date"),
        (("eo-14409", "--start", "2026-06-02", "--planned-release", "2026-06-03"), Refused, "2026-06-04"),
        (("eo-14409", "--start", "2026-06-02", "--toll", "2026-06-04/2026-06-05"), Refused, "does not allow a toll"),
        (("hsr-second-phase", "--start", "2026-06-02", "--toll", "2026-06-04"), Invalid, "has no slash"),
        (("hsr-second-phase", "--start", "2026-06-02", "--toll", "2026-06-05/2026-06-04"), Invalid, "ends before"),
        (("hsr", "--start", "2026-06-02", "--extend", "3"), Refused, "does not allow an extension"),
        (("foia", "--start", "2026-06-02", "--extend", "11"), Refused, "10 business days in total"),
        (("foia", "--latest-start-for", "2026-06-02", "--extend", "11"), Refused, "10 business days in total"),
    ],
)
def test_what_is_refused(words: tuple[str, ...], kind: type[ReviewflowError], said: str) -> None:
    """Each refusal is of its kind, says why, and prints nothing else."""
    out, error = run(*words)
    assert type(error) is kind
    assert said in str(error)
    assert out == ""


def test_policy_file_in_hours(tmp_path: Path) -> None:
    """A file elsewhere; hours have no day 1, and an open toll keeps whole days."""
    path = policy_file(tmp_path, HOURS)
    found = answer(path, "--start", "2026-10-30T12:00")
    assert (found["day_1_on"], found["due_local"]) == (None, "2026-11-02T11:00:00-05:00")
    assert answer(path, "--start", "2026-10-30T12:00", "--toll", "2026-10-30T18:00/")["remaining_days"] == 2
    assert isinstance(run(path, "--start", "2026-10-30")[1], Invalid)
    planned = answer(path, "--latest-start-for", "2026-06-10")
    assert (planned["latest_start_on"], planned["last_day_on"]) == ("2026-06-07", "2026-06-10")


def test_policy_file_towards_the_past(tmp_path: Path) -> None:
    """--start is the anchor; the calendar is one of those that ship."""
    found = answer(policy_file(tmp_path, BACKWARD), "--start", "2026-07-17")
    assert (found["clock_start_on"], found["day_1_on"], found["last_day_on"]) == (
        "2026-07-17",
        "2026-07-16",
        "2026-07-02",
    )
    assert datetime.fromisoformat(found["due_local"]).hour == 17


@pytest.mark.parametrize("policy", ["eo-14409", "eu-merger-phase-1", "foia", "ind", "uk-merger-phase-1"])
def test_page_is_for_people(policy: str) -> None:
    """A summary, a numbered basis and the notices within 80 columns, without colour where there is no terminal."""
    out, error = run(policy, "--start", "2026-06-02T18:30")
    assert error is None
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "\x1b" not in out
    assert all(text in out for text in ("clock start", "day 1", "Basis", "   1. Policy", "Notices", "due"))


def test_command_needs_no_database() -> None:
    """Neither the command nor what it runs imports SQL or the web; `--help` imports no holidays."""
    program = (
        "import sys\n"
        "from typer.testing import CliRunner\nimport typer\n"
        "from reviewflow.cli.window import window\n"
        "app = typer.Typer()\napp.command()(window)\n"
        "light = 'holidays' not in sys.modules and 'reviewflow.rules.window' not in sys.modules\n"
        "done = CliRunner().invoke(app, ['hsr', '--start', '2026-06-02'])\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'alembic', 'fastapi'} & set(sys.modules)\n"
        "sys.exit(0 if light and not heavy and done.exit_code == 0 else f'{light} {heavy} {done.output}')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
