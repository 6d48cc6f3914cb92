"""Every page in every state, as every reader, in light and dark, wide and narrow; every cell of the matrix."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import databases
from tests.doors.api.matrix.world import scene
from tests.stories.begun import begun
from tests.web import browser, gallery, screens, test_axe, test_canaries, test_pages_matrix
from tests.web.crawl import at_the_door


@contextmanager
def timed(what: str) -> Iterator[list[str]]:
    """A part of the proof, and how long it took."""
    began, found = time.monotonic(), list[str]()
    yield found
    print(f"{what}: {len(found)} faults in {time.monotonic() - began:.0f} s", flush=True)
    print(*found[:20], sep="\n", end="\n" if found else "")


def pages(folder: Path) -> list[str]:
    """What axe finds on every page, in all four combinations; and on what comes back when something is sent."""
    desk, every = gallery.hung(folder / "gallery"), tuple(test_axe.COMBINATIONS)
    looks = screens.looks(desk)
    said = f"{len(looks)} pages, each in {len(every)} combinations and zoomed"
    with timed(said) as found, browser.chromium() as chromium:
        with browser.serving(desk) as (base, _):
            found += map(str, test_axe.of_readers(chromium, base, looks, every))
        (folder / "sent").mkdir()
        with begun(folder / "sent") as sent:
            found += map(str, test_axe.of_answers(chromium, sent, every))
    return found


def cells(folder: Path, share: int) -> list[str]:
    """Where a page shows to somebody what is not declared to be his, or hides what is."""
    databases.current = databases.SQLITE
    test_pages_matrix.SHARES, test_pages_matrix.SHARE = {}, share
    test_pages_matrix.SHARES["/{plural}/{ref}/do/{verb}"] = share * 8
    made, count = scene(folder), 0
    with timed("every page, for every role of every side") as found:
        with at_the_door(made.world, made.world.engine) as guest:
            for path in test_pages_matrix.PAGES:
                for cell in test_pages_matrix.cells(made, guest, path):
                    count += 1
                    found += [str(cell)] if cell[-2] != cell[-1] else []
        made.world.close()
    print(f"{count} cells")
    return found


def canaries(folder: Path) -> list[str]:
    """What anybody meets that is not his; every form is looked at by everybody."""
    test_canaries.FORMS[:] = test_canaries.EVERYBODY
    with timed("every page, in a world where every text says whose it is") as found, ExitStack() as stack:
        place = test_canaries.Place(stack, folder, test_canaries.Hostile)
        for person in test_canaries.EVERYBODY:
            found += test_canaries.faults(place, person)
    return found


def main() -> int:
    """0 where nothing is wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--share", type=int, default=3, help="one cell of the matrix in so many is asked")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "cells").mkdir()
        (folder / "canaries").mkdir()
        found = pages(folder) + cells(folder / "cells", given.share) + canaries(folder / "canaries")
    print(f"{len(found)} faults")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
