"""What is shipped works where there is no checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Nothing of the desk leaks in: no path to the checkout, no settings of reviewflow.
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "REVIEWFLOW"))}


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=CLEAN, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the sdist, as an installer without a checkout builds it."""
    made = tmp_path_factory.mktemp("made")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", made, cwd=ROOT)
    build = ["wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir"]
    run(sys.executable, "-m", "pip", *build, made, *made.glob("*.tar.gz"), cwd=made)
    return next(made.glob("*.whl"))


def test_wheel_holds_the_config(wheel: Path) -> None:
    """Every file of config/ is in the wheel, inside the package, and nothing else stands beside the package."""
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.removeprefix("reviewflow/_config/") for name in names if name.startswith("reviewflow/_config/")}
    assert shipped == {str(p.relative_to(ROOT / "config")) for p in (ROOT / "config").rglob("*") if p.is_file()}
    assert shipped
    assert {name.split("/")[0].split("-")[0] for name in names} == {"reviewflow"}


def test_installed_package_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """`pip install` into an empty environment gives a `reviewflow` that answers from its own config."""
    venv.create(tmp_path / "env", symlinks=True, with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    install = ["install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check"]
    run(sys.executable, "-m", "pip", "--python", python, *install, wheel, cwd=tmp_path)
    # The dependencies are those of the lock; a line of a .pth file adds their folder but not its own .pth files.
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")

    where = run(python, "-c", "import reviewflow; print(reviewflow.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(site)
    command = ["window", "eo-14409", "--start", "2026-07-01", "--json"]
    window = json.loads(run(tmp_path / "env" / "bin" / "reviewflow", *command, cwd=tmp_path))
    assert "2026-07-31" in json.dumps(window)  # thirty days, the first of them 2 July
