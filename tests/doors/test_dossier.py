"""A review handed out as a file, and checked where there is no database; and what is signed, shown before it is."""

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.databases import SQLITE
from tests.stories.world import PEOPLE, Answer, Desk, reviewflow, started

DATABASES = (SQLITE,)
PASSWORD = "lantern orbit vault mosaic"


@pytest.fixture
def signed(tmp_path: Path, database_kind: str) -> Iterator[Desk]:
    """A review that was cleared at the command line."""
    desk = Desk.new(tmp_path)
    started(desk, "r", "10-01", "2026-11-16")
    desk("rev", 'review recommend {r} cleared --text "Between us." --statement "No concerns."', "10-02 09:00")
    desk("decider", "review clear {r}", "10-02 10:00")
    yield desk
    desk.close()


def test_dossier_is_verified_without_a_database(signed: Desk, tmp_path: Path) -> None:
    """In a file that its owner alone reads; who signed what, in which meaning, by which proof; a simulation says so."""
    file = tmp_path / "r.json"
    written = signed.line(f"export {{r}} --dossier {file}", "one", "10-03 09:00")
    assert (written.code, written.err) == (0, "") and "SIMULATION" in written.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Between us." not in file.read_text()
    found = reviewflow("verify", str(file), REVIEWFLOW_DATABASE="postgresql+psycopg://nobody@nowhere.example/none")
    assert (found.code, found.err) == (0, "")
    said = " ".join(found.out.split())
    assert "hidden from its reader. All hold." in said and "SIMULATION" in said
    assert "Determination: cleared" in said
    assert "decider@example-office.example, printed name decider@example-office.example, determines" in said
    assert "proof: nothing given: vouched for by the operator of the server's machine" in said
    document = reviewflow("--json", "verify", str(file)).json
    [head] = {one["head"] for one in document["chains"] if one["ref"] == signed.refs["r"]}
    assert head == signed("one", "review show {r}", "10-03 09:00")["head"]
    [cleared] = [one for one in document["signatures"] if one["meaning"] == "determines"]
    assert "  | No concerns." in cleared["text"]
    assert reviewflow("--quiet", "verify", str(file)).out == ""


def test_changed_dossier_is_named_and_fails(signed: Desk, tmp_path: Path) -> None:
    """Exit 1 with the first event that does not hold, in words and in JSON."""
    file = tmp_path / "r.json"
    signed.line(f"export {{r}} --dossier {file}", "decider", "10-03 09:00")
    file.write_text(file.read_text().replace("No concerns.", "Grave concerns."))
    found = reviewflow("verify", str(file))
    assert found.code == 1
    assert f"broken {signed.refs['r']}, event" in found.out and "'recommended' was changed" in " ".join(
        found.out.split()
    )
    document = reviewflow("--json", "verify", str(file))
    assert document.code == 1 and document.json["broken"]["subject"] == signed.refs["r"]


def test_reader_is_told_what_a_dossier_cannot_prove(signed: Desk, tmp_path: Path) -> None:
    """As of which version, what is hidden, what is unsigned; a head that he knows is found in it, or is missed."""
    file, later = tmp_path / "r.json", tmp_path / "later.json"
    signed.line(f"export {{r}} --dossier {file}", "one", "10-03 09:00")
    document = reviewflow("--json", "verify", str(file)).json
    [review] = [one for one in document["chains"] if one["ref"] == signed.refs["r"]]
    inner = [event["seq"] for event in signed.export("r", "decider") if event["is_internal"]]
    assert review["hidden"] == inner
    assert {(one["name"], one["why"]) for one in document["unsigned"]} == {
        ("agreement_opened", "told by the public record"), ("agreement_signed", "told by the public record"),
    }  # fmt: skip
    said = " ".join(reviewflow("verify", str(file), "--head", review["head"]).out.split())
    assert f"as of version {review['version']}; hidden: {', '.join(map(str, inner))}; head {review['head']}" in said
    assert f"is that of {signed.refs['r']} at version {review['version']}" in said
    assert "Later events and other chains may exist." in said and "UNSIGNED AG-" in said
    assert "Give a head" not in said and "Give a head" in reviewflow("verify", str(file)).out
    signed("one", "review plan {r} 2026-12-24", "10-04 09:00")
    signed.line(f"export {{r}} --dossier {later}", "decider", "10-04 09:00")
    head = signed("one", "review show {r}", "10-04 09:00")["head"]
    heads = ["--head", review["head"], "--head", head[:12].upper()]
    assert reviewflow("verify", str(later), *heads).code == 0
    cut = reviewflow("verify", str(file), *heads)
    assert cut.code == 1 and f"no event in it has the digest {head[:12]}" in " ".join(cut.out.split())
    assert reviewflow("verify", str(file), "--head", "abc").code == 2
    assert signed.line(f"verify --head {head}").code == 2


@pytest.mark.parametrize("text", ["{}", "no json", "[1, 2]", '{"a": 1, "a": 2}', "[" * 100_000, '"\\u001b[2J"'])
def test_other_files_are_no_dossiers(tmp_path: Path, text: str) -> None:
    """Whatever is in them: exit 1, no traceback, and nothing that moves the cursor."""
    file = tmp_path / "x.json"
    file.write_text(text)
    found = reviewflow("verify", str(file))
    assert (found.code, found.err) == (1, "") and "\x1b" not in found.out
    assert found.out.startswith("This is no dossier of reviewflow.") and "a hand in between" not in found.out


def test_file_is_neither_overwritten_nor_made_up(signed: Desk, tmp_path: Path) -> None:
    """One that is there stays; one that is not there is no dossier; a lab gets none of another's."""
    file = tmp_path / "r.json"
    file.write_text("mine")
    assert signed.line(f"export {{r}} --dossier {file}", "one").code == 2 and file.read_text() == "mine"
    assert reviewflow("verify", str(tmp_path / "none.json")).code == 2
    assert signed.line(f"export {{r}} --dossier {tmp_path / 'x.json'}", "two").code == 5
    assert not (tmp_path / "x.json").exists()


def test_statement_is_shown_and_nothing_done(signed: Desk) -> None:
    """The text and its digest, or every reason why it would be refused; the outcome says who vouched."""
    line = "halt order --models {mr} --scope all --basis example --agency example-office"
    before = signed.digest()
    shown = signed.line(f"{line} --show-statement", "decider", "10-03 09:00")
    assert shown.code == 0 and "Order of a halt" in shown.out and "SHA-256 " in shown.out
    assert signed.line(f"{line} --show-statement", "one", "10-03 09:00").code == 4
    assert signed.line("review clear {r} --show-statement", "decider", "10-03 09:00").code == 1
    assert "--show-statement" in signed.line("review clear --help").out
    assert "--show-statement" not in signed.line("review note --help").out
    assert signed.digest() == before
    done = signed.line(line, "decider", "10-03 09:00")
    assert "signed: decider@example-office.example orders\n" in done.out
    assert "the operator of this machine vouches for him" in done.out


@pytest.fixture
def real(tmp_path: Path, database_kind: str) -> Iterator[Desk]:
    """A real database as it is shipped: the operator vouches for nobody, and the decider has a password."""
    desk = Desk.real(tmp_path)
    assert desk.config is not None
    server = desk.config / "server.toml"
    server.write_text(server.read_text().replace("operator = true ", "operator = false "))
    desk(None, "init")
    given(desk, "decider", "person set-password -", PASSWORD)
    yield desk
    desk.close()


def given(desk: Desk, who: str, line: str, typed: str, *options: str) -> Answer:
    """A command line with something on its standard input."""
    with patch("sys.stdin", io.StringIO(f"{typed}\n")):
        return desk.line(line, who, None, *options)


def test_real_database_asks_who_signs_for_his_own_password(real: Desk) -> None:
    """The text is shown where it does not disturb what is piped; the record says what it was signed with."""
    opened = "agreement open example-lab-one"
    flag = real.line(f"{opened} --password hunter2", "decider")
    assert flag.code == 2 and "not taken" in flag.err and "hunter2" not in flag.err
    said = real.line(opened, "decider")
    assert said.code == 2 and "There is no terminal to ask at" in said.err
    assert "Proposal of an agreement" in said.err and "the server vouches for it" in said.err
    assert given(real, "decider", f"{opened} --password -", "not the password").code == 4
    assert given(real, "admin", f"{opened} --password -", PASSWORD).code != 0
    assert real.query("SELECT * FROM agreement") == []
    done = given(real, "decider", f"{opened} --password -", PASSWORD)
    assert done.code == 0 and "by his own password" in done.out and "Proposal of an agreement" in done.err
    [row] = real.query("SELECT ref FROM agreement")
    real.refs["a"] = row["ref"]
    signature = real.last("a", "agreement_opened")["data"]["signature"]
    assert signature["method"] == "password" and signature["text"] in done.err
    again = given(real, "decider", "agreement sign {a} --password -", PASSWORD, "--key", "once")
    assert again.code == 0
    assert real.line("agreement sign {a}", "decider", None, "--key", "once").out  # answered before: nothing is signed
    real.is_whole()


def test_who_has_a_passkey_does_not_sign_at_the_command_line(real: Desk) -> None:
    """He is told where."""
    real.query(
        "INSERT INTO passkey (id, person, name, public_key, sign_count, transports, made_at) "
        "VALUES ('a', ?, 'key', 'AQ', 0, '[]', '2026-07-01 00:00:00+00:00')", PEOPLE["decider"],
    )  # fmt: skip
    said = given(real, "decider", "agreement open example-lab-one --password -", PASSWORD)
    assert said.code == 1 and "it does not answer at a command line" in said.err and "HTTP API" in said.err


def test_operator_may_sign_for_others_where_it_is_said(real: Desk) -> None:
    """`[signatures] operator = true`: nobody is asked, and the record says so."""
    assert real.config is not None
    server = real.config / "server.toml"
    server.write_text(server.read_text().replace("operator = false ", "operator = true "))
    real.is_warm = False
    said = real.line("agreement open example-lab-one", "decider")
    assert said.code == 0 and "the operator of this machine vouches for him" in said.out
