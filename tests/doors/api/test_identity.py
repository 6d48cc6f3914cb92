"""Coming in over HTTP: cookies, presence, passwords, tokens, invitations, and what each answer tells."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from reviewflow import clock
from reviewflow.engine.identity import entrance
from reviewflow.engine.identity.authority import operator
from reviewflow.nouns.paths import API
from tests.doors.api.world import Program
from tests.engine.identity.installation import CHEAP
from tests.stories.world import PEOPLE

PASSWORD, OTHER = "lantern orbit vault mosaic", "copper thistle engine rainfall"
HTTPS, SECURE, PLAIN = "https://testserver", "__Host-reviewflow", "reviewflow"
OURS = {"Origin": HTTPS, "Sec-Fetch-Site": "same-origin"}
Row = dict[str, Any]


class Browser:
    """Somebody with a browser: it keeps cookies, and says where a request comes from."""

    def __init__(self, program: Program, url: str = HTTPS) -> None:
        self.client = type(program.client)(program.client.app, base_url=url, raise_server_exceptions=False)

    def ask(self, method: str, path: str, body: Any = None, **headers: Any) -> httpx.Response:
        return self.client.request(method, API + path, json=body, headers=OURS | headers)

    def sign_in(self, who: str, password: str = PASSWORD, **headers: Any) -> httpx.Response:
        body = {"mailbox": PEOPLE.get(who, who), "password": password}
        return self.ask("POST", "/session", body, **headers)

    @property
    def cookie(self) -> str | None:
        return self.client.cookies.get(SECURE)

    def is_known(self) -> bool:
        return self.ask("GET", "/me").status_code == 200


@pytest.fixture
def program(shared: Program) -> Program:
    """A simulation whose people have passwords, which cost little; nobody has failed, or is signed in."""
    identity = replace(CHEAP, attempts=20)
    shared.app.settings = replace(shared.app.settings, server=replace(shared.app.settings.server, identity=identity))
    for who in ("one", "two", "admin", "viewer"):
        entrance.vouch(shared.app.engine, shared.app.settings, operator(PEOPLE[who]), PASSWORD, clock.now())
    shared.desk.query("DELETE FROM attempt")
    shared.tokens.clear()  # one who came in anew has none any more
    return shared


def browser(program: Program, who: str | None = None) -> Browser:
    """A new browser, signed in where somebody is named."""
    made = Browser(program)
    if who:
        assert made.sign_in(who).status_code == 201
    return made


def is_problem(answer: httpx.Response, status: int, slug: str) -> bool:
    """Whether it is that problem, and nothing else."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return (answer.status_code, answer.json()["type"]) == (status, f"{API}/problems/{slug}")


def test_signing_in_gives_a_cookie_that_no_script_reads(program: Program) -> None:
    """__Host-, Secure, HttpOnly, SameSite=Lax, for the whole host; in no body, and nothing is kept in a cache."""
    made = Browser(program)
    answer = made.sign_in("one")
    assert answer.status_code == 201
    said = answer.headers["set-cookie"]
    for part in (f"{SECURE}=", "Path=/", "Secure", "HttpOnly", "SameSite=lax", "Max-Age=43"):
        assert part in said
    assert "Domain" not in said
    assert made.cookie
    assert made.cookie not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    me = made.ask("GET", "/me").json()
    assert (me["ref"], me["method"], me["side"], me["verbs"]) == (PEOPLE["one"], "password", "lab", None)


def test_over_plain_http_only_this_machine_signs_in(program: Program) -> None:
    """There with a cookie of another name; anywhere else no password is taken, right or wrong."""
    here = Browser(program, "http://127.0.0.1:8000")
    answer = here.sign_in("one", Origin="http://127.0.0.1:8000")
    assert answer.status_code == 201
    assert answer.headers["set-cookie"].startswith(f"{PLAIN}=")
    assert "Secure" not in answer.headers["set-cookie"]
    assert here.is_known()
    for host in ("reviews.example", "192.0.2.7", "localhost.reviews.example"):
        away = Browser(program, f"http://{host}")
        for password in (PASSWORD, OTHER):
            assert is_problem(away.sign_in("one", password, Origin=f"http://{host}"), 409, "refused")
    assert is_problem(away.ask("POST", "/invitations/accept", {"code": "x", "password": PASSWORD}), 409, "refused")


def test_who_cannot_sign_in_is_told_nothing(program: Program) -> None:
    """Unknown, wrong, without a password or out of use: the same status, headers and body, to the last sign."""
    program.desk("admin", f'person deactivate {PEOPLE["viewer"]} --reason "left"')
    made, answers, headers = browser(program), set(), set()
    tries = (("one", OTHER), ("nobody@lab.example", PASSWORD), ("three", PASSWORD), ("viewer", PASSWORD), ("", "x"))
    for who, password in tries:
        answer = made.sign_in(who, password)
        assert is_problem(answer, 401, "unauthenticated")
        answers.add(answer.text.replace(answer.json()["instance"], ""))
        headers.add(tuple(sorted(set(answer.headers) - {"ratelimit-remaining"})))
        assert "set-cookie" not in answer.headers
    assert len(answers) == 1
    assert len(headers) == 1
    program.desk("admin", f"person activate {PEOPLE['viewer']}")


def test_who_tries_too_often_waits(program: Program) -> None:
    """With the seconds in Retry-After, and the right password too; from the same place another signs in."""
    made = browser(program)
    for _ in range(21):
        assert made.sign_in("one", OTHER).status_code == 401
    answer = made.sign_in("one")
    assert is_problem(answer, 429, "too-many-requests")
    assert int(answer.headers["retry-after"]) >= 1
    assert made.sign_in("two").status_code == 201


def test_another_site_signs_nobody_in(program: Program) -> None:
    """Nor does it use a session that a browser has: not by a form, and not by a script."""
    made = browser(program)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert is_problem(made.sign_in("one", **headers), 403, "forbidden")
    form = made.client.post(f"{API}/session", data={"mailbox": PEOPLE["one"], "password": PASSWORD}, headers=OURS)
    assert is_problem(form, 415, "unsupported-media-type")
    assert made.cookie is None
    made.sign_in("one")
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert is_problem(made.ask("DELETE", "/me/sessions", **headers), 403, "forbidden")
        assert is_problem(made.ask("DELETE", "/session", **headers), 403, "forbidden")
    assert made.is_known()


def test_signing_in_again_takes_nothing_over(program: Program) -> None:
    """A new cookie each time; the one that the browser had opens nothing from then on, planted or not."""
    made = browser(program)
    made.client.cookies.set(SECURE, "planted", domain="testserver.local")
    made.sign_in("two")
    first = made.cookie
    made.sign_in("one")
    assert first
    assert len({"planted", first, made.cookie}) == 3
    old = Browser(program)
    old.client.cookies.set(SECURE, first)
    assert not old.is_known()
    assert made.ask("GET", "/me").json()["ref"] == PEOPLE["one"]


def test_signing_out_ends_the_session(program: Program) -> None:
    """On the server too; the browser forgets what it keeps. Without a session it is done as well."""
    made = browser(program, "one")
    kept = made.cookie
    answer = made.ask("DELETE", "/session")
    assert answer.status_code == 204
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert made.cookie is None
    again = Browser(program)
    again.client.cookies.set(SECURE, kept or "")
    assert not again.is_known()
    assert browser(program).ask("DELETE", "/session").status_code == 204


def test_sessions_are_listed_and_ended(program: Program) -> None:
    """One, or all the others; another's is not found."""
    mine, other, third, rival = (browser(program, who) for who in ("one", "one", "one", "two"))
    items = mine.ask("GET", "/me/sessions").json()["items"]
    assert len(items) == 3
    assert sum(item["is_current"] for item in items) == 1
    assert all(item["made_at"].endswith("Z") for item in items)
    [id] = [item["id"] for item in other.ask("GET", "/me/sessions").json()["items"] if item["is_current"]]
    assert is_problem(rival.ask("DELETE", f"/me/sessions/{id}"), 404, "not-found")
    assert mine.ask("DELETE", f"/me/sessions/{id}").status_code == 204
    assert [mine.is_known(), other.is_known(), third.is_known()] == [True, False, True]
    assert mine.ask("DELETE", "/me/sessions").json() == {"ended": 1}
    assert [mine.is_known(), third.is_known(), rival.is_known()] == [True, False, True]


def test_presence_and_password(program: Program) -> None:
    """Each by the password that holds; the cookie is new, the one before is over, and so are other sessions."""
    made, other = browser(program, "one"), browser(program, "one")
    first = made.cookie
    assert is_problem(made.ask("POST", "/me/prove", {"password": OTHER}), 403, "forbidden")
    assert made.is_known(), "the session goes on"
    assert made.ask("POST", "/me/prove", {"password": PASSWORD}).status_code == 200
    second = made.cookie
    wrong = made.ask("PUT", "/me/password", {"current": OTHER, "password": OTHER})
    assert is_problem(wrong, 403, "forbidden")
    assert wrong.json()["reasons"] == ["The password is wrong; nothing was changed."]
    poor = made.ask("PUT", "/me/password", {"current": PASSWORD, "password": PEOPLE["one"]})
    assert is_problem(poor, 422, "invalid")
    assert "easily guessed" in poor.json()["detail"]
    assert other.is_known()
    assert made.ask("PUT", "/me/password", {"current": PASSWORD, "password": OTHER}).status_code == 200
    assert len({first, second, made.cookie}) == 3
    assert made.is_known()
    assert not other.is_known()
    assert browser(program).sign_in("one").status_code == 401
    assert browser(program).sign_in("one", OTHER).status_code == 201


def test_a_token_is_shown_once_and_reaches_no_further(program: Program) -> None:
    """Made in a session, used as a bearer, listed without its secret, revoked at once; it makes no other."""
    made = browser(program, "one")
    body = {"name": "release pipeline", "verbs": ["read"], "days": 30}
    answer = made.ask("POST", "/me/tokens", body)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    bearer = {"Authorization": f"Bearer {found['token']}"}
    assert found["token"] not in made.ask("GET", "/me/tokens").text
    program_ = Browser(program)
    assert program_.ask("GET", "/me", **bearer).json()["verbs"] == ["read"]
    for method, path, sent in (
        ("POST", "/me/tokens", body), ("GET", "/me/tokens", None), ("GET", "/me/sessions", None),
        ("DELETE", "/me/sessions", None), ("POST", "/me/prove", {"password": PASSWORD}),
        ("PUT", "/me/password", {"current": PASSWORD, "password": OTHER}),
        ("DELETE", f"/me/tokens/{found['id']}", None),
        ("POST", f"/people/{PEOPLE['one']}/invitation", None),
    ):  # fmt: skip
        assert is_problem(program_.ask(method, path, sent, **bearer), 403, "forbidden"), path
    assert made.ask("DELETE", f"/me/tokens/{found['id']}").status_code == 204
    assert is_problem(program_.ask("GET", "/me", **bearer), 401, "unauthenticated")
    assert is_problem(made.ask("DELETE", f"/me/tokens/{found['id']}"), 404, "not-found")
    wrong = made.ask("POST", "/me/tokens", {"name": "x", "verbs": ["review launch"]})
    assert is_problem(wrong, 422, "invalid")


def test_token_of_one_organization_reaches_what_is_its_own(program: Program) -> None:
    """It is listed with it; another's subjects are not there; no token is made for an organization that is not seen."""
    made = browser(program, "one")
    answer = made.ask("POST", "/me/tokens", {"name": "own", "organizations": ["example-lab-one"], "days": 1})
    assert answer.status_code == 201, answer.text
    assert answer.json()["scopes"] == {"verbs": None, "subjects": None, "organizations": ["example-lab-one"]}
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert Browser(program).ask("GET", "/me", **bearer).json()["organizations"] == ["example-lab-one"]
    assert Browser(program).ask("GET", "/organizations/example-lab-one", **bearer).status_code == 200
    office = "/organizations/example-office"
    assert Browser(program).ask("GET", office, **bearer).status_code == 404
    assert made.ask("GET", office).status_code == 200
    for strange in ("example-lab-two", "nowhere"):
        refused = made.ask("POST", "/me/tokens", {"name": "x", "organizations": [strange]})
        assert is_problem(refused, 404, "not-found")
    assert is_problem(made.ask("POST", "/me/tokens", {"name": "x", "organizations": []}), 422, "invalid")
    assert made.ask("DELETE", f"/me/tokens/{answer.json()['id']}").status_code == 204


def test_confidential_channel_is_added_by_somebody_who_is_there(program: Program) -> None:
    """No token sends confidential letters elsewhere, nor a session whose owner may have left; what is plain it may."""
    made, path = browser(program, "two"), f"/people/{PEOPLE['two']}/add-channel"
    body = {"channel_kind": "email", "address": "desk@example-lab-two.example", "confidential": True}
    token = made.ask("POST", "/me/tokens", {"name": "all"}).json()["token"]
    bearer = {"Authorization": f"Bearer {token}", "If-Match": "*"}
    assert is_problem(Browser(program).ask("POST", path, body, **bearer), 403, "forbidden")
    stale = "UPDATE session SET proven_at = '2026-01-01T00:00:00.000000Z'"
    assert made.ask("POST", path, body, **{"If-Match": "*"}).status_code == 200
    program.desk.query(stale)
    other = body | {"address": "other@example-lab-two.example"}
    assert is_problem(made.ask("POST", path, other, **{"If-Match": "*"}), 403, "forbidden")
    assert Browser(program).ask("POST", path, other | {"confidential": False}, **bearer).status_code == 200


def test_an_administrator_invites_and_ends_what_is_another_s(program: Program) -> None:
    """A code for a lost password; sessions and tokens of the person. A lab's officer may none of that."""
    admin, officer = browser(program, "admin"), browser(program, "one")
    token = officer.ask("POST", "/me/tokens", {"name": "x"}).json()
    place = f"/people/{PEOPLE['one']}"
    assert [one["id"] for one in admin.ask("GET", f"{place}/tokens").json()["items"]] == [token["id"]]
    rival = browser(program, "two")
    for method, path in (("GET", "tokens"), ("DELETE", "sessions"), ("POST", "invitation")):
        assert is_problem(rival.ask(method, f"{place}/{path}"), 404, "not-found")
        assert is_problem(officer.ask(method, f"/people/{PEOPLE['viewer']}/{path}"), 403, "forbidden")
        assert is_problem(admin.ask(method, f"/people/nobody@lab.example/{path}"), 404, "not-found")
    assert admin.ask("DELETE", f"/me/tokens/{token['id']}").status_code == 204
    made = admin.ask("POST", f"{place}/invitation").json()
    assert (made["kind"], made["person"]) == ("reset", PEOPLE["one"])
    assert officer.is_known()
    newcomer = Browser(program)
    answer = newcomer.ask("POST", "/invitations/accept", {"code": made["code"], "password": OTHER})
    assert (answer.status_code, answer.json()) == (201, {"person": PEOPLE["one"]})
    assert not officer.is_known()
    assert newcomer.sign_in("one", OTHER).status_code == 201
    again = newcomer.ask("POST", "/invitations/accept", {"code": made["code"], "password": OTHER})
    assert is_problem(again, 401, "unauthenticated")
    assert admin.ask("DELETE", f"{place}/sessions").json() == {"ended": 1}


STRANGE: list[tuple[str, Row]] = [
    ("/session", {"mailbox": "a\0b", "password": "\0"}),
    ("/session", {"mailbox": "a", "password": PASSWORD, "more": 1}),
    ("/session", {"mailbox": ["a"], "password": {"x": PASSWORD}}),
    ("/session", {"mailbox": "x" * 300, "password": PASSWORD * 100}),
    ("/invitations/accept", {"code": "\ud800", "password": PASSWORD}),
    ("/invitations/accept", {"code": "\0" * 100, "password": PASSWORD, "mailbox": "\0", "organization": "\0"}),
]


def test_strange_bodies_get_a_plain_answer_without_what_they_held(program: Program) -> None:
    """Never a fault, and never the password back."""
    made = browser(program)
    headers = OURS | {"Content-Type": "application/json"}
    for path, body in STRANGE:
        answer = made.client.post(API + path, content=json.dumps(body), headers=headers)
        assert answer.status_code in (400, 401, 422), (path, body)
        assert PASSWORD not in answer.text
        assert answer.headers["content-type"] == "application/problem+json"


def test_every_operation_is_described(program: Program) -> None:
    """With every answer that it may give, those of who cannot come in among them."""
    paths = program.client.get(f"{API}/openapi.json").json()["paths"]
    own = {(path, method) for path, one in paths.items() for method, it in one.items() if "identity" in it["tags"]}
    assert len(own) == 25
    for path, method in own:
        answers = set(paths[path][method]["responses"])
        assert {"401", "403", "409", "429"} <= answers, path
        assert (paths[path][method]["security"] == []) == path.startswith((f"{API}/session", f"{API}/invitations"))
