"""Delivery: at least once with a constant id, once where nobody dies, and nobody waits for what is not to come."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reviewflow import clock
from reviewflow.engine.deliver import Courier, Delivered, deliver
from reviewflow.engine.parcel import LONGEST_WISH, wait
from reviewflow.engine.writer import writer_of
from reviewflow.errors import Interrupted, Missing, OutOfService, Unavailable
from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import Undeliverable
from reviewflow.nouns.commands.contact import AddChannel, RemoveChannel
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.parts import GrantAccess, RevokeAccess
from reviewflow.nouns.commands.programme import ChangeRoles, DeactivatePerson
from reviewflow.nouns.commands.review import Unassign, Withdraw
from reviewflow.nouns.contact import ChannelKind
from reviewflow.nouns.states import Kind, Role
from reviewflow.store import outbox
from reviewflow.store.database import transaction
from tests.engine.outboxes import Post, colleagues, counted, nothing_owed, owe, rows
from tests.engine.test_letters import begin
from tests.engine.world import ADMIN, DECIDER, INTAKE, OFFICER, REVIEWER, START, World, models, new_world

LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
STATEMENTS = 15  # of a batch and the look that finds no other; 5 of them are BEGIN


@pytest.fixture
def world() -> Iterator[World]:
    """A world in which nothing is owed."""
    made = new_world(3)
    nothing_owed(made)
    yield made
    made.close()


@pytest.fixture
def review(world: World) -> str:
    """A review whose letters so far are out."""
    ref = begin(world, models()[0])
    nothing_owed(world)
    return ref


def post(world: World, sender: Post, at: datetime | None = None) -> Delivered:
    """One pass."""
    world.now = at or world.now
    return deliver(world.engine, world.settings, sender.senders, world.now)


def claim(world: World, by: str, at: datetime, limit: int = 100) -> dict[str, list[dict[str, Any]]]:
    """What a worker would have in hand."""
    with transaction(world.engine) as connection:
        found = outbox.claim(connection, by, at, at + LEASE, limit)
        return outbox.copies_of(connection, found)


def instant(text: Any) -> datetime:
    """As it is stored, with its zone."""
    return datetime.fromisoformat(text).astimezone(UTC)


def refuses(*letters: str, **how: Any) -> Post:
    """A sender to which these letters cannot be delivered."""

    def do(letter: Letter) -> None:
        if letter.id in letters:
            raise Undeliverable("Nobody is at home.", **how)

    return Post(do)


# ---------------------------------------------------------------------------- leases and fences


def test_a_late_sender_changes_nothing(world: World, review: str) -> None:
    """Its lease ran out and another took the letter over: neither its success nor its failure is written."""
    owe(world, review, [OFFICER])
    first = claim(world, "slow", world.now)
    assert not claim(world, "quick", world.now), "a leased letter is nobody else's"
    second = claim(world, "quick", world.now + LEASE)
    assert second.keys() == first.keys()

    def marks(found: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
        own = [row for copies in found.values() for row in copies]
        return [{"key_id": row["id"], "key_fence": row["fence"], "at": START} for row in own]

    with transaction(world.engine) as connection:
        slow = [{**mark, "to": "set_aside", "again": START, "why": "late"} for mark in marks(first)]
        assert outbox.mark_sent(connection, marks(first)) == 0
        assert outbox.mark_failed(connection, slow) == 0
        assert outbox.drop(connection, slow) == 0
        assert outbox.release(connection, slow) == 0
        outbox.reroute(connection, [{**mark, "to": "log", "new_letter": "x"} for mark in slow])
        assert outbox.mark_sent(connection, marks(second)) == len(second) == 2
    assert len(rows(world, *first)) == 2 and not rows(world, "x")


def test_what_a_dead_worker_held_is_sent_after_its_lease(world: World, review: str) -> None:
    """With the same ids, and counted as taken over."""
    letters = owe(world, review, [OFFICER])
    claim(world, "dead", world.now)
    sender = Post()
    assert post(world, sender, world.now + LEASE - timedelta(seconds=1)).counts()["sent"] == 0
    done = post(world, sender, world.now + LEASE)
    assert (sorted(done.sent), done.stolen) == (sorted(letters), 2)
    assert {row["holder"] for row in rows(world, *letters)} == {None}
    assert post(world, sender, world.now + LEASE).counts()["sent"] == 0


def test_marks_are_refused_where_another_took_over_meanwhile(world: World, review: str) -> None:
    """The sender slept over its lease while it sent: the letter went out, and what the other says of it stands."""
    letters = owe(world, review, [OFFICER])

    def sleeps(letter: Letter) -> None:
        if letter.id == letters[0]:
            claim(world, "other", world.now + LEASE)

    sender = Post(sleeps)
    done = post(world, sender)
    assert done.refused == 2
    assert {(row["holder"], row["status"], row["fence"]) for row in rows(world)} == {("other", "pending", 2)}


def test_nothing_is_sent_when_the_lease_is_nearly_over(
    world: World, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was suspended hands back what it has not begun, without an attempt, and takes it up anew."""
    letters = owe(world, review, [OFFICER])
    ticks = [0.0]
    monkeypatch.setattr(clock, "monotonic", lambda: ticks[0])

    def slow(letter: Letter) -> None:
        ticks[0] += world.settings.server.lease_seconds

    done = post(world, Post(slow))
    assert sorted(done.sent) == sorted(letters)
    assert done.released == 1
    assert [(row["attempts"], row["fence"]) for row in rows(world, *letters)] == [(1, 1), (1, 2)]


def test_a_letter_that_grows_while_it_is_sent_is_nobody_elses(world: World, review: str) -> None:
    """No two workers ever hold parts of one letter; when it is free, it goes again whole, with the same id."""
    one, _ = owe(world, review, [OFFICER])
    first, second = rows(world)
    world.query("UPDATE delivery SET letter = ? WHERE id = ?", one, second["id"])
    held = claim(world, "first", world.now)
    assert [row["id"] for row in held[one] if row["holder"]] == [first["id"], second["id"]]
    world.query("UPDATE delivery SET holder = NULL, next_attempt_at = made_at WHERE id = ?", second["id"])
    assert claim(world, "other", world.now) == {}
    with transaction(world.engine) as connection:
        mark = {"key_id": first["id"], "key_fence": 1, "at": world.now}
        assert outbox.mark_sent(connection, [mark]) == 1
    sender = Post()
    assert post(world, sender).sent == [one]
    assert "Submission received" in sender.sent[0].text
    assert "window" in sender.sent[0].text


def test_a_letter_that_kills_its_workers_is_set_aside(world: World, review: str) -> None:
    """Taken up as often as is allowed, and never answered."""
    letters = owe(world, review, [OFFICER])
    for _ in range(world.settings.server.attempts):
        claim(world, "dead", world.now)
        world.now += LEASE
    sender = Post()
    assert sorted(post(world, sender).set_aside) == sorted(letters)
    assert not sender.sent


# ---------------------------------------------------------------------------- failures


def test_a_poison_letter_is_set_aside_and_stops_no_other(world: World, review: str) -> None:
    """It waits longer each time, and the others of its endpoint go between its attempts."""
    letters = owe(world, review, [OFFICER])

    def do(letter: Letter) -> None:
        if letter.id == letters[0]:
            raise ZeroDivisionError("poison")

    sender, waits = Post(do), []
    for attempt in range(1, world.settings.server.attempts + 1):
        done = post(world, sender)
        (row,) = rows(world, letters[0])
        assert row["attempts"] == attempt
        assert "ZeroDivisionError: poison" in row["error"]
        waits.append(instant(row["next_attempt_at"]) - world.now)
        world.now += waits[-1]
    assert done.set_aside == [letters[0]]
    assert row["status"] == "set_aside"
    assert waits == [wait(n, letters[0]) for n in range(1, len(waits) + 1)]
    assert waits == sorted(waits)
    assert sender.ids == {letters[1]: 1}
    assert post(world, sender, world.now + 100 * HOUR).counts()["failed"] == 0


def test_waits_double_up_to_six_hours_and_are_spread() -> None:
    """30 s at first; no letter has the same waits as another."""
    low, high = "0000", "ffff"
    assert [wait(n, low).total_seconds() for n in (1, 2, 3)] == [30, 60, 120]
    assert wait(99, low) == 6 * HOUR
    assert wait(99, high) == 7.5 * HOUR


@pytest.mark.parametrize(
    ("wish", "least"), [(3600.0, 3600.0), (5.0, 30.0), (1e12, LONGEST_WISH), (float("nan"), 30.0), (-5.0, 30.0)]
)
def test_retry_after_is_honoured(world: World, review: str, wish: float, least: float) -> None:
    """Not before the receiver wishes, and never sooner than our own wait, nor for ever."""
    letters = owe(world, review, [OFFICER])
    post(world, refuses(letters[0], retry_after=wish))
    one, other = (instant(row["next_attempt_at"]) for row in rows(world, *letters))
    assert one - world.now == max(timedelta(seconds=least), wait(1, letters[0]))
    assert other - world.now == timedelta(seconds=least), "the endpoint rests as long"


def test_an_endpoint_rests_after_a_failure(world: World, review: str) -> None:
    """Its other letters are neither tried nor lose an attempt, whether they were in hand or not; others go out."""
    colleagues(world, ["c1@lab-a.example"])
    bad, other, waits, another = owe(world, review, [OFFICER, "c1@lab-a.example"])
    later, on_log = owe(world, review, [OFFICER], ("log",))
    soon = f"{world.now + timedelta(seconds=10):%Y-%m-%dT%H:%M:%S.%fZ}"
    world.query("UPDATE delivery SET channel = 'folder', seq = 1, next_attempt_at = ? WHERE letter = ?", soon, later)
    sender = refuses(bad)
    done = post(world, sender)
    assert sender.ids.keys() == {other, another, on_log}
    assert (done.failed, done.released) == ([bad], 1)
    for row in rows(world, waits, later):
        assert (row["attempts"], row["holder"]) == (0, None)
        assert instant(row["next_attempt_at"]) == world.now + timedelta(seconds=30)
        assert "Nobody is at home." in row["error"]
    assert instant(rows(world, bad)[0]["next_attempt_at"]) > world.now + timedelta(seconds=30)


def test_a_letter_that_cannot_be_written_stops_no_other(
    world: World, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it speaks of cannot be read: the batch is written letter by letter, and only that one fails."""
    letters = owe(world, review, [OFFICER])
    bad = rows(world, letters[0])[0]["seq"]

    def breaks(stage: Any, copies: Any) -> Any:
        if any(row["seq"] == bad for row in copies):
            raise Missing("A pinned copy is gone.")
        return writer_of(stage, copies)

    monkeypatch.setattr("reviewflow.engine.batch.writer_of", breaks)
    sender = Post()
    done = post(world, sender)
    assert (done.sent, done.failed) == ([letters[1]], [letters[0]])
    assert "cannot be written: Missing" in rows(world, letters[0])[0]["error"]


@pytest.mark.parametrize("error", [Unavailable, OutOfService, Interrupted])
def test_a_database_that_does_not_answer_costs_no_attempt(
    world: World, review: str, monkeypatch: pytest.MonkeyPatch, error: type[Unavailable]
) -> None:
    """It is asked once, not letter by letter; the pass says so, and the letters are due again at once."""
    letters, asked = owe(world, review, [OFFICER]), list[int]()

    def breaks(_: Any, copies: Any) -> Any:
        asked.append(len(copies))
        raise error("The statement took too long.")

    with monkeypatch.context() as broken:
        broken.setattr("reviewflow.engine.batch.writer_of", breaks)
        with pytest.raises(error):
            post(world, Post())
    assert asked == [2]
    assert {(row["holder"], row["attempts"]) for row in rows(world, *letters)} == {(None, 0)}
    assert sorted(post(world, Post()).sent) == sorted(letters)


def test_a_release_is_written_once(world: World, review: str) -> None:
    """The answer to its COMMIT was lost, and it is written again: the attempt is given back once."""
    letters = owe(world, review, [OFFICER])
    world.query("UPDATE delivery SET attempts = 3")
    found = claim(world, "one", world.now)
    marks = [
        {"key_id": row["id"], "key_fence": row["fence"], "again": START, "why": None}
        for own in found.values()
        for row in own
    ]
    with transaction(world.engine) as connection:
        assert outbox.release(connection, marks) == 2
    with transaction(world.engine) as connection:
        assert outbox.release(connection, marks) == 0
    assert {row["attempts"] for row in rows(world, *letters)} == {3}


# ---------------------------------------------------------------------------- channels that go


def hook(world: World, *more: AddChannel) -> None:
    """The officer is told by a webhook, and on what else is named."""
    address = "https://hooks.lab-a.example/reviews"
    for command in (AddChannel(channel_kind=ChannelKind.WEBHOOK, address=address, secret="lab-a.hook"), *more):
        world.do(OFFICER, OFFICER, command)
    nothing_owed(world)


EMAIL = AddChannel(channel_kind=ChannelKind.EMAIL)


def gone(letter: Letter) -> None:
    """410 from every webhook."""
    if letter.channel.kind is ChannelKind.WEBHOOK:
        raise Undeliverable("It answered 410.", is_gone=True)


@pytest.mark.parametrize("has_email", [True, False])
def test_a_channel_that_is_gone_is_disabled_and_its_letters_go_by_another(
    world: World, review: str, has_email: bool
) -> None:
    """By the one write path, once; what was owed there goes in the same pass to the person's other channels."""
    hook(world, *([EMAIL] if has_email else []))
    letters = owe(world, review, [OFFICER], ("webhook-1",))
    sender = Post(gone)
    done = post(world, sender)
    others = {"email-2"} if has_email else set(world.settings.server.channels)
    assert (done.gone, done.rerouted, done.failed, done.set_aside) == (1, 2, [], [])
    assert world.names(OFFICER)[-1] == "channel_disabled"
    assert {letter.channel.name for letter in sender.sent} == others
    assert len(sender.sent) == 2 * len(others) + len(others), "and one to say that the channel is disabled"
    assert {row["error"].split(".")[0] for row in rows(world, *letters)} == {
        "Not sent: the channel webhook-1 is out of use"
    }
    assert all(row["status"] == "sent" for row in rows(world))
    again = Post()
    assert post(world, again, world.now + HOUR).counts()["sent"] == 0


def test_a_letter_goes_once_by_a_channel_that_had_it_already(world: World, review: str) -> None:
    """The channel is removed while its letter waits, and the same stands on the other: nothing is owed twice."""
    hook(world, EMAIL)
    owe(world, review, [OFFICER], ("webhook-1", "email-2"))
    world.do(OFFICER, OFFICER, RemoveChannel(channel=1))
    world.query("UPDATE delivery SET status = 'sent', sent_at = made_at WHERE subject = ?", OFFICER)
    sender = Post()
    done = post(world, sender)
    assert (len(done.sent), done.rerouted) == (2, 2)
    assert [letter.channel.name for letter in sender.sent] == ["email-2", "email-2"]


def test_a_letter_without_any_channel_is_set_aside(world: World, review: str) -> None:
    """It is not lost: somebody has to look at it."""
    hook(world)
    letters = owe(world, review, [OFFICER], ("webhook-1",))
    world.do(OFFICER, OFFICER, RemoveChannel(channel=1))
    server = replace(world.settings.server, channels=())
    done = deliver(world.engine, replace(world.settings, server=server), Post().senders, world.now)
    assert set(done.set_aside) >= set(letters)
    assert "there is no other" in rows(world, letters[0])[0]["error"]


def test_a_mailbox_that_is_gone_is_set_aside_at_once(world: World, review: str) -> None:
    """The installation's own channel is not the person's to lose."""
    letters = owe(world, review, [OFFICER])
    done = post(world, refuses(letters[0], is_gone=True))
    assert (done.set_aside, done.gone) == ([letters[0]], 0)


# ---------------------------------------------------------------------------- what nobody needs any more


def test_a_notice_of_a_date_that_no_longer_stands_is_dropped(world: World) -> None:
    """It was owed while no worker ran, and the review was withdrawn since: nobody is reminded, and nobody waits."""
    ref = begin(world, models()[0])
    nothing_owed(world)
    world.tick(START + timedelta(days=27))
    owed = rows(world)
    assert owed
    world.do(OFFICER, ref, Withdraw(reason="another day"))
    before = {row["id"] for row in owed}
    sender = Post()
    done = post(world, sender)
    dropped = [row for row in rows(world) if row["id"] in before]
    assert done.dropped >= len(dropped) > 0
    assert all(row["error"].startswith("Not sent: ") for row in dropped)
    assert all("approach" not in letter.text for letter in sender.sent)
    with transaction(world.engine) as connection:
        assert outbox.next_attempt(connection) is None


def test_nobody_is_told_who_has_left_since(world: World, review: str) -> None:
    """Whether he may read of it is asked again when it is sent."""
    letters = owe(world, review, [OFFICER])
    world.do(ADMIN, OFFICER, DeactivatePerson(reason="left"))
    sender = Post()
    done = post(world, sender)
    assert done.dropped >= len(letters)
    assert not [letter for letter in sender.sent if letter.to == OFFICER]
    assert "inactive" in rows(world, letters[0])[0]["error"]


UNASSIGN = (INTAKE, Unassign(person=REVIEWER))
CHANGES: dict[str, tuple[str, tuple[str, Command], str]] = {  # whom it befalls, what is done, why nothing is sent
    "left": (OFFICER, (ADMIN, DeactivatePerson(reason="left")), "is inactive"),
    "unassigned": (REVIEWER, UNASSIGN, "no longer reviewer@office.example's to see"),
    "in another role": (DECIDER, (ADMIN, ChangeRoles(roles=(Role.REVIEWER,))), "no longer decider@office.example's"),
}


def change(world: World, review: str, who: str, act: tuple[str, Command]) -> None:
    """A command on the person, or on the review."""
    actor, command = act
    world.do(actor, review if command.kind is Kind.REVIEW else who, command)


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_is_told_of_what_is_no_longer_his(world: World, name: str) -> None:
    """It was owed, a lapse too, and before it went out he left or lost sight of the review: closed, with the reason."""
    who, act, why = CHANGES[name]
    ref = begin(world, models()[0])
    nothing_owed(world)
    world.tick(START + timedelta(days=40))
    owed = [row for row in rows(world) if row["recipient"] == who and row["subject"] == ref]
    assert owed
    change(world, ref, who, act)
    sender = Post()
    post(world, sender)
    assert not [letter for letter in sender.sent if letter.to == who and ref in letter.refs]
    assert [letter for letter in sender.sent if letter.to != who and ref in letter.refs]
    closed = rows(world, *(row["letter"] for row in owed))
    assert all(row["status"] == "sent" and row["sent_at"] is None for row in closed)
    assert all(row["error"].startswith("Not sent: ") for row in closed)
    assert any(why in row["error"] for row in closed)


def test_whose_access_is_revoked_is_told_although_he_is_unassigned(world: World, review: str) -> None:
    """It forbids what he was allowed, and he may not know it yet; nothing else of that review goes to him."""
    terms = world.settings.programme.access_terms
    world.do(OFFICER, review, GrantAccess(to="the team", how="an endpoint", terms=terms))
    world.do(OFFICER, review, RevokeAccess(grant=1, reason="it was shared"))
    change(world, review, REVIEWER, UNASSIGN)
    sender = Post()
    post(world, sender)
    told = [[event["name"] for event in letter.events] for letter in sender.sent if letter.to == REVIEWER]
    assert told == [["access_revoked"]] * len(world.settings.server.channels)


def test_a_letter_that_grew_tells_nothing_that_is_withheld_meanwhile(world: World, review: str) -> None:
    """A part went out while he saw its review; it goes again, whole, without what he must not read any more."""
    other = begin(world, models()[1])
    nothing_owed(world)
    one, *_ = [*owe(world, review, [REVIEWER]), *owe(world, other, [REVIEWER])]
    world.query("UPDATE delivery SET letter = ? WHERE recipient = ?", one, REVIEWER)
    world.query("UPDATE delivery SET status = 'sent', sent_at = made_at WHERE subject = ?", review)
    change(world, review, REVIEWER, UNASSIGN)
    sender = Post()
    post(world, sender)
    assert [letter.refs for letter in sender.sent if letter.to == REVIEWER] == [(other,)]


# ---------------------------------------------------------------------------- statements


def test_statements_do_not_grow_with_the_batch(world: World, review: str) -> None:
    """Two letters or two hundred: as many statements, one commit to claim and one to mark."""
    names = [f"c{n}@lab-a.example" for n in range(100)]
    colleagues(world, names)
    courier = Courier(world.engine, world.settings, Post().senders)
    found = {}
    for size in (1, 10, 89):
        mine, names = names[:size], names[size:]
        letters = owe(world, review, mine)
        with counted(world.engine) as seen:
            assert len(courier.deliver(world.now).sent) == len(letters)
        found[len(letters)] = dict(seen)
    courier.close()
    assert found[2] == found[20] == found[178]
    assert found[2]["commits"] == 2
    assert found[2]["statements"] <= STATEMENTS
