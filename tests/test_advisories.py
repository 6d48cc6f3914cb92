"""What scripts/advisories.py makes of each answer, and of none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import advisories

CLEAN = {"name": "good", "version": "1", "vulns": []}


def told(*dependencies: dict) -> str:
    return json.dumps({"dependencies": dependencies})


def test_advice_that_is_found_fails() -> None:
    """A package against which there is advice fails, and is named with the advice."""
    code, said = advisories.judged(1, told(CLEAN, {"name": "bad", "version": "2", "vulns": [{"id": "CVE-1"}]}), "")
    assert code == 1
    assert "bad 2: CVE-1" in said


def test_what_nobody_could_be_asked_about_is_said() -> None:
    """Packages that the service does not know, and a service that is not there, are said and fail nothing."""
    code, said = advisories.judged(0, told(CLEAN, {"name": "other", "skip_reason": "not found"}), "")
    assert (code, "NOT KNOWN of 1 of 2" in said) == (0, True)
    code, said = advisories.judged(1, "", "Traceback\nConnectionError: no route")
    assert (code, "NOT KNOWN" in said, "no route" in said) == (0, True, True)
    assert advisories.judged(0, told(CLEAN), "") == (0, "advice   passed: nothing is known against 1 packages")


def test_it_never_hangs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A service that does not answer is left behind in time, and that is said."""

    def late(*_: object, timeout: float, **__: object) -> None:
        raise subprocess.TimeoutExpired("pip_audit", timeout)

    monkeypatch.setattr(subprocess, "run", late)
    assert advisories.main() == 0
    assert "did not answer within 45 s" in capsys.readouterr().out
