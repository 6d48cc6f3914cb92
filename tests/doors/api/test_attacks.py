"""What an attacker tries by hand at the door, and what stands there against it."""

import contextlib
import http.client
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from reviewflow import logs
from reviewflow.api.description import asks_who
from reviewflow.api.door import anybody
from reviewflow.api.gate import KnownRoute
from reviewflow.nouns.paths import API
from tests.doors.api.prove_attack import found_by_sqlmap, found_by_wapiti
from tests.doors.api.test_calendar_link import made
from tests.doors.api.test_every_operation import hardened
from tests.doors.api.test_identity import HTTPS, OURS, browser, program  # noqa: F401
from tests.doors.api.test_serving import serving
from tests.doors.api.world import Program, token_for
from tests.stories.world import PEOPLE

# What anybody may ask, and is not even counted: for supervisors, and it says nothing of the record.
UNCOUNTED = {"/livez", "/readyz"}
JSON = {"Content-Type": "application/json"}


def ungated(routes: list[Any]) -> list[str]:
    """The routes at which nobody is asked who he is, and that are neither counted nor meant to be open."""
    plain = [route for route in routes if isinstance(route, APIRoute) and route.path not in UNCOUNTED]
    counted = [r for r in plain if any(d.call is anybody for d in r.dependant.dependencies)]
    return sorted(r.path for r in plain if not (isinstance(r, KnownRoute) and asks_who(r)) and r not in counted)


def test_every_route_has_a_gate(shared: Program) -> None:
    """Of each route it is asked who is there, before its body is read, or it is counted; one without is named."""
    routes: list[Any] = list(shared.client.app.state.routes)  # type: ignore[attr-defined]
    assert len([route for route in routes if isinstance(route, APIRoute)]) > 100
    assert ungated(routes) == []
    assert ungated([*routes, APIRoute("/open", lambda: None)]) == ["/open"]


def test_every_answer_is_hardened(shared: Program) -> None:
    """What is there, what is not, what is refused and what is open carry the headers that a browser obeys."""
    for path in ("/me", "/nothing", "/problems", "/queue?no=1", "/calendar/none.ics"):
        hardened(shared.get("one", path))
    hardened(shared.client.request("PATCH", f"{API}/me"))
    assert shared.get("one", "/me").headers["cache-control"] == "no-store"
    over_tls = shared.client.get(f"{HTTPS}{API}/problems").headers["strict-transport-security"]
    assert re.fullmatch(r"max-age=\d{8,}; includeSubDomains", over_tls)


def test_help_pages_escape_and_are_inert(shared: Program) -> None:
    """What is asked for is not repeated in a page, and nothing in a page could run."""
    answer = shared.get(None, "/problems/<script>alert(1)</script>", Accept="text/html")
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "default-src 'none'" in shared.get(None, "/problems", Accept="text/html").headers["content-security-policy"]


def test_other_origins_read_nothing(shared: Program) -> None:
    """No answer admits another origin, and a preflight is answered with no permission."""
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (shared.client.options(f"{API}/me", headers=asked), shared.get("one", "/me", Origin="null")):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_nothing_that_opens_a_door_crosses_a_network_in_the_clear(program: Program) -> None:  # noqa: F811
    """A token, a session or a calendar's address that comes over plain http is refused unread, but on this machine."""
    secret = made(program, "one").json()["url"].rpartition("/")[2]
    token = {"Authorization": f"Bearer {program.token('one')}"}
    cookie = {"Cookie": f"__Host-reviewflow={browser(program, 'one').cookie}"}
    for path, headers in (("/me", token), ("/me", cookie), (f"/calendar/{secret}", {})):
        refused = program.client.get(f"http://reviews.example{API}{path}", headers=headers)
        assert (refused.status_code, "in the clear" in refused.text) == (409, True), path
        for there in (HTTPS, "http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"):
            assert program.client.get(f"{there}{API}{path}", headers=headers).status_code == 200, (there, path)


def test_cookie_acts_only_from_our_own_pages(program: Program) -> None:  # noqa: F811
    """A cookie that another site's page sends along, or a form that needs no preflight, does nothing."""
    who = browser(program, "one")
    path = f"{API}/models"
    body = {"lab": "example-lab-one", "name": "Forged"}
    for sent in (
        {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"}, {}, {"Origin": HTTPS, "Sec-Fetch-Site": "cross-site"},
    ):  # fmt: skip
        assert who.client.post(path, json=body, headers=sent).status_code == 403, sent
    assert (
        who.client.post(path, content=json.dumps(body), headers={**OURS, "Content-Type": "text/plain"}).status_code
        == 415
    )
    assert who.client.post(path, data=body, headers=OURS).status_code == 415
    assert who.client.post(path, json=body, headers=OURS).status_code == 201


def test_looking_changes_nothing(shared: Program) -> None:
    """No operation that is safe by its method stands for a command, and no header makes it one."""
    before = shared.desk.query("SELECT count(*) AS n FROM event")
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        asked = {header: "DELETE", "Authorization": f"Bearer {shared.token('one')}"}
        assert "ref" in shared.client.get(f"{API}/me?_method=DELETE", headers=asked).json()
        assert shared.client.post(f"{API}/me/sessions?_method=DELETE", json={}, headers=asked).status_code == 405
    assert shared.desk.query("SELECT count(*) AS n FROM event") == before


def test_nobody_is_redirected(shared: Program) -> None:
    """Neither a slash too many, nor a double one, nor another host leads anywhere."""
    for path in ("/me/", "//me", "/problems/", "/me/..%2fme", "/problems/%2e%2e/me"):
        answer = shared.client.get(API + path, headers={"Host": "evil.example"}, follow_redirects=False)
        assert answer.status_code == 404, path
        assert "location" not in answer.headers


def test_methods_are_what_they_are(shared: Program) -> None:
    """What is not known is refused with the whole list of what is; TRACE is nowhere."""
    answer = shared.client.request("TRACE", f"{API}/me/calendar-link")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, POST"


def test_what_stands_twice_is_refused(shared: Program) -> None:
    """Headers, parameters and keys that stand twice are no request of anybody's."""
    token = f"Bearer {shared.token('one')}"
    pairs = [("Authorization", token), ("Authorization", "Bearer rfl_other")]
    assert shared.client.get(f"{API}/me", headers=pairs).status_code == 422
    versions = [("Authorization", token), ("If-Match", "*"), ("If-Match", '"1-0"')]
    path = f"{API}/reviews/{shared.desk.refs['r']}/note"
    assert shared.client.post(path, json={"text": "x"}, headers=versions).status_code == 422
    twice = shared.get("one", "/reviews?limit=1&limit=100")
    assert (twice.status_code, twice.json()["reasons"]) == (422, ["limit stands twice."])
    for body in ('{"name": "a", "name": "b", "lab": "example-lab-one"}', '{"name": NaN}', '{"a": Infinity}'):
        answer = shared.client.post(f"{API}/models", content=body, headers={**JSON, "Authorization": token})
        assert answer.status_code == 422, body
        assert "reads in one way" in answer.json()["detail"]


def test_strange_unicode_is_answered_plainly(shared: Program) -> None:
    """Halves of signs, signs that turn the direction, and NUL are refused or kept as they are, and never a fault."""
    for name in ("\\ud800", "a\\u0000b", "a\\u202eb", "\\u2028", "\\ufeff", "e\\u0301" * 40, "\\ud83d\\udca9"):
        content = f'{{"name": "{name}", "lab": "example-lab-one"}}'
        headers = {**JSON, "Authorization": f"Bearer {shared.token('one')}"}
        answer = shared.client.post(f"{API}/models", content=content, headers=headers)
        assert answer.status_code in (201, 409, 422), (name, answer.text)
        json.loads(answer.content.decode())


def test_cursors_and_keys_of_others_open_nothing(shared: Program) -> None:
    """A cursor that was tampered with shows nothing that is not one's own; an idempotency key is one's own."""
    mine = {item["ref"] for item in shared.get("two", "/reviews?limit=200").json()["reviews"]}
    for after in ("WyJyZXZpZXdzIixudWxsLG51bGxd", "WyJyZXZpZXdzIiwiIiwiIl0", "WyJyZXZpZXdzIl0", "e30", "!!", "W1tdXQ"):
        answer = shared.get("two", f"/reviews?after={after}")
        assert answer.status_code in (200, 422), (after, answer.text)
        assert {item["ref"] for item in answer.json().get("reviews", [])} <= mine
    body = {"lab": "example-lab-one", "name": "Keyed"}
    assert shared.do("one", "/models", body, Idempotency_Key="guess-1").status_code == 201
    other = shared.do("two", "/models", body, Idempotency_Key="guess-1")
    assert other.status_code in (403, 404)
    assert "Keyed" not in other.text


def test_a_guessed_version_tells_nothing_of_what_is_anothers(shared: Program) -> None:
    """With any ETag, another lab's review answers exactly as one that is not there."""
    ref = shared.desk.refs["r"]
    for headers in ({"If_None_Match": "*"}, {"If_None_Match": '"7-0"'}, {}):
        there = shared.get("two", f"/reviews/{ref}", **headers)
        nowhere = shared.get("two", "/reviews/RV-2222-2222", **headers)
        assert there.status_code == nowhere.status_code == 404
        assert there.json()["reasons"] == [r.replace("RV-2222-2222", ref) for r in nowhere.json()["reasons"]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """What the log says from now on, at the level of information."""
    logs.configure("info")
    yield lambda: [line for line in capsys.readouterr().err.splitlines() if "event=request" in line]
    logs.configure("error")


def test_log_says_who_and_what_and_no_secret(shared: Program, lines: Any) -> None:
    """A line a request: when in UTC, which operation, how it ended, who, from where; and nothing that was sent."""
    shared.get("one", "/reviews?after=QUERY-SECRET")
    shared.get(None, "/calendar/PATH-SECRET.ics", Authorization="Bearer rfl_WRONG")
    shared.ask(None, "POST", "/session", {"mailbox": "nobody@example.example", "password": "BODY-SECRET"})
    shared.get("one", "/people/admin@example-office.example/tokens")
    said = lines()
    assert len(said) == 4
    assert all(re.search(r"timestamp=\S+Z level=info event=request", line) for line in said)
    assert all(re.search(r" request=[0-9a-f-]{36} method=\w+ path=/\S+ status=\d+", line) for line in said)
    assert [line for line in said if f"person={PEOPLE['one']}" in line and "status=40" in line]
    assert "path=/calendar/{secret}.ics" in said[1]
    everything = "\n".join(said)
    assert not re.search(r"SECRET|WRONG|rfl_", everything)


def test_no_line_is_slipped_into_the_log(shared: Program, lines: Any) -> None:
    """Line ends in addresses and methods make no line of their own."""
    shared.client.get(f"{API}/me%0Aevent=request%20person=admin", headers={"User-Agent": "x event=request"})
    shared.client.request("EVIL", f"{API}/reviews")
    assert len(lines()) == 2


def raw(port: int, text: str) -> list[int]:
    """The statuses that a server answers to bytes as they are."""
    with socket.create_connection(("127.0.0.1", port), 10) as wire:
        got = b""
        with contextlib.suppress(ConnectionError):  # it need not hear us out
            wire.sendall(text.encode("latin-1"))
            wire.shutdown(socket.SHUT_WR)
            while part := wire.recv(65536):
                got += part
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", got)]


@pytest.mark.one_database
def test_messages_that_read_in_two_ways_are_refused(program: Program, tmp_path: Path) -> None:  # noqa: F811
    """Two lengths, two hosts, odd encodings and odd headers end a connection; nothing behind them is answered."""
    token = token_for(program.app, PEOPLE["one"])
    who = f"Host: x\r\nAuthorization: Bearer {token}\r\n"
    head = f"POST /api/v1/models HTTP/1.1\r\n{who}Content-Type: application/json\r\n"
    hidden = f"GET /api/v1/me HTTP/1.1\r\n{who}\r\n"
    with serving(program.desk, tmp_path / "log") as (_, port):
        for extra, body in (
            ("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "),
            ("Content-Length: +2\r\n", "{}"),
            ("Transfer-Encoding: xchunked\r\n", "{}"),
            ("Transfer-Encoding: chunked, identity\r\n", "{}"),
            ("Content-Length : 2\r\n", "{}"),
            ("Host: y\r\nContent-Length: 2\r\n", "{}"),
            ("X-A: a\0b\r\nContent-Length: 2\r\n", "{}"),
        ):
            assert raw(port, f"{head}{extra}\r\n{body}{hidden}") == [400], extra
        both = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
        assert raw(port, f"{head}{both}\r\n0\r\n\r\n")[0] == 422
        assert raw(port, "GET /api/v1/me HTTP/1.1\r\n\r\n") == [400]
        assert raw(port, f"GET /api/v1/livez HTTP/1.1\r\nHost: x\r\nX-A: {'b' * 200_000}\r\n\r\n")[:1] in (
            [400],
            [431],
            [],
        )


@pytest.mark.one_database
def test_headers_of_a_proxy_count_from_a_proxy_only(program: Program, tmp_path: Path) -> None:  # noqa: F811
    """What a caller says of his address and scheme is not believed while no proxy is named in server.toml."""
    with serving(program.desk, tmp_path / "log") as (_, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        claimed = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "9.9.9.9"}
        connection.request("GET", f"{API}/problems", headers=claimed)
        answer = connection.getresponse()
        answer.read()
        assert answer.headers["strict-transport-security"] is None
        connection.close()


def test_what_the_scanners_find_is_counted(tmp_path: Path) -> None:
    """An injection that sqlmap names and a hole that wapiti lists are findings; what they only tried is none."""
    tried = "[INFO] testing 'AND boolean-based blind'\n[WARNING] parameter 'a' does not seem to be injectable\n"
    assert found_by_sqlmap(tried) == []
    hit = "sqlmap identified the following injection point(s) with a total of 42 HTTP(s) requests:"
    assert found_by_sqlmap(tried + hit) == [hit]
    report = tmp_path / "report.json"
    hole = {"method": "GET", "path": "/api/v1/queue", "info": "reflected"}
    report.write_text(json.dumps({"vulnerabilities": {"XSS": [hole], "SQL": []}, "anomalies": {}}))
    assert found_by_wapiti(report) == ["XSS: GET /api/v1/queue: reflected"]
