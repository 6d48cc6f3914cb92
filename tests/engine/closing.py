"""The close-out table of the design, as a literal: what must be over where a review stands in a state."""

from reviewflow.nouns.subject import Row, Subject

ALL = {"intake", "answer", "toll", "window", "access", "planned_release", "refile"}
# state -> kinds of deadlines that cannot be live, states of requests and of grants that cannot be there
NOT_LIVE: dict[str, set[str]] = {
    "draft": ALL - {"planned_release"},
    "submitted": {"answer", "toll", "window", "refile"},
    "returned": {"answer", "toll", "window", "access", "intake", "refile"},
    "under_review": {"intake", "toll", "refile"},
    "tolled": {"intake", "refile"},
    "cleared": {"intake", "answer", "toll", "window", "refile"},
    "concerns": {"intake", "answer", "toll", "window", "refile"},
    "lapsed": {"intake", "toll", "window", "refile"},
    "released": ALL - {"access"},
    "withdrawn": ALL - {"refile"},
}
WAITING, STANDING = {"open", "overdue"}, {"active", "suspended"}
REQUESTS: dict[str, set[str]] = {
    "draft": WAITING, "submitted": WAITING, "returned": WAITING, "cleared": WAITING, "concerns": WAITING,
    "released": WAITING, "withdrawn": WAITING,
}  # fmt: skip
GRANTS: dict[str, set[str]] = {"draft": STANDING, "returned": {"active"}, "withdrawn": STANDING}
LAST_WINDOW: dict[str, set[str]] = {
    "returned": {"closed"}, "under_review": {"open"}, "tolled": {"tolled"}, "cleared": {"met", "missed"},
    "concerns": {"met", "missed"}, "lapsed": {"missed"},
}  # fmt: skip


def _last(subject: Subject, kind: str) -> Row | None:
    """The newest deadline of a kind that an event in force has made."""
    rows = [row for row in subject.part("deadline") if row["kind"] == kind and row["reason"] != "rescinded"]
    return rows[-1] if rows else None


def assert_closed_out(subject: Subject) -> None:
    """Deadlines, requests, tolls and access as the table has them for the state of a review."""
    state, name = subject.row["state"], f"{subject.ref} ({subject.row['policy']}, {subject.row['state']})"
    live = {row["kind"] for row in subject.part("deadline") if row["status"] in ("open", "tolled")}
    assert not live & NOT_LIVE[state], f"{name}: {live & NOT_LIVE[state]} still run"
    requests = {row["state"] for row in subject.part("request")}
    assert not requests & REQUESTS.get(state, set()), f"{name}: requests {requests}"
    grants = {row["state"] for row in subject.part("access_grant") if not row["is_after_release"]}
    assert not grants & GRANTS.get(state, set()), f"{name}: access {grants}"
    assert state != "released" or not grants & STANDING, f"{name}: access {grants}"
    window = _last(subject, "window")
    if state in LAST_WINDOW and window is not None:
        assert window["status"] in LAST_WINDOW[state], f"{name}: window {window['status']}"
    _assert_tolls(subject, state, name)
    _assert_access(subject, state, name, window)
    if state in ("cleared", "concerns", "released", "withdrawn"):
        owed = [d for d in subject.part("deadline") if d["status"] == "missed" and d["next_notice_at"] is not None]
        assert not owed, f"{name}: reminded of {[d['kind'] for d in owed]} after it was over"


def _assert_tolls(subject: Subject, state: str, name: str) -> None:
    is_open = any(toll["ended_at"] is None for toll in subject.part("toll"))
    assert is_open == (state == "tolled"), f"{name}: a toll {'is' if is_open else 'is not'} open"
    for toll in subject.part("toll"):
        assert toll["ended_at"] is None or toll["ended_at"] >= toll["started_at"], f"{name}: toll ended before it began"
    open_tolls = {toll["no"] for toll in subject.part("toll") if toll["ended_at"] is None}
    live = {d["part_no"] for d in subject.part("deadline") if d["kind"] == "toll" and d["status"] == "open"}
    assert live <= open_tolls, f"{name}: a deadline of a toll that is over"


def _assert_access(subject: Subject, state: str, name: str, window: Row | None) -> None:
    """Where the window is known, no access outlives it, and none stands without an end."""
    if state not in ("under_review", "tolled", "cleared", "concerns", "lapsed"):
        return
    live = {
        d["part_no"]: d for d in subject.part("deadline") if d["kind"] == "access" and d["status"] in ("open", "tolled")
    }
    for grant in subject.part("access_grant"):
        if grant["state"] != "active" or window is None:
            continue
        end = live.get(grant["no"])
        assert end is not None, f"{name}: access {grant['no']} stands without an end"
        if state in ("cleared", "concerns"):
            assert end["due_at"] is not None, f"{name}: access {grant['no']} never ends"
        if window["due_at"] is not None:
            assert end["due_at"] is not None and end["due_at"] <= window["due_at"], (
                f"{name}: access outlives the window"
            )
