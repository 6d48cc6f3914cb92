"""A review carried through its process by programs alone."""

from tests.doors.api.world import Program


def test_review_is_opened_filed_and_started_over_http(program: Program) -> None:
    """A lab's program opens and files, the office's starts the clock; each answer says where the subject stands now."""
    made = program.do("one", "/models", {"name": "Example Model 9", "digest": "9" * 64}, "10-12 09:00")
    assert made.status_code == 201, made.text
    model = made.json()["ref"]
    assert made.headers["location"] == f"/api/v1/models/{model}"
    opened = program.do("one", "/reviews", {"model": model, "agency": "example-office"}, "10-12 09:01")
    assert opened.status_code == 201, opened.text
    assert opened.json()["state"] == "draft"
    program.desk.refs["n"] = opened.json()["ref"]
    planned = program.do(
        "one", "/reviews/{n}/plan", {"on": "2026-12-15"}, "10-12 09:02", If_Match=opened.headers["etag"]
    )
    assert planned.status_code == 200, planned.text
    for item in ("access_ready", "system_card", "safeguard_state", "access_terms"):
        supplied = program.do("one", "/reviews/{n}/supply", {"item": item, "text": "in the vault"}, "10-12 09:03")
        assert supplied.status_code == 200, supplied.text
    assert program.do("one", "/reviews/{n}/submit", None, "10-12 09:04").json()["state"] == "submitted"
    started = program.do("intake", "/reviews/{n}/start", {}, "10-12 10:00")
    assert started.json()["state"] == "under_review"
    window = next(one for one in started.json()["deadlines"] if one["kind"] == "window")
    assert window["due_on"] == "2026-11-11"
    assert window["due_at"].endswith("Z")
    assert window["due_local"].endswith("-05:00")
    program.desk.is_whole()
