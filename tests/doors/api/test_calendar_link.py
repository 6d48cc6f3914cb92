"""The secret address of a calendar: told once, kept as a digest, gone when it is revoked."""

from datetime import timedelta

import httpx

from reviewflow import clock
from reviewflow.engine.identity import sessions
from reviewflow.nouns.principal import Method
from reviewflow.store.database import transaction
from tests.doors.api.world import Program, served
from tests.stories.world import PEOPLE

LINK = "/me/calendar-link"


def made(program: Program, who: str, minutes: int = 0, url: str = LINK) -> httpx.Response:
    """A link, asked for in a session whose owner proved some minutes ago that he is there."""
    identity, at = program.app.settings.server.identity, clock.now() - timedelta(minutes=minutes)
    with transaction(program.app.engine) as connection:
        cookie = sessions.enter(connection, identity, PEOPLE[who], Method.PASSWORD, at).cookie
    return program.ask(None, "POST", url, Cookie=f"__Host-reviewflow={cookie}", Sec_Fetch_Site="same-origin")


def test_phone_subscribes_by_a_secret_address(program: Program) -> None:
    """Whoever has the address reads the calendar without signing in; what has not changed is 304."""
    answer = made(program, "one")
    assert answer.status_code == 201, answer.text
    url = answer.json()["url"]
    assert url.startswith("http://127.0.0.1:8000/api/v1/calendar/")
    first = program.client.get(url)
    assert first.status_code == 200, first.text
    assert first.headers["content-type"].startswith("text/calendar")
    assert program.desk.refs["r"] in first.text
    assert program.desk.refs["q"] not in first.text, "another lab's"
    again = program.client.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    program.do("decider", "/reviews/{r}/clear", {"text": "No concerns."}, "10-12 09:00")
    program.desk("one", 'review withdraw {r} --reason "another day"', "10-13 09:00")
    changed = program.client.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert program.get("one", LINK).json()["used_at"] is not None


def test_who_asks_does_not_name_the_host_of_the_address(program: Program) -> None:
    """Where the server's own is not configured it is made on this machine alone, and the old one stays."""
    old = made(program, "one").json()["url"]
    refused = made(program, "one", url=f"https://evil.example/api/v1{LINK}")
    assert refused.status_code == 409
    assert "public_url" in refused.json()["remedy"]
    assert program.client.get(old).status_code == 200
    with served(program.desk, public_url="https://reviews.example") as known:
        assert made(known, "one").json()["url"].startswith("https://reviews.example/api/v1/calendar/")


def test_address_is_secret_and_ends(program: Program) -> None:
    """Only its digest is kept; a new one ends the old one; a revoked one answers as one that never was."""
    old, new = (made(program, "one").json()["url"] for _ in range(2))
    secret = new.rpartition("/")[2].removesuffix(".ics")
    kept = program.desk.query("SELECT * FROM calendar_link")
    assert len(kept) == 2
    assert secret not in repr(kept)
    assert program.client.get(new).status_code == 200
    assert program.ask("one", "DELETE", LINK).status_code == 204
    wrong = program.client.get(new.replace(secret, "A" * len(secret)))
    for url in (old, new):
        answer = program.client.get(url)
        assert answer.status_code == wrong.status_code == 404
        told, never = ({k: v for k, v in a.json().items() if k != "instance"} for a in (answer, wrong))
        assert told == never
    assert program.get("one", LINK).status_code == 404
    assert program.ask("one", "DELETE", LINK).status_code == 404


def test_calendar_of_somebody_out_of_use_is_gone(program: Program) -> None:
    """Who is deactivated has no calendar, whoever knows the address."""
    url = made(program, "rev").json()["url"]
    assert program.client.get(url).status_code == 200
    program.desk("admin", 'person deactivate reviewer@example-office.example --reason "gone"', "10-12 09:00")
    assert program.client.get(url).status_code == 404


def test_address_is_made_by_somebody_who_is_there(program: Program) -> None:
    """It outlives a token, so none makes it, and no session whose owner may have left; any of them can end it."""
    for answer in (program.do("two", LINK), made(program, "two", minutes=6)):
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "forbidden")
    assert program.get("two", LINK).status_code == 404
    assert made(program, "two", minutes=4).status_code == 201
    assert program.ask("two", "DELETE", LINK).status_code == 204


def test_program_with_a_cookie_is_told_what_to_send(program: Program) -> None:
    """The remedy names the header with the server's own address; with it the link is made."""
    with transaction(program.app.engine) as connection:
        identity = program.app.settings.server.identity
        cookie = sessions.enter(connection, identity, PEOPLE["one"], Method.PASSWORD, clock.now()).cookie
    bare = program.ask(None, "POST", LINK, Cookie=f"__Host-reviewflow={cookie}")
    assert bare.status_code == 403
    assert "`Origin: http://127.0.0.1:8000`" in bare.json()["remedy"]
    named = program.ask(None, "POST", LINK, Cookie=f"__Host-reviewflow={cookie}", Origin="http://127.0.0.1:8000")
    assert named.status_code == 201, named.text
