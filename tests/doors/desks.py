"""Databases for the doors: a simulation with reviews in several states, and a real one with the same people."""

import contextlib
import sqlite3
from functools import cache
from pathlib import Path

from tests import databases
from tests.stories.world import TEXTS, Desk, example_config, filed, started

NOW = "10-12 12:00"  # where the busy simulation stands


@cache
def _busy() -> tuple[Path, dict[str, str]]:
    folder = databases.folder() / "busy"
    folder.mkdir()
    desk = Desk.new(folder)
    desk("admin", 'person deactivate viewer@example-lab-two.example --reason "gone"', "10-01 09:00")
    started(desk, "r", "10-05", "2026-12-01")  # runs
    filed(desk, "q", "10-06", "2026-12-01", sign="2")  # filed, not started
    started(desk, "x", "10-07", "2026-12-01", sign="3", who="two", reviewer="rev2")
    desk("two", 'review withdraw {x} --reason "another day"', "10-08 09:00")  # over
    desk("one", f'model register "Draft" --digest {"4" * 64}', "10-09 09:00", "md")
    desk("one", "review open {md} --agency example-office", "10-09 09:01", "d")  # a draft
    desk("one", f'model register "Free" --digest {"5" * 64}', "10-09 09:02", "mf")  # of no review
    desk("rev", 'review ask {r} --text "Why?"', "10-09 10:00")
    desk("rev", 'review find {r} --title "Odd" --domain biosecurity --severity low', "10-09 11:00")
    desk("rev", 'review note {r} --text "For us only."', "10-09 11:30")
    desk("one", "coverage ask {mf} --agency example-office", "10-09 12:00", "v")
    line = "halt order --models {mf} --scope all --basis example --agency example-office"
    desk("decider", line, "10-09 12:01", "h")
    line = 'commitment agree example-lab-one --text "Report" --owner example-lab-one --due 2026-12-24 --review {r}'
    desk("decider", line, "10-09 12:02", "c")
    desk("one", 'partner propose {r} --name "Example Partner"', "10-09 12:03", "p")
    desk.refs["g"] = desk.query("SELECT ref FROM agreement WHERE lab = 'example-lab-one'")[0]["ref"]
    desk.tick(NOW)
    desk.close()
    with contextlib.closing(sqlite3.connect(desk.file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return desk.file, desk.refs


def busy(folder: Path) -> Desk:
    """A simulation in the middle of its work; see above."""
    file, refs = _busy()
    target = folder / "reviewflow.db"
    databases.copy_file(file, target)
    return Desk(target, refs=dict(refs))


@cache
def _real() -> tuple[Path, Path, dict[str, str]]:
    folder = databases.folder() / "real"
    folder.mkdir()
    desk = Desk(folder / "reviewflow.db", example_config(folder / "config"))
    desk(None, "init")
    desk("decider", "agreement open example-lab-one", name="g")
    desk("decider", "agreement sign {g}")
    desk("one", "agreement sign {g}")
    desk("one", f'model register "Real" --digest {"1" * 64}', name="m")
    desk("one", "review open {m}", name="r")
    desk("one", "review plan {r} 2199-12-31")
    for item in TEXTS:
        desk("one", f'review supply {{r}} {item} --text "in the vault"')
    desk("one", "review submit {r}")
    desk("intake", "review start {r}")
    desk("decider", "review assign {r} reviewer@example-office.example")
    desk.close()
    with contextlib.closing(sqlite3.connect(desk.file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return desk.file, folder / "config", desk.refs


def real(folder: Path) -> Desk:
    """A real database, on the machine's clock, in which one review of the example lab has just begun."""
    file, config, refs = _real()
    target = folder / "real.db"
    databases.copy_file(file, target)
    return Desk(target, config, dict(refs))
