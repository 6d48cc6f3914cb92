"""A bad line: the client asks again where that is safe, hands its token to nobody, and tells plainly what is wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from reviewflow import clock, errors
from reviewflow.api.problems import PROBLEMS, slug_of
from reviewflow.client import Client
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.nouns.paths import API
from reviewflow.nouns.problems import SLUGS

URL, TOKEN = "https://reviews.example", "rfl_" + "a" * 36
NOTE = AddNote(text="For us.")
REF = "RV-2222-2222"
PROBLEM = {"Content-Type": "application/problem+json"}
DONE = {"ref": REF, "version": 8}
Answer = httpx.Response | httpx.RequestError


@dataclass
class Line:
    """A server that answers as it is told, the last answer again and again; `waits` are the pauses of the client."""

    answers: list[Answer]
    asked: list[httpx.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, httpx.RequestError):
            raise answer
        return answer

    def client(self, **more: Any) -> Client:
        return Client(URL, TOKEN, transport=httpx.MockTransport(self), **more)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Line]]:
    """Makes a line; nothing really waits."""

    def make(*answers: Answer) -> Line:
        made = Line(list(answers))
        monkeypatch.setattr(clock, "pause", made.waits.append)
        return made

    yield make


def good(document: object = None, status: int = 200) -> httpx.Response:
    """An answer of ours."""
    return httpx.Response(status, json=DONE if document is None else document)


def problem(slug: str, *reasons: str, status: int | None = None, **headers: str) -> httpx.Response:
    """A problem of ours."""
    body = {"type": f"{API}/problems/{slug}", "title": "", "status": 0, "detail": "", "reasons": list(reasons)}
    sent = PROBLEM | {k.replace("_", "-"): v for k, v in headers.items()}
    content = json.dumps(body | {"remedy": "Mend it.", "instance": "urn:uuid:7"})
    return httpx.Response(status or PROBLEMS[slug].status, content=content, headers=sent)


@pytest.mark.parametrize("kind", SLUGS)
def test_a_problem_is_the_error_that_it_was(line: Callable[..., Line], kind: type[errors.ReviewflowError]) -> None:
    """Class, every reason and the remedy come back as the server had them."""
    asked = line(problem(slug_of(kind("x")), "First.", "Second."))
    with asked.client() as client, pytest.raises(errors.ReviewflowError) as caught:
        client.view("review", ref=REF)
    assert type(caught.value) is kind
    assert (list(caught.value.reasons), caught.value.remedy) == (["First.", "Second."], "Mend it.")


@pytest.mark.parametrize(
    "url",
    ["http://reviews.example", "ftp://reviews.example", "reviews.example", "", "https://", "https://me:x@reviews.example",
     "https://reviews.example?x=1", "https://reviews.example:x", "http://127.0.0.1.reviews.example", "http://10.0.0.1"],
)  # fmt: skip
def test_only_https_or_this_machine(url: str) -> None:
    """A token crosses no network in the clear, and an address is nothing but one."""
    with pytest.raises(errors.Invalid):
        Client(url, TOKEN)


@pytest.mark.parametrize(
    "url", [URL, f"{URL}/", f"{URL}{API}", "http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"]
)
def test_good_addresses(url: str, line: Callable[..., Line]) -> None:
    """With or without the path of the API."""
    asked = line(good())
    with Client(url, TOKEN, transport=httpx.MockTransport(asked)) as client:
        client.me()
    assert asked.asked[0].url.path == f"{API}/me"


@pytest.mark.parametrize("token", ["", "two words", "rfl_\n\nx", "rfl_\u00e9"])
def test_a_token_is_one_word(token: str) -> None:
    """What can be no token is not sent, and not repeated in the error."""
    with pytest.raises(errors.Invalid) as caught:
        Client(URL, token)
    assert not token.strip() or token not in str(caught.value)


def test_a_token_is_read_from_a_file(line: Callable[..., Line], tmp_path: Path) -> None:
    """Its owner's alone; a newline at the end of a token is none of it."""
    asked, file = line(good(), good()), tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o644)
    with pytest.raises(errors.Invalid, match="open to others"):
        Client.from_file(URL, file)
    file.chmod(0o600)
    for client in (Client.from_file(URL, str(file), transport=httpx.MockTransport(asked)),
                   Client(URL, f"{TOKEN}\n", transport=httpx.MockTransport(asked))):  # fmt: skip
        with client:
            client.me()
    assert {request.headers["authorization"] for request in asked.asked} == {f"Bearer {TOKEN}"}


def test_the_token_goes_nowhere_else(line: Callable[..., Line]) -> None:
    """It stands in one header; a redirect is told and not followed."""
    asked = line(httpx.Response(307, headers={"Location": "https://elsewhere.example/"}))
    with asked.client() as client, pytest.raises(errors.Unavailable, match=r"elsewhere\.example") as caught:
        client.do(REF, NOTE)
    assert [request.url.host for request in asked.asked] == ["reviews.example"]
    request = asked.asked[0]
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in f"{request.url}{request.content.decode()}{caught.value}{caught.value.remedy}"


def test_a_command_is_sent_again_under_its_key(line: Callable[..., Line]) -> None:
    """Lost answers, a busy key and a server that is full for now: the same body and key each time, until it is done."""
    asked = line(httpx.ReadError("gone"), problem("busy", "Wait."), problem("unavailable", Retry_After="2"), good())
    with asked.client() as client:
        assert client.do(REF, NOTE) == DONE
    assert len({(r.headers["Idempotency-Key"], r.content, r.headers["If-Match"]) for r in asked.asked}) == 1
    assert asked.waits == [0.25, 1.0, 3.0]


def test_retry_after_is_kept_within_patience(line: Callable[..., Line]) -> None:
    """It waits as long as it is told, and gives up at once where that is longer than its patience."""
    asked = line(problem("too-many-requests", "Slower.", Retry_After="7"), good())
    with asked.client() as client:
        client.me()
    assert asked.waits == [7.0]
    late = line(problem("too-many-requests", "Slower.", Retry_After="61"))
    with late.client() as client, pytest.raises(errors.TooMany) as caught:
        client.me()
    assert (caught.value.retry_after, late.waits, len(late.asked)) == (61, [], 1)


def test_what_is_not_safe_is_asked_once(line: Callable[..., Line]) -> None:
    """A requeue whose answer was lost is not sent again; one that was never sent is."""
    asked = line(httpx.ReadTimeout("slow"))
    with asked.client() as client, pytest.raises(errors.Unavailable, match="lost: it took too long"):
        client.requeue(every=True)
    assert len(asked.asked) == 1
    again = line(httpx.ConnectError("refused"), good())
    with again.client() as client:
        client.requeue(every=True)
    assert len(again.asked) == 2


@pytest.mark.parametrize("slug", ["refused", "stale", "key-reused", "not-found", "fault", "unauthenticated"])
def test_what_is_decided_is_not_asked_again(line: Callable[..., Line], slug: str) -> None:
    """A refusal stays one."""
    asked = line(problem(slug, "No."))
    with asked.client() as client, pytest.raises(errors.ReviewflowError):
        client.do(REF, NOTE)
    assert len(asked.asked) == 1


def test_a_lost_command_names_its_key(line: Callable[..., Line]) -> None:
    """Whoever gives up is told that it may be done, and under which key it can be asked again."""
    asked = line(httpx.RemoteProtocolError("Server disconnected"))
    with (
        asked.client() as client,
        pytest.raises(errors.Unavailable, match="Whether the command was done is not known") as caught,
    ):
        client.do(REF, NOTE, key="k-1")
    assert "k-1" in str(caught.value.remedy)
    gone = line(httpx.ConnectError("[Errno 111] Connection refused"))
    with gone.client() as client, pytest.raises(errors.Unavailable, match=r"cannot be reached.*Nothing was asked"):
        client.do(REF, NOTE)


@pytest.mark.parametrize(
    "later",
    [httpx.ConnectError("refused"), problem("unavailable", "The database is away. Nothing was changed."),
     problem("busy", "Wait."), problem("unauthenticated", "Who?"), problem("too-many-requests", "Slower."),
     httpx.Response(404, text="moved")],
)  # fmt: skip
@pytest.mark.parametrize(
    "first",
    [httpx.ReadTimeout("slow"), httpx.Response(502, text="Bad Gateway"),
     problem("unavailable", "The link broke off. Whether the command was done is not known.")],
)  # fmt: skip
def test_what_was_sent_once_stays_in_doubt(line: Callable[..., Line], first: Answer, later: Answer) -> None:
    """Whatever befalls the attempts after it, it is not said that nothing was asked or changed; a decision ends it."""
    asked = line(first, later)
    with asked.client() as client, pytest.raises(errors.Unavailable) as caught:
        client.do(REF, NOTE, key="k-1")
    assert "Whether the command was done is not known." in str(caught.value)
    assert "Nothing was" not in str(caught.value)
    assert "k-1" in str(caught.value.remedy) or (isinstance(first, httpx.Response) and first.status_code == 503)
    decided = line(first, problem("refused", "No."))
    with decided.client() as client, pytest.raises(errors.Refused, match=r"No\."):
        client.do(REF, NOTE)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<p>Welcome</p>"),
        httpx.Response(200, content=b"{", headers={"Content-Type": "application/json"}),
        httpx.Response(200, content=b"\xff\xfe\x00", headers={"Content-Type": "application/json"}),
        httpx.Response(200, content=b"[" * 100_000, headers={"Content-Type": "application/json"}),
        httpx.Response(200, json=[1]),
        httpx.Response(200, content=b"{}", headers={"Content-Type": "text/html"}),
        httpx.Response(204),
        httpx.Response(404, text="nothing here"),
        httpx.Response(404, json={"reasons": ["x"]}),
        httpx.Response(418, content=b"[]", headers=PROBLEM),
        httpx.Response(409, content=b'{"type":"x/refused","reasons":7}', headers=PROBLEM),
        httpx.Response(409, content=b'{"type":"x/other","reasons":[]}', headers=PROBLEM),
        httpx.Response(502, text="Bad Gateway"),
    ],
)  # fmt: skip
def test_garbage_is_told_plainly(line: Callable[..., Line], answer: httpx.Response) -> None:
    """Whatever a stranger answers is no answer, and no fault of ours."""
    with line(answer).client() as client, pytest.raises(errors.Unavailable, match="not as reviewflow does"):
        client.view("review", ref=REF)


def test_what_cannot_be_decoded_is_told_plainly(line: Callable[..., Line]) -> None:
    """A body that is not what its headers say."""

    def broken(_: httpx.Request) -> httpx.Response:
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"not gzip"))

    line(good())
    with Client(URL, TOKEN, transport=httpx.MockTransport(broken)) as client, pytest.raises(errors.Unavailable):
        client.me()


@pytest.mark.parametrize("ref", ["", " ", ".", "..", "a/b", "../policies"])
def test_a_reference_stays_within_its_place(line: Callable[..., Line], ref: str) -> None:
    """What would lead to another address is no reference."""
    asked = line(good())
    with asked.client() as client, pytest.raises(errors.NotFound):
        client.view("review", ref=ref)
    with asked.client() as client:
        client.view("review", ref="a?b#c d")
    assert asked.asked[0].url.raw_path == f"{API}/reviews/a%3Fb%23c%20d".encode()


def test_bad_keys_and_views_are_refused_before_anything_is_sent(line: Callable[..., Line]) -> None:
    """A key that no header can hold, a view that is none, an act that is dated."""
    asked = line(good())
    with asked.client() as client:
        for key in ("two words", "k\n", "k\u00e9", ""):
            with pytest.raises(errors.Invalid, match="idempotency key"):
                client.do(REF, NOTE, key=key)
        with pytest.raises(errors.Invalid, match="There is no view"):
            client.view("secrets")
        with pytest.raises(errors.Refused, match="cannot be dated"):
            client.do(REF, NOTE, effective_at=clock.now())
    assert asked.asked == []
