"""The markup of every page is as the standard has it, by html-validate; Node runs it, where there is one."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.web.posted import sent
from tests.web.world import Pages

HERE = Path(__file__).parent / "html"
PROGRAM = "node_modules/html-validate/bin/html-validate.mjs"


def installed(root: Path) -> Path:
    """Where it is; put there from the lock once, beside the environment and outside of what is kept."""
    folder = root / ".venv" / "html-validate"
    if not (folder / PROGRAM).exists() or (folder / "package-lock.json").read_text() != LOCK.read_text():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, f"html-validate is not there, and cannot be had:\n{done.stdout}{done.stderr}"
    return folder / PROGRAM


LOCK = HERE / "package-lock.json"


def faults(root: Path, folder: Path, pages: Iterable[tuple[str, str]]) -> list[str]:
    """What is wrong on which page."""
    names, words = {}, ["node", str(installed(root)), "--config", str(HERE / "rules.json"), "--formatter", "json"]
    for number, (name, text) in enumerate(pages):
        file = folder / f"{number}.html"
        file.write_text(text, encoding="utf-8")
        names[str(file)] = name
    with (folder / "found.json").open("w") as out:  # into a pipe it writes less than all
        done = subprocess.run([*words, *names], stdout=out, stderr=subprocess.PIPE, text=True)
    assert done.returncode in (0, 1), done.stderr
    found: list[dict[str, Any]] = json.loads((folder / "found.json").read_text())
    return [
        f"{names[one['filePath']]}: {message['ruleId']}: {message['message']} ({message['line']}:{message['column']})"
        for one in found
        for message in one["messages"]
    ]


HAS_NODE = bool(shutil.which("node") and shutil.which("npm"))
needs_node = pytest.mark.skipif(not (HAS_NODE or os.environ.get("CI")), reason="there is no Node here")


@needs_node
def test_markup_of_every_page(
    root: Path, tmp_path: Path, shown: dict[tuple[str, str], str], pages: Pages
) -> None:  # fmt: skip
    """Each screen in each state that the stories reach, and what comes back when something is sent."""
    found = {f"{who} {path}": page for (who, path), page in shown.items()}
    for number, (who, path, data) in enumerate(sent(pages.desk)):
        found[f"{number}: {who} {path} {data}"[:100]] = pages.post(who or None, path, data).text
    assert len(found) > 100
    assert faults(root, tmp_path, found.items()) == []


SEEDED = (  # labels, headings and roles are axe's
    '<p style="width: 3px">x</p>', "<p><div>x</div></p>", '<img src="/x.png">', '<a href="/"><button>x</button></a>',
    '<p id="a">x</p><p id="a">y</p>', "<ul><p>x</p></ul>", "<p>x",
)  # fmt: skip


@needs_node
def test_a_fault_in_the_markup_is_found(root: Path, tmp_path: Path) -> None:
    """The check above sees each of them."""
    frame = '<!doctype html>\n<html lang="en"><head><title>x</title></head><body>{}</body></html>'
    found = faults(root, tmp_path, [(fault, frame.format(fault)) for fault in SEEDED])
    assert [fault for fault in SEEDED if not any(line.startswith(f"{fault}: ") for line in found)] == []
