"""Takes README's pictures of the pages, in a browser, from a demonstration told anew with the same references."""

import contextlib
import io
import random
import secrets
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
CHANCE = random.Random(14409)  # the same references each time  # nosec B311
_drawn = secrets.randbelow
secrets.randbelow = lambda exclusive_upper_bound: CHANCE.randrange(exclusive_upper_bound)

import demo  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Page  # noqa: E402

from tests.stories.world import Desk  # noqa: E402
from tests.web import browser  # noqa: E402

FOLDER, WIDTH, COLOURS = ROOT / ".readme", 1280, 64
AT_MOST = 120_000  # bytes
PICTURES = {  # who looks at what, and how much of it is seen
    "queue": ("decider", "/", 800),
    "review": ("rev", "/reviews/{r12}", 1000),
}


def told(folder: Path) -> demo.Demo:
    """The demonstration, silent."""
    demo.FOLDER = folder
    made = demo.Demo()
    made.database = folder / "reviewflow.db"
    with contextlib.redirect_stdout(io.StringIO()):
        made.call(["--at", demo.BEGIN, "init", "--simulation"])
        made.replay()
        made.month()
    return made


def take(page: Page, name: str, path: str, height: int) -> int:
    """One picture, in few colours; how many bytes it has."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.goto(path)
    page.evaluate("document.fonts.ready")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    file = FOLDER / f"{name}.png"
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    return file.stat().st_size


def main() -> int:
    """0 where each is small enough."""
    heavy = []
    with tempfile.TemporaryDirectory() as made:
        demonstration = told(Path(made))
        desk = Desk(demonstration.database, refs=demonstration.refs)
        with browser.chromium() as chromium, browser.serving(desk) as (base, _):
            for name, (who, path, height) in PICTURES.items():
                with browser.tab(chromium, base, who, reduced_motion="reduce") as place:
                    size = take(place.page, name, path.format(**desk.refs), height)
                print(f".readme/{name}.png: {size:,} bytes")
                heavy += [name] if size > AT_MOST else []
    return len(heavy)


if __name__ == "__main__":
    sys.exit(main())
