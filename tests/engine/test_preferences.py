"""How each person is told: channels, digests, quiet hours, muted topics; and what none of them can hold back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reviewflow.engine.deliver import deliver
from reviewflow.errors import Forbidden, NotFound, Refused
from reviewflow.notify.letters import Letter
from reviewflow.nouns.commands import contact as h
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands.programme import DeactivatePerson
from reviewflow.nouns.contact import Cadence, ChannelKind, Weekday
from reviewflow.nouns.events import NOTICES
from reviewflow.nouns.states import Outcome
from reviewflow.nouns.subject import Row
from reviewflow.rules.recipients import ALONE, AUDIENCE
from reviewflow.rules.topics import FORBIDDING, TOPICS, is_statutory
from reviewflow.store import inbox
from reviewflow.store.database import reading
from tests.engine.reviews import recommend, start_review
from tests.engine.world import ADMIN, DECIDER, OFFICER, RIVAL, START, VIEWER, World, models, new_world

NIGHT = datetime(2026, 7, 3, 3, tzinfo=UTC)  # Thursday 23:00 in New York
MORNING = datetime(2026, 7, 3, 11, tzinfo=UTC)  # Friday 07:00
STATUTORY = {
    "submitted", "returned", "clock_started", "start_corrected", "window_recomputed", "release_planned",
    "information_requested", "answer_rejected", "answer_extended", "request_withdrawn", "request_overdue",
    "toll_started", "toll_ended", "extended", "lapsed", "cleared", "concerns_raised", "withdrawn", "released",
    "released_in_breach", "access_granted", "access_ended", "access_revoked", "agreement_signed", "agreement_amended",
    "agreement_ended", "coverage_decided", "halt_ordered", "halt_narrowed", "halt_lifted", "commitment_agreed",
    "commitment_missed", "commitment_waived", "commitment_replaced", "deadline_reached", "deadline_missed",
    "recommendation_checked", "channel_added", "channel_removed", "channel_enabled", "channel_disabled",
    "preferences_changed", "way_in_changed", "deadlines_mended",
}  # fmt: skip


@pytest.fixture
def world() -> Iterator[World]:
    """A world of its own."""
    made = new_world()
    yield made
    made.close()


def wish(world: World, who: str, **changes: Any) -> None:
    """Somebody's own preferences."""
    world.do(who, who, h.ChangePreferences(**changes))


def owed(world: World, who: str, *names: str) -> list[Row]:
    """The copies owed to somebody, of events of some names."""
    with reading(world.engine) as connection:
        rows = inbox.letters_to(connection, who)
    return [row for row in rows if row["name"] in names]


def post(world: World, at: datetime) -> list[Letter]:
    """Every letter that goes out by an instant, on whatever channel."""
    world.now = max(world.now, at)
    taken: list[Letter] = []
    kinds: dict[str, Any] = {kind.value: taken.append for kind in ChannelKind} | {"log": lambda letter: None}
    assert deliver(world.engine, world.settings, kinds, world.now).failed == []
    return taken


def test_what_is_statutory_is_written_down_here() -> None:
    """Each event that somebody is told of can be muted by one topic, or stands in this list; so does what is alone."""
    known = {*AUDIENCE, *NOTICES}
    assert {name for name in known if is_statutory(name)} == STATUTORY
    muted = [name for names in TOPICS.values() for name in names]
    assert sorted(muted) == sorted(known - STATUTORY)
    assert STATUTORY >= ALONE | FORBIDDING


def test_who_may_say_how_somebody_is_told(world: World) -> None:
    """The person himself and an administrator, nobody else; and nobody may say that a channel is gone."""
    email = h.AddChannel(channel_kind=ChannelKind.EMAIL)
    for who in (OFFICER, ADMIN):
        world.do(who, OFFICER, h.ChangePreferences(cadence=Cadence.DAILY, digest_at="09:00"))
    world.do(VIEWER, VIEWER, email)
    for who in (VIEWER, DECIDER):
        with pytest.raises(Forbidden, match="the person concerned, or an administrator"):
            world.do(who, OFFICER, email)
    with pytest.raises(NotFound):
        world.do(RIVAL, OFFICER, email)
    for who in (VIEWER, ADMIN):
        with pytest.raises(Forbidden, match="the system"):
            world.do(who, VIEWER, h.DisableChannel(channel=1, reason="410"))


def test_numbers_are_never_given_again(world: World) -> None:
    """A removed channel leaves its number behind, and cannot come back."""
    world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.EMAIL, address="old@lab-a.example"))
    world.do(OFFICER, OFFICER, h.RemoveChannel(channel=1))
    world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.EMAIL))
    rows = world.subject(OFFICER).row["channels"]
    assert [(row["no"], row["address"], row["disabled"]) for row in rows] == [
        (1, "old@lab-a.example", "removed"),
        (2, "", ""),
    ]
    for command in (h.EnableChannel(channel=1), h.RemoveChannel(channel=1), h.RemoveChannel(channel=3)):
        with pytest.raises(Refused, match="There is no channel"):
            world.do(OFFICER, OFFICER, command)


def test_his_own_channels_take_the_place_of_the_installations(world: World) -> None:
    """A copy on each that is in use; the installation's again when none is left."""
    hook = "https://hooks.lab-a.example/reviewflow"
    world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.EMAIL))
    world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.WEBHOOK, address=hook, secret="lab-a.hook"))
    ref = start_review(world, "plain")
    assert [row["channel"] for row in owed(world, OFFICER, "clock_started")] == ["email-1", "webhook-2"]
    assert len({row["letter"] for row in owed(world, OFFICER, "clock_started")}) == 2
    assert [row["channel"] for row in owed(world, DECIDER, "clock_started")] == ["folder"]
    world.do("system", OFFICER, h.DisableChannel(channel=2, reason="It answered 410."))
    world.do(OFFICER, OFFICER, h.RemoveChannel(channel=1))
    world.do(OFFICER, ref, r.Withdraw(reason="another day"))
    world.do(ADMIN, OFFICER, h.AddChannel(channel_kind=ChannelKind.FOLDER))
    assert [row["channel"] for row in owed(world, OFFICER, "channel_added")] == ["folder", "folder-3"]


def test_who_takes_over_letters_is_not_the_only_one_warned(world: World) -> None:
    """A change of how somebody is told goes to the channels before it too, even to one that is removed."""
    world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.EMAIL, address="old@lab-a.example"))
    post(world, world.now)
    world.do(ADMIN, OFFICER, h.AddChannel(channel_kind=ChannelKind.EMAIL, address="new@lab-a.example"))
    world.do(ADMIN, OFFICER, h.RemoveChannel(channel=1))
    for name in ("channel_added", "channel_removed"):
        assert [row["channel"] for row in owed(world, OFFICER, name)] == ["email-1", "email-2"]
    letters = [letter for letter in post(world, world.now) if letter.to == OFFICER]
    assert sorted(letter.channel.address for letter in letters) == ["new@lab-a.example"] * 2 + ["old@lab-a.example"] * 2
    world.do(ADMIN, OFFICER, h.ChangePreferences(cadence=Cadence.DAILY))
    assert [letter.channel.address for letter in post(world, world.now)] == ["new@lab-a.example"]


def test_only_he_himself_lets_confidential_text_go_to_a_channel(world: World) -> None:
    """An administrator can add a channel for somebody, and not mark it."""
    marked = h.AddChannel(channel_kind=ChannelKind.EMAIL, confidential=True)
    with pytest.raises(Refused, match="Leave --confidential out"):
        world.do(ADMIN, OFFICER, marked)
    for who in (OFFICER, ADMIN):
        world.do(who, who, marked)


@pytest.mark.parametrize("name", ["hook", "smtp-password", "lab-b.hook", "lab-a", "lab-a.", "lab-ab.hook"])
def test_a_secret_is_of_his_organization(world: World, name: str) -> None:
    """Nobody can name another's secret, or the installation's own; an administrator neither."""
    for who in (OFFICER, ADMIN):
        with pytest.raises(Refused, match=r"their names begin with 'lab-a\.'.* Name one such as lab-a\.hook"):
            world.do(who, OFFICER, h.AddChannel(channel_kind=ChannelKind.CHAT, secret=name))


def test_a_disabled_channel_is_told_on_the_others_and_comes_back(world: World) -> None:
    """Only he is told, on what remains; he can use it again, and was not told of what he did himself."""
    hook = "https://hooks.lab-a.example/reviewflow"
    world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.WEBHOOK, address=hook, secret="lab-a.hook"))
    world.do("system", OFFICER, h.DisableChannel(channel=1, reason="It answered 410 Gone."))
    assert [row["channel"] for row in owed(world, OFFICER, "channel_disabled")] == ["folder"]
    assert owed(world, OFFICER, "channel_added", "channel_enabled") == []
    assert owed(world, ADMIN, "channel_disabled") == []
    letter = next(letter for letter in post(world, world.now) if "you are no longer told" in letter.subject.lower())
    assert "person enable-channel officer@lab-a.example 1" in letter.text
    with pytest.raises(Refused, match="disabled already"):
        world.do("system", OFFICER, h.DisableChannel(channel=1, reason="again"))
    world.do(OFFICER, OFFICER, h.EnableChannel(channel=1))
    with pytest.raises(Refused, match="is in use"):
        world.do(OFFICER, OFFICER, h.EnableChannel(channel=1))
    start_review(world, "plain")
    assert [row["channel"] for row in owed(world, OFFICER, "clock_started")] == ["webhook-1"]


def test_a_digest_is_one_letter_of_all_that_came(world: World) -> None:
    """What may wait, of two reviews and an hour apart, at 08:00 of the next day; what is statutory at once."""
    refs = [start_review(world, "plain", model) for model in models()[:2]]
    wish(world, OFFICER, cadence=Cadence.DAILY)
    post(world, world.now)
    for hour, ref in enumerate(refs, 1):
        world.do("chief@office.example", ref, _finding(), START + timedelta(hours=hour))
    world.do("chief@office.example", refs[0], p.RequestInformation(text="Why?"))
    rows = owed(world, OFFICER, "finding_recorded")
    at = datetime(2026, 7, 2, 12, tzinfo=UTC)  # 08:00 on the next day
    assert {row["next_attempt_at"] for row in rows} == {at}
    assert len(rows) == 2 and len({row["letter"] for row in rows}) == 1
    assert "digest" not in [letter.subject.lower()[:6] for letter in post(world, at - timedelta(seconds=1))]
    [digest] = [letter for letter in post(world, at) if letter.to == OFFICER]
    assert digest.subject.startswith("[SIMULATION] Digest, 2 events on 2 subjects; first: ")
    assert set(digest.refs) == set(refs)
    assert "Your daily digest" in digest.text
    assert "late" not in digest.text
    assert post(world, at + timedelta(days=1)) == []
    asked = owed(world, OFFICER, "information_requested")
    assert {row["made_at"] for row in asked} == {START + timedelta(hours=2)}


def _finding() -> p.RecordFinding:
    return p.RecordFinding(title="Odd", text="x", domain="biosecurity", severity="low", shared=True)


def test_a_weekly_digest_never_eats_a_reminder(world: World) -> None:
    """Three days before the end the next digest would come after it, so the reminder comes now; others wait."""
    ref = start_review(world, "tolls")  # ends on 2026-07-11, reminders on the 8th and the 10th
    wish(world, OFFICER, cadence=Cadence.WEEKLY, digest_on=Weekday.MONDAY)
    world.do("chief@office.example", ref, _finding())
    world.tick(datetime(2026, 7, 8, 13, tzinfo=UTC))
    assert {row["next_attempt_at"] for row in owed(world, OFFICER, "deadline_approaching")} == {world.now}
    monday = datetime(2026, 7, 6, 12, tzinfo=UTC)
    assert {row["next_attempt_at"] for row in owed(world, OFFICER, "finding_recorded")} == {monday}


def test_days_left_are_those_of_the_day_on_which_it_goes_out(world: World) -> None:
    """A reminder of 09:00 that waits for the digest of the next morning has one day less to tell of."""
    start_review(world, "tolls")
    wish(world, OFFICER, cadence=Cadence.DAILY)
    world.tick(datetime(2026, 7, 8, 13, tzinfo=UTC))
    rows = owed(world, OFFICER, "deadline_approaching")
    assert {row["made_at"] for row in rows} == {datetime(2026, 7, 9, 12, tzinfo=UTC)}
    letters = [found for found in post(world, datetime(2026, 7, 9, 12, tzinfo=UTC)) if "window ends" in found.subject]
    assert {letter.to for letter in letters if "in 2 days" in letter.subject} == {OFFICER}
    assert "in 3 days" in next(letter.subject for letter in letters if letter.to == DECIDER)


def test_quiet_hours_hold_back_what_can_wait(world: World) -> None:
    """A question at night is there in the morning; on the last night it comes at once, as does what forbids."""
    ref = start_review(world, "plain")
    wish(world, OFFICER, quiet="22:00-07:00")
    world.do("chief@office.example", ref, p.RequestInformation(text="Why?"), NIGHT)
    assert {row["next_attempt_at"] for row in owed(world, OFFICER, "information_requested")} == {MORNING}
    world.do("chief@office.example", ref, p.WithdrawRequest(request=1))
    last = next(row["due_at"] for row in world.subject(ref).part("deadline") if row["status"] == "open")
    world.do("chief@office.example", ref, p.RequestInformation(text="And this?"), last - timedelta(minutes=30))
    rows = owed(world, OFFICER, "information_requested")
    assert {row["next_attempt_at"] for row in rows} == {MORNING, last - timedelta(minutes=30)}


def test_a_halt_wakes_its_reader(world: World) -> None:
    """It forbids from this moment on."""
    from reviewflow.nouns.commands.order import OrderHalt

    wish(world, OFFICER, quiet="22:00-07:00")
    world.do("decider@export.example", None, OrderHalt(models=(models()[0],), scope="all", basis="x"), NIGHT)
    assert {row["next_attempt_at"] for row in owed(world, OFFICER, "halt_ordered")} == {NIGHT}


def test_muted_topics_make_no_letter(world: World) -> None:
    """Reminders and findings are left out; the receipt, the question and the lapse are not."""
    wish(world, OFFICER, mute=("reminders", "findings"))
    ref = start_review(world, "tolls")
    world.do("chief@office.example", ref, _finding())
    world.tick(START + timedelta(days=7))
    world.tick(START + timedelta(days=20))
    assert owed(world, OFFICER, "deadline_approaching", "finding_recorded") == []
    assert {row["name"] for row in owed(world, OFFICER, "submitted", "lapsed")} == {"submitted", "lapsed"}
    assert owed(world, DECIDER, "deadline_approaching")
    wish(world, OFFICER, mute=("none",))
    assert world.subject(OFFICER).row["preferences"]["muted"] == []


def test_what_is_owed_already_keeps_its_hour(world: World) -> None:
    """Preferences hold for what comes; what waits for a digest is not lost by leaving it."""
    ref = start_review(world, "plain")
    wish(world, OFFICER, cadence=Cadence.DAILY)
    world.do("chief@office.example", ref, _finding())
    wish(world, OFFICER, cadence=Cadence.AT_ONCE)
    world.do("chief@office.example", ref, _finding())
    times = sorted({row["next_attempt_at"] for row in owed(world, OFFICER, "finding_recorded")})
    assert times == [START, datetime(2026, 7, 2, 12, tzinfo=UTC)]


def test_a_reminder_of_what_was_settled_meanwhile_is_never_owed(world: World) -> None:
    """The decider signs before a tick has come by: the reminder is on record, and nobody is told of it."""
    ref = start_review(world, "tolls", has_access=False)
    recommend(world, ref, Outcome.CLEARED)
    world.do(DECIDER, ref, p.Clear(), datetime(2026, 7, 8, 13, 1, tzinfo=UTC))
    assert world.names(ref)[-3:] == ["deadline_approaching", "recommendation_considered", "cleared"]
    assert owed(world, OFFICER, "deadline_approaching") == []
    assert owed(world, OFFICER, "cleared") != []


def test_a_replaced_date_is_never_told(world: World) -> None:
    """A reminder waits for the digest, and the date is moved before it goes: the old date is not told."""
    ref = start_review(world, "tolls")
    wish(world, OFFICER, cadence=Cadence.DAILY)
    world.tick(datetime(2026, 7, 8, 13, tzinfo=UTC))
    world.do(DECIDER, ref, r.Extend(by=3, reason="much to read", consent=OFFICER))
    letters = post(world, datetime(2026, 7, 9, 12, tzinfo=UTC))
    assert not [letter for letter in letters if letter.to == OFFICER and "window ends in" in letter.subject]
    assert [letter for letter in letters if letter.to == OFFICER and "xten" in letter.subject]


def test_who_has_gone_is_told_nothing_more(world: World) -> None:
    """What waited for his digest is dropped."""
    ref = start_review(world, "plain")
    wish(world, OFFICER, cadence=Cadence.DAILY)
    world.do("chief@office.example", ref, _finding())
    post(world, world.now)
    world.do(ADMIN, OFFICER, DeactivatePerson(reason="gone"))
    assert [letter for letter in post(world, START + timedelta(days=2)) if letter.to == OFFICER] == []


BAD = [
    (h.AddChannel(channel_kind=ChannelKind.EMAIL, address="nobody"), "is not an email address"),
    (h.AddChannel(channel_kind=ChannelKind.EMAIL, address="a@b"), "is not an email address"),
    (h.AddChannel(channel_kind=ChannelKind.EMAIL, address="a@b.example, c@d.example"), "is not an email address"),
    (h.AddChannel(channel_kind=ChannelKind.EMAIL, secret="x"), "takes no secret"),
    (h.AddChannel(channel_kind=ChannelKind.WEBHOOK, secret="x"), "A webhook's address has the form https"),
    (h.AddChannel(channel_kind=ChannelKind.WEBHOOK, address="http://a.example/", secret="x"), "https"),
    (h.AddChannel(channel_kind=ChannelKind.WEBHOOK, address="https://127.0.0.1/", secret="x"), "this machine itself"),
    (h.AddChannel(channel_kind=ChannelKind.WEBHOOK, address="https://a.example/"), "needs --secret"),
    (
        h.AddChannel(channel_kind=ChannelKind.WEBHOOK, address="https://a.example/", secret="whsec_C2FVsBQIhrscChlQIM"),
        "not the secret itself",
    ),
    (h.AddChannel(channel_kind=ChannelKind.CHAT), "needs --secret"),
    (h.AddChannel(channel_kind=ChannelKind.CHAT, address="https://a.example/", secret="x"), "takes no address"),
    (h.AddChannel(channel_kind=ChannelKind.FOLDER, address="/tmp"), "takes no address"),
    (h.AddChannel(channel_kind=ChannelKind.LOG), "reaches nobody"),
    (h.ChangePreferences(), "Nothing is to be changed"),
    (h.ChangePreferences(digest_at="8:00"), "--digest-at '8:00' is not a time"),
    (h.ChangePreferences(digest_at="24:00"), "is not a time"),
    (h.ChangePreferences(digest_at="07:00"), "--digest-at has effect only with a digest, and the cadence is at_once"),
    (h.ChangePreferences(digest_at="07:00", cadence=Cadence.AT_ONCE), "add --cadence daily or --cadence weekly"),
    (h.ChangePreferences(quiet="22:00"), "--quiet '22:00' is neither"),
    (h.ChangePreferences(quiet="22:00-"), "is neither"),
    (h.ChangePreferences(quiet="07:00-07:00"), "two different times"),
    (h.ChangePreferences(time_zone="America/Gotham"), "is not a zone"),
    (h.ChangePreferences(time_zone="../../etc/passwd"), "is not a zone"),
    (h.ChangePreferences(mute=("letters",)), "no topic 'letters' that can be muted; there is: reminders, "),
    (h.ChangePreferences(mute=("lapsed",)), "cannot be switched off"),
    (h.ChangePreferences(mute=("none", "findings")), "no topic 'none'"),
    (h.ChangePreferences(cadence=Cadence.DAILY, quiet="06:00-09:00"), "The digest at 08:00 lies in the quiet hours"),
]


@pytest.mark.parametrize(("command", "says"), BAD)
def test_what_cannot_be(world: World, command: Any, says: str) -> None:
    """Refused with the reason, and nothing is changed."""
    before = world.dump()
    with pytest.raises(Refused) as refusal:
        world.do(OFFICER, OFFICER, command)
    assert says in " ".join(refusal.value.reasons)
    assert world.dump() == before


def test_not_the_same_twice_and_not_more_than_eight(world: World) -> None:
    """A copy too many is a slip."""
    for n in range(8):
        world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.EMAIL, address=f"n{n}@lab-a.example"))
    with pytest.raises(Refused) as refusal:
        world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.EMAIL, address="n3@lab-a.example"))
    assert len(refusal.value.reasons) == 2
    world.do(OFFICER, OFFICER, h.RemoveChannel(channel=4))
    world.do(OFFICER, OFFICER, h.AddChannel(channel_kind=ChannelKind.EMAIL, address="n3@lab-a.example"))


def test_a_reader_learns_who_changed_it(world: World) -> None:
    """An administrator changes a lab's preferences: its officer is told by whom; not of what the own files say."""
    post(world, world.now)
    world.do("record", OFFICER, h.ChangePreferences(cadence=Cadence.DAILY))
    assert owed(world, OFFICER, "preferences_changed") == []
    world.do(ADMIN, OFFICER, h.ChangePreferences(cadence=Cadence.WEEKLY, time_zone="Europe/London"))
    [letter] = [letter for letter in post(world, world.now) if letter.to == OFFICER]
    assert "Your preferences were changed" in letter.subject
    assert ADMIN in letter.text
    assert world.subject(OFFICER).row["preferences"]["time_zone"] == "Europe/London"
