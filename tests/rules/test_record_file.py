"""The record's files: every shipped entry is a command with a source, in order; every fault is told at once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reviewflow.errors import Invalid
from reviewflow.nouns.commands.contact import AddChannel, ChangePreferences
from reviewflow.nouns.commands.order import LiftHalt, NarrowHalt, OrderHalt
from reviewflow.nouns.commands.programme import OpenAgreement, RecordRelease, RegisterModel, SignAgreement
from reviewflow.nouns.states import Power, Side, Stage
from reviewflow.rules import forms
from reviewflow.settings.programme import load_programme
from reviewflow.settings.record import load_record

FILES = ("programme.toml", "demo.toml")
ENOUGH = '[[organization]]\nkey = "lab"\nside = "lab"\nnames = [{name = "Lab", source = "made up"}]\n'


@pytest.fixture(params=FILES)
def record(request, root):
    return load_record(root / "config", request.param)


def of(root: Path, kind: type) -> list:
    return [e for e in load_record(root / "config").entries if isinstance(e.command, kind)]


def faults(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "record.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        load_record(tmp_path, "record.toml")
    return list(caught.value.reasons)


def test_every_entry_is_a_well_formed_command_with_a_source(record):
    """The shipped files hold nothing that a command refuses by its form, and nothing without a source."""
    assert record.entries
    for entry in record.entries:
        forms.check(entry.command)
        assert entry.source.strip()
        assert entry.command.source == entry.source
    for organization in record.organizations:
        assert all(name.source.strip() for name in organization.names)
    for disputed in record.disputed:
        assert len(disputed.claims) >= 2
        assert all(claim.source.strip() for claim in disputed.claims)


def test_entries_stand_in_the_order_of_their_days(record):
    days = [e.at.date() if isinstance(e.at, datetime) else e.at for e in record.entries]
    assert days == sorted(days)


def test_no_people_of_real_organizations(root):
    """The public record names nobody; the demonstration's users are role mailboxes under .example."""
    assert load_record(root / "config").people == ()
    demo = load_record(root / "config", "demo.toml")
    assert {person.mailbox.rsplit(".", 1)[1] for person in demo.people} == {"example"}
    assert all(o.key.startswith("example-") and o.names[0].name.startswith("Example ") for o in demo.organizations)


def test_public_record_holds_what_the_domain_says(root):
    """Six labs, one office each with a power, five agreements and an open one, the halt, the staged release."""
    record = load_record(root / "config")
    assert sum(o.side is Side.LAB for o in record.organizations) == 6
    powers = {power: o.key for o in record.organizations for power in o.powers}
    assert powers == {Power.REVIEW: "caisi", Power.COVERAGE: "nsa", Power.HALT: "bis"}
    caisi = next(o for o in record.organizations if o.key == "caisi")
    assert [name.since for name in caisi.names] == [None, date(2025, 6, 30), date(2026, 9, 29)]
    opened = {e.command.lab for e in of(root, OpenAgreement)}
    assert len(of(root, SignAgreement)) == 5
    assert opened - {e.subject.removesuffix("-agreement") for e in of(root, SignAgreement)} == {"meta"}
    (halt,) = of(root, OrderHalt)
    assert halt.at == datetime(2026, 6, 12, 21, 21, tzinfo=UTC)
    assert halt.command.models == ("fable-5", "mythos-5")
    assert [e.command.models for e in of(root, NarrowHalt)] == [("mythos-5",)]
    assert [len(e.command.condition) for e in of(root, LiftHalt)] == [3]
    staged = [(e.at, e.command.stage) for e in of(root, RecordRelease) if e.subject == "gpt-5.6"]
    assert staged == [(date(2026, 6, 26), Stage.LIMITED), (date(2026, 7, 9), Stage.GENERAL)]
    assert len(of(root, RegisterModel)) == 3


def test_unknown_command_key_and_name_are_told_at_once(tmp_path):
    """Each fault names file, entry and key, and what was probably meant."""
    told = faults(
        tmp_path,
        ENOUGH
        + '[[record]]\nat = 2026-06-09\ndo = "RegisterModle"\nsubject = "m"\nname = "M"\nsource = "s"\n'
        + '[[record]]\nat = 2026-06-09\ndo = "RegisterModel"\nsubject = "n"\nname = "N"\nlab = "lap"\nsource = "s"\n'
        + '[[record]]\nat = 2026-06-09\ndo = "RecordRelease"\nsubject = "n"\nstage = "generall"\n'
        + 'scpe = "all"\nsource = "s"\n'
        + '[[record]]\nat = 2026-06-09\ndo = "RecordRelease"\nsubject = "nn"\nstage = "general"\n',
    )
    assert told == [
        "record.toml: [record 1] do cannot be 'RegisterModle'; did you mean 'RegisterModel'?",
        "record.toml: [record 2] lab cannot be 'lap', which is no organization of this file; did you mean 'lab'?",
        "record.toml: [record 3] stage cannot be 'generall'; did you mean 'general'?",
        "record.toml: [record 3] scpe is not a known key; did you mean 'scope'?",
        "record.toml: [record 4] source is missing; write some text.",
        "record.toml: [record 4] subject cannot be 'nn', which is no model of this file; did you mean 'n'?",
    ]


@pytest.mark.parametrize("at", ["2026-06-12T17:21:00", "12", '"2026-06-12"'])
def test_a_time_needs_its_offset(tmp_path, at):
    """Nobody guesses a zone, and a text is no date."""
    (told,) = faults(
        tmp_path, ENOUGH + f'[[record]]\nat = {at}\ndo = "OpenAgreement"\nsubject = "a"\nlab = "lab"\nsource = "s"\n'
    )
    assert told.startswith("record.toml: [record 1] at cannot be ")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-06-12", "2026-06-11"),
        ("2026-06-12", "2026-06-12T09:00:00Z"),
        ("2026-06-12T10:00:00Z", "2026-06-12T09:00:00Z"),
    ],
)
def test_entries_out_of_order_are_a_fault(tmp_path, first, second):
    """A bare date stands after the instants of its day, since its hour is not known."""
    entry = '[[record]]\nat = {}\ndo = "OpenAgreement"\nsubject = "{}"\nlab = "lab"\nsource = "s"\n'
    (told,) = faults(tmp_path, ENOUGH + entry.format(first, "a") + entry.format(second, "b"))
    assert "[record 2] at cannot be " in told
    assert told.endswith("put the entries in the order of their days.")


def test_people_and_organizations_are_checked(tmp_path):
    """A mailbox outside .example, a role of the other side, a lab with powers, a dispute of one side."""
    told = faults(
        tmp_path,
        ENOUGH.replace('side = "lab"', 'side = "lab"\npowers = ["halt"]')
        + '[[person]]\nmailbox = "officer@lab.com"\norganization = "lab"\nroles = ["decider"]\n'
        + '[[disputed]]\ntopic = "t"\nclaims = [{says = "a", source = "s"}]\n',
    )
    assert [fault.split(": ", 1)[1].split(";")[0] for fault in told] == [
        "[organization 1] powers cannot stand at a lab",
        "[person 1] mailbox cannot be 'officer@lab.com'",
        "[person 1] roles do not fit the organization",
        "[disputed 1] claims has fewer than two sides",
    ]


def test_later_names_need_their_day_in_order(tmp_path):
    names = '[{name = "A", source = "s"}, {name = "B", since = 2026-02-01, source = "s"}, {name = "C", source = "s"}]'
    told = faults(tmp_path, f'[[organization]]\nkey = "lab"\nside = "lab"\nnames = {names}\n')
    assert len(told) == 1
    assert "names has a later name without `since`" in told[0]


def test_programme_is_strict(tmp_path):
    """Every fault of the lists and keys, with file, key and remedy."""
    (tmp_path / "programme.toml").write_text('title = "T"\ndefault_polcy = "x"\n[findings]\ndomains = ["Cyber War"]\n')
    with pytest.raises(Invalid) as caught:
        load_programme(tmp_path)
    assert [reason.split(";")[0] for reason in caught.value.reasons] == [
        "programme.toml: default_policy is missing",
        "programme.toml: [findings] domains cannot hold 'Cyber War'",
        "programme.toml: [findings] severities is missing",
        "programme.toml: [access] terms is missing",
        "programme.toml: default_polcy is not a known key",
    ]


def test_how_a_person_is_told_is_checked_at_start(tmp_path):
    """Channels and preferences of a mailbox, each fault with its place."""
    person = ENOUGH + '[[person]]\nmailbox = "a@lab.example"\norganization = "lab"\nroles = ["viewer"]\n'
    told = faults(
        tmp_path,
        person
        + 'channels = [{kind = "pigeon"}, {kind = "email", adress = "b@lab.example"}]\n'
        + 'preferences = {cadence = "dayly", digest_at = "8", quiet = "22-7", time_zone = "Mars", mute = ["x"], '
        + "on = 1}\n",
    )
    wanted = (
        "[person 1 channels 1] kind cannot be 'pigeon'", "[person 1 channels 2] adress is not a known key",
        "cadence cannot be 'dayly'; did you mean 'daily'?", "digest_at cannot be '8'", "quiet cannot be '22-7'",
        "time_zone cannot be 'Mars'", "mute cannot hold 'x'; choose from reminders", "on is not a known key",
    )  # fmt: skip
    assert [words for words in wanted if not any(words in fault for fault in told)] == []
    assert len(told) == len(wanted)


@pytest.mark.parametrize("wish", ['digest_at = "07:00"', 'digest_at = "07:00", cadence = "at_once"'])
def test_an_hour_of_no_digest_is_a_fault(tmp_path, wish):
    """As at the command line: it would have no effect."""
    person = ENOUGH + '[[person]]\nmailbox = "a@lab.example"\norganization = "lab"\nroles = ["viewer"]\n'
    [told] = faults(tmp_path, person + f"preferences = {{{wish}}}\n")
    assert "digest_at has effect only with a daily or weekly cadence" in told
    assert 'write cadence = "daily" or "weekly", or leave it out' in told


def test_the_examples_show_each_way(root):
    """One channel of each kind that a person may have, and a digest of each cadence."""
    people = load_record(root / "config", "demo.toml").people
    commands = [command for person in people for command in person.contact]
    kinds = {command.channel_kind.value for command in commands if isinstance(command, AddChannel)}
    cadences = {str(command.cadence) for command in commands if isinstance(command, ChangePreferences)}
    assert (kinds, cadences) == ({"email", "webhook", "chat", "folder"}, {"daily", "weekly"})
