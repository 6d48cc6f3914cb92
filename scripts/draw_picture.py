"""Draws README's picture of a terminal from what the commands really print about the last `scripts/run`."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
DATABASE = ROOT / ".demo" / "reviewflow.db"
PICTURE = ROOT / ".readme" / "run.svg"
WIDTH = 80
THEME = TerminalTheme(
    (16, 20, 28), (214, 219, 228),
    [(16, 20, 28), (240, 113, 120), (145, 200, 130), (232, 190, 110),
     (110, 165, 240), (190, 140, 225), (105, 195, 205), (214, 219, 228)],
    [(110, 118, 132), (255, 135, 140), (165, 220, 150), (245, 210, 135),
     (135, 185, 255), (210, 165, 245), (130, 215, 225), (255, 255, 255)],
)  # fmt: skip
# No font is fetched: whoever looks sees the monospace font that is there.
FORM = """<svg xml:space="preserve" class="rich-terminal" viewBox="0 0 {width} {height}"
xmlns="http://www.w3.org/2000/svg">
<style>.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
white-space: pre;
line-height: {line_height}px; }} {styles}</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect fill="#10141c" width="{width}" height="{height}" rx="8"/>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""


def say(*arguments: str) -> str:
    """What one command prints on a terminal of 80 columns, colours included."""
    own = {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "REVIEWFLOW_DATABASE": str(DATABASE), "PYTHONPATH": str(ROOT)}
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | own
    done = subprocess.run(
        [sys.executable, "-m", "reviewflow", *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def main() -> int:
    """Write the picture; run `scripts/run` first."""
    queue = json.loads(say("--json", "review", "list", "--all"))["reviews"]
    told = next(row["ref"] for row in queue if "Vision" in row["model_name"])
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    for arguments in (["review", "list"], ["review", "timeline", told], ["verify"]):
        console.print(f"[bold]$ reviewflow {' '.join(arguments)}[/]")
        console.print(Text.from_ansi(say(*arguments)))
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(console.export_svg(title="reviewflow", theme=THEME, code_format=FORM), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
