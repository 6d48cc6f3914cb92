"""What every caller may rely on: versions, keys, pages, filters, times, rates, problems."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from reviewflow.api.paging import MOST
from reviewflow.nouns.principal import EVERYTHING
from reviewflow.store import answers
from reviewflow.store.database import transaction
from reviewflow.views.index import VIEWS
from tests.databases import POSTGRESQL
from tests.doors.api.world import AT, Program, served, token_for
from tests.stories.world import PEOPLE, Desk, filed

NOTE = {"text": "Seen."}
AT_NOTE = "10-12 09:00"


def test_version_is_asked_for_and_compared(program: Program) -> None:
    """Without If-Match 428, with a version that is not the subject's 412, with the one that was read it is done."""
    read = program.get("rev", "/reviews/{r}", AT_NOTE)
    assert read.headers["etag"].startswith(f'"{read.json()["version"]}-')
    path = "/reviews/{r}/note"
    assert program.ask("rev", "POST", path, NOTE, AT_NOTE).status_code == 428
    for stale in ('"1-0123456789abcdef"', '"abc"', 'W/"3"'):
        answer = program.do("rev", path, NOTE, AT_NOTE, If_Match=stale)
        assert (answer.status_code, answer.json()["type"]) == (412, "/api/v1/problems/stale"), stale
    assert program.do("rev", path, NOTE, AT_NOTE, If_Match="7").status_code == 422
    done = program.do("rev", path, NOTE, AT_NOTE, If_Match=read.headers["etag"])
    assert done.status_code == 200, done.text
    assert done.json()["version"] == read.json()["version"] + 1
    assert program.do("rev", path, NOTE, AT_NOTE, If_Match=read.headers["etag"]).status_code == 412
    assert program.do("rev", path, NOTE, AT_NOTE, If_Match=done.headers["etag"]).status_code == 200


def test_what_is_known_is_not_sent_again(program: Program) -> None:
    """A document that has not changed is 304 without a body; a changed one is not, nor what another reader sees."""
    first = program.get("rev", "/reviews/{r}", AT_NOTE)
    again = program.get("rev", "/reviews/{r}", AT_NOTE, If_None_Match=f'"x", {first.headers["etag"]}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = program.get("one", "/reviews/{r}", AT_NOTE, If_None_Match=first.headers["etag"])
    assert other.status_code == 200
    program.do("rev", "/reviews/{r}/note", NOTE, AT_NOTE)
    assert program.get("rev", "/reviews/{r}", AT_NOTE, If_None_Match=first.headers["etag"]).status_code == 200


def test_key_makes_a_command_be_done_once(program: Program) -> None:
    """Asked twice under a key by one actor it is done once and answered alike, also later; another body is 422."""
    first = program.do("rev", "/reviews/{r}/note", NOTE, AT_NOTE, Idempotency_Key="k-1")
    program.do("rev", "/reviews/{r}/note", {"text": "Between."}, "10-13 09:00")
    program.do("rev", "/reviews/{r}/ask", {"text": "Since when?"}, "10-13 09:10")  # which is then the next to be done
    again = program.do("rev", "/reviews/{r}/note", NOTE, "10-14 09:00", Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (200, 200), again.text
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    assert [note["text"] for note in program.desk.parts("note", "r")] == ["Seen.", "Between."]
    other = program.do(
        "rev", "/reviews/{r}/note", {"text": "Else."}, AT_NOTE.replace("12", "15"), Idempotency_Key="k-1"
    )
    assert (other.status_code, other.json()["type"]) == (422, "/api/v1/problems/key-reused")
    theirs = program.do("decider", "/reviews/{r}/note", {"text": "Ours."}, "10-15 10:00", Idempotency_Key="k-1")
    assert theirs.status_code == 200, "keys are of one actor"
    bad = program.do("rev", "/reviews/{r}/note", NOTE, "10-15 11:00", Idempotency_Key="with space")
    assert bad.status_code == 422


def test_key_in_flight_is_busy(program: Program) -> None:
    """While the first is being done the second is told so, and afterwards it gets the first one's answer."""
    with transaction(program.app.engine) as connection:  # as the first has it in hand
        assert answers.hold(connection, f"{PEOPLE['rev']} k-2")
        if program.app.engine.dialect.name == POSTGRESQL:
            answer = program.do("rev", "/reviews/{r}/note", NOTE, AT_NOTE, Idempotency_Key="k-2")
            assert (answer.status_code, answer.json()["type"]) == (409, "/api/v1/problems/busy")
    ready = threading.Barrier(4)

    def ask(_: int) -> int:
        ready.wait()
        return program.do("rev", "/reviews/{r}/note", NOTE, AT_NOTE, Idempotency_Key="k-3").status_code

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(ask, range(4)))
    assert codes <= {200, 409}
    assert 200 in codes
    assert program.do("rev", "/reviews/{r}/note", NOTE, AT_NOTE, Idempotency_Key="k-3").status_code == 200
    assert len(program.desk.parts("note", "r")) == 1


def test_pages_are_stable_under_inserts(program: Program) -> None:
    """However small the pages, and whatever comes in between them, each item is shown once and in order."""
    desk = program.desk
    for n in range(3, 7):
        filed(desk, f"n{n}", f"10-{n + 4:02}", "2026-12-01", sign=str(n))
    whole = [one["ref"] for one in program.get("decider", "/reviews", "10-12 08:00").json()["reviews"]]
    assert len(whole) == 6
    shown, after = [], None
    while True:
        query = f"/reviews?limit=2{f'&after={after}' if after else ''}"
        page = program.get("decider", query, "10-12 12:00")
        assert page.status_code == 200, page.text
        shown += [one["ref"] for one in page.json()["reviews"]]
        after = page.json()["next"]
        if after is None:
            break
        assert f"after={after}" in page.headers["link"]
        if len(shown) == 2:
            filed(desk, "late", "10-12", "2026-11-02", sign="9")  # due before or after the cursor: it moves nothing
    assert [ref for ref in shown if ref in whole] == whole
    assert len(shown) == len(set(shown))
    for bad in ("x", "e30", "WyJkZWFkbGluZXMiLDFd", "WyJyZXZpZXdzIiwiYSIsImIiXQ", "W1tbW1s"):
        assert program.get("decider", f"/reviews?after={bad}").status_code == 422, bad
    assert program.get("decider", f"/reviews?limit={MOST + 1}").status_code == 422
    assert program.get("decider", "/reviews?limit=0").status_code == 422


def test_a_cursor_is_sealed(program: Program) -> None:
    """It tells nothing, not by its length either; changed, of another list or of another reader it is none."""
    for view in ("", "/timeline"):
        program.get("rev", f"/reviews/{{r}}{view}", AT_NOTE)
    for who, other, path in (
        ("decider", "auditor", "/letters?limit=1"), ("admin", "auditor", "/deliveries?all=true&limit=1"),
        ("one", "viewer", "/reviews/{r}/reads?limit=1"), ("decider", "auditor", "/reviews?limit=1"),
    ):  # fmt: skip
        cursor = program.get(who, path, AT_NOTE).json()["next"]
        given = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        assert (len(given) - 16) % 64 == 0, "16 bytes seal blocks of 64"
        assert not given.isascii()
        assert program.get(who, f"{path}&after={cursor}", AT_NOTE).status_code == 200
        assert program.get(who, f"{path}&after={cursor[:-3]}AAA", AT_NOTE).status_code == 422
        assert program.get(who, f"/roster?after={cursor}", AT_NOTE).status_code == 422
        assert program.get(other, f"{path}&after={cursor}", AT_NOTE).status_code == 422


def test_every_list_is_cut(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that names a list cuts it into the page that is asked for."""
    from reviewflow.api.looks import is_paged
    from reviewflow.views.page import Page

    now = program.app.now(datetime(2026, 10, 12, 13, tzinfo=UTC))
    for view in VIEWS.values():
        if is_paged(view) and view.needs_database:
            page = Page(1)
            asked = {"ref": program.desk.refs["r"]} if "{ref}" in view.path else {}
            document = program.app.document(view.name, asked, PEOPLE["admin"], now, EVERYTHING, page)
            assert page.is_cut, view.name
            assert len(document[str(view.items)]) <= 1, view.name


def test_queue_is_filtered(program: Program) -> None:
    """By state, lab, due before and assigned to; what is no filter is refused, and what is internal is not asked."""

    def refs(who: str, query: str) -> list[str]:
        answer = program.get(who, f"/reviews?{query}", AT_NOTE)
        assert answer.status_code == 200, answer.text
        return [one["ref"] for one in answer.json()["reviews"]]

    r, q = program.desk.refs["r"], program.desk.refs["q"]
    assert set(refs("decider", "")) == {r, q}
    assert refs("decider", "state=submitted") == [q]
    assert refs("decider", "lab=example-lab-one") == [r]
    assert refs("decider", f"assigned_to={PEOPLE['rev']}") == [r]
    assert refs("decider", f"assigned_to={PEOPLE['rev2']}") == []
    assert refs("decider", "due_before=2026-10-20") == [q]
    assert set(refs("decider", "due_before=2027-01-01")) == {r, q}
    assert program.get("one", f"/reviews?assigned_to={PEOPLE['rev']}").status_code == 403
    twice = program.get("decider", "/reviews/{r}/explanation?ref=RV-2222-2222", AT_NOTE)
    assert twice.status_code == 422, "what stands in the address is no parameter"
    assert "RV-2222" not in twice.json()["detail"]
    for bad in ("stat=draft", "state=nowhere", "due_before=soon", "due_before=1", "limit=x"):
        assert program.get("decider", f"/reviews?{bad}", AT_NOTE).status_code == 422, bad


def test_deadlines_are_filtered(program: Program) -> None:
    """As the queue is, by the state of the deadline itself; at both doors alike."""

    def owed(query: str, who: str = "decider", at: str = AT_NOTE) -> set[tuple[str, str]]:
        answer = program.get(who, f"/deadlines?{query}", at)
        assert answer.status_code == 200, answer.text
        return {(one["ref"], one["kind"]) for one in answer.json()["deadlines"]}

    r, q = program.desk.refs["r"], program.desk.refs["q"]
    whole, of_r = owed(""), {(ref, kind) for ref, kind in owed("") if ref == r}
    assert {ref for ref, _ in whole} == {r, q}
    assert owed("lab=example-lab-one") == of_r
    assert owed(f"assigned_to={PEOPLE['rev']}") == of_r
    assert owed("due_before=2026-10-20") == {(q, "intake")}
    assert (owed("state=open"), owed("state=tolled")) == (whole, set())
    assert program.get("one", f"/deadlines?assigned_to={PEOPLE['rev']}").status_code == 403
    for bad in ("state=met", "state=nowhere", "due_before=soon", "status=open"):
        assert program.get("decider", f"/deadlines?{bad}", AT_NOTE).status_code == 422, bad
    line = f"deadlines --state open --lab example-lab-one --due-before 2027-01-01 --assigned-to {PEOPLE['rev']}"
    found = program.desk.line(line, "decider", AT_NOTE, "--json").json["deadlines"]
    assert {(one["ref"], one["kind"]) for one in found} == of_r
    assert "like that" in program.desk.line("deadlines --state tolled", "decider", AT_NOTE).out
    program.desk.tick("10-26 09:00")
    assert owed("state=missed", at="10-26 09:00") == {(q, "intake")}


def test_registers_are_filtered(program: Program) -> None:
    """By state, and by lab where they have one; another state than theirs is refused with those that there are."""
    models = program.get("decider", "/models", AT_NOTE).json()["models"]
    assert {one["lab"] for one in models} > {"example-lab-one"}
    found = program.get("decider", "/models?lab=example-lab-one&state=registered", AT_NOTE).json()
    assert found["models"] == [one for one in models if one["lab"] == "example-lab-one"]
    assert (found["count"], found["is_narrowed"]) == (len(found["models"]), True)
    lines = program.desk.line("model list --lab example-lab-one --state registered", "decider", AT_NOTE, "--json")
    assert lines.json["models"] == found["models"]
    for path in ("agreements", "halts", "commitments", "coverage", "partners", "organizations", "people", "models"):
        refused = program.get("decider", f"/{path}?state=nowhere", AT_NOTE).json()
        assert refused["status"] == 422, path
        states = refused["remedy"].removeprefix("There are: ").removesuffix(".").split(", ")
        counts = [program.get("decider", f"/{path}?state={state}").json()["count"] for state in states]
        assert sum(counts) == program.get("decider", f"/{path}").json()["count"], path
    assert program.get("decider", "/people?lab=example-lab-one", AT_NOTE).status_code == 422


def test_times_are_in_utc_with_the_local_text_beside(program: Program) -> None:
    """Every instant is RFC 3339 in UTC; beside a due instant stands the local one, and the answer says as of when."""
    answer = program.get("decider", "/deadlines", AT_NOTE)
    assert answer.headers["reviewflow-now"] == "2026-10-12T13:00:00Z"
    assert "now" not in answer.json()
    rows = answer.json()["deadlines"]
    assert rows
    for row in rows:
        assert row["due_at"].endswith("Z")
        assert datetime.fromisoformat(row["due_local"]) == datetime.fromisoformat(row["due_at"])
        assert row["due_local"].startswith(row["due_on"]), "the civil date is the local one"


def test_answer_to_a_command_is_in_the_zone_of_its_review(program: Program) -> None:
    """Its deadlines are those of the list of deadlines, to the local text and the days left."""
    filed(program.desk, "uk", "10-08", "2026-12-01", sign="5", extra="--policy uk-merger-phase-1")
    started = program.do("intake", "/reviews/{uk}/start", {}, "10-08 21:00")  # the next day in London
    found = program.get("decider", "/deadlines").json()["deadlines"]
    told = {(row["kind"], row["part_no"]): row for row in found if row["ref"] == program.desk.refs["uk"]}
    owed = started.json()["deadlines"]
    assert len(owed) == len(told) > 0
    for row in owed:
        assert row["time_zone"] == "Europe/London"
        assert row == {name: told[row["kind"], row["part_no"]][name] for name in row}


def test_clock_of_a_simulation_is_told_and_never_goes_back(program: Program) -> None:
    """The header moves it forward with a command, and only looks ahead with a look; back, or nonsense, is refused."""
    assert (
        program.do("rev", "/reviews/{r}/note", NOTE, "10-20 09:00").headers["reviewflow-now"] == "2026-10-20T13:00:00Z"
    )
    assert program.get("rev", "/reviews/{r}", "10-25 09:00").headers["reviewflow-now"] == "2026-10-25T13:00:00Z"
    assert program.get("rev", "/reviews/{r}").headers["reviewflow-now"] == "2026-10-20T13:00:00Z"
    assert program.get("rev", "/reviews/{r}", "10-19 09:00").status_code == 409
    program.desk("rev", 'review note {r} --text "By the command line."', "10-22 09:00")
    assert program.get("rev", "/reviews/{r}").headers["reviewflow-now"] == "2026-10-22T13:00:00Z"
    bad = program.ask("rev", "GET", "/reviews", None, None, **{AT: "yesterday"})
    assert bad.status_code == 422


def test_rates_are_kept_and_told(program: Program) -> None:
    """One person too many requests is 429 with when to come back; others are served; a guesser of tokens is stopped."""
    with served(program.desk, person_rate=3, address_rate=4) as strict:
        first = strict.get("one", "/reviews")
        assert (first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"]) == ("3", "2")
        codes = [strict.get("one", "/reviews").status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        refused = strict.get("one", "/reviews")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert refused.json()["type"] == "/api/v1/problems/too-many-requests"
        assert strict.get("two", "/reviews").status_code == 200
        guesses = [strict.ask(None, "GET", "/reviews", Authorization=f"Bearer rfl_{n}").status_code for n in range(6)]
        assert guesses == [401, 401, 401, 401, 429, 429]


def test_problem_types_lead_to_help(program: Program) -> None:
    """Every type has a page, for people and for programs; each reason of a refusal is in the problem."""
    every = program.get(None, "/problems").json()["problems"]
    assert len(every) > 12
    for one in every:
        page = program.client.get(one["type"], headers={"Accept": "text/html,*/*"})
        assert page.headers["content-type"].startswith("text/html")
        assert one["title"] in page.text.replace("&#x27;", "'")
        assert program.client.get(one["type"]).json()["help"] == one["help"]
    refused = program.do("one", "/reviews/{r}/grant-access", {"to": "team", "how": "endpoint"}, AT_NOTE)
    assert refused.status_code == 409
    assert len(refused.json()["reasons"]) == 6, "one of each access term"
    assert program.get(None, "/problems/nothing").status_code == 404


def test_fault_of_ours_tells_nothing(
    program: Program, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """An unforeseen error is a problem without a word of it; the log has it under the name that the caller is told."""
    from reviewflow import logs

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT secret FROM token")

    logs.configure("info")
    monkeypatch.setattr("reviewflow.app.App.document", fail)
    answer = program.get("one", "/reviews?lab=example-lab-one")
    logs.configure("error")
    assert (answer.status_code, answer.json()["type"]) == (500, "/api/v1/problems/fault")
    assert "SELECT" not in answer.text
    logged = capfd.readouterr().err
    assert "SELECT secret" in logged
    assert answer.json()["instance"].removeprefix("urn:uuid:") in logged
    assert program.token("one") not in logged
    assert "example-lab-one&" not in logged
    assert "path=/reviews " in logged, "the address as declared, without what was asked"


def test_scopes_narrow_what_a_token_reaches(program: Program) -> None:
    """A verb that a token leaves out is 403, a subject 404 as if it were not there; lists show what it names alone."""
    r = program.desk.refs["r"]
    program.tokens["reader"] = token_for(program.app, PEOPLE["decider"], {"verbs": ["read"], "subjects": [r]})
    program.tokens["writer"] = token_for(program.app, PEOPLE["decider"], {"verbs": ["review note"]})
    program.tokens["whole"] = token_for(program.app, PEOPLE["decider"], {"subjects": [r]})
    assert program.get("reader", "/reviews/{r}", AT_NOTE).status_code == 200
    assert program.get("reader", "/reviews/{q}", AT_NOTE).status_code == 404
    assert program.get("reader", "/journal/{q}", AT_NOTE).status_code == 404
    assert [one["ref"] for one in program.get("reader", "/reviews", AT_NOTE).json()["reviews"]] == [r]
    assert {one["ref"] for one in program.get("reader", "/deadlines", AT_NOTE).json()["deadlines"]} <= {r}
    assert program.do("reader", "/reviews/{r}/note", NOTE, AT_NOTE).status_code == 403
    assert program.do("reader", "/reviews/{q}/note", NOTE, AT_NOTE).status_code == 404
    assert program.get("writer", "/reviews/{r}", AT_NOTE).status_code == 403
    assert program.do("writer", "/reviews/{r}/note", NOTE, AT_NOTE).status_code == 200
    assert program.do("writer", "/reviews/{r}/start", {}, AT_NOTE).status_code == 403
    body = {"lab": "example-lab-three"}
    assert program.do("whole", "/agreements", body, AT_NOTE).status_code == 403, "it names subjects, and makes none"
    assert program.do("whole", "/reviews/{r}/note", NOTE, AT_NOTE).status_code == 200


def test_fact_is_dated_in_the_body_of_a_real_database(tmp_path: object, database_kind: str) -> None:
    """There an answer that came by mail yesterday is dated; the time itself cannot be told."""
    from pathlib import Path

    desk = Desk.real(Path(str(tmp_path)))
    desk(None, "init")
    with served(desk) as program:
        model = program.do("one", "/models", {"name": "Real", "digest": "1" * 64})
        assert model.status_code == 201, model.text
        program.desk.refs["m"] = model.json()["ref"]
        released = {"stage": "limited", "source": "https://news.example/1", "effective_at": "2026-11-01T10:00:00+01:00"}
        assert program.do("one", "/models/{m}/release", released).status_code == 200
        events = program.desk.export("m")
        assert events[-1]["effective_at"].startswith("2026-11-01T09:00")
        for bad in ("2026-11-01", "2026-11-01T10:00:00", 1):
            assert program.do("one", "/models/{m}/release", released | {"effective_at": bad}).status_code == 422, bad
        assert program.get("one", "/models/{m}", "11-02 09:00").status_code == 422
    desk.close()
