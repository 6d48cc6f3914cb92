"""`[openid]` in server.toml: what is taken, and what would let a secret cross a wire in the clear."""

from pathlib import Path

import pytest

from reviewflow.errors import Invalid
from reviewflow.nouns.server import OpenId
from reviewflow.settings.server import load_server

GOOD = """\
issuer = "https://login.example/realm"
client_id = "reviewflow"
client_secret = "openid"
trust_email = true
"""


def read(folder: Path, text: str) -> OpenId:
    (folder / "server.toml").write_text(f"[openid]\n{text}")
    return load_server(folder).openid


def test_provider_is_read_and_is_none_by_default(tmp_path: Path) -> None:
    """An address is not trusted unless it is said; loopback may be plain, for development."""
    assert read(tmp_path, GOOD) == OpenId("https://login.example/realm", "reviewflow", "openid", trusts_email=True)
    assert read(tmp_path, "") == OpenId()
    for here in ("http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"):
        assert not read(tmp_path, f'issuer = "{here}"\nclient_id = "x"').trusts_email


@pytest.mark.parametrize(
    "text",
    [
        'issuer = "http://login.example"\nclient_id = "x"',
        'issuer = "http://localhost.login.example"\nclient_id = "x"',
        'issuer = "ftp://localhost"\nclient_id = "x"',
        'issuer = "https://user@login.example"\nclient_id = "x"',
        'issuer = "https://login.example?x"\nclient_id = "x"',
        'issuer = "https://login.example"',
        'client_secret = "a.hook"',
        'client_secret = "Not A Name"',
        "trust_email = 1",
        'isuer = "https://login.example"',
    ],
)
def test_what_is_not_safe_is_refused(tmp_path: Path, text: str) -> None:
    """With the key that is at fault."""
    with pytest.raises(Invalid, match="openid"):
        read(tmp_path, text)
