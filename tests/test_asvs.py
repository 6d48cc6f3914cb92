"""The table tests/asvs.toml: each requirement has what holds it, and that is there."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = [f"V{number}" for number in range(1, 18)]
LEVELS = {1: 70, 2: 183}  # how many requirements the standard has at each
Table = dict[str, dict[str, dict[str, Any]]]


def table() -> Table:
    return tomllib.loads((ROOT / "tests" / "asvs.toml").read_text(encoding="utf-8"))


@cache
def names_in(path: str) -> set[str]:
    """The tests of a module by name."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def faults(found: Table) -> list[str]:
    """What is wrong with a table."""
    wrong = [f"{chapter} has no entry" for chapter in CHAPTERS if not found.get(chapter)]
    for chapter, rows in found.items():
        for number, row in rows.items():
            if not re.fullmatch(rf"{chapter[1:]}\.\d+\.\d+", number):
                wrong.append(f"{number} is not of {chapter}")
            is_one = sum(bool(row.get(word)) for word in ("held", "not", "gap")) == 1
            if not is_one or not row.get("asks") or row.get("level") not in LEVELS:
                wrong.append(f"{number} says neither what holds it nor why it does not apply, or both")
            wrong += [f"{number}: there is no {place}" for place in row.get("held", ()) if not is_there(place)]
            if row.get("held") and not any("::" in place or "#" in place for place in row["held"]):
                wrong.append(f"{number} names a file, and neither a test nor words of it")
    for level, many in LEVELS.items():
        count = sum(row.get("level") == level for rows in found.values() for row in rows.values())
        if count != many:
            wrong.append(f"{count} requirements of level {level}, and the standard has {many}")
    return wrong


def is_there(place: str) -> bool:
    """Whether a file is there, and in it a test, or words behind #; a parameter in brackets is one of the test's."""
    path, _, words = place.partition("#")
    path, _, test = path.partition("::")
    name, _, parameter = test.partition("[")
    if not (ROOT / path).is_file():
        return False
    text = (ROOT / path).read_text(encoding="utf-8")
    is_tested = not name or name in names_in(path)
    return words in text and is_tested and (not parameter or f"def {parameter.rstrip(']')}(" in text)


def test_every_requirement_is_held_by_what_is_there() -> None:
    """Each requirement of levels 1 and 2 names tests and words that exist, or why it does not apply, or its gap."""
    assert faults(table()) == []


def test_gap_is_found() -> None:
    """A chapter that is missing, a test or a file that is gone, an entry without either, are each named."""
    found = table()
    found["V1"]["1.2.4"]["held"] = ["tests/test_asvs.py::test_nothing", "tests/nothing.py", "tests/test_asvs.py"]
    found["V2"]["2.1.1"].pop("held")
    found["V2"]["2.1.2"]["held"] = ["README.md"]
    found["V2"]["2.1.3"]["held"] = ["README.md#no such words"]
    found.pop("V17")
    found["V3"]["3.2.1"]["held"] = ["tests/test_security_rules.py::test_house_keeps_the_rule[no_such_rule]"]
    said = faults(found)
    assert "V17 has no entry" in said
    assert "1.2.4: there is no tests/test_asvs.py::test_nothing" in said
    assert "1.2.4: there is no tests/nothing.py" in said
    assert "2.1.2 names a file, and neither a test nor words of it" in said
    assert "2.1.3: there is no README.md#no such words" in said
    assert any(line.startswith("2.1.1 says neither") for line in said)
    assert any("no_such_rule" in line for line in said)
    assert "1.2.4: there is no tests/test_asvs.py" not in said
