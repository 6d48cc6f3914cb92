"""How long a command takes from nothing, as a ratio to `python -c pass` on the same machine in the same minute."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
BARE = ("-c", "pass")
HELP = ("-m", "reviewflow", "--help")
INIT, TICK = ("-m", "reviewflow", "init"), ("-m", "reviewflow", "tick")
LIMITS: dict[tuple[str, ...], float] = {HELP: 12.0, TICK: 100.0}  # times `python -c pass`


def start(arguments: tuple[str, ...], home: Path) -> float:
    """Seconds from start to end of one process; raises where it fails."""
    own = {"REVIEWFLOW_DATABASE": str(home / "coldstart.db"), "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=home,
        env=os.environ | own,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    took = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return took


def ratios(home: Path, turns: int = 9) -> dict[tuple[str, ...], float]:
    """The medians of `turns` starts of each command by that of bare starts; all take turns, so noise hits all."""
    commands = (BARE, *LIMITS)
    for command in (INIT, *commands):  # makes the database and the compiled modules
        start(command, home)
    took: dict[tuple[str, ...], list[float]] = {command: [] for command in commands}
    for _ in range(turns):
        for command in commands:
            took[command].append(start(command, home))
    return {command: median(took[command]) / median(took[BARE]) for command in LIMITS}


def main() -> int:
    """1 where a limit is passed."""
    with tempfile.TemporaryDirectory() as home:
        found = ratios(Path(home), turns=21)
    for command, ratio in found.items():
        print(f"{' '.join(command[1:]):22} {ratio:5.1f} x `python -c pass`   (at most {LIMITS[command]:.0f})")
    return int(any(ratio > LIMITS[command] for command, ratio in found.items()))


if __name__ == "__main__":
    sys.exit(main())
