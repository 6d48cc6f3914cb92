"""The policies and calendars that ship, the faults that a file may have, and the copies that are pinned."""

import json
import tomllib
from pathlib import Path

import pytest

from reviewflow.errors import Invalid, NotFound
from reviewflow.nouns.policy import EVERY_DAY, BeforeDetermination, Cap, Direction, IfMissed, Silence
from reviewflow.settings.documents import (
    calendar_document,
    calendar_from_document,
    policy_document,
    policy_from_document,
)
from reviewflow.settings.paths import config_dir
from reviewflow.settings.policies import find_policy, load_policies, load_policy, load_shelf

CONFIG = Path(__file__).resolve().parents[2] / "config"
CALENDARS = CONFIG / "calendars"
PLAIN = {
    "": {"id": '"plain"', "version": "1", "title": '"Plain"', "source": '"a test"'},
    "window": {
        "length": "30",
        "unit": '"calendar_days"',
        "day_1": '"next_day"',
        "time_zone": '"America/New_York"',
        "ends_at": '"23:59"',
        "calendar": '"us-federal"',
    },
}


def toml(changes: dict[str, str | None]) -> str:
    """The plain policy with keys "table.key" set to raw TOML, or left out where None."""
    tables = {table: dict(keys) for table, keys in PLAIN.items()}
    for path, value in changes.items():
        table, _, key = path.rpartition(".")
        keys = tables.setdefault(table, {})
        if value is None:
            del keys[key]
        else:
            keys[key] = value
    lines = []
    for table, keys in tables.items():
        lines += [f"[{table}]"] if table else []
        lines += [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(lines)


def write(folder: Path, changes: dict[str, str | None]) -> Path:
    path = folder / "plain.toml"
    path.write_text(toml(changes))
    return path


# ---------------------------------------------------------------------------- what ships


def test_every_policy_of_the_design_ships(shelf) -> None:
    """All of them, each with its source, and every calendar with its own."""
    policies, calendars = shelf
    assert set(policies) == {
        "eo-14409", "hsr", "hsr-cash-tender", "hsr-second-phase", "hsr-refile", "ind", "ind-hold-reply",
        "cfius-declaration", "foia", "eu-merger-phase-1", "uk-merger-phase-1", "licensing-draft",
    }  # fmt: skip
    assert set(calendars) == {"us-federal", "european-commission", "gb-eng", EVERY_DAY}
    assert all(policy.source and policy.title for policy in policies.values())
    assert all(calendar.source for calendar in calendars.values())


def test_the_order_is_as_the_design_says(shelf) -> None:
    """eo-14409, rule by rule."""
    policy = shelf[0]["eo-14409"]
    window = policy.window
    assert (window.length, window.unit, window.day_1) == (30, "calendar_days", "next_day")
    assert (window.time_zone, window.ends_at, window.cutoff) == ("America/New_York", "23:59", None)
    assert (window.roll, window.cap, window.calendar) == ("none", Cap.PLANNED_RELEASE, "us-federal")
    assert policy.toll.on == ()
    assert (policy.request.answer_within, policy.request.unit) == (3, "business_days")
    assert policy.intake is not None
    assert (policy.intake.check_within, policy.intake.unit) == (2, "business_days")
    assert (policy.silence.effect, policy.determination.persons) == (Silence.NOTHING, 2)
    assert policy.release.before_determination is BeforeDetermination.RECORDED
    assert policy.notices.before == ("14d", "7d", "3d", "1d")
    assert (policy.notices.after, policy.notices.at) == (("1d", "7d"), "09:00")
    assert [(step.at, step.tell, step.when) for step in policy.escalation] == [
        (("-14d", "-7d", "-3d"), ("officer", "reviewer"), "always"),
        (("-3d",), ("decider",), "no_recommendation"),
        (("-1d", "due", "+1d", "+7d"), ("officer", "reviewer", "decider"), "always"),
    ]
    assert {step.deadline for step in policy.escalation} == {"window"}


def test_the_draft_is_the_other_end_of_the_debate(shelf) -> None:
    """90 days, and no release before a determination."""
    policy = shelf[0]["licensing-draft"]
    assert (policy.window.length, policy.silence.effect) == (90, Silence.MAY_NOT_PROCEED)
    assert policy.release.before_determination is BeforeDetermination.REFUSED


def test_copies_round_trip(shelf) -> None:
    """A policy and a calendar are exactly what their JSON copies say, with all defaults written out."""
    policies, calendars = shelf
    for policy in policies.values():
        document = json.loads(json.dumps(policy_document(policy)))
        assert policy_from_document(document) == policy
        assert list(document) == sorted(document)
    for calendar in calendars.values():
        assert calendar_from_document(json.loads(json.dumps(calendar_document(calendar)))) == calendar
    document = policy_document(policies["hsr-refile"])
    assert document["toll"] == {"on": [], "max_days": 0}
    assert document["intake"] is None


def test_config_is_found() -> None:
    """The checkout's config, or the folder that the caller names."""
    assert config_dir() == CONFIG
    assert config_dir(Path("elsewhere")) == Path("elsewhere")


# ---------------------------------------------------------------------------- faults

FAULTS: list[tuple[dict[str, str | None], str]] = [
    ({"id": None}, "id is missing"),
    ({"id": '"a b"'}, "id cannot be 'a b'"),
    ({"id": "7"}, "id cannot be 7"),
    ({"version": None}, "version is missing"),
    ({"version": "true"}, "version cannot be True; write a whole number"),
    ({"version": "0"}, "version cannot be 0"),
    ({"version": "1.0"}, "version cannot be 1.0"),
    ({"title": '" "'}, "title cannot be ' '"),
    ({"source": None}, "source is missing"),
    ({"tittle": '"x"'}, "tittle is not a known key; did you mean 'title'?"),
    ({"window.lenght": "3"}, "[window] lenght is not a known key; did you mean 'length'?"),
    ({"window.length": None}, "[window] length is missing"),
    ({"window.length": '"30"'}, "[window] length cannot be '30'"),
    ({"window.length": "true"}, "[window] length cannot be True"),
    ({"window.length": "0"}, "[window] length cannot be 0"),
    ({"window.length": "99999"}, "[window] length cannot be 99999"),
    ({"window.unit": '"calender_days"'}, "[window] unit cannot be 'calender_days'; did you mean 'calendar_days'?"),
    ({"window.unit": '"weeks"'}, "choose one of calendar_days, business_days, hours"),
    ({"window.day_1": None}, "[window] day_1 is missing; choose one of event_day"),
    ({"window.day_1": '"nextday"'}, "did you mean 'next_day'?"),
    ({"window.cutoff": '"5pm"'}, "[window] cutoff cannot be '5pm'"),
    ({"window.cutoff": '"24:00"'}, "[window] cutoff cannot be '24:00'"),
    ({"window.cutoff": "17:00:00"}, "[window] cutoff cannot be"),
    ({"window.ends_at": '"24:01"'}, "[window] ends_at cannot be '24:01'"),
    ({"window.ends_at": None}, "[window] ends_at is missing"),
    ({"window.time_zone": None}, "[window] time_zone is missing"),
    ({"window.time_zone": '"America/NewYork"'}, "did you mean 'America/New_York'?"),
    ({"window.time_zone": '"../../etc/passwd"'}, "[window] time_zone cannot be"),
    ({"window.time_zone": '""'}, "[window] time_zone cannot be ''"),
    ({"window.roll": '"next"'}, "[window] roll cannot be 'next'"),
    ({"window.calendar": '"us-fedral"'}, "[window] calendar cannot be 'us-fedral'; known calendars are"),
    ({"window.calendar": '"./absent.toml"'}, "[window] calendar cannot be './absent.toml'; there is no file"),
    ({"window.calendar": "7"}, "[window] calendar cannot be 7"),
    ({"window.calendar": None, "window.cutoff": '"17:00"'}, "calendar is missing, and [window] cutoff asks"),
    ({"window.calendar": None, "window.roll": '"next_business_day"'}, "calendar is missing, and [window] roll asks"),
    ({"window.calendar": None, "window.unit": '"business_days"'}, "calendar is missing, and [window] unit asks"),
    ({"window.calendar": None, "notices.before": '["1bd"]'}, "calendar is missing, and [notices] asks"),
    ({"window.calendar": None, "intake.check_within": "2"}, "calendar is missing, and [intake] unit asks"),
    ({"window.cap": '"planed_release"'}, "did you mean 'planned_release'?"),
    ({"window.unit": '"hours"', "window.cutoff": '"17:00"'}, "[window] cutoff has no meaning for hours"),
    ({"window.direction": '"backward"', "window.cutoff": '"17:00"'}, "[window] cutoff is refused"),
    ({"window.direction": '"backward"', "window.cap": '"planned_release"'}, "[window] cap is refused"),
    ({"window.direction": '"backward"', "toll.on": '["government_closure"]'}, "[toll] on is refused"),
    ({"window.direction": '"backward"', "extension.max_days": "3"}, "[extension] max_days is refused"),
    ({"window.direction": '"backward"', "request.if_missed": '"toll"'}, "[request] if_missed is refused"),
    ({"toll.on": '["information_requests"]'}, "did you mean 'information_request'?"),
    ({"toll.on": '"information_request"'}, "[toll] on cannot be 'information_request'; write a list"),
    ({"toll.on": '["government_closure", "government_closure"]'}, "holds 'government_closure' twice"),
    ({"toll.max_days": "-1"}, "[toll] max_days cannot be -1"),
    ({"toll.on": '["information_request"]', "request.if_missed": '"toll"'}, "[request] if_missed cannot be 'toll'"),
    ({"extension.times": "0"}, "[extension] times cannot be 0"),
    ({"extension.consent": '"labs"'}, "did you mean 'lab'?"),
    ({"intake.unit": '"hours"'}, "[intake] check_within is missing"),
    ({"silence.effect": '"approved"'}, "choose one of nothing, may_proceed"),
    ({"silence.effect": '"may_not_proceed"'}, 'write [release] before_determination = "refused"'),
    ({"notices.before": '["0d"]'}, "[notices] before cannot hold '0d'"),
    ({"notices.before": '["3 d"]'}, "cannot hold '3 d'"),
    ({"notices.before": "[3]"}, "cannot hold 3"),
    ({"notices.after": '["1d", "1d"]'}, "holds '1d' twice"),
    ({"notices.at": '"24:00"'}, "[notices] at cannot be '24:00'"),
    ({"request.answer_within": "0"}, "[request] answer_within cannot be 0"),
    ({"request.answer": "3"}, "did you mean 'answer_within'?"),
    ({"determination.persons": "0"}, "[determination] persons cannot be 0"),
    ({"release.before_determination": '"no"'}, "choose one of recorded, refused"),
    ({"refile.times": "1"}, "[refile] within is missing"),
    ({"submission.requires_agreement": "1"}, "requires_agreement cannot be 1; write true or false"),
    ({"submission.gate": '["access ready"]'}, "[submission] gate cannot hold 'access ready'"),
    ({"windows.length": "3"}, "windows is not a known key; did you mean 'window'?"),
]


@pytest.mark.parametrize(("changes", "said"), FAULTS, ids=[said for _, said in FAULTS])
def test_fault_names_file_key_and_remedy(tmp_path: Path, changes: dict[str, str | None], said: str) -> None:
    """Each fault is refused in one sentence that begins with the file."""
    path = write(tmp_path, changes)
    with pytest.raises(Invalid) as refusal:
        load_policy(path, CALENDARS)
    faults = [reason for reason in refusal.value.reasons if said in reason]
    assert faults, refusal.value.reasons
    assert faults[0].startswith(str(path))
    assert "; " in faults[0]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Three faults, three sentences."""
    path = write(tmp_path, {"version": "0", "window.lenght": "3", "notices.at": '"9"'})
    with pytest.raises(Invalid) as refusal:
        load_policy(path, CALENDARS)
    assert len(refusal.value.reasons) == 3


def test_file_without_a_window_or_without_sense(tmp_path: Path) -> None:
    """A missing table and broken TOML are told once."""
    path = tmp_path / "plain.toml"
    path.write_text('id = "a"\nversion = 1\ntitle = "t"\nsource = "s"\n')
    with pytest.raises(Invalid, match=r"window is missing; write a table \[window\]"):
        load_policy(path, CALENDARS)
    path.write_text("id = ")
    with pytest.raises(Invalid, match="is not TOML") as refusal:
        load_policy(path, CALENDARS)
    assert len(refusal.value.reasons) == 1
    path.write_bytes(b"\xff")
    with pytest.raises(Invalid, match="is not TOML"):
        load_policy(path, CALENDARS)


def test_least_that_a_policy_can_say(tmp_path: Path) -> None:
    """All else has its default; hours ask for neither day 1 nor the end of a day, and plain days for no calendar."""
    policy = load_policy(write(tmp_path, {"window.calendar": None}), CALENDARS)
    assert (policy.window.direction, policy.window.calendar) == (Direction.FORWARD, EVERY_DAY)
    assert (policy.intake, policy.refile, policy.request.if_missed) == (None, None, IfMissed.NONE)
    without = {f"window.{key}": None for key in ("day_1", "ends_at", "calendar")}
    assert load_policy(write(tmp_path, {"window.unit": '"hours"', **without}), CALENDARS).window.ends_at == "23:59"


# ---------------------------------------------------------------------------- where policies and calendars are


CALENDAR = 'id = "ours"\nversion = 1\nweekend = ["friday", "Sat"]\nclosed = [2026-07-08, "2026-07-09"]\n'


def test_calendar_beside_the_policy(tmp_path: Path) -> None:
    """A path is read from the policy's folder, and the policy then names the calendar by its id."""
    (tmp_path / "ours.toml").write_text(CALENDAR)
    path = write(tmp_path, {"window.calendar": '"ours.toml"'})
    policy, calendar = find_policy(CONFIG, str(path))
    assert policy.window.calendar == calendar.id == "ours"
    assert calendar.weekend == (4, 5)
    assert [str(day.on) for day in calendar.closed] == ["2026-07-08", "2026-07-09"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('weekend = ["Saterday"]', "did you mean 'Saturday'?"),
        ("weekend = [5, 6]", "weekend cannot hold 5"),
        ('weekend = ["Sat", "Saturday"]', "holds 'Saturday' twice"),
        ('weekend = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]', "leaves no business day"),
        ('base = "USA!"', "base cannot be 'USA!'"),
        ('base = "GB-XXX"', "base cannot be 'GB-XXX'"),
        ('base = "ZZ"', "base cannot be 'ZZ'"),
        ('base = "us"', "base cannot be 'us'"),
        ("closed = [2026-07-08T09:00:00]", "closed cannot be"),
        ('closed = ["2026-02-30"]', "closed cannot be '2026-02-30'"),
        ("closed = [2026-07-08, 2026-07-08]", "holds 2026-07-08 twice"),
        ("closed = [{ on = 2026-07-08, nmae = 'x' }]", "closed cannot be"),
        ("closed = [2026-07-08]\nopen = [2026-07-08]", "open has 2026-07-08, which `closed` has too"),
        ("known_from = 2026-01-01\nknown_to = 2025-01-01", "known_to comes before known_from"),
        ("holidays = []", "holidays is not a known key"),
        (f'id = "{EVERY_DAY}"', "choose another"),
    ],
)
def test_fault_of_a_calendar_is_told_through_its_policy(tmp_path: Path, line: str, said: str) -> None:
    """The file that is named is the calendar's."""
    head = "version = 1\n" if line.startswith("id") else 'id = "ours"\nversion = 1\n'
    (tmp_path / "ours.toml").write_text(head + line)
    with pytest.raises(Invalid) as refusal:
        load_policy(write(tmp_path, {"window.calendar": '"ours.toml"'}), CALENDARS)
    assert any(said in reason and "ours.toml" in reason for reason in refusal.value.reasons), refusal.value.reasons


def folder_with(tmp_path: Path, **files: str) -> Path:
    """A config folder with policies of these names."""
    for name in ("policies", "calendars"):
        (tmp_path / name).mkdir()
    (tmp_path / "calendars" / "us-federal.toml").write_text((CALENDARS / "us-federal.toml").read_text())
    for name, text in files.items():
        (tmp_path / "policies" / f"{name}.toml").write_text(text)
    return tmp_path


def test_policy_is_found_by_its_id(tmp_path: Path) -> None:
    """Whatever its file is called; a name that is nothing tells the names that there are."""
    config = folder_with(tmp_path, odd=toml({}))
    assert find_policy(config, "plain")[0].id == "plain"
    with pytest.raises(NotFound) as refusal:
        find_policy(config, "odd")
    assert refusal.value.remedy == "There are: plain."
    with pytest.raises(NotFound, match="no policy file"):
        find_policy(config, "./absent.toml")


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Two files with a fault each, and one id twice."""
    config = folder_with(
        tmp_path, a=toml({"version": "0"}), b=toml({"id": '"b"', "title": "7"}), c=toml({}), d="id =", e=toml({})
    )
    with pytest.raises(Invalid) as refusal:
        load_policies(config)
    said = "\n".join(refusal.value.reasons)
    assert all(
        text in said for text in ("a.toml: version", "b.toml: title", "d.toml: is not TOML", "e.toml: id 'plain' is")
    )


def test_folder_without_policies(tmp_path: Path) -> None:
    """A folder that is not there is a fault and no empty shelf."""
    with pytest.raises(Invalid, match="no such folder"):
        load_shelf(tmp_path)


def test_shipped_files_are_named_after_their_ids() -> None:
    """So that one policy can be read without the others."""
    for path in CONFIG.glob("*/*.toml"):
        if path.parent.name in ("policies", "calendars"):
            assert tomllib.loads(path.read_text())["id"] == path.stem
