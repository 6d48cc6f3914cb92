"""Disks that fill up and break: refused plainly, nothing half-written, reads go on, and no restart afterwards."""

import pytest

from tests.databases import POSTGRESQL, SQLITE
from tests.engine.places import DISKS, MOUNTED, hasty, piecemeal, suffer

DATABASES = (SQLITE,)  # each disk says itself under which of the two it lies
CYCLES = {SQLITE: 3, POSTGRESQL: 2}
HERE = [name for name in DISKS if name not in MOUNTED]  # what needs no right to mount


@pytest.mark.parametrize("name", HERE)
def test_a_failing_disk_is_said_plainly_and_loses_nothing(name: str) -> None:
    """Again and again, with one engine: what was acknowledged is there once, every notice is, and every letter is out.

    While it fails, commands are refused with a remedy and change nothing, sweep and delivery fail plainly, on the
    command line too, and everything can be read, unless the server itself went down.
    """
    told = suffer(name, CYCLES[DISKS[name][0]], seed=3)
    assert not told.faults, told.faults
    assert told.counts["command refused"] >= 4 and told.counts["acknowledged"] >= 8, told.counts
    assert told.counts["notices"] >= 3 and told.counts["letters"] > 50, told.counts


def test_without_a_transaction_it_is_found() -> None:
    """The seeded fault: half of a refused command stays."""
    assert any("something was written" in fault for fault in suffer("page cap", 4, 3, piecemeal).faults)


def test_acknowledged_too_early_is_found() -> None:
    """The seeded fault: what is acknowledged before it is in the log is gone when the server panics."""
    assert any(
        "acknowledged, and it is there 0 times" in f for f in suffer("file-size limit on the log", 1, 3, hasty).faults
    )
