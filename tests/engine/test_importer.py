"""Importing the record: facts of the past in a real database, each at its own instant in a simulation, never twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.engine.importer import import_people, record_steps, replay_record
from reviewflow.engine.setup import move_clock, prepare
from reviewflow.errors import Invalid
from reviewflow.nouns.commands.contact import RemoveChannel
from reviewflow.nouns.commands.programme import AddOrganization, RegisterModel
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.states import Kind
from reviewflow.rules.instants import civil_date
from reviewflow.settings.record import load_record
from reviewflow.settings.settings import load_settings
from reviewflow.store import journal
from reviewflow.store.database import connect, reading
from reviewflow.store.inbox import letters_to
from reviewflow.store.subjects import load, rows_of

NOVEMBER = datetime(2026, 11, 10, 12, tzinfo=UTC)
START = datetime(2024, 8, 1, 12, tzinfo=UTC)
ORDERED = datetime(2026, 6, 12, 21, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(root):
    return load_settings(root / "config")


@pytest.fixture
def public(root):
    return load_record(root / "config")


def database(tmp_path, settings, now, *, is_simulation=False):
    engine = connect(f"sqlite:///{tmp_path / 'record.db'}")
    prepare(engine, settings, now, is_simulation=is_simulation)
    return engine


def rows(engine, kind):
    with reading(engine) as connection:
        refs = [spine["ref"] for spine in journal.spines(connection) if spine["kind"] == kind]
        return sorted(rows_of(connection, kind, refs).values(), key=lambda row: str(row["ref"]))


def events(engine, ref):
    with reading(engine) as connection:
        return journal.events_of(connection, ref)


def count(engine):
    with reading(engine) as connection:
        return sum(spine["seq"] for spine in journal.spines(connection))


def check_halt(engine, recorded):
    (halt,) = rows(engine, Kind.HALT)
    assert (halt["issued_at"], halt["agency"], halt["lab"]) == (ORDERED, "bis", "anthropic")
    assert halt["state"] == "lifted"  # of Mythos 5, which is not restored
    names = {row["ref"]: row["name"] for row in rows(engine, Kind.MODEL)}
    with reading(engine) as connection:
        parts = load(connection, [halt["ref"]])[halt["ref"]].part("halt_model")
    assert {names[part["model"]]: part["state"] for part in parts} == {"Fable 5": "restored", "Mythos 5": "lifted"}
    told = [(e["name"], e["effective_at"]) for e in events(engine, halt["ref"])]
    assert [name for name, _ in told] == [
        "halt_ordered", "halt_implemented", "halt_narrowed", "halt_lifted", "model_restored",
    ]  # fmt: skip
    assert [at for _, at in told] == sorted(at for _, at in told)
    days = [civil_date(at, ZoneInfo("America/New_York")) for _, at in told]
    assert (days[-1] - days[0]).days == 19  # as trackers report it
    assert {e["recorded_at"] == (recorded or e["effective_at"]) for e in events(engine, halt["ref"])} == {True}
    commitments = rows(engine, Kind.COMMITMENT)
    assert {row["text"] for row in commitments} == {
        "Proactive risk detection", "Work with government on standards", "Report malicious use",
    }  # fmt: skip
    assert {(row["state"], row["halt"], row["agency"]) for row in commitments} == {("agreed", halt["ref"], "bis")}


def test_real_database_takes_the_record_as_past_facts(tmp_path, settings, public):
    """Recorded now, in effect then; five agreements signed and one open; the office bears its last name."""
    engine = database(tmp_path, settings, NOVEMBER)
    assert len(import_people(engine, settings, public, NOVEMBER)) == len(public.organizations)
    done = replay_record(engine, settings, public, NOVEMBER)
    assert len(done) == len(public.entries)
    check_halt(engine, NOVEMBER)
    agreements = {row["lab"]: (row["state"], row["since"]) for row in rows(engine, Kind.AGREEMENT)}
    assert agreements.pop("meta") == ("negotiating", None)
    assert {state for state, _ in agreements.values()} == {"signed"}
    assert agreements["openai"][1] == "August 2024, renegotiated since"
    caisi = next(row for row in rows(engine, Kind.ORGANIZATION) if row["ref"] == "caisi")
    assert caisi["name"].endswith("(CAISSI)")


def test_simulation_replays_each_entry_at_its_instant(tmp_path, settings, public):
    """Names come at their day among the entries, and time never goes back."""
    engine = database(tmp_path, settings, START, is_simulation=True)
    import_people(engine, settings, public, START)
    seen = []
    replay_record(engine, settings, public, step=lambda step, done: seen.append((step, done)))
    assert len(seen) == len(public.entries) + 2
    assert all(step.at == step.now for step, _ in seen)
    assert [step.at for step, _ in seen] == sorted(step.at for step, _ in seen)
    renamed = [step.at for step, done in seen if done.events == ("organization_renamed",)]
    assert renamed == [datetime(2025, 6, 30, 4, tzinfo=UTC), datetime(2026, 9, 29, 4, tzinfo=UTC)]
    check_halt(engine, None)


@pytest.mark.parametrize("now", [NOVEMBER, None])
def test_importing_again_changes_nothing(tmp_path, settings, public, now):
    engine = database(tmp_path, settings, START, is_simulation=now is None)
    for _ in range(2):
        import_people(engine, settings, public, now or START)
        replay_record(engine, settings, public, now)
    before = count(engine)
    assert import_people(engine, settings, public, NOVEMBER) == []
    assert replay_record(engine, settings, public, now) == []
    assert count(engine) == before


def test_broken_import_is_taken_up_where_it_stopped(tmp_path, settings, public):
    """After any number of entries, a second run records exactly the rest."""
    engine = database(tmp_path, settings, NOVEMBER)
    import_people(engine, settings, public, NOVEMBER)
    total = len(public.entries)
    for stop in range(total):
        step = next(record_steps(engine, settings, public, NOVEMBER + timedelta(seconds=stop)))
        step.do()
    assert list(record_steps(engine, settings, public, NOVEMBER + timedelta(days=1))) == []
    check_halt_states = [row["state"] for row in rows(engine, Kind.HALT)]
    assert check_halt_states == ["lifted"]
    assert len(rows(engine, Kind.COMMITMENT)) == 3


def test_only_what_has_happened_is_imported(tmp_path, settings, public):
    """In the middle of June there is a halt and no lift; later entries come at a later import."""
    engine = database(tmp_path, settings, START)
    middle = ORDERED + timedelta(days=1)
    import_people(engine, settings, public, middle)
    replay_record(engine, settings, public, middle)
    assert [row["state"] for row in rows(engine, Kind.HALT)] == ["ordered"]
    caisi = next(row for row in rows(engine, Kind.ORGANIZATION) if row["ref"] == "caisi")
    assert caisi["name"].endswith("(CAISI)")
    replay_record(engine, settings, public, NOVEMBER)
    assert [row["state"] for row in rows(engine, Kind.HALT)] == ["lifted"]
    caisi = next(row for row in rows(engine, Kind.ORGANIZATION) if row["ref"] == "caisi")
    assert caisi["name"].endswith("(CAISSI)")


def test_simulation_that_stands_in_the_middle_goes_on_from_there(tmp_path, settings, public):
    """What lies before the simulation's clock becomes a past fact, the rest comes at its day."""
    engine = database(tmp_path, settings, START, is_simulation=True)
    middle = ORDERED + timedelta(days=1)
    move_clock(engine, middle)
    import_people(engine, settings, public, middle)
    steps = []
    replay_record(engine, settings, public, step=lambda step, done: steps.append(step))
    assert all(step.now == max(step.at, middle) for step in steps)
    assert [row["state"] for row in rows(engine, Kind.HALT)] == ["lifted"]


def test_what_is_there_already_is_left_as_it_is(tmp_path, settings, public):
    """A lab under another name keeps it, and a model that persons registered gets none of the record's entries."""
    engine = database(tmp_path, settings, NOVEMBER)
    meta = AddOrganization(key="meta", name="Meta, as it was", agency=False)
    handle(engine, settings, Call(None, meta, RECORD), NOVEMBER)
    import_people(engine, settings, public, NOVEMBER)
    import_people(engine, settings, load_record(settings.folder, "demo.toml"), NOVEMBER)
    model = RegisterModel(name="GPT-5.6", lab="openai")
    mine = handle(engine, settings, Call(None, model, "admin@example-office.example"), NOVEMBER)
    replay_record(engine, settings, public, NOVEMBER)
    assert next(row for row in rows(engine, Kind.ORGANIZATION) if row["ref"] == "meta")["name"] == "Meta, as it was"
    assert [e["name"] for e in events(engine, mine.ref)] == ["model_registered"]
    assert len(rows(engine, Kind.MODEL)) == 3


def test_demonstration_has_users_and_agreements(tmp_path, settings):
    """Labs one and two have signed with the example office, lab three negotiates."""
    demo = load_record(settings.folder, "demo.toml")
    engine = database(tmp_path, settings, NOVEMBER, is_simulation=True)
    import_people(engine, settings, demo, NOVEMBER)
    replay_record(engine, settings, demo, NOVEMBER)
    states = {row["lab"]: row["state"] for row in rows(engine, Kind.AGREEMENT)}
    assert states == {"example-lab-one": "signed", "example-lab-two": "signed", "example-lab-three": "negotiating"}
    assert len(rows(engine, Kind.PERSON)) == len(demo.people)


def test_a_secret_of_another_organization_is_a_fault_of_the_file(tmp_path, settings):
    """Before anything is imported, with the remedy."""
    text = (settings.folder / "demo.toml").read_text()
    (tmp_path / "demo.toml").write_text(text.replace("example-lab-three.room", "example-lab-two.hook"))
    with pytest.raises(Invalid, match="which is not one for channels of example-lab-three") as fault:
        load_record(tmp_path, "demo.toml")
    assert 'write a name such as "example-lab-three.hook"' in str(fault.value)


def test_how_people_are_told_is_imported_once(tmp_path, settings):
    """With a new person come his channels and preferences, and no letter of them; what he has since is his."""
    demo = load_record(settings.folder, "demo.toml")
    engine = database(tmp_path, settings, NOVEMBER)
    import_people(engine, settings, demo, NOVEMBER)
    viewer = "viewer@example-lab-three.example"
    with reading(engine) as connection:
        row = load(connection, [viewer])[viewer].row
        assert [letters_to(connection, who) for who in (viewer, "auditor@example-office.example")] == [[], []]
    assert [(channel["kind"], channel["secret"]) for channel in row["channels"]] == [("chat", "example-lab-three.room")]
    assert (row["preferences"]["cadence"], row["preferences"]["quiet_from"]) == ("daily", "20:00")
    assert row["preferences"]["muted"] == ["stages", "partners"]
    handle(engine, settings, Call(viewer, RemoveChannel(channel=1), viewer), NOVEMBER)
    assert import_people(engine, settings, demo, NOVEMBER) == []
    with reading(engine) as connection:
        assert load(connection, [viewer])[viewer].row["channels"][0]["disabled"] == "removed"
