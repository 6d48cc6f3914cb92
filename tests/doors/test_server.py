"""The command line at a server: the same lines, the same words, the same exit codes, over a real connection."""

import contextlib
import itertools
import json
import re
import shlex
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, replace
from datetime import timedelta
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from reviewflow import clock
from reviewflow.api.examples import value
from reviewflow.app import open_app
from reviewflow.cli.look import views
from reviewflow.cli.main import PLACES
from reviewflow.cli.remote import SIGN
from reviewflow.cli.verbs import GROUPS
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Kind
from reviewflow.rules.lifecycle import TABLES
from tests.doors import desks
from tests.doors.api.test_serving import held, serving
from tests.doors.api.world import token_for
from tests.stories.world import PEOPLE, Answer, Desk, reviewflow, verbs_once

OURS = {Kind.REVIEW: "r", Kind.MODEL: "mr", Kind.AGREEMENT: "g", Kind.COVERAGE: "v", Kind.HALT: "h",
        Kind.COMMITMENT: "c", Kind.PARTNER: "p"}  # fmt: skip
MACHINE = ("init", "tick", "run", "serve --port 0", "check", "verify", "reconcile", "token list", "session list",
           "token make x --out x", "person invite x@example.example", "person test-channel x@example.example 1",
           "person set-password -", "person accept -")  # fmt: skip
LOOKS = (
    "review list", "review list --state lapsed --lab example-lab-one", "review list --state nonsense",
    "review show {r}",
    "review show RV-2222-2222", "review show {x}", "review timeline {r}", "review explain {r}",
    "policy list", "policy show eo-14409", "policy show none", "window eo-14409 --start 2026-10-01",
    "window eo-14409 --start 2026-10-01 --expect 2026-10-02", "window eo-14409", "release-check {mr}",
    "release-check {mf} --policy none", "roster", "deadlines", "deadlines --all", "portfolio",
    "portfolio --order lab", "calendar", "inbox", "inbox --open",
    "letter show {letter}", "letter acknowledge {letter}", "letter show none", "export {r}", "export {x}",
)  # fmt: skip
DONE = (  # what surely is done, by whom
    ("rev", 'review note {r} --text "Für uns."'),
    ("rev", 'review ask {r} --text "And how?"'),
    ("one", 'review answer {r} 1 --text "Because."'),
    ("rev", 'review find {r} --title "Odd too" --domain biosecurity --severity low'),
    ("one", f'model register "Another" --digest {"8" * 64}'),
    ("admin", "person add new@example-office.example --organization example-office --roles reviewer"),
    ("one", 'review note {r} --text "Ours."'),
    ("intake", "review start {q}"),
)


@dataclass
class Pair:
    """Two equal databases: one at hand, the other behind a server; `tokens` are files by the stories' names."""

    here: Desk
    there: Desk
    port: int
    folder: Path

    def token(self, who: str) -> Path:
        """The file with the token of somebody."""
        file = self.folder / who
        if not file.exists():
            file.touch(0o600)
            file.write_text(token_for(open_app(self.there.url), PEOPLE[who]))
        return file

    def remote(self, who: str, line: str, *options: str, **variables: str) -> Answer:
        """A command line at the server."""
        words = ["--server", f"http://127.0.0.1:{self.port}", "--token-file", str(self.token(who)), *options]
        with verbs_once():
            return reviewflow(*words, *shlex.split(line.format(**self.there.refs)), **variables)

    def same(self, who: str, line: str, at: str = "10-12 12:00", *options: str) -> Answer:
        """The same line both ways, which must come to the same; how it went."""
        local = self.here.line(line, who, at, *options)
        remote = self.remote(who, line, "--at", at if at[2] != "-" else f"2026-{at}", *options)
        assert (remote.code, told(remote)) == (local.code, told(local)), line
        return remote


def told(answer: Answer) -> tuple[object, ...]:
    """What was said, without what must differ: new references, digests, and how one names oneself."""
    return tuple(_said(text) for text in (answer.out, answer.err))


def _said(text: str) -> object:
    known: dict[str, str] = {}
    text = re.sub(r"[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}", lambda m: known.setdefault(m[0], f"REF-{len(known)}"), text)
    text = re.sub(r"head [0-9a-f]{12}", "head", re.sub(r'"(head|salt)": "[^"]*"', '"-"', text))
    text = re.sub(r"--as \S+ ", "", text).replace("command line", "door").replace('"api"', '"door"')
    text = re.sub(r" +(api|door)$", " door", text, flags=re.MULTILINE)
    with contextlib.suppress(ValueError):
        found: object = json.loads(text)
        return found
    return text


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Both ways into the same simulation."""
    with both(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The same for tests that leave nothing behind that another would notice."""
    with both(tmp_path_factory.mktemp("both")) as made:
        yield made


@contextlib.contextmanager
def both(tmp_path: Path) -> Iterator[Pair]:
    """Two equal databases, and a server before one."""
    for name in ("here", "there", "tokens"):
        (tmp_path / name).mkdir()
    here, there = desks.busy(tmp_path / "here"), desks.busy(tmp_path / "there")
    for desk in (here, there):
        desk.refs["letter"] = desk.query("SELECT letter FROM delivery WHERE recipient = ?", PEOPLE["rev"])[0]["letter"]
    with serving(there, tmp_path / "log") as (_, port):
        yield Pair(here, there, port, tmp_path / "tokens")
    here.close()
    there.close()


def commands() -> Iterator[tuple[str, type[Command]]]:
    """Every command that somebody can give, with its group."""
    for group, kind in GROUPS.items():
        for command in dict.fromkeys(row.command for row in TABLES[kind]):
            if not (command.by_system or command.carries):
                yield group, command


def line_of(group: str, command: type[Command]) -> str:
    """A command line with all that the command requires."""
    hints, words = get_type_hints(command), [group, command.verb]
    if not command.creates:
        words.append(f"{{{OURS[command.kind]}}}" if command.kind in OURS else _other(command.kind))
    for field in fields(command):
        if field.default is not MISSING:
            continue
        named = field.metadata["ref"]
        found = f"{{{OURS[named]}}}" if named in OURS else value(field, hints[field.name])
        for one in found if isinstance(found, list) else [found]:
            text = shlex.quote(str(one.value if isinstance(one, Enum) else one))
            if one is False:
                continue
            words += [text if "{" not in text else text.strip("'")] if field.metadata["place"] else _option(field, text)
    return " ".join(words)


def _other(kind: Kind) -> str:
    return "example-lab-three" if kind is Kind.ORGANIZATION else "viewer@example-lab-three.example"


def _option(field: Any, text: str) -> list[str]:
    return [f"--{field.name.replace('_', '-')}", text.strip("'") if "{" in text else text]


def test_every_verb_is_the_same_through_a_server(pair: Pair) -> None:
    """Each command by either side, what is done and what is refused: text, JSON, exit code. A token signs nothing."""
    assert [pair.same(who, line).code for who, line in DONE] == [0] * len(DONE)
    codes = []
    for number, (group, command) in enumerate(commands()):
        line = line_of(group, command)
        if command.signs is not None:
            refused = pair.remote("decider", line)
            assert refused.code in (1, 2, 4), line
            assert refused.code != 1 or SIGN.partition(":")[0] in " ".join(refused.err.split()), refused.err
            continue
        codes.append(
            pair.same(("one", "decider")[number % 2], line, "10-13 09:00", *(["--json"] if number % 3 else [])).code
        )
        codes.append(pair.same(("decider", "one")[number % 2], line, "10-13 09:00").code)
    assert set(codes) >= {0, 1, 4}
    assert codes.count(2) < len(codes) / 10  # lines that are understood
    assert codes.count(0) > 15
    assert pair.here.query("SELECT count(*) n FROM event") == pair.there.query("SELECT count(*) n FROM event")


@pytest.mark.parametrize("options", [(), ("--json",), ("--quiet",)])
def test_every_look_is_the_same_through_a_server(shared: Pair, options: tuple[str, ...]) -> None:
    """Every view that there is to type, by an agency and by a lab."""
    lines = [*LOOKS, *(f"{group} list" for group in GROUPS if group != "review")]
    lines += [f"{group} show {{{OURS[kind]}}}" for group, kind in GROUPS.items() if kind in OURS]
    lines += ["org show example-lab-one", f"person show {PEOPLE['one']}"]
    for line in lines if "--quiet" not in options else lines[1::2]:  # which says as little of the one as of the other
        shared.same("rev", line, "10-12 12:00", *options)
    for line in lines[::3]:
        shared.same("one", line, "10-12 12:00", *options)
    shared.same("rev", "review reads {r}", "10-12 12:00", "--json")  # but for the door by which each was read
    looks = {name for kind in Kind for name in views(kind)}
    assert looks - {"document"} == {"list", "show", "timeline", "explain", "reads"}  # a document's bytes: see below


def test_documents_are_the_same_through_a_server(pair: Pair, tmp_path: Path, waits: list[float]) -> None:
    """Attached, given out again with what is on record of them, and refused, in the same words; a lost answer too."""
    file, out = tmp_path / "card.pdf", {way: tmp_path / f"{way}.pdf" for way in ("here", "there")}
    file.write_bytes(b"the words of a lab " * 9000)
    attach = f"review attach {{r}} {file}"
    assert pair.same("one", f"{attach} --marking PROPRIETARY --name \u00fcber.pdf", "10-13 09:00", "--json").code == 0
    assert pair.same("rev", attach, "10-13 09:00").code == 0
    with between(pair.port, lambda _: None, lambda number: number == 0) as port:
        assert replace(pair, port=port).remote("rev", f"{attach} --shared", "--key", "k").code == 0
    assert waits == [0.25]
    assert pair.here.line(f"{attach} --shared", "rev", "10-13 09:00").code == 0
    fetch = "review document {{r}} {} --out {}"
    for who, no in (("rev", 1), ("one", 1), ("rev", 2), ("one", 3)):
        local = pair.here.line(fetch.format(no, out["here"]), who, "10-13 09:00", "--json").json
        remote = pair.remote(who, fetch.format(no, out["there"]), "--at", "2026-10-13 09:00", "--json").json
        assert remote | {"file": "", "ref": ""} == local | {"file": "", "ref": ""}
        assert out["here"].read_bytes() == out["there"].read_bytes() == file.read_bytes()
        for path in out.values():
            path.unlink()
    for who, line in (
        ("one", fetch.format(2, out["here"])), ("one", fetch.format(9, out["here"])), ("viewer", attach),
        ("one", f"{attach} --media-type odd"), ("one", f"{attach} --name a/b"), ("one", f"{attach}x"),
        ("one", f"{attach} --name a\u202eb"), ("two", attach),
    ):  # fmt: skip
        assert pair.same(who, line, "10-13 09:00", "--json").code in (1, 2, 4, 5)
    assert not any(path.exists() for path in out.values())
    assert len(pair.there.query("SELECT * FROM review_document")) == 3


@pytest.mark.parametrize("line", MACHINE)
def test_what_needs_the_machine_says_so(shared: Pair, line: str) -> None:
    """It is not understood at a server, and the remedy says where to run it."""
    refused = shared.remote("admin", line)
    assert refused.code == 2
    assert "not through a server" in " ".join(refused.err.split())
    assert {one.split()[0] for one in MACHINE} < set(PLACES)


def test_a_fact_is_dated_and_an_act_is_not(tmp_path: Path) -> None:
    """On a real database `--at` dates a fact from outside; an act done here is refused in the same words as there."""
    desk, files = desks.real(tmp_path), tmp_path / "tokens"
    files.mkdir()
    with serving(desk, tmp_path / "log") as (_, port):
        pair, at = Pair(desk, desk, port, files), (clock.now() - timedelta(seconds=1)).isoformat()
        act = 'review note {r} --text "Dated."'
        assert "cannot be dated" in pair.same("rev", act, at).err
        assert "cannot be dated" in pair.same("rev", act, at, "--json").error["reasons"][0]
        assert pair.same("rev", "policy list", at).code == 0
        done = pair.remote("one", 'review withdraw {r} --reason "Another day."', "--at", at, "--json")
        assert done.code == 0, done.err
    fact = desk.last("r", "withdrawn")
    assert (fact["actor"], fact["effective_at"]) == (PEOPLE["one"], at.replace("+00:00", "Z"))
    desk.close()


def test_a_version_is_asked_for_only_where_it_is_named(pair: Pair) -> None:
    """With --if-version exactly that one, else whatever there is; under one key done once, whatever came between."""
    version, note = pair.there.row("subject", "r")["seq"], 'review note {r} --text "Once."'
    assert pair.remote("rev", note, "--if-version", str(version - 1)).code == 3
    assert pair.remote("rev", note, "--if-version", str(version)).code == 0
    first = pair.remote("rev", 'review note {r} --text "Twice."', "--key", "k", "--json")
    assert pair.remote("rev", note).code == 0
    again = pair.remote("rev", 'review note {r} --text "Twice."', "--key", "k", "--json")
    assert first.json["head"] == again.json["head"]
    assert pair.remote("rev", note, "--key", "k").code == 2
    assert len([n for n in pair.there.parts("note", "r") if n["text"] == "Twice."]) == 1


def test_what_is_typed_stands_above_the_environment(shared: Pair) -> None:
    """Server and token file may stand in the environment; two ways, or a person beside the token, are refused."""
    there = {"REVIEWFLOW_SERVER": f"http://127.0.0.1:{shared.port}", "REVIEWFLOW_TOKEN_FILE": str(shared.token("rev"))}
    assert reviewflow("review", "list", **there).code == 0
    assert reviewflow("--database", shared.here.url, "check", **there).code in (0, 1)
    assert shared.remote("rev", "review list", REVIEWFLOW_DATABASE=shared.here.url).code == 0
    both = reviewflow("review", "list", REVIEWFLOW_DATABASE=shared.here.url, **there)
    assert (both.code, "Both a server and a database" in both.err) == (2, True)
    for named in (shared.remote("rev", "review list", "--as", "x"), shared.remote("rev", "calendar --as x")):
        assert (named.code, "the token says who acts" in named.err) == (2, True)
    assert "--token-file" in reviewflow("review", "list", REVIEWFLOW_SERVER=there["REVIEWFLOW_SERVER"]).err


def test_a_token_file_is_its_owners_alone(shared: Pair) -> None:
    """One that others may read, that is none, or that holds no word is refused; what it holds is never repeated."""
    file = shared.token("rev")
    secret = file.read_text()
    for mode in (0o640, 0o604, 0o644, 0o620):
        file.chmod(mode)
        refused = shared.remote("rev", "review list")
        assert (refused.code, "open to others" in refused.err, secret in refused.err) == (2, True, False)
    file.chmod(0o600)
    assert shared.remote("rev", "review list").code == 0
    for text in ("", "\n", f"{secret} {secret}", "rfl_\u00e9"):
        file.write_text(text)
        refused = shared.remote("rev", "review list")
        assert (refused.code, "holds no token" in refused.err, secret in refused.err) == (2, True, False)
    file.write_text(f"{secret[:-1]}{'a' if secret[-1] != 'a' else 'b'}\n")
    unknown = shared.remote("rev", "review list", "--json")
    assert (unknown.code, unknown.error["kind"]) == (4, "unauthenticated")
    file.unlink()  # the next who asks gets another
    missing = reviewflow("--server", f"http://127.0.0.1:{shared.port}", "--token-file", str(file), "review", "list")
    assert (missing.code, "cannot be read" in missing.err) == (2, True)


@contextlib.contextmanager
def between(port: int, meanwhile: Callable[[int], None], lost: Callable[[int], bool]) -> Iterator[int]:
    """A port before a server: each request is handed on, `meanwhile` is called, and an answer that is `lost` is cut."""
    made = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):  # closed: the end
            for number in itertools.count():
                with made.accept()[0] as caller:
                    answer = _handed_on(caller, port, partial(meanwhile, number))
                    if not lost(number):
                        caller.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield made.getsockname()[1]
    finally:
        made.shutdown(socket.SHUT_RDWR)
        made.close()
        thread.join()


def _handed_on(caller: socket.socket, port: int, meanwhile: Callable[[], None]) -> bytes:
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += caller.recv(65536)
    length = re.search(rb"content-length: (\d+)", asked, re.IGNORECASE)
    while len(asked.partition(b"\r\n\r\n")[2]) < int(length[1] if length else 0):
        asked += caller.recv(65536)
    answer = b""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as server:
        server.sendall(re.sub(rb"(?i)connection: keep-alive", b"Connection: close", asked))
        meanwhile()
        while more := server.recv(65536):
            answer += more
    return answer


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses of the client, none of which is waited for."""
    found: list[float] = []
    monkeypatch.setattr(clock, "pause", found.append)
    return found


def test_a_lost_answer_is_asked_for_again_and_done_once(pair: Pair, waits: list[float]) -> None:
    """The command was done and the line cut, twice: the third time the same answer comes, and nothing is done twice."""
    with between(pair.port, lambda _: None, lambda number: number < 2) as port:
        done = replace(pair, port=port).remote("rev", 'review note {r} --text "Lost."', "--json")
    assert (done.code, done.json["events"]) == (0, ["note_added"])
    assert len([note for note in pair.there.parts("note", "r") if note["text"] == "Lost."]) == 1
    assert len(waits) == 2


def test_a_server_killed_in_the_middle(pair: Pair, tmp_path: Path, waits: list[float]) -> None:
    """Killed with a command in hand: 6, that it is not known, and the key; under which it is done once, later."""
    assert pair.token("rev").exists()  # made before nobody can write
    note = 'review note {r} --text "Killed."'
    with serving(pair.there, tmp_path / "second") as (process, port):
        with held(pair.there), between(port, lambda _: process.kill(), lambda _: False) as cut:
            lost = replace(pair, port=cut).remote("rev", note, "--key", "once", "--json")
        assert (lost.code, lost.error["kind"]) == (6, "unavailable")
        assert lost.error["reasons"][-1] == "Whether the command was done is not known."
        assert "once" in lost.error["remedy"]
        gone = replace(pair, port=port).remote("rev", note)
        assert (gone.code, "cannot be reached" in " ".join(gone.err.split())) == (6, True)
    for _ in range(2):
        assert pair.remote("rev", note, "--key", "once").code == 0
    assert len([one for one in pair.there.parts("note", "r") if one["text"] == "Killed."]) == 1


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"\xff" * 99]
)
def test_garbage_ends_with_6(shared: Pair, waits: list[float], answer: bytes) -> None:
    """Whatever listens there: a plain sentence, and no traceback."""
    made = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                with made.accept()[0] as caller:
                    caller.recv(65536)
                    caller.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    found = replace(shared, port=made.getsockname()[1]).remote("rev", "review list", "--json")
    made.shutdown(socket.SHUT_RDWR)
    made.close()
    thread.join()
    assert (found.code, found.error["kind"], found.out) == (6, "unavailable", "")
