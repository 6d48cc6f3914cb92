"""On which version a command is done: what ETags name, and what becomes of a caller whom the clock overtook."""

import re

from reviewflow.nouns.paths import API
from tests.doors.api.world import AT, Program
from tests.stories.world import PEOPLE

NOTE, PATH = {"text": "Seen."}, "/reviews/{r}/note"
LATE = "11-20 09:00"  # everything of October is over, and nothing has swept


def test_who_is_overtaken_by_the_clock_gets_further(program: Program) -> None:
    """What was due is not recorded yet: 412 says so once, and then it is there to be read and acted on."""
    read = program.get("rev", "/reviews/{r}", LATE)
    refused = program.do("rev", PATH, NOTE, LATE, If_Match=read.headers["etag"])
    assert refused.status_code == 412, "what was read is not what there is by now"
    again = program.get("rev", "/reviews/{r}")
    assert again.json()["version"] > read.json()["version"]
    assert again.headers["reviewflow-now"] == "2026-11-20T13:00:00Z", "the clock of a simulation stands there"
    done = program.do("rev", PATH, NOTE, If_Match=again.headers["etag"])
    assert done.status_code == 200, done.text
    assert program.do("rev", PATH, NOTE, "11-21 09:00", If_Match=read.headers["etag"]).status_code == 412
    assert program.get("rev", "/reviews/{r}").headers["reviewflow-now"] == "2026-11-20T13:00:00Z", "nothing was due"


def test_who_is_overtaken_with_a_document_gets_further(program: Program) -> None:
    """The same with a command that carries bytes, which are sent in vain once."""
    codes = []
    for _ in range(2):
        tag = program.get("two", "/reviews/{q}", LATE).headers["etag"]
        sent = {"Authorization": f"Bearer {program.token('two')}", "If-Match": tag, AT: "2026-11-20T13:00:00Z"}
        url = f"{API}/reviews/{program.desk.refs['q']}/documents?name=words.txt"
        codes.append(program.client.post(url, content=b"Words.", headers=sent).status_code)
    assert codes == [412, 201]


def test_who_is_overtaken_at_the_command_line_gets_further(program: Program) -> None:
    """The same with --if-version."""
    desk, version = program.desk, program.get("two", "/reviews/{q}", LATE).json()["version"]
    withdraw = 'review withdraw {q} --reason "Another day."'
    found = desk.line(withdraw, "two", LATE, "--if-version", str(version))
    assert (found.code, "you have read version" in found.err) == (3, True), found
    again = desk("two", "review show {q}", LATE)["version"]
    assert again > version
    assert desk.line(withdraw, "two", LATE, "--if-version", str(again)).code == 0


def test_version_and_history_must_fit(shared: Program) -> None:
    """A tag of another subject, or of another history of the same length, fits nothing; a number alone may fit."""
    read = shared.get("rev", "/reviews/{r}")
    version, head = read.json()["version"], read.json()["head"]
    assert re.fullmatch(rf'"{version}-{head[:16]}-[0-9a-f]{{16}}"', read.headers["etag"])
    for other in (
        f'"{version}-0000000000000000"',
        f'"{version}-{"0" * 16}-{"0" * 16}"',
        f'"{version + 1}-{head[:16]}"',
    ):
        answer = shared.do("rev", PATH, NOTE, If_Match=other)
        assert (answer.status_code, answer.json()["type"]) == (412, "/api/v1/problems/stale"), other
    assert "another history" in shared.do("rev", PATH, NOTE, If_Match=f'"{version}-{"0" * 16}"').json()["detail"]
    for given in (f'"{version}"', f'"{version + 1}-{{}}"', f'"{version + 2}-{{}}-{"0" * 16}"'):
        answer = shared.do("rev", PATH, NOTE, If_Match=given.format(head[:16]))
        assert answer.status_code == 200, (given, answer.text)
        head = answer.json()["head"]


def test_if_match_may_be_a_list(shared: Program) -> None:
    """One of several that fits is enough; what is weak fits nothing, and what is no tag at all is not understood."""
    tag = shared.get("rev", "/reviews/{r}").headers["etag"]
    assert shared.do("rev", PATH, NOTE, If_Match=f'"1", W/{tag}, "abc"').status_code == 412
    assert shared.do("rev", PATH, NOTE, If_Match=f'W/"1", "1-{"0" * 16}" ,, {tag}').status_code == 200
    assert shared.do("rev", PATH, NOTE, If_Match=" * ").status_code == 200
    for bad in ("7", "", '*, "1"', '"1" "2"', '"1', "'1'", ","):
        assert shared.do("rev", PATH, NOTE, If_Match=bad).status_code == 422, bad


def test_key_fits_whatever_version_it_came_with(shared: Program) -> None:
    """Who read again before he asked again asks for the same, and is answered the same."""
    read = shared.get("rev", "/reviews/{r}").headers["etag"]
    first = shared.do("rev", PATH, NOTE, If_Match=read, Idempotency_Key="again")
    fresh = first.headers["etag"]
    again = shared.do("rev", PATH, NOTE, If_Match=fresh, Idempotency_Key="again")
    assert (first.status_code, again.status_code) == (200, 200), again.text
    assert (again.json()["version"], again.headers["etag"]) == (first.json()["version"], fresh)
    assert shared.do("rev", PATH, NOTE, If_Match=read).status_code == 412
    assert PEOPLE["rev"] in again.text
