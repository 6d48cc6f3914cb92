"""The set-up that scripts/run and scripts/test share says what is missing, and does its work once."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD = "#!/bin/sh\nexit 1\n"  # says no to every question, as a Python that is too old does
BARE = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexit 0\n'  # new enough, but without ensurepip
BROKEN = '#!/bin/sh\ncase "$1" in -c) exit 0 ;; esac\necho "no room" >&2\nexit 1\n'  # fails when the work begins


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of scripts/ with a PATH that holds no Python but the one that a test puts there."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "path").mkdir()
    for tool in ("bash", "dirname", "env", "sh"):
        (tmp_path / "path" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def start(checkout: Path, python: str) -> subprocess.CompletedProcess[str]:
    fake = checkout / "path" / "python3"
    fake.write_text(python)
    fake.chmod(0o755)
    command = ["bash", str(checkout / "scripts" / "test"), "--version"]
    return subprocess.run(command, env={"PATH": str(checkout / "path")}, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("python", "said"), [(OLD, "Python 3.11 or newer"), (BARE, "apt install python3-venv"), (BROKEN, "no room")]
)
def test_setup_says_what_is_missing(checkout: Path, python: str, said: str) -> None:
    """Without a fitting Python, without ensurepip, or where the work fails, it says so, fails and leaves no stamp."""
    done = start(checkout, python)
    assert done.returncode == 1
    assert said in done.stderr
    assert not (checkout / ".venv").exists()


def test_second_start_does_nothing_again(checkout: Path) -> None:
    """Where the stamp is the lock, .venv is used as it stands, and no Python of the system is asked."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(checkout / "scripts" / "lock.txt", checkout / ".venv")
    ready = checkout / ".venv" / "bin" / "python"
    ready.write_text('#!/bin/sh\necho "started: $*"\n')
    ready.chmod(0o755)
    done = start(checkout, OLD)
    assert (done.returncode, done.stdout.strip()) == (0, "started: -m pytest --version")

    (checkout / ".venv" / "lock.txt").write_text("another lock\n")
    assert start(checkout, OLD).returncode == 1
