"""Whether advice is known against what scripts/lock.txt names: pip-audit asks a service on the network."""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent / "lock.txt"
WITHIN = 45  # seconds in all; a service that does not answer keeps nobody waiting


def judged(code: int, out: str, err: str) -> tuple[int, str]:
    """The exit code and what to say; what nobody could be asked about is said, and fails nothing."""
    try:
        asked = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (err.strip().splitlines() or [f"pip-audit ended with {code}"])[-1][:200]
        return 0, f"advice   NOT KNOWN: the advisory service could not be asked ({last})."
    found = [f"{one['name']} {one['version']}: {v['id']}" for one in asked for v in one.get("vulns", ())]
    unasked = [one["name"] for one in asked if "skip_reason" in one]
    if found:
        return 1, "\n".join([*found, "advice   FAILED: raise these in pyproject.toml, then scripts/lock --upgrade."])
    if unasked:
        return (
            0,
            f"advice   NOT KNOWN of {len(unasked)} of {len(asked)} packages: the service at hand does not know them.",
        )
    return 0, f"advice   passed: nothing is known against {len(asked)} packages"


def main() -> int:
    """1 where advice is known against a package."""
    audit = [sys.executable, "-m", "pip_audit", "-r", str(LOCK), "--disable-pip", "--require-hashes"]
    audit += ["--timeout", "5", "--progress-spinner", "off", "--format", "json"]
    try:
        done = subprocess.run(audit, capture_output=True, text=True, timeout=WITHIN, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        print(f"advice   NOT KNOWN: the advisory service did not answer within {WITHIN} s.")
        return 0
    code, said = judged(done.returncode, done.stdout, done.stderr)
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
