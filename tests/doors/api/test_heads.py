"""HEAD asks for all that GET tells but the body; what is described of methods, headers and problems."""

import pytest

from reviewflow import logs
from reviewflow.api.problems import PROBLEMS
from reviewflow.nouns.paths import API
from tests.doors.api.world import Program

VOLATILE = {"reviewflow-request", "ratelimit-remaining", "ratelimit-reset"}


def test_head_is_get_without_a_body(shared: Program, capfd: pytest.CaptureFixture[str]) -> None:
    """The same status and headers, 304 and refusals too, for load balancers and for who wants the ETag alone."""
    tag = shared.get("rev", "/reviews/{r}").headers["etag"]
    asked: list[tuple[str | None, str, dict[str, str]]] = [
        ("rev", "/reviews/{r}", {}), ("rev", "/reviews/{r}", {"If_None_Match": tag}), ("rev", "/nothing", {}),
        (None, "/me", {}), (None, "/livez", {}), (None, "/readyz", {}), (None, "/openapi.json", {}),
    ]  # fmt: skip
    for who, path, headers in asked:
        whole, head = (shared.ask(who, method, path, **headers) for method in ("GET", "HEAD"))
        assert head.status_code == whole.status_code, path
        assert head.content == b""
        told = [{k: v for k, v in one.headers.items() if k not in VOLATILE} for one in (whole, head)]
        assert told[0] == told[1], path
    logs.configure("info")
    shared.ask("rev", "HEAD", "/reviews/{r}")
    logs.configure("error")
    assert "method=HEAD path=/reviews/{ref} status=200" in capfd.readouterr().err


def test_description_is_sent_once(shared: Program) -> None:
    """The same bytes, and none of them to who has them; other methods are told which there are."""
    first, again = (shared.get(None, "/openapi.json") for _ in range(2))
    assert first.content == again.content
    assert first.headers["cache-control"] == "public, no-cache"
    known = shared.get(None, "/openapi.json", If_None_Match=first.headers["etag"])
    assert (known.status_code, known.content) == (304, b"")
    other = shared.ask(None, "POST", "/openapi.json")
    assert (other.status_code, other.headers["allow"]) == (405, "GET, HEAD")


def test_every_problem_and_its_headers_are_described(shared: Program) -> None:
    """Each type of problem stands in the answers of some operation, and what comes along with it in their headers."""
    document = shared.get(None, "/openapi.json").json()
    answers = document["components"]["responses"]
    assert {slug for names in answers for slug in PROBLEMS if slug in names} == set(PROBLEMS)
    for slug, header in {"busy": "Retry-After", "too-many-requests": "Retry-After", "unavailable": "Retry-After",
                         "unauthenticated": "WWW-Authenticate", "method-not-allowed": "Allow"}.items():  # fmt: skip
        for name in [name for name in answers if slug in name]:
            reference = answers[name]["headers"][header]["$ref"]
            assert document["components"]["headers"][reference.rpartition("/")[2]]["schema"], name
    assert all("RateLimit-Remaining" in answer["headers"] for answer in answers.values())
    note = document["paths"][f"{API}/reviews/{{ref}}/note"]["post"]["responses"]
    assert "busy" in note["409"]["$ref"]
    assert "key-reused" in note["422"]["$ref"]
    assert "busy" not in document["paths"][f"{API}/me/tokens"]["post"]["responses"]["409"]["$ref"]
    reviews = document["paths"][f"{API}/reviews"]["get"]["responses"]["200"]
    assert {"ETag", "Link", "Reviewflow-Now"} <= reviews["headers"].keys()
