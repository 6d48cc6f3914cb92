"""Two scanners of others against a served simulation on this machine: sqlmap at every parameter, wapiti at the rest."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from reviewflow.app import open_app
from reviewflow.nouns.paths import API
from tests import databases
from tests.doors.api.test_serving import serving
from tests.doors.api.world import token_for
from tests.stories.world import PEOPLE, Desk, example_config, started

INSTALL = "python3 -m venv ATTACK && ATTACK/bin/pip install --require-hashes -r scripts/attack-lock.txt"
VULNERABLE = ("is vulnerable", "identified the following injection point")  # what merely appeared so is not


def found_by_sqlmap(said: str) -> list[str]:
    """The lines in which it tells of an injection; what it suspects first and then finds false does not count."""
    return sorted(
        {line for line in said.splitlines() if any(mark in line for mark in VULNERABLE) and "not " not in line}
    )


def found_by_wapiti(report: Path) -> list[str]:
    """What its report lists, by kind and address."""
    told = json.loads(report.read_text())
    kinds = {**told["vulnerabilities"], **told.get("anomalies", {})}
    return sorted(
        {f"{kind}: {one['method']} {one['path']}: {one['info']}" for kind, many in kinds.items() for one in many}
    )


def simulation(folder: Path) -> Desk:
    """Whose rates do not slow the scanners down: what is behind them is to be tried."""
    config = example_config(folder / "config")
    server = config / "server.toml"
    text = server.read_text().replace("person_rate = 600", "person_rate = 1000000")
    server.write_text(text.replace("address_rate = 60", "address_rate = 1000000"))
    desk = Desk.new(folder, config)
    started(desk, "r", "10-05", "2026-12-01")
    return desk


def sqlmap(tools: Path, openapi: Path, token: str, seconds: int, folder: Path) -> list[str]:
    """Every parameter that it finds in the description, with the signs of both databases."""
    words: list[str | Path] = [
        tools / "sqlmap",
        "--batch",
        "--openapi",
        openapi,
        "--headers",
        f"Authorization: Bearer {token}",
    ]
    words += ["--ignore-code", "*", "--level", "2", "--risk", "2", "--time-limit", str(seconds - 10), "--threads", "4"]
    words += ["--dbms", "sqlite" if databases.current == databases.SQLITE else "postgresql", "--technique", "BEU"]
    words += ["--output-dir", folder / "sqlmap", "--disable-coloring", "--flush-session"]
    said = run(words, seconds, folder / "sqlmap.txt")
    return found_by_sqlmap(said)


def run(words: Sequence[str | Path], seconds: int, log: Path) -> str:
    """What a scanner said until it was done, or until its time was up: its own limits do not bind all that it does."""
    with log.open("w") as out:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=log.parent, start_new_session=True
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    said = log.read_text(errors="replace")
    print(f"{words[0]}: {len(said.splitlines())} lines", flush=True)
    return said


def wapiti(tools: Path, url: str, openapi: Path, token: str, seconds: int, folder: Path) -> list[str]:
    """Its usual modules over the operations of the description."""
    report = folder / "wapiti.json"
    words: list[str | Path] = [
        tools / "wapiti",
        "-u",
        f"{url}{API}/",
        "--swagger",
        openapi,
        "-H",
        f"Authorization: Bearer {token}",
    ]
    words += ["-m", "common", "--max-scan-time", str(seconds), "--max-attack-time", str(max(10, seconds // 8))]
    words += ["-f", "json", "-o", report, "--no-bugreport", "--flush-session", "--store-session", folder / "session"]
    words += ["-x", f"{url}{API}/session", "--tasks", "8", "--scope", "domain"]
    said = run(words, seconds + 60, folder / "wapiti.txt")
    return found_by_wapiti(report) if report.exists() else [f"wapiti wrote no report: {said[-500:]}"]


def attacked(tools: Path, seconds: int, folder: Path) -> list[str]:
    """What both found on the database of the day."""
    desk = simulation(folder)
    app = open_app(desk.url, desk.config)
    token = token_for(app, PEOPLE["intake"])
    with serving(desk, folder / "log") as (process, port):
        url = f"http://127.0.0.1:{port}"
        description = json.load(urllib.request.urlopen(f"{url}{API}/openapi.json"))
        description["servers"] = [{"url": url}]
        openapi = folder / "openapi.json"
        openapi.write_text(json.dumps(description))
        found = sqlmap(tools, openapi, token, seconds, folder)
        found += wapiti(tools, url, openapi, token, seconds, folder)
        if process.poll() is not None:
            found.append("The server ended.")
    found += [line for line in (folder / "log").read_text().splitlines() if "event=fault" in line][:5]
    desk.close()
    return found


def main() -> int:
    """0 where nothing was found, 1 otherwise, 2 where the scanners are missing."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=int, default=600, help="of each scanner on each database")
    asked.add_argument("--tools", type=Path, help="the folder with sqlmap and wapiti; default: PATH")
    asked.add_argument("--keep", type=Path, help="where what they said stays")
    given = asked.parse_args()
    place = shutil.which("sqlmap", path=str(given.tools) if given.tools else None)
    if place is None or not (Path(place).parent / "wapiti").exists():
        print(f"sqlmap and wapiti are not installed. Install them apart from reviewflow:\n  {INSTALL}", file=sys.stderr)
        print("Then: scripts/prove attack --tools ATTACK/bin", file=sys.stderr)
        return 2
    os.environ["REVIEWFLOW_LOG"] = "error"
    failed = 0
    for kind in databases.BOTH:
        databases.current = kind
        folder = given.keep / kind if given.keep else Path(tempfile.mkdtemp())
        folder.mkdir(parents=True, exist_ok=True)
        found = attacked(Path(place).parent, given.seconds, folder)
        print(f"{kind}: {len(found)} findings", *found, sep="\n  ", flush=True)
        failed += len(found)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
