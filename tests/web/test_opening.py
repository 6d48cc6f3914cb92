"""Opening a review, and the tasks of its submission."""

import re

from tests.web.world import Pages

NEW = {"which": "new", "name": "Example Model Nine", "digest": "9" * 64, "release_kind": "api", "stage": "general"}


def refs(pages: Pages, table: str) -> set[str]:
    return {row["ref"] for row in pages.desk.query(f'SELECT ref FROM "{table}"')}


def test_one_form_registers_opens_and_plans(pages: Pages) -> None:
    """A new model, its review and the planned release are three events of their own, and the tasks come next."""
    form = pages.get("one", "/reviews/new?on=2026-12-01")
    assert form.status_code == 200 and "Open a review" in form.text
    before = refs(pages, "review")
    answer = pages.post("one", "/reviews/new", {**NEW, "key": "k1", "policy": "eo-14409", "on": "2026-12-01"})
    (ref,) = refs(pages, "review") - before
    assert str(answer.url).endswith(f"/reviews/{ref}/tasks")
    pages.desk.refs["new"] = ref
    assert pages.desk.names("new") == ["opened", "release_planned"]
    assert "Tue 1 Dec 2026" in answer.text and "Example Model Nine" in answer.text


def test_sent_twice_opens_one(pages: Pages) -> None:
    """A double click, and the page sent again after the back button, make nothing twice."""
    reviews, models = refs(pages, "review"), refs(pages, "model")
    sent = {**NEW, "key": "k2", "policy": "eo-14409", "on": "2026-12-01"}
    first, second = pages.post("one", "/reviews/new", sent), pages.post("one", "/reviews/new", sent)
    assert first.url == second.url
    assert len(refs(pages, "review") - reviews) == len(refs(pages, "model") - models) == 1
    other = pages.post("one", "/reviews/new", {**sent, "name": "Another"})
    assert other.status_code == 422 and "sent before with other answers" in other.text
    assert len(refs(pages, "review") - reviews) == 1


def test_a_second_step_that_fails_leaves_the_first_and_says_so(pages: Pages) -> None:
    """The model stays registered and is chosen; nothing that was typed is lost; no review is opened."""
    reviews, models = refs(pages, "review"), refs(pages, "model")
    sent = {**NEW, "key": "k3", "policy": "eo-14409", "on": "2026-12-01", "refiles": "{r}".format(**pages.desk.refs)}
    answer = pages.post("one", "/reviews/new", sent)
    (model,) = refs(pages, "model") - models
    assert answer.status_code == 409 and refs(pages, "review") == reviews
    assert "The model is registered" in answer.text and "names a withdrawn review" in answer.text
    assert re.search(rf'<option value="{model}" selected>', answer.text)
    assert 'value="2026-12-01"' in answer.text and sent["refiles"] in answer.text
    key = re.search(r'name="key" value="([^"]+)"', answer.text)
    assert key and key.group(1) != "k3"


def test_what_is_missing_and_a_cap_before_day_1_are_told_before_anything_is_done(pages: Pages) -> None:
    """Every fault at its field, in words; nothing is recorded, and the form keeps what was typed."""
    before = refs(pages, "review"), refs(pages, "model")
    empty = pages.post("one", "/reviews/new", {"which": "new", "name": "", "on": "soon", "key": "k4"})
    assert empty.status_code == 422 and "This is needed." in empty.text and 'value="soon"' in empty.text
    early = pages.post("one", "/reviews/new", {**NEW, "policy": "eo-14409", "on": "2026-10-07", "key": "k4"})
    assert early.status_code == 422 and "earliest possible date of the first release is" in early.text
    assert 'value="k4"' in early.text and 'value="Example Model Nine"' in early.text
    assert (refs(pages, "review"), refs(pages, "model")) == before


def test_preview_moves_with_the_plan_and_does_nothing(pages: Pages) -> None:
    """Without a plan 30 days; with one the window ends the day before it; by a button, and recorded nowhere."""
    before = len(pages.desk.query("SELECT seq FROM event"))
    free = pages.post("one", "/reviews/new", {**NEW, "key": "k5", "step": "show", "policy": "eo-14409"})
    assert "Thu 5 Nov 2026" in free.text and "none yet, so nothing shortens it" in free.text
    capped = pages.post("one", "/reviews/new", {**NEW, "key": "k5", "step": "show", "on": "2026-10-20"})
    assert "Mon 19 Oct 2026" in capped.text and "13 of 30 days" in capped.text and 'value="k5"' in capped.text
    assert "Submit within 14 hours and 40 minutes, and day 1 is tomorrow" in capped.text
    assert "Thu 8 Oct 2026" in capped.text  # what day 1 would be from midnight on
    assert len(pages.desk.query("SELECT seq FROM event")) == before


def test_only_an_officer_of_a_lab_opens(still: Pages) -> None:
    """A reviewer and a lab's viewer are told so; nobody is led to sign in."""
    for who in ("rev", "viewer"):
        answer = still.get(who, "/reviews/new")
        assert answer.status_code == 403 and "opened by an officer of the lab" in answer.text
    assert still.nobody.get("/reviews/new", follow_redirects=False).headers["location"].startswith("/sign-in?next=")


def test_an_unknown_policy_in_a_link_falls_back_to_the_programmes_own(still: Pages) -> None:
    """A link is no command, and what it asks for wrongly is chosen anew."""
    answer = still.get("one", "/reviews/new?policy=absent")
    assert answer.status_code == 200 and '<option value="eo-14409" selected>' in answer.text


def test_tasks_lead_to_a_submission(pages: Pages) -> None:
    """Each gate item with its form; one that is supplied is done, with when and by whom; at last it is submitted."""
    sent = {**NEW, "key": "k6", "policy": "eo-14409", "on": "2026-12-01"}
    path = str(pages.post("one", "/reviews/new", sent).url.path)
    listed = pages.get("one", path)
    assert "as the model is registered" in listed.text and "4 items are still missing" in listed.text
    href = re.search(r'href="([^"]+supply\?item=system_card[^"]*)"', listed.text)
    assert href and "back=" in href.group(1)
    empty = pages.post("one", path.replace("tasks", "do/supply"), {"item": "system_card", "digest": "12"})
    assert empty.status_code == 422 and '<p class="fault" id="e-digest">A SHA-256 has 64 signs' in empty.text
    asked = pages.get("one", path.replace("tasks", "do/submit")).text
    assert "4 items are still missing" in asked and "do/supply?item=access_terms" in asked and "As of " in asked
    for item in ("access_ready", "system_card", "safeguard_state", "access_terms"):
        done = pages.post(
            "one", path.replace("tasks", "do/supply"), {"item": item, "text": "in the vault", "back": path}
        )
        assert "<strong>On record</strong>" in done.text
    assert "Everything that the policy asks for is in." in done.text
    version = re.search(r'name="version" value="([^"]+)"', done.text)
    assert version
    filed = pages.post("one", path.replace("tasks", "do/submit"), {"version": version.group(1), "back": path})
    assert "It is submitted" in filed.text and "do/submit" not in filed.text


def test_returned_review_says_why_on_top(pages: Pages) -> None:
    """The reason of the return, the missing items, and another submission."""
    pages.desk("intake", "review return {q} --reason 'No system card.'", "10-06 10:00")
    answer = pages.get("two", "/reviews/{q}/tasks")
    assert answer.text.index("No system card.") < answer.text.index("What the policy asks for")
    assert "/do/submit" in answer.text


def test_why_it_cannot_be_submitted_comes_from_the_rules(pages: Pages) -> None:
    """Without an agreement the rules refuse, and the page says so instead of a button."""
    pages.desk("two", 'model register "No Digest"', "10-06 09:30", "mx")
    pages.desk("two", "review open {mx} --agency example-office", "10-06 09:31", "x")
    answer = pages.get("two", "/reviews/{x}/tasks")
    assert "It cannot be submitted yet" in answer.text and "No checkpoint digest" in answer.text
    assert 'action="/reviews/{x}/do/submit"'.format(**pages.desk.refs) not in answer.text


def test_others_see_no_tasks_of_a_draft(pages: Pages) -> None:
    """A draft is its lab's alone; a viewer of the lab reads the list and is offered no form."""
    pages.desk("one", 'model register "Quiet"', "10-06 09:30", "mx")
    pages.desk("one", "review open {mx} --agency example-office", "10-06 09:31", "x")
    assert pages.get("two", "/reviews/{x}/tasks").status_code == 404
    assert pages.get("decider", "/reviews/{x}/tasks").status_code == 404
    viewed = pages.get("viewer", "/reviews/{x}/tasks")
    assert viewed.status_code == 200 and "/do/supply" not in viewed.text and "An officer of" in viewed.text
