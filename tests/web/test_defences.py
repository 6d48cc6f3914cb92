"""What somebody else's page, link or frame may not do with a reader's browser."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from reviewflow.nouns.paths import API
from reviewflow.web.render import POLICY
from tests.stories.world import PEOPLE
from tests.web.routes import filled, ways
from tests.web.world import HERE, Pages

FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:8001", "Sec-Fetch-Site": "same-site"},  # another port is another site's page
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
    {},
)
AWAY = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
    "https:evil.example", "http:/\\evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "\t//evil.example", " //evil.example",
    "/%5Cevil.example\\..", "//evil.example/%2f..", "/\u200b/evil.example", "@evil.example", ".evil.example", "",
    "/x\x00y", "//[", "http://[",
)  # fmt: skip


def forged(pages: Pages, method: str, path: str, headers: dict[str, str], data: dict[str, Any]) -> httpx.Response:
    """A request that carries the reader's cookie, as a browser sends it from `headers`."""
    cookie = pages.client("rev").cookies.get("reviewflow")
    sent = {"Cookie": f"reviewflow={cookie}", "Content-Type": "application/x-www-form-urlencoded", **headers}
    with httpx.Client(transport=pages.nobody._transport, base_url=HERE) as client:
        return client.request(method, path, headers=sent, data=data)


def let_in(pages: Pages) -> Iterator[str]:
    """Each way to send something on which a request of somebody else's page was not refused."""
    given = {**pages.desk.refs, "plural": "reviews", "ref": pages.desk.refs["r"], "verb": "note"}
    for method, path in ways(pages.site):
        if method == "GET":
            continue
        for headers in FOREIGN:
            answer = forged(pages, method, filled(path, **given), headers, {"text": "Forged.", "by": "day"})
            if answer.status_code != 403:
                yield f"{method} {path} from {headers}: {answer.status_code}"


def test_no_form_of_another_site_is_taken(pages: Pages) -> None:
    """Whatever is sent from elsewhere, or does not say from where, is refused, and changes nothing."""
    pages.client("rev")
    before = pages.desk.digest()
    assert [*let_in(pages)] == []
    assert pages.desk.digest() == before
    kinds = {method for method, _ in ways(pages.site)}
    assert kinds == {"GET", "POST"}
    sent = {"text": "Ours."}
    path = f"/reviews/{pages.desk.refs['r']}/do/note"
    ours = forged(pages, "POST", path, {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, sent)
    assert ours.status_code == 303, "the harness itself would be refused"


def test_a_way_in_without_a_guard_is_found(pages: Pages) -> None:
    """The look above sees a route that takes whatever comes."""
    router = APIRouter()

    @router.post("/unguarded")
    def unguarded(request: Request) -> Response:
        return PlainTextResponse("done")

    pages.site.web.include_router(router)
    assert {line.partition(" from")[0] for line in let_in(pages)} == {"POST /unguarded"}


def test_only_a_form_is_a_form(pages: Pages) -> None:
    """What a page of elsewhere could send without asking, as text or in parts, is no form of ours."""
    path, ours = f"/reviews/{pages.desk.refs['r']}/do/note", {"Origin": HERE}
    for media in ("text/plain", "multipart/form-data; boundary=x", "application/json", ""):
        answer = forged(pages, "POST", path, ours | {"Content-Type": media}, {"text": "x"})
        assert answer.status_code == 415, media


def test_nobody_is_led_away(pages: Pages) -> None:
    """Wherever a page is told where to go next, it goes nowhere but to our own pages."""
    for away in AWAY:
        for answer in _led(pages, away):
            assert answer.status_code < 500, (away, answer.url)
            told = [answer.headers.get("location", "/"), *re.findall(r'(?:href|action)="([^"]*)"', answer.text)]
            for where in told:
                there = urlsplit(urljoin(f"{HERE}/sign-in", where.replace("\\", "/").strip()))
                assert (there.scheme, there.hostname) == ("http", "127.0.0.1"), (away, where)
            assert "\n" not in answer.headers.get("location", "")


def _led(pages: Pages, away: str) -> Iterator[httpx.Response]:
    client, ref, said = pages.client("rev"), pages.desk.refs["r"], quote(away, safe="")
    ways_in: tuple[tuple[str, dict[str, str] | None], ...] = (
        (f"/sign-in?next={said}", None),
        (f"/simulation/as/{PEOPLE['rev']}?next={said}", None),
        (f"/reviews/{ref}/do/note?back={said}", None),
        (f"/reviews/{ref}/do/note", {"text": "Well.", "back": away}),
        (f"/reviews/{ref}/do/note", {"text": "", "back": away}),
        ("/simulation/clock", {"by": "hour", "back": away}),
    )
    for path, data in ways_in:
        if data is None:
            yield client.get(path, follow_redirects=False)
        else:
            yield client.post(path, data=data, follow_redirects=False)
    yield pages.nobody.get(f"/sign-in?next={said}", follow_redirects=False)
    wrong = {"mailbox": PEOPLE["rev"], "password": "wrong wrong wrong", "next": away}
    yield pages.nobody.post("/sign-in", data=wrong, follow_redirects=False)


def test_no_cookie_of_before_is_taken_over(pages: Pages) -> None:
    """A session's cookie is drawn anew by each way in; one that was planted opens nothing, and the old one neither."""
    client = pages.client("rev")
    first = client.cookies["reviewflow"]
    planted = type(client)(pages.site, HERE, client=("127.0.0.1", 50_000), headers=client.headers)
    planted.cookies.set("reviewflow", "planted-by-somebody-else")
    assert planted.get("/", follow_redirects=False).headers["location"] == "/sign-in"
    planted.cookies.set("reviewflow", first)
    planted.cookies.clear()
    planted.cookies.set("reviewflow", first, domain="127.0.0.1")
    planted.get(f"/simulation/as/{PEOPLE['one']}", follow_redirects=False)
    second = [cookie.value for cookie in planted.cookies.jar][-1]
    assert second != first
    assert client.get("/", follow_redirects=False).headers["location"] == "/sign-in", "the former session is over"
    pages.clients.clear()
    client = pages.client("rev")
    kept = client.cookies["reviewflow"]
    assert client.post("/sign-out", data={"x": ""}).status_code == 200
    client.cookies.set("reviewflow", kept)
    assert client.get("/", follow_redirects=False).headers["location"] == "/sign-in", "signed out on the server too"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/reviews/{r}", "/reviews/{r}/do/note", "/invitation"])
def test_pages_are_framed_and_kept_by_nobody(still: Pages, path: str) -> None:
    """No frame, no guessing of types, no cache, no address told to others; nothing inline is allowed."""
    headers = still.get("rev", path).headers
    assert headers["content-security-policy"] == POLICY
    assert "frame-ancestors 'none'" in POLICY and "default-src 'none'" in POLICY
    assert not re.search(r"unsafe|\*|data:|https?:", POLICY)
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


def test_a_look_changes_nothing(pages: Pages) -> None:
    """No link that somebody is led to click does anything: of what is recorded, nothing is another after all looks."""
    for who in ("rev", "one"):
        pages.client(who)
    before, given = _record(pages), {"plural": "reviews", "ref": pages.desk.refs["r"], "verb": "note"}
    for method, path in ways(pages.site):
        if method == "GET" and not path.startswith("/simulation"):
            for who in ("rev", "one"):
                pages.client(who).get(filled(path, **given), follow_redirects=False)
    assert _record(pages) == before


def _record(pages: Pages) -> object:
    return pages.desk.query("SELECT * FROM subject ORDER BY ref"), pages.desk.query("SELECT * FROM event")


def test_a_token_opens_no_page_s_form_from_elsewhere(pages: Pages) -> None:
    """The API beside the pages keeps its own door: a session's cookie from elsewhere is refused there too."""
    path = f"{API}/reviews/{pages.desk.refs['r']}/note"
    answer = forged(pages, "POST", path, {"Origin": "https://evil.example"}, {"text": "x"})
    assert answer.status_code == 403
