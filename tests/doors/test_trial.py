"""`reviewflow person test-channel`: a letter through the real sender, what became of it, who may, and no trace."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notify.receiver import KEY, Receiver
from tests.stories.world import PEOPLE, Desk, example_config

ONE = PEOPLE["one"]
REFUSED, INVALID, FORBIDDEN, NOT_FOUND, UNAVAILABLE = 1, 2, 4, 5, 6


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program of the lab that takes letters, on this machine."""
    made = Receiver(None)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def told(real: Desk, receiver: Receiver, tmp_path: Path) -> Desk:
    """The officer has a webhook (1), a folder (2), a mailbox (3) whose mail server is away, and a removed one (4)."""
    real.config, real.is_warm = example_config(tmp_path / "config"), False
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "example-lab-one.hook").write_text(KEY)
    (real.config / "server.toml").write_text(
        f'[webhooks]\nallow_loopback = true\n[secrets]\nfolder = "{tmp_path / "secrets"}"\n'
        '[smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
    )
    url = f"http://localhost:{receiver.server_port}/in"
    real("one", f"person add-channel {ONE} webhook --address {url} --secret example-lab-one.hook")
    real("one", f"person add-channel {ONE} folder")
    real("one", f"person add-channel {ONE} email")
    real("one", f"person add-channel {ONE} email --address gone@lab.example")
    real("one", f"person remove-channel {ONE} 4")
    return real


def test_what_the_receiver_took_is_accepted(told: Desk, receiver: Receiver) -> None:
    """Sent at once and signed, once for each test and with an id of its own; the database is as it was."""
    before = told.digest()
    answer = told.line(f"person test-channel {ONE} 1", "one")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Accepted: the test letter ")
    assert f"channel 1 (webhook to http://localhost:{receiver.server_port}/in)" in answer.out
    found = told("admin", f"person test-channel {ONE} 1")
    assert (found["person"], found["channel"], found["kind"], found["is_accepted"]) == (ONE, 1, "webhook", True)
    first, second = receiver.requests
    assert first.headers["webhook-id"] != second.headers["webhook-id"] == found["letter"]
    assert b"Test of channel 1 (webhook)" in first.body
    assert told.digest() == before


def test_a_letter_that_is_read_says_what_it_is(told: Desk, tmp_path: Path) -> None:
    """Who asked for it, and that nothing has happened."""
    letter = told("one", f"person test-channel {ONE} 2")["letter"]
    [file] = (tmp_path / "letters").glob(f"*{letter}.eml")
    text = re.sub(r"=?\s+", " ", file.read_text())
    assert "Subject: Test of channel 2 (folder)" in text
    assert f"This is a test. {ONE} asked" in text
    assert "SIMULATION" not in text


def test_a_simulation_says_so(desk: Desk) -> None:
    """In the subject and above the text, as in every letter of it."""
    desk("one", f"person add-channel {ONE} folder")
    letter = desk("one", f"person test-channel {ONE} 1")["letter"]
    [file] = (desk.file.parent / "letters").glob(f"*{letter}.eml")
    assert "Subject: [SIMULATION] Test of channel 1 (folder)" in file.read_text()
    assert "SIMULATION. This letter comes from a simulation." in file.read_text()


def test_what_was_not_accepted_says_why(told: Desk, receiver: Receiver) -> None:
    """Exit 6 with what the receiver answered, or that it cannot be reached; a disabled channel stays as it is."""
    why = told.refused("one", f"person test-channel {ONE} 3", code=UNAVAILABLE)
    assert why.startswith(f"The test letter to {ONE} was not accepted on channel 3 (email). ")
    assert "The mail server 127.0.0.1:1 cannot be reached" in why
    receiver.answer = lambda handler: handler.say(410)
    assert "answered 410 Gone" in told.refused("one", f"person test-channel {ONE} 1", code=UNAVAILABLE)
    human = told.line(f"person test-channel {ONE} 1", "one")
    assert (human.code, human.out) == (UNAVAILABLE, "")
    assert "Mend what it says, then test again." in human.err


@pytest.mark.parametrize(
    ("code", "line", "who", "says"),
    [
        (INVALID, f"person test-channel {ONE} 1", None, "Who acts?"),
        (FORBIDDEN, f"person test-channel {ONE} 1", "viewer", "Testing a channel is for the person concerned, or an"),
        (FORBIDDEN, f"person test-channel {ONE} 1", "decider", "an administrator who looks after"),
        (NOT_FOUND, f"person test-channel {ONE} 1", "two", "no person"),
        (REFUSED, f"person test-channel {ONE} 4", "one", f"no channel 4 of {ONE}; there is: 1, 2, 3"),
        (REFUSED, f"person test-channel {PEOPLE['viewer']} 1", "viewer", "there is: none of its own"),
        (INVALID, f"person test-channel {ONE} first", "one", "integer"),
        (INVALID, f"person test-channel {ONE}", "one", "Missing argument"),
    ],
)
def test_who_may_and_what_there_is(
    told: Desk, receiver: Receiver, code: int, line: str, who: str | None, says: str
) -> None:
    """The same people as may change the channel, and the same answers to all others; nothing is sent."""
    assert says in told.refused(who, line, code=code)
    assert receiver.requests == []


def test_nobody_tests_a_channel_of_someone_inactive(told: Desk, receiver: Receiver) -> None:
    """Nor at another time than now."""
    assert "cannot be dated" in told.refused("one", f"person test-channel {ONE} 1", "10-13 12:00")
    told("admin", f'person deactivate {ONE} --reason "gone"')
    assert "is inactive" in told.refused("admin", f"person test-channel {ONE} 1")
    assert receiver.requests == []
