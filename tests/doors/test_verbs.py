"""The verbs of the command line are the lifecycle tables, and the tables are complete."""

import importlib.util
import inspect
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from reviewflow.cli.admission import admissions
from reviewflow.cli.examples import EXAMPLES
from reviewflow.cli.look import views
from reviewflow.cli.main import PLACES
from reviewflow.cli.verbs import GROUPS, group
from reviewflow.nouns.commands.form import REGISTRY, Command
from reviewflow.nouns.events import CHECKED, MENDED
from reviewflow.nouns.states import Kind
from reviewflow.rules.effects.index import EFFECTS
from reviewflow.rules.guards import asking, clock, contact, document, filing, looking, programme, release
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.recipients import AUDIENCE
from tests.stories.world import reviewflow, warm

VIEWS = {"list", "show", "timeline", "explain", "reads", "document"}
TRIALS = {Kind.PERSON: {"test-channel"}}  # send something, and record nothing
HELPERS = {"needed_acknowledgements"}  # asked by a guard, and by the effect


def verbs(kind: Kind) -> list[str]:
    """Of the commands of a kind that a person may give, in the order of the picture."""
    return list(dict.fromkeys(row.command.verb for row in TABLES[kind] if not row.command.by_system))


def commands(kind: Kind) -> list[type[Command]]:
    """Every command class of a kind."""
    return [command for command in REGISTRY.values() if command.kind is kind]


def test_every_kind_has_a_group() -> None:
    """And every group its place in the help."""
    assert set(GROUPS.values()) == set(Kind) == set(TABLES)
    assert {name for name, (_, _, place) in PLACES.items() if place.endswith("verbs:group")} == set(GROUPS)


@pytest.mark.parametrize("name", GROUPS)
def test_verbs_of_a_group_are_its_table(name: str) -> None:
    """Each command that a person may give has exactly one verb; besides only ways to try, to look, and to come in."""
    kind = GROUPS[name]
    found = list(group(name).commands)
    assert found[: len(verbs(kind))] == verbs(kind)
    more = TRIALS.get(kind, set()) | (set(admissions()) if kind is Kind.PERSON else set())
    assert set(found[len(verbs(kind)) :]) - more == set(views(kind)) <= VIEWS
    assert TRIALS.get(kind, set()) <= set(found)
    by_verb = [command.verb for command in commands(kind) if not command.by_system]
    assert sorted(by_verb) == sorted(set(by_verb)) == sorted(verbs(kind))
    assert all(command.verb == "" for command in commands(kind) if command.by_system)


def test_every_command_has_a_row_and_an_effect() -> None:
    """No wish without a line of the picture, no line without an effect, no effect without a wish."""
    in_tables = {row.command for rows in TABLES.values() for row in rows}
    assert in_tables == set(REGISTRY.values()) == set(EFFECTS)
    assert all(row.command.kind is kind for kind, rows in TABLES.items() for row in rows)


def test_a_command_leads_one_way_from_each_state() -> None:
    """No two lines of a command begin in the same state, and all lines of a command ask for the same person."""
    for rows in TABLES.values():
        ways = [(row.command, state) for row in rows for state in row.source]
        assert len(ways) == len(set(ways))
        for command in {row.command for row in rows}:
            assert len({(row.who, row.event) for row in rows if row.command is command}) == 1


def guards(module: ModuleType) -> Iterator[str]:
    """The guards that a module defines."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        is_own = function.__module__ == module.__name__ and not name.startswith("_")
        if is_own and str(inspect.signature(function).return_annotation).startswith("collections.abc.Iterator"):
            yield name


@pytest.mark.parametrize(
    "module", [asking, clock, contact, document, filing, looking, programme, release], ids=lambda m: m.__name__
)
def test_every_guard_is_used(module: ModuleType) -> None:
    """A guard that no line names guards nothing."""
    used = {guard.__name__ for rows in TABLES.values() for row in rows for guard in row.guards}
    assert list(guards(module))
    assert set(guards(module)) - HELPERS - used == set()


def test_who_is_told_of_what_is_an_event() -> None:
    """The table of recipients speaks only of events that the picture knows."""
    known = {row.event for rows in TABLES.values() for row in rows}
    assert set(AUDIENCE) - known == {"agreement_signed_by_one_side", "released_in_breach", CHECKED, MENDED}


@pytest.mark.parametrize("name", PLACES)
def test_help(name: str) -> None:
    """Every place of the help explains itself, and so does each of its verbs; nothing is wider than 80 columns."""
    with warm(Path("letters")):
        help = reviewflow(name, "--help")
        assert (help.code, help.err) == (0, "")
        assert help.out.startswith(f"Usage: reviewflow {name}")
        for verb in getattr(group(name), "commands", {}) if name in GROUPS else ():
            one = reviewflow(name, verb, "--help")
            assert (one.code, one.err) == (0, ""), verb
            assert one.out.startswith(f"Usage: reviewflow {name} {verb}")
            assert max(map(len, one.out.splitlines())) <= 80
            assert len(one.out.splitlines()) >= 6


def test_help_of_a_verb_names_every_field() -> None:
    """Arguments and options are the fields of the command, with their help."""
    with warm(Path("letters")):
        for name, kind in GROUPS.items():
            for command in commands(kind):
                if command.by_system:
                    continue
                said = " ".join(reviewflow(name, command.verb, "--help").out.split())
                for field in fields(command):
                    if not field.metadata:  # not for a person to say
                        continue
                    wanted = field.name if field.metadata["place"] else f"--{field.name.replace('_', '-')}"
                    assert wanted in said, (command, field.name)


def test_bare_groups_print_their_help() -> None:
    """What was not finished is explained, as help and not as an error."""
    for arguments in ((), ("review",)):
        answer = reviewflow(*arguments)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith("Usage: reviewflow")


def test_readme_draws_the_tables() -> None:
    """`scripts/draw-lifecycle --check`: what README shows is what the tables say."""
    root = Path(__file__).resolve().parents[2]
    spec = importlib.util.spec_from_file_location("draw_lifecycle", root / "scripts" / "draw_lifecycle.py")
    assert spec is not None
    assert spec.loader is not None
    drawer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawer)
    assert drawer.drawn() in (root / "README.md").read_text(encoding="utf-8"), "run scripts/draw-lifecycle"


def test_every_example_is_a_command_of_this_release() -> None:
    """With a verb and options that it has, below the help of that very verb; no line is too long for a terminal."""
    assert len(EXAMPLES) > 10
    for command, lines in EXAMPLES.items():
        help = reviewflow(*command.split(), "--help")
        assert help.code == 0, command
        for line in lines:
            assert all(f"  {part}\n" in help.out and len(part) < 79 for part in line.split("\n")), line
            words = shlex.split(line)
            at = next(n for n, word in enumerate(words[1:], 1) if word in PLACES)
            assert " ".join(words[at:]).startswith(command), line
            names = 2 if PLACES[words[at]][2].endswith(":group") else 1
            said = [reviewflow(*words[at : at + count], "--help").out.partition("Example")[0] for count in (0, names)]
            for options, before in zip(said, (words[1:at], words[at + names :]), strict=True):
                assert [word for word in before if word.startswith("--") and f"  {word} " not in options] == [], line
