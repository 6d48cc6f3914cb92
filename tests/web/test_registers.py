"""The registers: lists that a reader may narrow and add to, and the pages of what stands in them."""

import re

import pytest

from tests.web.world import Pages

LISTS = ("models", "agreements", "halts", "commitments", "coverage", "partners", "organizations", "people")


def deeds(text: str) -> set[str]:
    """The forms to which a page leads, without references."""
    return {re.sub(r"/[A-Z]{2}-[\w-]+", "", href) for href in re.findall(r'href="(/[^"?]*/do/[^"?]*)', text)}


@pytest.mark.parametrize("who", ["one", "decider", "admin"])
def test_every_register_opens_for_everybody(still: Pages, who: str) -> None:
    """The front page and each list answer, with no more than is the reader's."""
    front = still.get(who, "/registers")
    assert front.status_code == 200 and all(f'href="/{name}"' in front.text for name in LISTS)
    assert all(still.get(who, f"/{name}").status_code == 200 for name in LISTS)


def test_a_button_stands_only_where_its_role_may_press_it(still: Pages) -> None:
    """Who may not make something is not led to its form."""
    made = {who: deeds(still.get(who, "/registers").text) for who in ("one", "rev", "decider", "admin")}
    assert {"/models/do/register", "/commitments/do/agree", "/coverage/do/ask"} <= made["one"]
    assert "/agreements/do/open" not in made["one"] and "/agreements/do/open" in made["decider"]
    assert made["rev"] == set()
    assert {"/organizations/do/add", "/people/do/add"} <= made["admin"] and "/people/do/add" not in made["decider"]


def test_a_lab_finds_no_other_labs_model(still: Pages) -> None:
    """Neither in the list nor by its address, which answers as one that is not there."""
    model = re.findall(r'href="/models/(MD-[\w-]+)"', still.get("two", "/models").text)
    assert model and all(ref not in still.get("one", "/models").text for ref in model)
    assert still.get("one", f"/models/{model[0]}").status_code == 404
    assert still.get("one", f"/models/{model[0]}/release-check").status_code == 404


def test_a_model_tells_which_checkpoint_each_review_pinned(pages: Pages) -> None:
    """Beside the one that it was registered with, and a draft pins none."""
    pages.desk("one", "model register Other", "10-07 09:00", "m")
    pages.desk("one", "review open {m} --agency example-office", "10-07 09:05", "d")
    pages.desk("one", f"review supply {{d}} checkpoint_digest --digest {'7' * 64}", "10-07 09:06")
    shown = pages.get("one", "/models/{m}").text
    assert "not told when it was registered" in shown and "not pinned yet" in shown and "7" * 64 not in shown
    pages.desk("one", "review submit {d}", "10-07 09:10")
    pages.app.refresh()
    for who in ("one", "decider"):
        shown = pages.get(who, "/models/{m}").text
        assert f"{'7' * 64}</code> pinned by review" in shown and "not pinned yet" not in shown
    assert pages.get("two", "/models/{m}").status_code == 404


def test_an_empty_register_says_what_fills_it(still: Pages) -> None:
    """Nothing yet is told apart from nothing that fits."""
    assert "Nothing here yet" in still.get("decider", "/halts").text
    assert "Nothing fits" in still.get("decider", "/agreements?state=ended").text
    assert still.get("decider", "/halts?state=broken").status_code == 422


def test_a_list_goes_on_where_its_page_ends(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row stands on one page and on no other."""
    monkeypatch.setattr("reviewflow.web.pages.registers.A_PAGE", 3)
    seen, address = list[str](), "/people"
    while address:
        text = pages.get("admin", address).text
        seen += re.findall(r'scope="row"><a href="/people/([^"]+)"', text)
        more = re.search(r'href="(/people\?after=[^"]+)"', text)
        address = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) > 6


def test_a_halt_shows_what_was_ordered_beside_what_was_implemented(pages: Pages) -> None:
    """Each scope stands in a step with its time, open weights are said not to be recalled, and nothing is <b>."""
    run = pages.desk
    run("one", "model register 'Open <b>' --release-kind open_weights --digest " + "e" * 64, "10-06 10:00", "m")
    run("one", "model add-holder {m} 'A partner'", "10-06 10:01")
    run(
        "decider",
        "halt order --models {m} --scope 'new downloads' --basis 'an order' --agency example-office",
        "10-06 11:00",
        "h",
    )
    run("one", "halt implement {h} --scope 'our own site alone'", "10-06 12:00")
    text = pages.get("decider", "/halts/{h}").text
    assert "new downloads" in text and "our own site alone" in text
    assert text.index("new downloads") < text.index("our own site alone")
    assert "cannot be recalled" in text and "A partner" in text
    assert "<b>" not in text and "Open &lt;b&gt;" in text
    drawn = text[text.index('class="chart course"') :]
    assert "the order</text>" in drawn and "switched off</text>" in drawn and 'class="ordered on"' in drawn
    assert "Halt ordered for 1 model:" in text
    told = pages.get("one", "/halts/{h}").text
    assert "new downloads" in told and 'class="chart course"' in told


def test_what_was_done_is_receipted_once_to_who_did_it(pages: Pages) -> None:
    """The receipt has version and head; to anybody else, and for another's event, there is none."""
    made = pages.post("one", "/models/do/register", {"name": "Next", "release_kind": "api", "digest": "d" * 64})
    assert made.status_code == 200 and "It is on record" in made.text and "version 1 of MD-" in made.text
    address = made.url.path
    assert "It is on record" not in pages.get("decider", f"{address}?done=1").text
    assert "It is on record" not in pages.get("one", f"{address}?done=7").text


def test_a_release_check_says_its_facts_in_words(still: Pages) -> None:
    """It stops where the chosen check stops, approves nothing, and says what it does not know."""
    page = still.get("one", "/models")
    model = next(iter(re.findall(r'href="/models/(MD-[\w-]+)"', page.text)))
    strict = still.get("one", f"/models/{model}/release-check")
    assert strict.status_code == 200 and "approves nothing" in strict.text and "window" in strict.text
    assert still.get("one", f"/models/{model}/release-check?policy=nonesuch").status_code == 422
    assert still.get("one", f"/models/{model}/release-check?digest=abc").status_code == 422
