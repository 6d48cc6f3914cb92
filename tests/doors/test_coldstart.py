"""A command starts quickly enough to be typed, and a tick to be run by cron every minute."""

from pathlib import Path

from tests.doors.bench_coldstart import LIMITS, ratios


def test_cold_start_stays_within_its_limits(tmp_path: Path) -> None:
    """`--help` takes at most 12 and `tick` with nothing due at most 120 times `python -c pass`."""
    best = dict.fromkeys(LIMITS, float("inf"))
    for _ in range(4):  # a busy machine only ever makes it slower: the best round counts
        best = {command: min(best[command], ratio) for command, ratio in ratios(tmp_path).items()}
        if all(best[command] <= limit for command, limit in LIMITS.items()):
            break
    assert {c: r for c, r in best.items() if r > LIMITS[c]} == {}
