"""Packages of Node that tests hold our output against, where Node is."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

WITHIN = 60  # seconds, for npm


@cache
def module(package: str, path: str) -> Path | None:
    """A file of a package, installed once for this user.

    None without Node, or without a network while nobody insists (CI).
    """
    if not shutil.which("node"):
        return None
    home = user_cache_path("reviewflow-tests", ensure_exists=True)
    target = home / package
    found = target / "node_modules" / path
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of several test processes installs it
        said = "" if found.exists() else _install(package, home, target)
    if said and os.environ.get("CI"):
        raise AssertionError(f"{package} cannot be installed, and CI asks for every reader: {said}")
    return None if said else found


def _install(package: str, home: Path, target: Path) -> str:
    """Whole or not at all; returns what npm says where it fails."""
    with tempfile.TemporaryDirectory(dir=home) as part:
        line = ["npm", "install", "--prefix", part, "--ignore-scripts", "--no-audit", "--no-fund", package]
        try:
            done = subprocess.run(line, capture_output=True, text=True, timeout=WITHIN, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if done.returncode == 0:
            shutil.copytree(part, target, dirs_exist_ok=True)
        return done.stderr if done.returncode else ""
