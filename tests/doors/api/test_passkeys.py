"""Passkeys over HTTP: made, used as second factor and as proof of presence, renamed, removed, and what is refused."""

import hashlib
from dataclasses import replace
from typing import Any

import httpx
import pytest
from webauthn.helpers import base64url_to_bytes

from reviewflow import clock, logs
from reviewflow.engine.identity import invitations
from reviewflow.engine.identity.authority import operator
from tests.doors.api.test_identity import HTTPS, OTHER, PASSWORD, Browser, browser, is_problem
from tests.doors.api.test_identity import program as _with_passwords
from tests.doors.api.world import Program
from tests.engine.authenticator import Authenticator
from tests.stories.world import PEOPLE

Row = dict[str, Any]
passwords = _with_passwords


@pytest.fixture
def program(passwords: Program) -> Program:
    """The same, at an address that is known; nobody has a passkey."""
    server = passwords.app.settings.server
    server = replace(server, api=replace(server.api, public_url=HTTPS))
    passwords.app.settings = replace(passwords.app.settings, server=server)
    for table in ("passkey", "challenge"):
        passwords.desk.query(f"DELETE FROM {table}")
    return passwords


def authenticator(**more: Any) -> Authenticator:
    return Authenticator(**{"rp_id": "testserver", "origin": HTTPS} | more)


def challenge_of(answer: httpx.Response) -> bytes:
    """What the authenticator is to sign."""
    return base64url_to_bytes(answer.json()["options"]["challenge"])


def made(somebody: Browser, passkey: Authenticator) -> httpx.Response:
    """A passkey, by who is there."""
    asked = somebody.ask("POST", "/me/passkeys/options")
    assert asked.status_code == 200, asked.text
    assert asked.json()["options"]["authenticatorSelection"]["userVerification"] == "required"
    credential = passkey.register(challenge_of(asked))
    return somebody.ask("POST", "/me/passkeys", {"name": "key in the safe", "credential": credential})


def asked(program: Program, who: str = "one", password: str = PASSWORD) -> tuple[Browser, httpx.Response]:
    """A browser that gave the password, and is asked for the passkey: it has no cookie yet."""
    somebody = Browser(program)
    answer = somebody.sign_in(who, password)
    assert answer.status_code == 202, answer.text
    assert somebody.cookie is None and not somebody.is_known()
    return somebody, answer


def test_who_has_a_passkey_needs_it_to_come_in(program: Program) -> None:
    """Made where one proved to be there; other sessions are over; then the password alone opens nothing."""
    mine, other = browser(program, "one"), browser(program, "one")
    passkey, before = authenticator(), mine.cookie
    answer = made(mine, passkey)
    assert answer.status_code == 201, answer.text
    assert set(answer.json()) == {"id", "name", "transports", "made_at", "used_at"}
    assert mine.cookie != before and mine.is_known() and not other.is_known()
    assert mine.ask("GET", "/me").json()["has_second_factor"] is True
    somebody, answer = asked(program)
    [allowed] = answer.json()["options"]["allowCredentials"]
    [listed] = mine.ask("GET", "/me/passkeys").json()["items"]
    assert (allowed["id"], answer.json()["options"]["rpId"]) == (listed["id"], "testserver")
    credential = passkey.answer(challenge_of(answer))
    done = somebody.ask("POST", "/session/passkey", {"passkey": credential})
    assert (done.status_code, done.json()["person"]) == (201, PEOPLE["one"])
    me = somebody.ask("GET", "/me").json()
    assert (me["method"], me["has_second_factor"]) == ("password", True)
    again = Browser(program).ask("POST", "/session/passkey", {"passkey": credential})
    assert is_problem(again, 401, "unauthenticated")
    assert browser(program, "two").is_known()


def _wrong(answer: httpx.Response, passkey: Authenticator) -> dict[str, Row]:
    """Answers that do not hold, by what is wrong with them."""
    said, other = challenge_of(answer), authenticator()
    other.id = passkey.id
    unasked, elsewhere = authenticator(is_verified=False), authenticator(origin="https://mallory.example")
    site = authenticator(rp_id="mallory.example")
    for one in (unasked, elsewhere, site):
        one.id, one._secret, one.count = passkey.id, passkey._secret, passkey.count
    return {
        "another key": other.answer(said),
        "another's passkey": authenticator().answer(said),
        "another challenge": passkey.answer(bytes(32)),
        "its owner not verified": unasked.answer(said),
        "another site": elsewhere.answer(said),
        "another host": site.answer(said),
    }


WRONG = (
    "another key",
    "another's passkey",
    "another challenge",
    "its owner not verified",
    "another site",
    "another host",
)


@pytest.mark.parametrize("wrong", WRONG)
def test_passkey_that_proves_nothing_opens_nothing(program: Program, wrong: str) -> None:
    """One sentence, whatever is wrong; and the question is used up."""
    passkey = authenticator()
    made(browser(program, "one"), passkey)
    somebody, answer = asked(program)
    right = passkey.answer(challenge_of(answer))
    refused = somebody.ask("POST", "/session/passkey", {"passkey": _wrong(answer, passkey)[wrong]})
    assert is_problem(refused, 401, "unauthenticated")
    assert not somebody.is_known()
    if wrong != "another challenge":
        assert is_problem(somebody.ask("POST", "/session/passkey", {"passkey": right}), 401, "unauthenticated")


def test_count_that_goes_back_is_refused_and_told(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody may have a copy of the key; one that does not count at all is taken."""
    passkey = authenticator()
    made(browser(program, "one"), passkey)
    for count, is_good in ((6, True), (5, False), (6, False), (0, False), (7, True)):
        somebody, answer = asked(program)
        passkey.count = count - 1
        logs.configure("warning")
        done = somebody.ask("POST", "/session/passkey", {"passkey": passkey.answer(challenge_of(answer))})
        told = capsys.readouterr().err
        logs.configure("critical")
        assert (done.status_code == 201) is is_good, count
        assert ("passkey_count_went_back" in told) is not is_good
    program.desk.query("UPDATE passkey SET sign_count = 0")
    for _ in range(2):
        somebody, answer = asked(program)
        passkey.count = -1
        done = somebody.ask("POST", "/session/passkey", {"passkey": passkey.answer(challenge_of(answer))})
        assert done.status_code == 201


def test_question_is_over_after_five_minutes(program: Program) -> None:
    """And it is kept as a digest alone."""
    passkey = authenticator()
    made(browser(program, "one"), passkey)
    somebody, answer = asked(program)
    assert answer.json()["options"]["challenge"] not in repr(program.desk.query("SELECT * FROM challenge"))
    program.desk.query("UPDATE challenge SET expires_at = made_at")
    late = somebody.ask("POST", "/session/passkey", {"passkey": passkey.answer(challenge_of(answer))})
    assert is_problem(late, 401, "unauthenticated")


def test_presence_is_proven_by_the_passkey(program: Program) -> None:
    """Not by the password any more; an answer for one session opens no other."""
    mine, passkey = browser(program, "one"), authenticator()
    assert is_problem(mine.ask("POST", "/me/prove/options"), 409, "refused")
    made(mine, passkey)
    assert is_problem(mine.ask("POST", "/me/prove", {"password": PASSWORD}), 403, "forbidden")
    question = mine.ask("POST", "/me/prove/options")
    before, credential = mine.cookie, passkey.answer(challenge_of(question))
    stolen = Browser(program).ask("POST", "/session/passkey", {"passkey": credential})
    assert is_problem(stolen, 401, "unauthenticated")
    question = mine.ask("POST", "/me/prove/options")
    proven = mine.ask("POST", "/me/prove", {"passkey": passkey.answer(challenge_of(question))})
    assert proven.status_code == 200 and mine.cookie != before
    _, answer = asked(program)
    credential = passkey.answer(challenge_of(answer))
    assert is_problem(mine.ask("POST", "/me/prove", {"passkey": credential}), 401, "unauthenticated")
    both = mine.ask("POST", "/me/prove", {"password": PASSWORD, "passkey": credential})
    assert is_problem(both, 422, "invalid") and PASSWORD not in both.text
    assert is_problem(mine.ask("POST", "/me/prove", {}), 422, "invalid")


def test_passkeys_are_listed_renamed_and_removed_by_their_owner(program: Program) -> None:
    """Making and removing ask for a fresh proof; another's is not found; a token may none of it."""
    mine, rival, passkey = browser(program, "one"), browser(program, "two"), authenticator()
    id = made(mine, passkey).json()["id"]
    assert rival.ask("GET", "/me/passkeys").json() == {"items": []}
    for method, body in (("PATCH", {"name": "x"}), ("DELETE", None)):
        assert is_problem(rival.ask(method, f"/me/passkeys/{id}", body), 404, "not-found")
    assert mine.ask("PATCH", f"/me/passkeys/{id}", {"name": "in the drawer"}).json()["name"] == "in the drawer"
    assert is_problem(mine.ask("PATCH", f"/me/passkeys/{id}", {"name": "two\nlines"}), 422, "invalid")
    twice = made(rival, passkey)
    assert is_problem(twice, 409, "refused")
    bearer = {"Authorization": f"Bearer {program.token('one')}"}
    for method, path, sent in (
        ("GET", "", None), ("POST", "/options", None), ("PATCH", f"/{id}", {"name": "x"}), ("DELETE", f"/{id}", None),
    ):  # fmt: skip
        assert is_problem(Browser(program).ask(method, f"/me/passkeys{path}", sent, **bearer), 403, "forbidden")
    usual = program.app.settings
    strict = replace(usual.server, identity=replace(usual.server.identity, presence_minutes=0))
    program.app.settings = replace(usual, server=strict)  # no proof is fresh
    for method, path in (("POST", "options"), ("DELETE", id)):
        assert is_problem(mine.ask(method, f"/me/passkeys/{path}"), 403, "forbidden")
    program.app.settings = usual
    question = mine.ask("POST", "/me/prove/options")
    assert mine.ask("POST", "/me/prove", {"passkey": passkey.answer(challenge_of(question))}).status_code == 200
    assert mine.ask("DELETE", f"/me/passkeys/{id}").status_code == 204
    assert mine.ask("GET", "/me/passkeys").json() == {"items": []}
    assert Browser(program).sign_in("one").status_code == 201
    assert is_problem(made(mine, passkey), 409, "refused")


def test_registration_that_does_not_hold_is_refused(program: Program) -> None:
    """Another challenge or session, another site, an owner who was not verified."""
    mine, other = browser(program, "one"), browser(program, "one")
    for passkey in (authenticator(is_verified=False), authenticator(origin="https://mallory.example")):
        assert is_problem(made(mine, passkey), 401, "unauthenticated")
    question = mine.ask("POST", "/me/passkeys/options")
    body = {"name": "x", "credential": authenticator().register(challenge_of(question))}
    assert is_problem(other.ask("POST", "/me/passkeys", body), 401, "unauthenticated")
    body = {"name": "x", "credential": authenticator().register(bytes(32))}
    assert is_problem(mine.ask("POST", "/me/passkeys", body), 401, "unauthenticated")


def test_lost_passkey_is_removed_by_an_administrator_s_invitation(program: Program) -> None:
    """With the code a new password is set, and the passkeys of before open nothing, and are asked for no more."""
    mine = browser(program, "one")
    made(mine, authenticator())
    app = program.app
    code = invitations.invite(app.engine, app.settings, operator(PEOPLE["admin"]), PEOPLE["one"], clock.now()).code
    assert asked(program)[1].status_code == 202
    answer = Browser(program).ask("POST", "/invitations/accept", {"code": code, "password": OTHER})
    assert answer.status_code == 201
    assert not mine.is_known()
    again = Browser(program)
    assert again.sign_in("one", OTHER).status_code == 201
    assert again.ask("GET", "/me/passkeys").json() == {"items": []}


def test_person_is_shown_with_the_fingerprints_of_his_passkeys(program: Program) -> None:
    """To whoever sees him, at the API and the command line: what a signature's key is compared with."""
    mine = browser(program, "one")
    made(mine, authenticator())
    [kept] = program.desk.query("SELECT public_key FROM passkey WHERE removed_at IS NULL")
    [shown] = program.get("rev", f"/people/{PEOPLE['one']}").json()["passkeys"]
    print_ = hashlib.sha256(base64url_to_bytes(kept["public_key"])).hexdigest()
    assert (shown.keys(), shown["fingerprint"]) == ({"fingerprint", "made_at"}, print_)
    said = program.desk.line(f"person show {PEOPLE['one']}", "rev").out
    assert "".join(said.split()).count(print_) == 2, "with the passkeys, and in the journal"
    mine.ask("DELETE", f"/me/passkeys/{mine.ask('GET', '/me/passkeys').json()['items'][0]['id']}")
    assert program.get("rev", f"/people/{PEOPLE['one']}").json()["passkeys"] == []


def test_without_a_known_address_there_are_no_passkeys(program: Program) -> None:
    """They are bound to one; the reason says where to write it."""
    server = program.app.settings.server
    server = replace(server, api=replace(server.api, public_url=""))
    program.app.settings = replace(program.app.settings, server=server)
    answer = browser(program, "one").ask("POST", "/me/passkeys/options")
    assert is_problem(answer, 409, "refused")
    assert "public_url" in answer.json()["remedy"]
