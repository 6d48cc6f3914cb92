"""The secret address of a calendar: told once, kept as a digest, gone when it is revoked."""

from tests.doors.api.world import Program

LINK = "/me/calendar-link"


def test_phone_subscribes_by_a_secret_address(program: Program) -> None:
    """Whoever has the address reads the calendar without signing in; what has not changed is 304."""
    made = program.do("one", LINK)
    assert made.status_code == 201, made.text
    url = made.json()["url"]
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


def test_address_is_secret_and_ends(program: Program) -> None:
    """Only its digest is kept; a new one ends the old one; a revoked one answers as one that never was."""
    old, new = (program.do("one", LINK).json()["url"] for _ in range(2))
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
    url = program.do("rev", LINK).json()["url"]
    assert program.client.get(url).status_code == 200
    program.desk("admin", 'person deactivate reviewer@example-office.example --reason "gone"', "10-12 09:00")
    assert program.client.get(url).status_code == 404
