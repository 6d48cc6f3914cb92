"""`reviewflow person invite`, `accept`, `set-password`, `token` and `session`: how people and programs come in."""

import io
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from reviewflow import clock
from reviewflow.app import open_app
from reviewflow.engine.identity import entrance, tokens
from reviewflow.errors import Unauthenticated
from tests.doors.api.world import served
from tests.stories.world import PEOPLE, Answer, Desk, reviewflow

PASSWORD, OTHER = "lantern orbit vault mosaic", "copper thistle engine rainfall"
NEWCOMER = "first-admin@example-office.example"


@pytest.fixture
def real(tmp_path: Path, database_kind: str) -> Iterator[Desk]:
    """An empty real database, with the examples' people in its configuration."""
    desk = Desk.real(tmp_path)
    yield desk
    desk.close()


def typed(desk: Desk, line: str, who: str | None, *secrets: str) -> Answer:
    """A command line with secrets on standard input."""
    with patch("sys.stdin", io.StringIO("".join(f"{secret}\n" for secret in secrets))):
        return desk.line(line, who, None, "--json")


def may_sign_in(desk: Desk, person: str, password: str) -> bool:
    """Whether the person signs in with it at a door."""
    app = open_app(desk.url, desk.config)
    try:
        entrance.sign_in(app.engine, app.settings, person, password, "192.0.2.1", clock.now())
    except Unauthenticated:
        return False
    finally:
        app.engine.dispose()
    return True


def test_init_prints_a_code_for_the_first_administrator(real: Desk) -> None:
    """A new one each time, the last of which is good, until there is an administrator; without words nothing is."""
    first = real(None, "init")["first_administrator"]
    second = real(None, "init")["first_administrator"]
    assert set(second) == {"code", "expires_at"}
    assert real.line("init", None, None, "--quiet").out == ""
    said = real.line("init")
    assert "the first administrator" in said.out and "The code printed before is void." in said.out
    assert "next: reviewflow person accept MAILBOX" in said.out
    [code] = re.findall(r"^    ((?:\w{4}-){6}\w{4})$", said.out, re.MULTILINE)
    for old in (first, second):
        assert typed(real, f"person accept {NEWCOMER} -", None, old["code"], PASSWORD).code == 4
    more = typed(real, f"person accept {NEWCOMER} -", None, code, PASSWORD, OTHER)
    assert (more.code, "more than 2 lines" in more.err, OTHER in more.err) == (2, True, False)
    done = typed(real, f"person accept {NEWCOMER.upper()} -", None, code.lower(), PASSWORD)
    assert (done.code, done.json["person"]) == (0, NEWCOMER)
    assert real(NEWCOMER, f"person show {NEWCOMER}")["row"]["roles"] == ["admin"]
    assert may_sign_in(real, NEWCOMER, PASSWORD)
    assert "first_administrator" not in real(None, "init")
    assert "one-time" not in real.line("init").out


def test_a_simulation_has_its_people(tmp_path: Path, database_kind: str) -> None:
    """No code is printed; the operator sets a password, and the person signs in, wherever its clock stands."""
    desk = Desk.new(tmp_path)
    assert "first_administrator" not in desk(None, "init --simulation")
    for line in (f"'{OTHER}'", f"- {OTHER}"):
        said = desk.line(f"person set-password {line}", "one")
        assert (said.code, any(word in said.err for word in OTHER.split())) == (2, False)
    assert "more than 1 line." in typed(desk, "person set-password -", "one", PASSWORD, OTHER).err
    assert typed(desk, "person set-password -", "one", PASSWORD).code == 0
    assert may_sign_in(desk, PEOPLE["one"], PASSWORD)
    desk.close()


def test_an_administrator_invites_one_who_is_new_in_one_step(real: Desk) -> None:
    """Who is put on record by it, too; the person accepts with the code and a password of his own."""
    real(None, "init")
    line = "person invite fresh@example-lab-one.example"
    assert "is not yours to see" in real.refused("admin", line, code=5)
    assert real.refused("one", f"{line} --organization example-lab-one --roles viewer", code=4)
    assert "organization is missing" in real.refused("admin", f"{line} --roles viewer", code=2)
    assert "Choose from" in real.line(f"{line} --organization example-lab-one --roles king", "admin").err
    made = real("admin", f"{line} --organization example-lab-one --roles viewer")
    assert (made["kind"], made["person"]) == ("join", "fresh@example-lab-one.example")
    done = typed(real, "person accept -", None, made["code"], PASSWORD)
    assert done.json["person"] == made["person"]
    assert may_sign_in(real, made["person"], PASSWORD)
    assert real("admin", line)["kind"] == "reset"
    quiet = real.line(line, "admin", None, "--quiet")
    assert len(quiet.out.strip().split("-")) == 7


def test_a_reset_says_what_is_over(real: Desk, tmp_path: Path) -> None:
    """The person's tokens end with the sessions, and whoever sets the new password is told so."""
    real(None, "init")
    assert typed(real, "person set-password -", "one", PASSWORD).code == 0
    real("one", f"token make pipeline --verb read --days 30 --out {tmp_path / 'token'}")
    code = real("admin", f"person invite {PEOPLE['one']}")["code"]
    with patch("sys.stdin", io.StringIO(f"{code}\n{OTHER}\n")):
        said = " ".join(real.line("person accept -").out.split())
    assert "the sessions and 1 token that there were are over." in said


def test_no_administrator_is_told(real: Desk) -> None:
    """By `check`, with the way to one; and the code is not for one who is out of use, in these words."""
    real(None, "init")
    assert "people" not in [one["what"] for one in real.line("check", None, None, "--json").json["findings"]]
    real.query("UPDATE person SET state = 'inactive' WHERE ref = ?", PEOPLE["admin"])
    [found] = [one for one in real.line("check", None, None, "--json").json["findings"] if one["what"] == "people"]
    assert (found["is_warning"], "no active administrator" in found["says"]) == (True, True)
    code = real(None, "init")["first_administrator"]["code"]
    assert "is out of use" in typed(real, f"person accept {PEOPLE['admin']} -", None, code, PASSWORD).err


def test_secrets_are_asked_or_read_and_never_taken_from_a_flag(real: Desk) -> None:
    """Typed twice without an echo; where there is no terminal, a line each of standard input."""
    real(None, "init")
    said = real.refused("one", f'person set-password "{PASSWORD}"', code=2)
    assert "in a flag is seen by all" in said
    with patch("sys.stdin", io.StringIO(PASSWORD)):
        assert "no terminal" in real.refused("one", "person set-password", code=2)
    assert "holds no line with the password" in typed(real, "person set-password -", "one", "").err
    for answers, code in (([PASSWORD, PASSWORD], 0), ([PASSWORD, OTHER], 2)):
        with patch("sys.stdin.isatty", lambda: True, create=True), patch("getpass.getpass", side_effect=answers):
            assert real.line("person set-password", "one").code == code
    assert may_sign_in(real, PEOPLE["one"], PASSWORD)
    assert "easily guessed" in typed(real, "person set-password -", "one", PEOPLE["one"]).err
    assert typed(real, "person set-password -", None, OTHER).code == 2
    assert typed(real, "person set-password -", "system", OTHER).code == 5


def test_a_token_goes_into_a_file_that_only_its_owner_reads(real: Desk, tmp_path: Path) -> None:
    """Mode 0600, a new one, nothing else in it; nothing of it is printed. It is listed and revoked by its id."""
    real(None, "init")
    out = tmp_path / "token"
    line = f'token make "release pipeline" --verb read --verb "review submit" --days 30 --out {out}'
    made = real("one", line)
    secret = out.read_text().strip()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert secret not in str(made)
    assert made["scopes"] == {"verbs": ["read", "review submit"], "subjects": None, "organizations": None}
    assert "is there already" in real.refused("one", line, code=2)
    assert out.read_text().strip() == secret
    assert real("one", "token list")["tokens"][0]["id"] == made["id"]
    assert "read, review su…" in real.line("token list", "one").out
    assert real("admin", f"token list --person {PEOPLE['one']}")["tokens"] != []
    assert real.refused("two", f"token revoke {made['id']}", code=5)
    assert real.refused("viewer", f"token list --person {PEOPLE['one']}", code=4)
    with served(real) as program:
        bearer = {"Authorization": f"Bearer {secret}"}
        assert program.get(None, "/me", **bearer).json()["ref"] == PEOPLE["one"]
        assert real("admin", f"token revoke {made['id']}")["person"] == PEOPLE["one"]
        assert program.get(None, "/me", **bearer).status_code == 401
    assert "no live token" in real.line("token list", "one").out


def test_a_token_of_one_organization_says_so(real: Desk, tmp_path: Path) -> None:
    """As it is made and as it is listed."""
    real(None, "init")
    made = real("decider", f"token make x --verb read --organization example-lab-one --out {tmp_path / 'x'}")
    assert made["scopes"]["organizations"] == ["example-lab-one"]
    assert "read of" in real.line("token list", "decider").out
    assert real.refused("decider", f"token make y --organization nowhere --out {tmp_path / 'y'}", code=5)
    assert not (tmp_path / "y").exists()


def test_a_token_that_is_not_made_leaves_no_file(real: Desk, tmp_path: Path) -> None:
    """Neither where its scopes are none nor where the file cannot be."""
    real(None, "init")
    out = tmp_path / "token"
    assert "no verb" in real.refused("one", f'token make x --verb "review launch" --out {out}', code=2)
    assert real.refused("one", f"token make x --days 4000 --out {out}", code=2)
    assert not out.exists()
    assert "cannot be made" in real.refused("one", f"token make x --out {tmp_path / 'no' / 'folder'}", code=2)
    assert reviewflow("token", "make", "x").code == 2


def test_sessions_are_listed_and_ended(real: Desk) -> None:
    """By their owner, and by an administrator; one, or all."""
    real(None, "init")
    typed(real, "person set-password -", "one", PASSWORD)
    for _ in range(3):
        assert may_sign_in(real, PEOPLE["one"], PASSWORD)
    found = real("one", "session list")["sessions"]
    assert len(found) == 3
    assert found[0]["method"] == "password"
    assert found[0]["id"] in real.line("session list", "one").out
    assert real("one", f"session end {found[0]['id']}")["ended"] == 1
    assert real.refused("one", f"session end {found[0]['id']}", code=5)
    assert real.refused("one", "session end", code=2)
    assert real.refused("two", f"session end --all --person {PEOPLE['one']}", code=5)
    assert real("admin", f"session end --all --person {PEOPLE['one']}")["ended"] == 2
    assert "no live session" in real.line("session list", "one").out


def test_coming_in_is_never_dated(real: Desk) -> None:
    """What opens doors opens them now."""
    real(None, "init")
    for line in ("session list", "token list", f"person invite {PEOPLE['one']}"):
        assert "cannot be dated" in real.refused("admin", line, "01-05 09:00")


def test_scopes_speak_the_words_of_the_command_line() -> None:
    """Every verb that a person may give can be named."""
    from reviewflow.nouns.commands.form import REGISTRY

    wanted = {f"{command.kind.value} {command.verb}" for command in REGISTRY.values() if not command.by_system}
    assert set(tokens.verbs()) == wanted | {"read"}
