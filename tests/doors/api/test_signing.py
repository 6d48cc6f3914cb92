"""Signing over HTTP: the statement as it is shown, the signature that comes with a command, and what is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from webauthn.helpers import base64url_to_bytes

from reviewflow.ledger.signing import challenge, fingerprint
from reviewflow.nouns.commands.form import REGISTRY
from reviewflow.nouns.paths import API, path_of
from tests.doors.api.test_identity import HTTPS, OTHER, PASSWORD, Browser, browser, is_problem
from tests.doors.api.test_passkeys import authenticator, made
from tests.doors.api.world import Program
from tests.engine.authenticator import Authenticator
from tests.engine.identity.installation import CHEAP
from tests.stories.world import PEOPLE, reviewflow

Row = dict[str, Any]
CLEAR, ANY = "/reviews/{r}/clear", {"If-Match": "*"}


@pytest.fixture
def office(program: Program) -> Program:
    """A simulation in which a review is recommended to be cleared, in certain words; its people have passwords."""
    from reviewflow import clock
    from reviewflow.engine.identity import entrance
    from reviewflow.engine.identity.authority import operator

    server = program.app.settings.server
    server = replace(server, identity=replace(CHEAP, attempts=20), api=replace(server.api, public_url=HTTPS))
    program.app.settings = replace(program.app.settings, server=server)
    for who in ("one", "rev", "decider"):
        entrance.vouch(program.app.engine, program.app.settings, operator(PEOPLE[who]), PASSWORD, clock.now())
    body = {"outcome": "cleared", "text": "Between us.", "statement": "No concerns."}
    assert program.do("rev", "/reviews/{r}/recommend", body).status_code == 200
    return program


def path(program: Program, what: str = "") -> str:
    return CLEAR.format(**program.desk.refs) + what


def shown(program: Program, somebody: Browser, body: Row | None = None) -> Row:
    """The statement of a determination, and what is asked of its signer."""
    answer = somebody.ask("POST", path(program, "/statement"), {"printed_name": "A. Decider"} | (body or {}))
    assert answer.status_code == 200, answer.text
    found: Row = answer.json()
    return found


def signature(found: Row, **proof: Any) -> Row:
    names = {name: found[name] for name in ("digest", "nonce", "meaning", "printed_name")}
    return {"signature": {**names, **proof}}


def clear(program: Program, somebody: Browser, body: Row, **headers: str) -> httpx.Response:
    return somebody.ask("POST", path(program), body, **(ANY | headers))


def answered(passkey: Authenticator, found: Row) -> Row:
    """The passkey signs what the browser was handed: the text's digest and the nonce."""
    said = base64url_to_bytes(found["passkey"]["challenge"])
    assert said == challenge(found["digest"], found["nonce"])
    return passkey.answer(said)


def test_two_persons_a_passkey_and_a_dossier_that_proves_it(office: Program, tmp_path: Path) -> None:
    """One recommends, another is shown the words and signs them by passkey; the dossier proves it offline."""
    decider, passkey = browser(office, "decider"), authenticator()
    assert made(decider, passkey).status_code == 201
    found = shown(office, decider)
    assert "  | No concerns." in found["text"] and found["meaning"] == "determines"
    done = clear(office, decider, signature(found, passkey=answered(passkey, found)))
    assert (done.status_code, done.json()["state"]) == (200, "cleared"), done.text
    file = tmp_path / "dossier.json"
    assert office.desk.line(f"export {{r}} --dossier {file}", "decider").code == 0
    said = reviewflow("verify", str(file), REVIEWFLOW_DATABASE="postgresql+psycopg://nobody@nowhere.example/none")
    words = " ".join(said.out.split())
    assert f"used at {passkey.origin} for {passkey.rp_id}; SHA-256 of its key {fingerprint(passkey.key)}" in words
    assert (said.code, said.err) == (0, ""), said.out
    assert "printed name A. Decider, determines" in words and "a passkey, verified here" in words
    file.write_text(file.read_text().replace("No concerns.", "Grave concerns."))
    assert reviewflow("verify", str(file)).code == 1
    office.desk.is_whole()


def test_password_given_again_signs_once(office: Program) -> None:
    """Wrong it signs nothing, and is counted; of it nothing is kept; the nonce is used up, and the answer is kept."""
    decider = browser(office, "decider")
    found = shown(office, decider)
    assert found["passkey"] is None and found["nonce"] not in repr(office.desk.query("SELECT * FROM challenge"))
    wrong = clear(office, decider, signature(found, password=OTHER))
    assert is_problem(wrong, 403, "forbidden")
    assert wrong.json()["reasons"] == ["The password is wrong; nothing was signed."]
    assert office.desk.query("SELECT count FROM attempt ORDER BY count DESC")[0]["count"] >= 1
    key = {"Idempotency-Key": "sign-once"}
    done = clear(office, decider, signature(found, password=PASSWORD), **key)
    assert done.status_code == 200, done.text
    again = clear(office, decider, signature(found, password=PASSWORD), **key)
    assert (again.status_code, again.json()) == (200, done.json())
    kept = office.desk.last("r", "cleared")["data"]["signature"]
    assert (kept["method"], kept["proof"], kept["text"]) == ("password", {}, found["text"])
    office.desk.is_whole()


def test_changed_text_is_refused(office: Program) -> None:
    """The record went on between statement and command: the proof held, and the text did not; nothing is done."""
    decider, passkey = browser(office, "decider"), authenticator()
    made(decider, passkey)
    found = shown(office, decider)
    assert office.do("rev", "/reviews/{r}/note", {"text": "one more thing"}).status_code == 200
    answer = clear(office, decider, signature(found, passkey=answered(passkey, found)))
    assert is_problem(answer, 409, "refused") and "The text has changed" in answer.json()["detail"]
    assert office.desk.state("r") == "under_review"
    found = shown(office, decider)
    assert clear(office, decider, signature(found, passkey=answered(passkey, found))).status_code == 200


def test_proof_that_does_not_hold_signs_nothing(office: Program) -> None:
    """A password where a passkey is, another's or an unverified passkey, a nonce of another text, used or old."""
    decider, rev, passkey = browser(office, "decider"), browser(office, "rev"), authenticator()
    plain = shown(office, decider)
    bad = plain | {"digest": "0" * 64}
    assert is_problem(clear(office, decider, signature(bad, password=PASSWORD)), 409, "refused")
    assert is_problem(clear(office, rev, signature(shown(office, decider), password=PASSWORD)), 409, "refused")
    used = clear(office, decider, signature(plain, password=PASSWORD))
    assert is_problem(used, 409, "refused") and "nonce" in used.json()["detail"]
    made(decider, passkey)
    found = shown(office, decider)
    assert is_problem(clear(office, decider, signature(found, password=PASSWORD)), 403, "forbidden")
    unasked = authenticator(is_verified=False)
    unasked.id, unasked._secret = passkey.id, passkey._secret
    for wrong in (authenticator(), unasked):
        found = shown(office, decider)
        answer = clear(office, decider, signature(found, passkey=answered(wrong, found)))
        assert is_problem(answer, 401, "unauthenticated")
    found = shown(office, decider)
    office.desk.query("UPDATE challenge SET expires_at = made_at")
    answer = clear(office, decider, signature(found, passkey=answered(passkey, found)))
    assert is_problem(answer, 409, "refused")
    both = signature(found, password=PASSWORD, passkey=answered(passkey, found))
    assert is_problem(clear(office, decider, both), 422, "invalid")
    assert office.desk.state("r") == "under_review"


def test_token_reads_the_statement_and_signs_nothing(office: Program) -> None:
    """A token is no presence: it is shown the text without a nonce, and is forbidden to sign."""
    answer = office.do("decider", CLEAR + "/statement", {})
    assert answer.status_code == 200 and answer.json()["nonce"] is None and answer.json()["passkey"] is None
    found = shown(office, browser(office, "decider"))
    for body in ({}, signature(found, password=PASSWORD)):
        refused = office.do("decider", CLEAR, body)
        assert is_problem(refused, 403, "forbidden") and "token cannot sign" in refused.json()["detail"]
    assert office.desk.state("r") == "under_review"


def test_statement_is_for_those_who_may_sign(office: Program) -> None:
    """Who does not see the review finds nothing, and settles nothing; who may not decide is told so."""
    assert is_problem(office.do("two", CLEAR + "/statement", {}), 404, "not-found")
    assert is_problem(office.do("one", CLEAR + "/statement", {}), 403, "forbidden")
    without = clear(office, browser(office, "decider"), {})
    assert is_problem(without, 409, "refused") and "is a signature" in without.json()["detail"]


def test_what_was_due_is_recorded_before_the_statement(office: Program) -> None:
    """So that the text holds when it is signed a moment later."""
    decider = browser(office, "decider")
    later = "2026-12-20T10:00:00-05:00"
    answer = decider.ask("POST", path(office, "/statement"), {}, **{"Reviewflow-At": later})
    assert answer.status_code == 200, answer.text
    assert "lapsed" in office.desk.names("r")
    done = clear(office, decider, signature(answer.json(), password=PASSWORD), **{"Reviewflow-At": later})
    assert done.status_code == 200, done.text


def test_printed_name_is_asked_for_with_the_statement(office: Program) -> None:
    """By default that on record; another one, or none that can be printed, is refused, and so is another proof."""
    decider = browser(office, "decider")
    found = shown(office, decider)
    assert (found["printed_name"], found["method"]) == ("A. Decider", "password")
    assert "  Printed name  A. Decider\n" in found["text"] and "  Proof         the signer's password" in found["text"]
    other = clear(office, decider, signature(found | {"printed_name": "Mallory"}, password=PASSWORD))
    assert is_problem(other, 409, "refused") and "the printed name" in other.json()["detail"]
    hidden = decider.ask("POST", path(office, "/statement"), {"printed_name": "A.\u200bDecider"})
    assert is_problem(hidden, 422, "invalid")
    default = decider.ask("POST", path(office, "/statement"), {}).json()
    assert default["printed_name"] == PEOPLE["decider"]
    made(decider, authenticator())
    assert shown(office, decider)["method"] == "passkey"
    assert office.do("decider", CLEAR + "/statement", {}).json()["method"] == "passkey"


def test_halt_bears_the_reference_of_its_statement(office: Program) -> None:
    """Drawn with the text that is signed, and kept by the server: whoever signs again is shown another one."""
    decider = browser(office, "decider")
    order = {"models": [office.desk.refs["mr"]], "scope": "all", "basis": "b", "agency": "example-office"}
    found = decider.ask("POST", "/halts/statement", order).json()
    assert f"Subject       halt {found['ref']}\n" in found["text"]
    done = decider.ask("POST", "/halts", order | signature(found, password=PASSWORD))
    assert (done.status_code, done.json()["ref"]) == (201, found["ref"]), done.text
    assert decider.ask("POST", "/halts/statement", order).json()["ref"] != found["ref"]
    office.desk.is_whole()


def test_every_signature_has_a_statement(office: Program) -> None:
    """Each command that signs, and no other; its body takes a signature."""
    document = office.client.get(f"{API}/openapi.json").json()
    wanted = {f"{API}{path_of(c)}/statement" for c in REGISTRY.values() if c.signs is not None and not c.by_system}
    assert wanted and wanted == {one for one in document["paths"] if one.endswith("/statement")}
    schemas = document["components"]["schemas"]
    signs = {c.__name__ for c in REGISTRY.values() if c.signs is not None}
    assert {name for name, one in schemas.items() if "signature" in one.get("properties", {})} - {"Answered"} == signs
