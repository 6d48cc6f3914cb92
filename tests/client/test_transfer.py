"""Documents through the client: whole and true, or an error; sent again only from a stream that can be rewound."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

import httpx
import pytest

from reviewflow import errors
from reviewflow.client.client import Client
from reviewflow.nouns.paths import LABEL
from tests.client.test_client import busy, client
from tests.client.test_wire import DONE, REF, TOKEN, URL, Line, good, line, problem
from tests.doors.api.world import Program

__all__ = ["busy", "line"]  # fixtures
TEXT = b"the words of a lab " * 9000
ROW = {"no": 1, "name": "über.pdf", "media_type": "application/pdf", "marking": "", "size": len(TEXT),
       "digest": hashlib.sha256(TEXT).hexdigest()}  # fmt: skip


class Pipe(io.BytesIO):
    """A stream that comes once."""

    def seekable(self) -> bool:
        return False


def test_a_document_goes_in_and_comes_out(busy: Program) -> None:
    """By an officer; read by a reviewer, who is told what is on record of it; asked again under its key it is one."""
    with client(busy, "one") as there:
        made, again = (
            there.attach(busy.desk.refs["r"], io.BytesIO(TEXT), name="über.pdf", media_type="application/pdf", key="d")
            for _ in range(2)
        )
        assert made == again
        assert (made["events"], made["size"], made["digest"]) == (["document_attached"], len(TEXT), ROW["digest"])
    with client(busy, "rev") as there:
        found = there.document(busy.desk.refs["r"], made["document"])
        assert found.label == ROW | {"no": made["document"]}
        assert b"".join(found.pieces) == TEXT
        with pytest.raises(errors.NotFound):
            there.document(busy.desk.refs["r"], 99)
        with pytest.raises(errors.Invalid, match="media type"):
            there.attach(busy.desk.refs["r"], io.BytesIO(TEXT), name="x", media_type="a/b\r\nX: y")


def test_a_lost_upload_is_sent_again_from_where_it_stood(line: Callable[..., Line]) -> None:
    """The same bytes, key and length each time; from a stream that comes once it is not, and stays in doubt."""
    asked, stream = line(httpx.ReadTimeout("slow"), problem("unavailable"), good()), io.BytesIO(b"-" + TEXT)
    stream.seek(1)
    with asked.client() as there:
        assert there.attach(REF, stream, name="x") == DONE
    assert {(r.content, r.headers["Content-Length"]) for r in asked.asked} == {(TEXT, str(len(TEXT)))}
    assert len({r.headers["Idempotency-Key"] for r in asked.asked}) == 1 and len(asked.asked) == 3
    once = line(httpx.ReadTimeout("slow"), good())
    with once.client() as there, pytest.raises(errors.Unavailable, match="Whether the command was done is not known"):
        there.attach(REF, cast(BinaryIO, Pipe(TEXT)), name="x")
    assert len(once.asked) == 1


def broken_off(pieces: list[bytes]) -> Iterator[bytes]:
    """Some of it, and no end."""
    yield from pieces
    raise httpx.ReadError("gone")


@pytest.mark.parametrize(
    ("content", "why"),
    [(TEXT[:-1], "changed on its way"), (TEXT[:-1] + b"!", "changed on its way"), (TEXT + b"!", "changed on its way"),
     (broken_off([TEXT]), "did not come to its end: gone")],
)  # fmt: skip
def test_what_came_otherwise_is_not_it(content: bytes | Iterator[bytes], why: str) -> None:
    """An error at its end at the latest, whatever was changed or lost on its way."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=content, headers={LABEL: json.dumps(ROW)})

    with Client(URL, TOKEN, transport=httpx.MockTransport(answer)) as there:
        found = there.document(REF, 1)
        with pytest.raises(errors.Unavailable, match=why):
            b"".join(found.pieces)


@pytest.mark.parametrize("label", ["", "[]", "{}", json.dumps(ROW | {"size": "7"}), "[" * 9999])
def test_what_does_not_say_what_it_is_is_none(line: Callable[..., Line], label: str) -> None:
    """Another page, or a header that is none of ours."""
    strange = line(httpx.Response(200, content=TEXT, headers={LABEL: label} if label else {}))
    with strange.client() as there, pytest.raises(errors.Unavailable, match="not as reviewflow does"):
        there.document(REF, 1)
