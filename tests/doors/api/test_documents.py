"""Documents over HTTP: streamed in and out, bounded, and never more than an attachment."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from reviewflow.engine.documents import master
from reviewflow.nouns.paths import API
from tests.doors.api.world import Program

TEXT = b"%PDF-1.7 the words of a lab " * 60_000  # more than the usual body
PLACE = "/reviews/{r}/documents"


@pytest.fixture
def vault(program: Program, tmp_path: Path) -> Program:
    """A program whose installation has a key, and takes two MiB."""
    settings = program.app.settings
    documents = replace(settings.server.documents, key=str(tmp_path / "documents.key"), limit_mib=2)
    program.app.settings = replace(settings, server=replace(settings.server, documents=documents))
    assert master.make(program.app.engine, program.app.settings)
    return program


def send(
    program: Program, who: str | None, content: bytes | Iterator[bytes], query: str = "?name=card.pdf", **headers: str
) -> httpx.Response:
    """A document in, on whatever version there is unless another is named."""
    given = {"If-Match": "*", "Content-Type": "application/pdf"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    if who:
        given["Authorization"] = f"Bearer {program.token(who)}"
    url = API + PLACE.format(**program.desk.refs) + query
    found: httpx.Response = program.client.post(url, content=content, headers=given)
    return found


def documents(program: Program, who: str) -> list[dict[str, Any]]:
    """As the review lists them."""
    found: list[dict[str, Any]] = program.get(who, "/reviews/{r}").json()["documents"]
    return found


def test_in_and_out(vault: Program) -> None:
    """It is listed with its digest; it comes back as it was, as an attachment that no browser looks into."""
    answer = send(vault, "one", iter([TEXT[:500_000], TEXT[500_000:]]), "?name=card.pdf&marking=PROPRIETARY")
    assert answer.status_code == 201, answer.text
    assert answer.json()["events"] == ["document_attached"]
    digest = hashlib.sha256(TEXT).hexdigest()
    assert (answer.json()["digest"], answer.json()["size"], answer.json()["document"]) == (digest, len(TEXT), 1)
    (listed,) = documents(vault, "rev")
    assert (listed["name"], listed["digest"], listed["marking"]) == ("card.pdf", digest, "PROPRIETARY")
    for who in ("one", "viewer", "rev", "decider", "auditor"):
        found = vault.get(who, answer.headers["location"].removeprefix(API))
        assert (found.status_code, found.content) == (200, TEXT)
    assert found.headers["content-disposition"] == "attachment; filename*=UTF-8''card.pdf"
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["cache-control"] == "no-store"
    assert "sandbox" in found.headers["content-security-policy"]
    assert found.headers["digest"] == f"sha-256={b64encode(bytes.fromhex(digest)).decode()}"
    assert found.headers["content-length"] == str(len(TEXT))


def test_readings_are_on_record(vault: Program) -> None:
    """The lab sees who of the agency was given its document, and by which door."""
    send(vault, "one", b"words")
    vault.get("rev", f"{PLACE}/1")
    whats = [one["what"] for one in vault.get("one", "/reviews/{r}/reads").json()["reads"]]
    assert "document 1" in whats


def test_strangers_and_drafts(vault: Program) -> None:
    """What is not his to see is not there, to send to as to read; what is not his to do, he is told."""
    send(vault, "rev", b"internal")
    for who in ("two", "one"):
        assert vault.get(who, f"{PLACE}/1").status_code == 404
    told = {no: vault.get("one", f"{PLACE}/{no}").json()["detail"].replace(f"document {no}", "") for no in (1, 9)}
    assert told[1] == told[9]
    assert documents(vault, "one") == []
    assert send(vault, "two", b"words").status_code == 404
    assert send(vault, "viewer", b"words").status_code == 403
    assert send(vault, None, b"words").status_code == 401
    assert vault.do("decider", "/reviews/{r}/share-document", {"document": 1}).status_code == 200
    assert vault.get("one", f"{PLACE}/1").content == b"internal"
    body = {"document": 1, "reason": "x"}
    assert vault.do("one", "/reviews/{r}/destroy-document", body).status_code == 409
    assert vault.do("rev", "/reviews/{r}/destroy-document", body).status_code == 200
    assert vault.get("one", f"{PLACE}/1").status_code == 409


def test_bounds_and_conditions(vault: Program) -> None:
    """Too long, announced or not, is 413; the version is asked for; nothing of what is refused stays."""
    long = bytes(2 * 1024 * 1024 + 1)
    assert send(vault, "one", long).status_code == 413
    assert send(vault, "one", iter([long[:1_500_000], long[1_500_000:]])).status_code == 413
    assert send(vault, "one", b"").status_code == 422
    assert send(vault, "one", b"words", "").status_code == 422
    path = send(vault, "one", b"words", "?name=a/b")
    assert (path.status_code, "--" in path.json()["detail"]) == (409, False)
    assert send(vault, "one", b"words", If_Match='"1-0123456789abcdef"').status_code == 412
    url, token = API + PLACE.format(**vault.desk.refs), vault.token("one")
    bare = vault.client.post(url + "?name=x", content=b"x", headers={"Authorization": f"Bearer {token}"})
    assert bare.status_code == 428
    assert vault.desk.query("SELECT * FROM blob") == []


def test_key_and_name(vault: Program) -> None:
    """Sent twice under a key it is there once; a name may come in a Content-Disposition, and loses its folders."""
    header = "attachment; filename*=UTF-8''C%3A%5Cpapers%5C%C3%BCber%20safeguards.pdf"
    first, again = (
        send(vault, "one", b"words", "", Idempotency_Key="k-1", Content_Disposition=header) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["location"] == again.headers["location"]
    assert [one["name"] for one in documents(vault, "one")] == ["über safeguards.pdf"]
    assert send(vault, "one", b"others", "", Idempotency_Key="k-1", Content_Disposition=header).status_code == 422
    for charset in ("idna", "punycode", "UTF-8"):
        header = f"attachment; filename*={charset}''x%ffy"
        assert send(vault, "one", b"words", "", Content_Disposition=header).status_code == 422
    disposition = vault.get("one", f"{PLACE}/1").headers["content-disposition"]
    assert disposition == "attachment; filename*=UTF-8''%C3%BCber%20safeguards.pdf"


def test_corrupted_is_not_given(vault: Program) -> None:
    """One byte that differs, and the answer is a problem without a byte of the document."""
    send(vault, "one", TEXT)
    blob = "SELECT blob FROM review_document"
    vault.desk.query(f"DELETE FROM blob_chunk WHERE no = 2 AND blob IN ({blob}) RETURNING no")
    answer = vault.get("one", f"{PLACE}/1")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert b"the words of a lab" not in answer.content


def test_token_reaches_no_further(vault: Program) -> None:
    """Of a token that only reads nothing is taken, and one of another review reads nothing here."""
    from tests.doors.api.world import token_for

    send(vault, "one", b"words")
    person = "officer@example-lab-one.example"
    vault.tokens["reader"] = token_for(vault.app, person, {"verbs": ["read"]})
    assert send(vault, "reader", b"words").status_code == 403
    assert vault.get("reader", f"{PLACE}/1").status_code == 200
    vault.tokens["elsewhere"] = token_for(vault.app, person, {"subjects": ["RV-2222-2222"]})
    assert vault.get("elsewhere", f"{PLACE}/1").status_code == 404
    assert send(vault, "elsewhere", b"words").status_code == 404
