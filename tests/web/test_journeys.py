"""The four journeys in a real browser, and what may go wrong on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reviewflow.app import App
from tests.engine.identity.installation import PASSWORD
from tests.stories.begun import begun
from tests.stories.world import PEOPLE, Desk
from tests.web import browser, gallery, journeys
from tests.web.browser import Tab, tab
from tests.web.hands import Hand
from tests.web.world import with_password

Journey = Callable[[journeys.Crew, Desk], None]
NOTE = "Ask about the safeguards first."


@pytest.mark.parametrize("journey", journeys.ALL)
def test_journey(chromium: Browser, tmp_path: Path, journey: Journey) -> None:
    """With a pointer and scripts: nothing leaves the host, and no policy is broken."""
    with begun(tmp_path) as desk, browser.serving(desk) as (base, _), journeys.crew(chromium, base) as crew:
        journey(crew, desk)
        desk.is_whole()


def sign_in(hand: Hand, who: str) -> None:
    """With mailbox and password."""
    hand.page.goto("/sign-in")
    hand.write("Mailbox", PEOPLE[who])
    hand.write("Password", PASSWORD)
    hand.press("Sign in")


def signed_by(desk: Desk) -> str:
    """How the one who determined was proven to be there."""
    return str(desk.last("r", "cleared")["data"]["signature"]["method"])


def test_a_password_signs_on_a_real_database(chromium: Browser, tmp_path: Path, database_kind: str) -> None:
    """The decider signs in, reads, gives the password again, and it is determined; wrong, nothing is."""
    desk = gallery.real(tmp_path)
    with browser.serving(desk) as (base, app), tab(chromium, base) as place:
        with_password(app, "decider")
        hand = Hand(place)
        sign_in(hand, "decider")
        journeys.find(hand, desk.refs["r"])
        hand.follow("Sign: cleared")
        hand.press("Read what you sign")
        hand.write("Your password", "not the password")
        hand.press("Sign")
        hand.reads("The password is wrong; nothing was signed.")
        assert desk.state("r") == "under_review"
        hand.write("Your password", PASSWORD)
        hand.press("Sign")
        hand.reads("It is on record")
        assert (desk.state("r"), signed_by(desk)) == ("cleared", "password")
    desk.is_whole()
    desk.close()


def with_authenticator(place: Tab) -> None:
    """A device of its owner, who is always there and always known to it."""
    session = place.context.new_cdp_session(place.page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_opens_and_signs(chromium: Browser, tmp_path: Path) -> None:
    """Made on one's own page, asked for at the next sign-in, and what a determination is signed with."""
    desk = gallery.real(tmp_path)
    with browser.serving(desk, "localhost") as (base, app), tab(chromium, base) as place:
        with_password(app, "decider")
        with_authenticator(place)
        hand = Hand(place)
        sign_in(hand, "decider")
        hand.page.goto("/me")
        hand.follow("Add a passkey")
        hand.write("A name for it", "key in the safe")
        hand.press("Make the passkey")
        hand.page.wait_for_url("**/me?did=passkey*")
        hand.page.get_by_role("button", name="Sign out").click()
        sign_in(hand, "decider")  # the passkey answers by itself
        hand.page.wait_for_url(f"{base}/")
        journeys.find(hand, desk.refs["r"])
        hand.follow("Sign: cleared")
        journeys.sign(hand)
        assert (desk.state("r"), signed_by(desk)) == ("cleared", "passkey")
    desk.is_whole()
    desk.close()


@contextmanager
def at_the_note(chromium: Browser, folder: Path, **context: bool) -> Iterator[tuple[Desk, App, Hand]]:
    """A reviewer before the form of a note."""
    with begun(folder) as desk, browser.serving(desk) as (base, app), tab(chromium, base, "rev", **context) as place:
        place.page.goto(f"/reviews/{desk.refs['r']}/do/note")
        yield desk, app, Hand(place)


def notes(desk: Desk) -> list[str]:
    """What was noted."""
    return [note["text"] for note in desk.parts("note", "r")]


def test_what_was_typed_outlives_the_session(chromium: Browser, tmp_path: Path) -> None:
    """It ended while the form was open: one signs in, and the text is there; nothing is recorded meanwhile."""
    with at_the_note(chromium, tmp_path) as (desk, app, hand):
        with_password(app, "rev")  # which ends his sessions
        hand.write("Text", NOTE)
        hand.press("Add a note")
        hand.reads("Your session ended")
        hand.write("Mailbox", PEOPLE["rev"])
        hand.write("Password", PASSWORD)
        hand.press("Sign in")
        hand.press("Back to the form")
        assert hand.main.get_by_label("Text").input_value() == NOTE
        assert notes(desk) == []
        hand.press("Add a note")
        hand.reads("It is on record")
        assert notes(desk) == [NOTE]


def test_two_tabs_on_one_review(chromium: Browser, tmp_path: Path) -> None:
    """The second is told that it changed, keeps its text, and may send it again on what is there now."""
    with at_the_note(chromium, tmp_path) as (desk, _, hand):
        other = hand.tab.another()
        other.goto(hand.page.url)
        other.get_by_label("Text").fill("The first.")
        other.get_by_role("button", name="Add a note", exact=True).click()
        other.get_by_text("It is on record").wait_for()
        hand.write("Text", NOTE)
        hand.press("Add a note")
        hand.reads("It changed since you read it")
        assert hand.main.get_by_label("Text").input_value() == NOTE
        assert notes(desk) == ["The first."]
        hand.press("Add a note")
        hand.reads("It is on record")
        assert notes(desk) == ["The first.", NOTE]


def test_the_way_back_does_nothing_twice(chromium: Browser, tmp_path: Path) -> None:
    """Back to the form, forward again, and a page that is loaded anew: what is on record is there once."""
    with at_the_note(chromium, tmp_path) as (desk, _, hand):
        hand.write("Text", NOTE)
        hand.press("Add a note")
        hand.reads("It is on record")
        hand.page.go_back()
        assert hand.path.endswith("/do/note")
        assert hand.main.get_by_role("button", name="Add a note", exact=True).get_attribute("aria-disabled") is None
        hand.page.go_forward()
        hand.page.reload()
        hand.reads("It is on record")
        assert notes(desk) == [NOTE]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_is_one_event(chromium: Browser, tmp_path: Path, scripts: bool) -> None:
    """With scripts the form goes once; without, the second one brings the same key."""
    with at_the_note(chromium, tmp_path, java_script_enabled=scripts) as (desk, _, hand):
        hand.write("Text", NOTE)
        hand.main.get_by_role("button", name="Add a note", exact=True).dblclick(no_wait_after=True)
        hand.reads("It is on record")
        assert notes(desk) == [NOTE]


def test_what_is_not_ones_own_is_not_there(chromium: Browser, tmp_path: Path) -> None:
    """Another lab finds nothing; who may not is told so, and has no button."""
    with begun(tmp_path) as desk, browser.serving(desk) as (base, _):
        with tab(chromium, base, "two") as place:
            answer = place.page.goto(f"/reviews/{desk.refs['r']}")
            assert answer and answer.status == 404
            assert "Example Model" not in place.page.content()
            answer = place.page.goto("/admin")
            assert answer and answer.status == 403
        with tab(chromium, base, "rev") as place:
            hand = Hand(place)
            before = desk.names("r")
            place.page.goto(f"/reviews/{desk.refs['r']}/do/clear?text=Cleared.")
            hand.reads("Not now, or not yours")
            assert not hand.main.get_by_role("button").count() and desk.state("r") == "under_review"
            assert desk.names("r") == before
