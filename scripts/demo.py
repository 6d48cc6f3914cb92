"""The main job: the public record day by day, then a made-up month of reviews, on an embedded database."""

import argparse
import contextlib
import io
import json
import re
import shlex
import shutil
import socket
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import stories  # noqa: E402

from reviewflow.app import open_app  # noqa: E402
from reviewflow.cli.main import run as reviewflow  # noqa: E402
from reviewflow.cli.paint import console, say, words  # noqa: E402
from reviewflow.engine.importer import record_steps  # noqa: E402
from reviewflow.nouns.events import APPROACHING, NOTICES, RESCINDED, SYSTEM  # noqa: E402
from reviewflow.settings.record import load_record  # noqa: E402
from reviewflow.store import journal  # noqa: E402
from reviewflow.store.database import reading  # noqa: E402

FOLDER = ROOT / ".demo"
LINE = re.compile(r"(!?)(\d\d-\d\d) (\d\d:\d\d) (\w+): (.*?)(?: => (\w+))?$")
ZONE = ZoneInfo("America/New_York")
BEGIN, MONTH, END = "2024-08-01T09:00-04:00", date(2026, 10, 1), date(2026, 11, 6)
TICKS = ("00:01", "09:01")
PORT = 8000
ROLES = {
    "officer of a lab": stories.PEOPLE["one"], "viewer of a lab": "viewer@example-lab-one.example",
    "intake of the agency": stories.PEOPLE["intake"], "reviewer": stories.PEOPLE["rev"],
    "decider": stories.PEOPLE["decider"], "admin": "admin@example-office.example",
    "auditor": "auditor@example-office.example",
}  # fmt: skip
CHORES = ("review supply", "review plan", "model register", "review grant-access", "review assign")


def main() -> int:
    """Run the demonstration, or prepare a real database."""
    parser = argparse.ArgumentParser(prog="scripts/run", description=__doc__)
    parser.add_argument("--real", action="store_true", help="prepare an empty real database instead")
    parser.add_argument("--no-serve", action="store_true", help="end after the run, and serve no pages")
    parser.add_argument("--port", type=port_of, help=f"serve on this one; else on {PORT}, or another where it is taken")
    asked = parser.parse_args()
    if asked.real:
        return real()
    if asked.port and not asked.no_serve and not is_free(asked.port):
        say(f"The port {asked.port} is taken, so nothing was run. Name another one, or none: scripts/run takes one.")
        return 1
    demo = Demo()
    demo.run()
    return 0 if asked.no_serve else demo.serve(asked.port or PORT)


def real() -> int:
    """An empty real database, and how the first people come in."""
    code = reviewflow(["init"])
    if code == 0:
        say()
        say("This database is real: its clock is the machine's, and nothing in it is made up.")
        say("The first administrator takes the code above, and puts the others on record:")
        say("    .venv/bin/reviewflow person accept admin@your-office.example")
        say("    .venv/bin/reviewflow --as admin@your-office.example person invite ...")
        say("Or people come from config/programme.toml. Add for each role mailbox")
        say('    [[person]]\n    mailbox = "intake@your-office.example"')
        say('    organization = "caisi"\n    roles = ["intake"]')
        say("and run `.venv/bin/reviewflow init` again.")
        say("Let cron run `.venv/bin/reviewflow tick` every minute, or keep `.venv/bin/reviewflow run` running.")
    return code


class Demo:
    """One run: a new simulation each time, in the folder `.demo` of the checkout."""

    def __init__(self) -> None:
        self.database = FOLDER / "reviewflow.db"
        self.refs: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.seen = 0
        self.began = time.monotonic()

    def run(self) -> None:
        """The record, the month, and what it looks like afterwards."""
        shutil.rmtree(FOLDER, ignore_errors=True)
        self.head("reviewflow: a simulation. Labs and offices called Example are made up; the public record is not.")
        self.call(["--at", BEGIN, "init", "--simulation"])
        self.replay()
        self.month()
        self.tour()

    def head(self, text: str) -> None:
        console().print()
        console().print(f"[bold]{text}[/]")
        console().rule(style="dim")

    def call(self, arguments: list[str], *, refused: bool = False) -> str:
        """One command line, run in this process; its output. Ends the demonstration where it goes wrong."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = reviewflow(["--database", str(self.database), *arguments])
        if (code != 0) != refused:
            sys.exit(f"{' '.join(arguments)} ended with {code}\n{out.getvalue()}{err.getvalue()}")
        return err.getvalue() if refused else out.getvalue()

    def replay(self) -> None:
        """Every day of the public record, from the first agreement to the eve of the month."""
        from rich.progress import BarColumn, Progress, TextColumn

        self.head("The public record, day by day")
        app = open_app(str(self.database))
        bar = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total} days"),
                       console=console(), transient=True)  # fmt: skip
        day, last = date(2024, 8, 1), MONTH - timedelta(days=1)
        with bar:
            task = bar.add_task("replaying", total=(last - day).days + 1)
            for name in ("programme.toml", "demo.toml"):
                for step in record_steps(app.engine, app.settings, load_record(app.settings.folder, name)):
                    there = step.at.astimezone(ZONE)
                    if there.date() > last:
                        break
                    step.do()
                    bar.update(task, completed=max((there.date() - day).days, 0), description=f"{there:%Y-%m-%d}")
                    bar.console.print(f"[dim]{there:%Y-%m-%d}[/]  {step.text}", soft_wrap=True)
            bar.update(task, completed=(last - day).days + 1)
        app.stand(datetime.combine(last, datetime.min.time(), ZONE))
        self.seen = len(self.events())

    def events(self) -> list[dict[str, Any]]:
        with reading(open_app(str(self.database)).engine) as connection:
            return journal.events_after(connection, self.seen)

    def month(self) -> None:
        """Every command of the stories at its time, and two ticks a day, as cron would."""
        self.head(f"A month of made-up reviews, {MONTH:%d %B} to {END:%d %B %Y}: {len(stories.STORIES)} stories")
        for title in stories.STORIES:
            console().print(f"  [dim]-[/] {title}")
        console().print()
        for name, mailbox in stories.PEOPLE.items():
            console().print(f"  [cyan]{name:<8}[/] {mailbox}")
        console().print("  [yellow]clock[/]    what two ticks a day raise\n")
        lines = [LINE.match(line) for text in stories.STORIES.values() for line in text.strip().splitlines()]
        todo = [(f"{m[2]} {m[3]}", m) for m in lines if m] + [
            (f"{MONTH + timedelta(days=n):%m-%d} {tick}", None)
            for n in range((END - MONTH).days + 1) for tick in TICKS
        ]  # fmt: skip
        for when, line in sorted(todo, key=lambda item: item[0]):
            at = datetime.strptime(f"2026-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).isoformat()
            if line is None:
                self.call(["--at", at, "--json", "tick"])
            else:
                self.write(at, line)
            self.raised()

    def write(self, at: str, line: re.Match[str]) -> None:
        """What one person writes on the command line."""
        refused, person, text, name = bool(line[1]), stories.PEOPLE[line[4]], line[5].format(**self.refs), line[6]
        words_ = shlex.split(text)
        answer = self.call(["--at", at, "--as", person, "--json", *words_], refused=refused)
        if not refused and name:
            self.refs[name] = json.loads(answer)["ref"]
            if words_[:2] == ["model", "register"]:
                self.names[self.refs[name]] = words_[2]
        if not refused and " ".join(words_[:2]) in CHORES:
            return
        shown = re.sub(r' --(text|reason|title|scope|basis|how|contact|terms|digest|owner) ("[^"]*"|\S+)', "", text)
        shown = shown.replace(" --agency example-office", "")
        console().print(f"[dim]{line[2]} {line[3]}[/]  [cyan]{line[4]:<8}[/] {shown}", soft_wrap=True)
        if refused:
            for reason in json.loads(answer)["error"]["reasons"]:
                console().print(f"{'':<22}[red]refused:[/] {reason}", soft_wrap=True)

    def raised(self) -> None:
        """The deadline events that are new; those of one subject at one instant in one line."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for event in self.events():
            self.seen = event["position"]
            if event["actor"] != SYSTEM or event["name"].endswith(RESCINDED):
                continue
            data, part = event["data"], ""
            if event["name"] in NOTICES:
                part = words(data["kind"]) + (f" {data['part_no']}" if data["part_no"] else "")
                part += f", due {data['due_on'][5:]}" if event["name"] == APPROACHING else ""
            there = f"{event['effective_at'].astimezone(ZONE):%m-%d %H:%M}"
            found.setdefault((there, event["subject"], event["name"]), []).append(part)
        for (there, subject, name), parts in found.items():
            style = "yellow" if name == APPROACHING else "bold magenta"
            what = f"{words(name)}{': ' if any(parts) else ''}{'; '.join(filter(None, parts))}"
            console().print(f"[dim]{there}[/]  [{style}]{'clock':<8} {subject} {what}[/]", soft_wrap=True)

    def tour(self) -> None:
        """What a person looks at first."""
        end = f"{END}T12:00"
        shows = {
            "The queue, by time left": ["review", "list"],
            "Who participates": ["roster"],
            "One review as a timeline": ["review", "timeline", self.refs["r5"]],
            "Why it was due then": ["review", "explain", self.refs["r3"]],
            "Is the record whole?": ["verify"],
        }
        for title, arguments in shows.items():
            self.head(f"{title}: reviewflow {' '.join(arguments)}")
            code = reviewflow(["--database", str(self.database), "--at", end, *arguments])
            if code:
                sys.exit(code)
        letters = len(list((FOLDER / "letters").glob("*.eml")))
        self.head(f"Done in {time.monotonic() - self.began:.0f} s; {letters} letters lie in .demo/letters")
        say("Look around; the simulation's clock stands where the run ended:")
        say("    export REVIEWFLOW_DATABASE=.demo/reviewflow.db")
        say(f"    .venv/bin/reviewflow review show {self.refs['r9']}")
        say(f"    .venv/bin/reviewflow --as {stories.PEOPLE['one']} \\")
        say(f"        review supply {self.refs['r9']} system_card --text 'in the vault'")
        say("    .venv/bin/reviewflow --as decider@example-office.example inbox")
        say("    .venv/bin/reviewflow window hsr --start 2026-11-20 --json")
        say("    scripts/run --real        an empty real database")
        say("    scripts/test              every test")

    def serve(self, wanted: int) -> int:
        """The pages of what was made, until Ctrl-C; on another port where that one is taken."""
        port = wanted if is_free(wanted) else 0
        if not port:
            with socket.socket() as found:
                found.bind(("127.0.0.1", 0))
                port = found.getsockname()[1]
        place = f"http://127.0.0.1:{port}"
        self.head(f"In the browser: {place}")
        if port != wanted:
            say(f"The port {wanted} is taken, so it is {port}; scripts/run --port names another.")
        say("One click comes in as somebody, without a password; only a simulation has such links:")
        for what, mailbox in ROLES.items():
            address = f"{place}/simulation/as/{mailbox}"
            console().print(f"    [cyan]{what:<20}[/] {address}", soft_wrap=True)
        say("Everybody else is on the sign-in page. Ctrl-C ends it; scripts/run --no-serve ends before.")
        sys.stdout.flush()
        return reviewflow(["--quiet", "--database", str(self.database), "serve", "--port", str(port)])


def port_of(text: str) -> int:
    """A port as it is typed."""
    if not (text.isdecimal() and 0 < int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text} is no port; one is a number from 1 to 65535.")
    return int(text)


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) != 0


if __name__ == "__main__":
    sys.exit(main())
