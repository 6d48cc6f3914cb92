"""The four ways through a review that everybody must be able to go, whatever they see, hear or press."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from playwright.sync_api import Browser

from tests.stories.world import PEOPLE, Desk
from tests.web.browser import tab
from tests.web.hands import Hand

DIGEST = "5" * 64


class Crew:
    """Everybody at a browser of his own, and each with the same kind of hand."""

    def __init__(
        self, stack: ExitStack, browser: Browser, base: str, hand: type[Hand], context: dict[str, Any]
    ) -> None:
        self._stack, self._browser, self._base, self._hand, self._context = stack, browser, base, hand, context
        self.hands: dict[str, Hand] = {}

    def __call__(self, who: str) -> Hand:
        """Who is at the queue, whatever he did before."""
        if who not in self.hands:
            opened = tab(self._browser, self._base, who, **self._context)
            self.hands[who] = self._hand(self._stack.enter_context(opened))
        else:
            self.hands[who].page.goto("/")
        return self.hands[who]


@contextmanager
def crew(browser: Browser, base: str, hand: type[Hand] = Hand, **context: Any) -> Iterator[Crew]:
    """Whose tabs are closed in the end, and have done nothing wrong."""
    with ExitStack() as stack:
        yield Crew(stack, browser, base, hand, context)


def find(hand: Hand, ref: str) -> None:
    """From the queue to a review."""
    hand.click(hand.main.locator(f'a[href^="/reviews/{ref}"]').first)
    assert hand.path == f"/reviews/{ref}"


def officer_opens_and_submits(crew: Crew, desk: Desk) -> str:
    """A new model, its review and its plan by one form; then task by task, until it is filed."""
    hand = crew("one")
    hand.follow("Open a review")
    hand.tick("A new one, registered in the same step")
    hand.write("Name and version", "Example Model 7")
    hand.write("Checkpoint digest", DIGEST)
    hand.choose("How it is to be released", "Through an interface; the weights stay with the lab")
    hand.date("Planned first release", "2027-01-11")
    hand.press("Open the review")
    ref = hand.ref
    assert hand.path == f"/reviews/{ref}/tasks"
    for _ in range(8):
        waiting = hand.main.locator("ul.tasks").first.locator("li", has_text="to do")
        if not waiting.count():
            break
        hand.click(waiting.first.get_by_role("link"))
        hand.write("Text", "In the vault, document 7.")
        hand.press("Supply an item")
    hand.press("Submit the review")
    hand.reads("It is on record")
    assert (hand.path, desk.query("SELECT state FROM review WHERE ref = ?", ref)) == (
        f"/reviews/{ref}", [{"state": "submitted"}],
    )  # fmt: skip
    return ref


def they_review(crew: Crew, desk: Desk, ref: str) -> None:
    """Intake starts the clock and assigns, the reviewer asks, the officer answers, the reviewer recommends."""
    hand = crew("intake")
    find(hand, ref)
    hand.follow("Start the clock")
    hand.press("Start the clock")
    hand.reads("It is on record")
    hand.follow("Assign a reviewer")
    hand.choose("Person", option(hand, "Person", PEOPLE["rev"]))
    hand.press("Assign a reviewer")
    hand = crew("rev")
    find(hand, ref)
    hand.follow("Ask for information")
    hand.write("Text", "Which safeguards are reduced in the copy supplied?")
    hand.press("Ask for information")
    hand = crew("two")
    find(hand, ref)
    hand.follow(re.compile("^Answer"))
    hand.write("Text", "See annex B of the system card.")
    hand.press("Answer a request")
    hand = crew("rev")
    find(hand, ref)
    hand.follow("Recommend")
    hand.choose("Outcome", "Cleared")
    hand.write("Text", "No concern in any domain.")
    hand.write("Statement", "No concerns within the scope of this review.")
    sign(hand)
    names = [row["name"] for row in desk.query("SELECT name FROM event WHERE subject = ? ORDER BY seq", ref)]
    assert [name for name in names if name in WANTED] == WANTED


WANTED = ["clock_started", "assigned", "information_requested", "answered", "recommended"]


def sign(hand: Hand, prove: Callable[[Hand], None] = lambda _: None) -> None:
    """Read the text, and sign it."""
    if hand.main.get_by_role("button", name="Read what you sign").count():
        hand.press("Read what you sign")
        hand.reads("Read, then sign")
        prove(hand)
        hand.press("Sign")
    else:
        hand.press("Recommend")
    hand.reads("It is on record")


def decider_signs(crew: Crew, desk: Desk, ref: str, prove: Callable[[Hand], None] = lambda _: None) -> None:
    """The text first, exactly; then the proof, and it is determined."""
    hand = crew("decider")
    find(hand, ref)
    hand.follow("Sign: cleared")
    sign(hand, prove)
    hand.reads("cleared")
    assert desk.query("SELECT state FROM review WHERE ref = ?", ref) == [{"state": "cleared"}]


def officer_releases(crew: Crew, desk: Desk, ref: str) -> None:
    """What was cleared goes out, and the record says which checkpoint."""
    hand = crew("one")
    find(hand, ref)
    hand.follow("Record the release")
    hand.write("Digest", "1" * 64)
    hand.press("Record the release")
    hand.reads("It is on record")
    assert desk.query("SELECT state FROM review WHERE ref = ?", ref) == [{"state": "released"}]


def option(hand: Hand, label: str, text: str) -> str:
    """The whole text of the option that holds some of it."""
    found = hand.main.get_by_label(re.compile(f"^{label}")).first.locator("option", has_text=text).first
    return (found.text_content() or "").strip()


def recommended(desk: Desk) -> str:
    """A review that waits for its determination."""
    desk("rev", "review recommend {r} cleared --text Fine. --statement 'No concerns.'", "10-07 09:00")
    return desk.refs["r"]


def cleared(desk: Desk) -> str:
    """A review that may be released."""
    ref = recommended(desk)
    desk("decider", "review clear {r}", "10-08 09:00")
    return ref


def officer(crew: Crew, desk: Desk) -> None:
    """The first."""
    officer_opens_and_submits(crew, desk)


def review(crew: Crew, desk: Desk) -> None:
    """The second."""
    they_review(crew, desk, desk.refs["q"])


def decision(crew: Crew, desk: Desk) -> None:
    """The third."""
    decider_signs(crew, desk, recommended(desk))


def release(crew: Crew, desk: Desk) -> None:
    """The fourth."""
    officer_releases(crew, desk, cleared(desk))


ALL = (officer, review, decision, release)
