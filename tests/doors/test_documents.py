"""Documents at the command line: attach, read, share, destroy; the key that `init` makes and `check` looks after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.stories.world import Desk, example_config, started

TEXT = b"the words of a lab " * 5000
AT = "10-06 10:00"


@pytest.fixture
def desk(tmp_path: Path, database_kind: str) -> Iterator[Desk]:
    """A review that runs, on an installation whose key `init` has made."""
    config = None
    if database_kind == databases.POSTGRESQL:  # where the operator names its file
        config = example_config(tmp_path / "config")
        server, key = config / "server.toml", f'key = "{tmp_path}/documents.key"'
        server.write_text(server.read_text().replace('key = ""', key, 1))
    found = Desk.new(tmp_path, config)
    found.is_warm = False
    (tmp_path / "reviewflow.db.key").unlink(missing_ok=True)  # the template's
    told = found(None, "init --simulation")
    assert Path(told["documents_key"]).stat().st_mode & 0o777 == 0o600
    found.refs["key"] = told["documents_key"]
    started(found, "r", "10-05", "2026-12-01")
    (tmp_path / "card.pdf").write_bytes(TEXT)
    found.refs |= {"file": str(tmp_path / "card.pdf"), "out": str(tmp_path / "out.pdf")}
    yield found
    found.close()


def test_a_document_from_end_to_end(desk: Desk) -> None:
    """Attached, listed, read by the other side, which is on record, destroyed; told to the reviewers; all verifies."""
    told = desk("one", "review attach {r} {file} --marking PROPRIETARY", AT)
    (listed,) = desk("rev", "review show {r}")["documents"]
    assert (listed["name"], listed["media_type"]) == ("card.pdf", "application/pdf")
    assert (listed["digest"], listed["size"]) == (told["digest"], len(TEXT))
    assert told["digest"] in desk.line("review show {r}", "one").out
    desk("rev", "review document {r} 1 --out {out}")
    out = Path(desk.refs["out"])
    assert out.read_bytes() == TEXT and out.stat().st_mode & 0o777 == 0o600
    assert desk.refused("rev", "review document {r} 1 --out {out}", code=2)
    assert ("document 1", "command line") in [
        (one["what"], one["door"]) for one in desk("rev", "review reads {r}")["reads"]
    ]
    assert desk.told("r", "document_attached") == ["rev"]
    desk("one", 'review destroy-document {r} 1 --reason "no longer needed"', AT)
    assert "was destroyed" in desk.refused("rev", "review document {r} 1 --out {out}2")
    assert desk("one", "review show {r}")["documents"][0]["digest"] == told["digest"]
    desk.is_whole()


def test_agency_shares_its_own(desk: Desk) -> None:
    """Not there for the lab until it is shared; then it is told."""
    desk("rev", "review attach {r} {file}", AT)
    desk.refused("one", "review document {r} 1 --out {out}", code=5)
    assert desk.told("r", "document_attached") == []
    desk("rev", "review share-document {r} 1", AT)
    assert desk.told("r", "document_shared") == ["one"]
    desk("one", "review document {r} 1 --out {out}")
    assert Path(desk.refs["out"]).read_bytes() == TEXT


def test_check_looks_after_the_key(desk: Desk) -> None:
    """In order as `init` made it; readable by others, and gone, are said with what to do."""
    desk("one", "review attach {r} {file}", AT)
    key = Path(desk.refs["key"])
    for spoil, why in ((lambda: key.chmod(0o644), "read by others"), (key.unlink, "is missing")):
        said = [one["says"] for one in desk.line("check", None, None, "--json").json["findings"] if one["is_ok"]]
        assert any(str(key) in one for one in said)
        spoil()
        answer = desk.line("check", None, None, "--json")
        assert answer.code == 1
        assert any(why in one["says"] and one["remedy"] for one in answer.json["findings"] if not one["is_ok"])
        assert why in desk.refused("one", "review attach {r} {file}", AT, 6)
        key.touch(0o600) if why == "is missing" else key.chmod(0o600)
