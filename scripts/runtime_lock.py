"""Prints the part of a lock that reviewflow needs to run: what it requires, and what that requires in turn."""

import re
import sys
from pathlib import Path

OURS = "reviewflow (pyproject.toml)"  # as the lock calls a requirement that is not for development alone


def runtime(lock: str) -> str:
    """The blocks of a lock, each with its hashes, that are there because of us and not only because of our tools."""
    blocks = {block.split("==")[0].split("[")[0]: block for block in re.split(r"\n(?=[a-z0-9])", lock) if "==" in block}
    reasons = {name: re.findall(r"^    # (?:via |  )(\S.*)$", block, re.MULTILINE) for name, block in blocks.items()}
    wanted: set[str] = {OURS}
    while new := {name for name, why in reasons.items() if wanted & set(why)} - wanted:
        wanted |= new
    return "\n".join(block.rstrip() for name, block in blocks.items() if name in wanted) + "\n"


if __name__ == "__main__":
    sys.stdout.write(runtime(Path(sys.argv[1]).read_text(encoding="utf-8")))
