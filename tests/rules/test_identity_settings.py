"""[identity] of server.toml: every key is documented with its default, and what would be unsafe is refused."""

import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from reviewflow.errors import Invalid
from reviewflow.nouns.server import Identity
from reviewflow.settings.identity import LEAST_COST, LIMITS
from reviewflow.settings.server import load_server


def test_the_shipped_file_names_every_key(root: Path) -> None:
    """With the value that holds where the file is not there, and a word on each."""
    text = (root / "config" / "server.toml").read_text()
    assert tomllib.loads(text)["identity"] == asdict(Identity()) == asdict(load_server(root / "config").identity)
    lines = text.partition("[identity]")[2].partition("\n[")[0].splitlines()[1:]
    assert [line for line in lines if "=" in line and "#" not in line] == []
    assert set(LIMITS) == set(asdict(Identity()))


def test_the_default_cost_is_owasps(tmp_path: Path) -> None:
    """19 MiB, two passes, one lane, and nothing cheaper is taken; each of OWASP's equal settings is."""
    default = Identity()
    assert default.argon2_passes * default.argon2_memory_kib >= LEAST_COST
    for kib, passes in ((47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)):
        (tmp_path / "server.toml").write_text(f"[identity]\nargon2_memory_kib = {kib}\nargon2_passes = {passes}\n")
        assert load_server(tmp_path).identity.argon2_memory_kib == kib


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("argon2_memory_kib = 12288", "too cheap to guess"),
        ("argon2_memory_kib = 64\nargon2_passes = 100", "argon2_memory_kib cannot be 64"),
        ("argon2_passes = 0", "argon2_passes cannot be 0"),
        ("token_days = 400", "more than token_days_at_most"),
        ("session_hours = 1\nsession_idle_minutes = 90", "longer than session_hours"),
        ("attempts = 0", "attempts cannot be 0"),
        ("longest_delay_seconds = 86400", "longest_delay_seconds cannot be 86400"),
        ("attempt = 3", "did you mean 'attempts'?"),
        ("session_hours = true", "session_hours cannot be True"),
    ],
)
def test_what_is_unsafe_or_contradicts_itself_is_refused(tmp_path: Path, lines: str, said: str) -> None:
    """With the key and the remedy."""
    (tmp_path / "server.toml").write_text(f"[identity]\n{lines}\n")
    with pytest.raises(Invalid) as refused:
        load_server(tmp_path)
    assert said in str(refused.value)
    assert "server.toml: [identity]" in str(refused.value)
