"""The rules of the house that fail the build, each shown to find a break that is put before it."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest
from packaging.requirements import Requirement

SERVER_CLOCK = "clock_timestamp()"  # store/database.py names it, and nobody else
ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES, FUNCTION_LINES = 200, 40
FOR_OTHERS = {"reviewflow/client/__init__.py"}  # packages that other programs import
GRAB_BAGS = {"utils", "util", "common", "helpers", "helper", "manager", "base", "core", "misc"}
TOP_LEVEL = {"pyproject.toml", "README.md", "reviewflow", "config", "tests", "scripts"}  # and what begins with a dot
# Where a state may be written: on the token that the machine moves, and by the one who carries the move over.
STATE_WRITERS = {"reviewflow/rules/machine.py", "reviewflow/rules/decide.py"}
# Where a reading of a wall clock becomes an instant, and so has no zone yet.
WALL_READERS = {"reviewflow/rules/instants.py"}

Finding = tuple[int, str]


@dataclass(frozen=True)
class Module:
    """One file of the package: its path in the checkout, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))


@dataclass(frozen=True)
class Rule:
    """A check with the code that it must find and the code that it must let pass; a seed is code or (path, code)."""

    check: Callable[[Module], Iterator[Finding]]
    breaks: tuple[str | tuple[str, str], ...]
    keeps: tuple[str | tuple[str, str], ...]

    def faults(self, module: Module) -> list[str]:
        return [f"{module.path}:{line}: {what}" for line, what in self.check(module)]


RULES: dict[str, Rule] = {}


def rule(breaks: list[str | tuple[str, str]], keeps: list[str | tuple[str, str]]) -> Callable[[Callable], Callable]:
    def register(check: Callable[[Module], Iterator[Finding]]) -> Callable[[Module], Iterator[Finding]]:
        RULES[check.__name__] = Rule(check, tuple(breaks), tuple(keeps))
        return check

    return register


def seed(snippet: str | tuple[str, str]) -> Module:
    path, text = snippet if isinstance(snippet, tuple) else ("reviewflow/engine/seed.py", snippet)
    return Module(path, text, ast.parse(text))


def name_of(node: ast.AST) -> str:
    """The last name in `a.b.c`, "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def called(node: ast.AST) -> str:
    """The last name of what is called, "" if nothing is."""
    return name_of(node.func) if isinstance(node, ast.Call) else ""


def keywords(node: ast.AST) -> set[str]:
    return {k.arg or "**" for k in node.keywords} if isinstance(node, ast.Call) else set()


# ---------------------------------------------------------------------------- form


@rule(breaks=["x = 1\n" * 201], keeps=["x = 1\n" * 200])
def module_is_short(m: Module) -> Iterator[Finding]:
    """A module has at most 200 lines."""
    lines = len(m.text.splitlines())
    if lines > MODULE_LINES:
        yield lines, f"{lines} lines; {MODULE_LINES} at the most"


@rule(
    breaks=["def f():\n" + "    x = 1\n" * 40],
    keeps=['def f():\n    """Long.\n' + "\n    words\n" * 50 + '    """\n' + "    x = 1\n\n    # why\n" * 39],
)
def function_is_short(m: Module) -> Iterator[Finding]:
    """A function has at most 40 lines, its docstring, comments and empty lines not counted."""
    lines = m.text.splitlines()
    for node in m.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = node.body[0] if ast.get_docstring(node) is not None else None
            mute = set(range(doc.lineno, (doc.end_lineno or 0) + 1)) if doc else set()
            span = set(range(node.lineno, (node.end_lineno or 0) + 1)) - mute
            code = [n for n in span if (s := lines[n - 1].strip()) and not s.startswith("#")]
            if len(code) > FUNCTION_LINES:
                yield node.lineno, f"{node.name}: {len(code)} lines of code; {FUNCTION_LINES} at the most"


@rule(
    breaks=["x = 1\n", '"""no end"""', '"""It counts. And it sends."""'],
    keeps=['"""It counts, e.g. days."""', '"""It counts.\n\nMore. And more."""'],
)
def module_says_its_job(m: Module) -> Iterator[Finding]:
    """A module begins with a docstring whose first paragraph is one sentence: the room's job."""
    first = (ast.get_docstring(m.tree) or "").split("\n\n")[0]
    if not first.endswith("."):
        yield 1, "no docstring that begins with one sentence and its full stop"
    elif re.search(r"[.!?]\s+[A-Z]", first):
        yield 1, "the docstring begins with more than one sentence"


@rule(
    breaks=[("reviewflow/store/utils.py", ""), ("reviewflow/core/seed.py", "")],
    keeps=[("reviewflow/store/journal.py", "")],
)
def no_grab_bag(m: Module) -> Iterator[Finding]:
    """No module is a grab-bag by its name."""
    for name in GRAB_BAGS & set(Path(m.path).with_suffix("").parts):
        yield 1, f"{name} says nothing of what is inside"


@rule(
    breaks=[
        ("reviewflow/store/__init__.py", "from reviewflow.store.journal import append"),
        ("reviewflow/store/__init__.py", "append = journal.append"),
        ("reviewflow/store/__init__.py", "def f(): ..."),
    ],
    keeps=[
        ("reviewflow/__init__.py", '"""What it is."""\n\n__version__ = "0.1.0"\nLIMIT: int = 5'),
        "from reviewflow.store.journal import append",
        ("reviewflow/client/__init__.py", "from reviewflow.client.client import Client as Client"),
    ],
)
def init_is_bare(m: Module) -> Iterator[Finding]:
    """An `__init__` holds a docstring and constants, and re-exports nothing; but a package for other programs may."""
    if not m.path.endswith("__init__.py"):
        return
    for node in m.tree.body:
        if m.path in FOR_OTHERS and isinstance(node, ast.ImportFrom):
            continue
        value = getattr(node, "value", None)
        if not isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign) or not isinstance(value, ast.Constant):
            yield node.lineno, "an __init__ holds a docstring and constants only"


# ---------------------------------------------------------------------------- time


@rule(
    breaks=[
        "from datetime import datetime\nx = datetime.now(UTC)",
        "x = datetime.datetime.utcnow()",
        "x = field(default_factory=date.today)",
        "import time\nx = time.time()",
        "from time import time_ns",
        "x = func.now()",
        'x = text("SELECT CURRENT_TIMESTAMP")',
        "x = text(\"SELECT datetime('now')\")",
    ],
    keeps=[
        "from reviewflow import clock\nx = clock.now()",
        "x = scene.now",
        "import time\nx = time.monotonic()",
        ("reviewflow/clock.py", "x = datetime.now(UTC)"),
        ("reviewflow/store/database.py", 'SERVER_CLOCK = "clock_timestamp()"'),
    ],
)
def clock_is_read_in_one_place(m: Module) -> Iterator[Finding]:
    """Only clock.py reads the wall clock, and nobody asks the database for the time but to compare the two."""
    if m.path == "reviewflow/clock.py":
        return
    walls = {"time", "time_ns", "localtime", "gmtime"}
    for node in m.nodes:
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            if name_of(node.value) in {"datetime", "date", "dt", "func"}:
                yield node.lineno, f"{ast.unparse(node)} reads a clock; take `now` as an argument"
        elif isinstance(node, ast.Attribute) and name_of(node.value) == "time" and node.attr in walls:
            yield node.lineno, f"time.{node.attr} reads the wall clock; take `now` as an argument"
        elif isinstance(node, ast.ImportFrom) and node.module == "time" and walls & {a.name for a in node.names}:
            yield node.lineno, "the wall clock is imported; take `now` as an argument"
        elif isinstance(node, ast.Constant) and node.value != SERVER_CLOCK and asks_for_time(node.value):
            yield node.lineno, "the database is asked for the time; pass `now` as a parameter"


def asks_for_time(text: object) -> bool:
    """Whether a constant is SQL that reads a clock: it has a verb, or is short; a docstring may say now()."""
    if not isinstance(text, str) or not re.search(r"CURRENT_TIME|CURRENT_DATE|\(\s*'now'|\bnow\(\)", text):
        return False
    return len(text.split()) <= 3 or bool(re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|DEFAULT|CHECK|CREATE)\b", text))


@rule(
    breaks=[
        "x = datetime(2026, 7, 1)",
        "x = datetime.datetime(2026, 7, 1, 12, 0)",
        "x = datetime.combine(day, time.max)",
        "x = y.replace(tzinfo=None)",
        "x = datetime.strptime(s, '%Y')",
    ],
    keeps=[
        "x = datetime(2026, 7, 1, tzinfo=UTC)",
        "x = datetime(2026, 7, 1, 0, 0, 0, 0, zone)",
        "x = datetime.combine(day, time.max, zone)",
        "x = datetime.combine(day, time.max, tzinfo=zone)",
        "x = y.replace(tzinfo=zone)",
        ("reviewflow/rules/instants.py", "wall = datetime.combine(day, clock)"),
    ],
)
def datetimes_have_a_zone(m: Module) -> Iterator[Finding]:
    """No datetime is made without a zone."""
    if m.path in WALL_READERS:
        return
    for node in m.nodes:
        if not isinstance(node, ast.Call):
            continue
        named, places = bool({"tzinfo", "**"} & keywords(node)), len(node.args)
        bare = (
            (called(node) == "datetime" and not named and places < 8)
            or (called(node) == "combine" and not named and places < 3)
            or (called(node) == "strptime")
            or any(k.arg == "tzinfo" and isinstance(k.value, ast.Constant) for k in node.keywords)
        )
        if bare:
            yield node.lineno, f"{ast.unparse(node)} has no zone"


# ---------------------------------------------------------------------------- what is recorded


@rule(
    breaks=[
        "review.state = 'cleared'",
        "row['state'] = 'cleared'",
        "setattr(review, 'state', 'cleared')",
        "a, review.state = 1, 2",
        "work.set(state='cleared')",
    ],
    keeps=[
        "work.set(due=1)",
        "x = review.state",
        "state = 'cleared'",
        ("reviewflow/rules/decide.py", "w.set(state=to)"),
    ],
)
def state_is_written_by_the_lifecycle(m: Module) -> Iterator[Finding]:
    """A state is written by the machine of the lifecycle and nowhere else."""
    if m.path in STATE_WRITERS:
        return
    for node in m.nodes:
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        written = [n for t in targets if isinstance(t, ast.AST) for n in ast.walk(t)]
        attribute = any(isinstance(n, ast.Attribute) and n.attr == "state" for n in written)
        key = any(isinstance(n, ast.Subscript) and ast.unparse(n.slice) == "'state'" for n in written)
        setter = called(node) == "setattr" and "'state'" in ast.unparse(node)
        if attribute or key or setter or (called(node) == "set" and "state" in keywords(node)):
            yield getattr(node, "lineno", 0), "a state is written outside the lifecycle"


@rule(
    breaks=["x = Column(server_default=func.x())", "op.add_column('a', Column('b', server_default='0'))"],
    keeps=["x = Column(default=0)"],
)
def database_has_no_defaults(m: Module) -> Iterator[Finding]:
    """The database makes no values up: no `server_default`."""
    for node in m.nodes:
        if {"server_default", "server_onupdate"} & keywords(node):
            yield getattr(node, "lineno", 0), "server_default: pass the value"


@rule(
    breaks=[
        "update(Event).where(x)",
        "x = delete(EVENT)",
        "x = event.update().where(x)",
        "x = Event.__table__.delete()",
        'text("UPDATE event SET x = 1")',
        'text("delete from Event where x")',
    ],
    keeps=["x = insert(Event)", "seen.update(events)", "x = update(Deadline)", "x = review.delete()"],
)
def journal_is_append_only(m: Module) -> Iterator[Finding]:
    """No statement updates or deletes rows of the journal, the table `event`."""
    journal = re.compile(r"\b(event|journal)(_table|\.__table__)?\b", re.IGNORECASE)
    for node in m.nodes:
        if isinstance(node, ast.Call) and called(node) in {"update", "delete"}:
            method = isinstance(node.func, ast.Attribute) and not node.args and not node.keywords
            of = ast.unparse(node.func.value) if method and isinstance(node.func, ast.Attribute) else ""
            to = ast.unparse(node.args[0]) if isinstance(node.func, ast.Name) and node.args else ""
            if journal.search(of) or journal.fullmatch(to):
                yield node.lineno, "the journal is append-only"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            sql = r"^\s*(UPDATE|DELETE\s+FROM)\s+\"?(event|journal)\b"
            if re.search(sql, node.value, re.IGNORECASE):
                yield node.lineno, "the journal is append-only"


@rule(
    breaks=[
        "try:\n    f()\nexcept:\n    g()",
        "try:\n    f()\nexcept Exception:\n    pass",
        "try:\n    f()\nexcept (ValueError, BaseException):\n    ...",
        "with suppress(Exception):\n    f()",
    ],
    keeps=["try:\n    f()\nexcept KeyError:\n    pass", "try:\n    f()\nexcept Exception:\n    log()\n    raise"],
)
def no_error_is_swallowed(m: Module) -> Iterator[Finding]:
    """Nothing catches every error to say nothing of it."""
    for node in m.nodes:
        if called(node) == "suppress" and re.search(r"\b(Base)?Exception\b", ast.unparse(node)):
            yield getattr(node, "lineno", 0), "every error is suppressed"
        if not isinstance(node, ast.ExceptHandler):
            continue
        silent = all(
            isinstance(s, ast.Pass | ast.Continue) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
            for s in node.body
        )
        wide = node.type is not None and re.search(r"\b(Base)?Exception\b", ast.unparse(node.type))
        if node.type is None or (wide and silent):
            yield node.lineno, "every error is caught, and nothing said"


# ---------------------------------------------------------------------------- the rules on the house and on seeds


MIGRATIONS = "store/migrations/versions/"  # scripts that are frozen once they have landed, not modules that are read


@cache
def modules() -> list[Module]:
    paths = sorted((ROOT / "reviewflow").rglob("*.py"))
    texts = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in paths}
    return [Module(path, text, ast.parse(text)) for path, text in texts.items()]


@pytest.mark.parametrize("name", RULES)
def test_house_keeps_the_rule(name: str) -> None:
    """Every module of reviewflow keeps the rule."""
    frozen = MIGRATIONS if name in ("module_is_short", "function_is_short") else None
    assert [f for m in modules() for f in RULES[name].faults(m) if frozen is None or frozen not in f] == []


@pytest.mark.parametrize(("name", "snippet"), [(name, s) for name, r in RULES.items() for s in r.breaks])
def test_rule_finds_a_break(name: str, snippet: str | tuple[str, str]) -> None:
    """A seeded break is found."""
    assert RULES[name].faults(seed(snippet)) != []


@pytest.mark.parametrize(("name", "snippet"), [(name, s) for name, r in RULES.items() for s in r.keeps])
def test_rule_lets_the_rest_pass(name: str, snippet: str | tuple[str, str]) -> None:
    """What only resembles a break passes."""
    assert RULES[name].faults(seed(snippet)) == []


# ---------------------------------------------------------------------------- the tree

# Written so that no pattern finds itself in this file.
REGISTRY = re.compile(
    r"[a-z0-9.-]*(py[p]i|python[h]osted|np[m]js|deb[i]an|anaconda)[a-z0-9-]*\.(org|com|io|net)\b", re.I
)
MACHINE = re.compile(r"(?<![\w.])/(work|farm|root|Users|home/[a-z]\w*)/")
CHATTER = re.compile(
    r"cl[a]ude code|co-authored-[b]y:|generated (with|by) (an? )?(ai|llm|cl[a]ude|chat|copilot)|as an ai [l]anguage"
    r"|(coding|ai) (assistant|[a]gent)\b|(previous|earlier|next|this) (ai )?[s]ession of|sub-?[a]gent|context [w]indow",
    re.I,
)


def committable() -> list[str]:
    """What a commit holds or would take: tracked files, and new ones that are not ignored."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()})


def hits(pattern: re.Pattern[str], text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def strays(paths: list[str]) -> list[str]:
    tops = {path.split("/")[0] for path in paths}
    return sorted(top for top in tops if top not in TOP_LEVEL and not top.startswith("."))


def test_top_level_holds_what_belongs_there() -> None:
    """The top level holds the project file, README, the package, config, tests, scripts and dot files."""
    assert strays(["README.md", ".ci/run", "tests/a.py", "docs/a.md", "notes.txt"]) == ["docs", "notes.txt"]
    assert strays(committable()) == []


@pytest.mark.parametrize(
    ("pattern", "breaks", "keeps"),
    [
        (
            REGISTRY,
            ["https://files.python" + "hosted.org/x", "see py" + "pi.org"],
            ["pip install .", "from the registry"],
        ),
        (MACHINE, ["cd /wo" + "rk/main", "'/ro" + "ot/.ssh'"], ["a/work/b", "reviewflow/rules/work.py", "$root/x"]),
        (
            CHATTER,
            ["Co-Authored-" + "By: x", "asked the AI " + "assistant"],
            ["a frontier AI model", "a database session"],
        ),
    ],
    ids=["registry", "machine", "chatter"],
)
def test_no_text_speaks_of_where_it_was_written(pattern: re.Pattern[str], breaks: list[str], keeps: list[str]) -> None:
    """No committed text names a package registry's host or a path of a machine, or speaks of how it came to be."""
    assert all(hits(pattern, text) for text in breaks)
    assert not any(hits(pattern, text) for text in keeps)
    texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in committable()}
    assert [f"{name}:{line}" for name, text in texts.items() for line in hits(pattern, text)] == []


def test_scripts_can_be_started() -> None:
    """Every command in scripts/ and .ci/ is executable and is a script that bash can read."""
    commands = [p for p in (ROOT / "scripts").iterdir() if p.is_file() and not p.suffix] + [ROOT / ".ci" / "run"]
    assert {"run", "test", "prove", "bench", "lock"} <= {p.name for p in commands}
    for command in commands:
        assert os.access(command, os.X_OK), command
        subprocess.run(["bash", "-n", str(command)], check=True)


def unlocked(project: dict, lock: str) -> list[str]:
    """The requirements that no line of the lock answers."""
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))
    wanted = [Requirement(r) for r in project["project"]["dependencies"] + project["dependency-groups"]["dev"]]
    return [str(r) for r in wanted if r.name.lower() not in pinned or pinned[r.name.lower()] not in r.specifier]


def test_lock_answers_every_requirement() -> None:
    """scripts/lock.txt holds each requirement of pyproject.toml in a version that fits, with hashes, and no address."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "scripts" / "lock.txt").read_text()
    assert unlocked(project, lock) == []
    assert unlocked(project, lock.replace("\nstructlog==", "\nstructlog-not==")) != []
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", lock)[1:])
    assert "://" not in lock
    assert not re.search(r"^-", lock, re.MULTILINE)


# ---------------------------------------------------------------------------- imports

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
SEEDED = {  # module, import that the house forbids
    "reviewflow.nouns.states": "reviewflow.engine",
    "reviewflow.store": "reviewflow.rules",
    "reviewflow.rules": "time",
    "reviewflow.ledger": "random",
    "reviewflow.client": "reviewflow.store",
    "reviewflow.cli": "sqlalchemy",
    "reviewflow.engine": "apscheduler",
}


def test_linter_finds_forbidden_imports(tmp_path: Path) -> None:
    """In a copy with seeded imports upward, sideways, impure, of SQL and of the scheduler, each contract breaks."""
    shutil.copytree(ROOT / "reviewflow", tmp_path / "reviewflow", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, imported in SEEDED.items():
        path = tmp_path / module.replace(".", "/")
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        path.write_text(path.read_text(encoding="utf-8") + f"\nimport {imported}\n", encoding="utf-8")
    (tmp_path / "reviewflow" / "attic.py").write_text('"""A module that no layer knows."""\n')
    command = [sys.executable, "-c", LINT, "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    said = " ".join(done.stdout.split())
    assert done.returncode == 1, done.stdout + done.stderr
    for module, imported in SEEDED.items():
        assert f"{module} -> {imported}" in said or f"{module} is not allowed to import {imported}" in said, said
    assert "attic" in said
    assert "0 kept, 5 broken" in said
