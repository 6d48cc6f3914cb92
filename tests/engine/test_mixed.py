"""Ten crons of `tick` and four of `reviewflow run` at once on one real database: every due event once, none early."""

from pathlib import Path

import pytest

from tests.engine import mixed

SECONDS = 2.1


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_crons_and_runs_at_once_double_nothing(database_kind: str, tmp_path: Path) -> None:
    """Nine windows end, three at a time, and each letter goes out once; every process ends in good order."""
    seen = mixed.mix(tmp_path, database_kind, SECONDS, seed=5)
    assert not seen.faults, seen.faults[0]
    assert len(seen.lateness) == 9 and seen.found.counts["copies"] > 9
    assert seen.ticks > mixed.CRONS and seen.lines_of_ticks > 0
