"""Administration on pages: who may, codes that are shown once, policies that changed, letters that did not go out."""

import copy
import re

from reviewflow.ledger.canonical import digest
from reviewflow.store.database import transaction
from reviewflow.store.lookups import documents, keep_documents
from reviewflow.views.copies import changed
from tests.stories.world import PEOPLE
from tests.web.entering import PASSWORD, browser, sign_in, with_passwords
from tests.web.world import Pages

PERSON = f"/people/{PEOPLE['one']}"
PAGES = ("", "/people", PERSON, "/organizations", "/policies", "/policies/eo-14409", "/deliveries", "/health")


def test_administration_is_for_who_looks_after_the_installation(still: Pages) -> None:
    """Auditors read all of it and change nothing; for others it is not allowed, and not in their navigation."""
    for page in PAGES:
        for who in ("admin", "auditor"):
            assert still.get(who, f"/admin{page}").status_code == 200, page
        for who in ("one", "decider", "rev"):
            answer = still.get(who, f"/admin{page}")
            assert answer.status_code == 403 and 'href="/admin"' not in answer.text
        assert "/sign-in" in still.get(None, f"/admin{page}").url.path
    person = f"/admin/people/{PEOPLE['one']}"
    assert "one-time code" in still.get("admin", person).text
    assert "one-time code" not in still.get("auditor", person).text
    for path in (f"{person}/invite", f"{person}/sessions/end", "/admin/deliveries/requeue"):
        assert still.post("auditor", path, {"every": "yes"}).status_code == 403, path


def test_a_code_is_shown_once_and_lets_its_person_in(pages: Pages) -> None:
    """He sets his password by it, signs in, and it is used up."""
    with_passwords(pages)
    person = f"/admin/people/{PEOPLE['one']}"
    made = pages.post("admin", f"{person}/invite")
    code = re.search(r"(?:\w{4}-){6}\w{4}", made.text)
    assert code and code[0] not in pages.get("admin", person).text
    mine = browser(pages)
    given = {"code": code[0], "password": PASSWORD, "again": PASSWORD}
    assert mine.post("/invitation", data={**given, "again": "another"}).status_code == 422
    assert "is set" in mine.post("/invitation", data=given).text
    assert sign_in(mine, "one").status_code == 303
    assert mine.post("/invitation", data=given).status_code == 401
    assert "operator" not in pages.get("admin", person).text.partition("What happened")[0]
    assert "0 open sessions now." in pages.post("admin", f"{person}/sessions/end").text
    assert mine.get("/me").status_code == 303


def test_a_person_of_another_office_is_not_administered(still: Pages) -> None:
    """What is on record is read; sessions and tokens are not told, and no code is offered."""
    page = still.get("admin", f"/admin/people/{PEOPLE['consulted']}").text
    assert "reviewer" in page
    assert still.get("admin", "/admin/people/nobody@example.example").status_code == 404


def test_a_policy_shows_what_changed_since_a_kept_copy(pages: Pages) -> None:
    """Line by line, with the word beside the colour; copies of two things are not compared."""
    with transaction(pages.app.engine) as connection:
        row = next(one for one in documents(connection) if one["name"] == "eo-14409")
        body = copy.deepcopy(row["body"])
        body["version"], body["window"]["length"] = body["version"] - 1, 21
        keep_documents(connection, [{**row, "body": body, "version": body["version"], "digest": digest(body)}])
    page = pages.get("admin", "/admin/policies/eo-14409").text
    lines = re.findall(r'<tr class="(added|removed)"><td>(\w+)</td><td><code>([^<]*)', page)
    assert ("removed", "removed", "window.length: 21") in lines and ("added", "added", "window.length: 30") in lines
    assert digest(body) in page
    assert "see what changed" in pages.get("admin", "/admin/policies").text
    back = f"/admin/policies/eo-14409?before={row['digest']}&after={digest(body)}"
    assert "<td>added</td><td><code>window.length: 21" in pages.get("admin", back).text
    assert pages.get("admin", "/admin/policies/eo-14409?before=x&after=y").status_code == 200
    assert changed(body, body) == []


def test_letters_that_did_not_go_out_are_sent_again(pages: Pages) -> None:
    """With why; by those that are ticked. Without one ticked nothing is done, and it is said."""
    pages.desk.query(
        "UPDATE delivery SET status = 'set_aside', sent_at = NULL, error = 'refused <550>' WHERE recipient = ?",
        PEOPLE["one"],
    )
    page = pages.get("admin", "/admin/deliveries").text
    letters = re.findall(r'name="letter" value="([^"]+)"', page)
    assert letters and "refused &lt;550&gt;" in page and PEOPLE["one"] in page
    assert "not in order" in pages.get("admin", "/admin/health").text
    assert "to look at" in pages.get("admin", "/admin").text
    assert "9,999" not in pages.get("admin", "/admin/deliveries?done=9999").text
    assert 'role="status"' not in pages.get("admin", "/admin/deliveries?all=yes&done=9999").text
    assert pages.post("admin", "/admin/deliveries/requeue").status_code == 422
    answer = pages.post("admin", "/admin/deliveries/requeue", {"letter": letters[:1]})
    assert "1 letter due again" in answer.text
    assert len(re.findall('name="letter"', pages.get("admin", "/admin/deliveries").text)) >= len(letters) - 1
