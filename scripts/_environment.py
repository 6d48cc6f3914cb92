"""Makes .venv from scripts/lock.txt; of several that are started together one does the work and the others wait."""

import fcntl
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts" / "lock.txt"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "lock.txt"
WRAPPER = '#!/bin/sh\nexec "$(dirname "$0")/python" -P -m reviewflow "$@"\n'


def is_ready() -> bool:
    """Whether .venv was finished from the lock as it is now, and its Python still starts."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_bytes() == LOCK.read_bytes()


def make(held: int) -> None:
    """Build .venv from nothing; the stamp comes last, so that a broken start is begun anew by the next one."""
    print("Setting up .venv from scripts/lock.txt (once, about half a minute) ...", file=sys.stderr, flush=True)
    lock = LOCK.read_bytes()
    STAMP.unlink(missing_ok=True)
    venv.create(VENV, clear=True, symlinks=True, with_pip=True)
    # Wheels only and no resolving: nothing that the lock does not name by its hash is fetched or run.
    pip = [str(PYTHON), "-I", "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    install = ["install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", str(LOCK)]
    # The child holds the lock as well: where only this process is killed, nobody begins anew beside it.
    subprocess.run(
        [*pip, *install], check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, pass_fds=[held]
    )
    site = next(VENV.glob("lib/python*/site-packages"))
    (site / "reviewflow.pth").write_text(os.path.relpath(ROOT, site) + "\n")
    wrapper = VENV / "bin" / "reviewflow"
    wrapper.write_text(WRAPPER)
    wrapper.chmod(0o755)
    STAMP.write_bytes(lock)


def main() -> int:
    """0 when .venv is ready."""
    with LOCK.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # the kernel lets go of it, however this ends
        if is_ready():
            return 0
        try:
            make(held.fileno())
        except subprocess.CalledProcessError as error:
            said = f"{error.stdout or ''}{error.stderr or ''}".rstrip()
            print(f"{said}\nreviewflow: .venv could not be made; the reason is above.", file=sys.stderr)
            return 1
        except OSError as error:
            print(f"reviewflow: .venv could not be made: {error}.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
