"""The rules that keep holes out of the code, each shown to find a break that is put before it."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.test_house_rules import MIGRATIONS, Finding, Module, Rule, called, name_of, seed
from tests.test_house_rules import modules as parsed

modules = cache(parsed)  # for all the rules
RULES: dict[str, Rule] = {}
# Who may put statements together, out of names of tables and columns; values are bound everywhere.
SQL_MAKERS = {f"reviewflow/store/{name}.py" for name in ("glance", "roles", "rows", "union", "walls")}
SQL = re.compile(
    r"\b(SELECT\b.*\bFROM|INSERT INTO|UPDATE\b.*\bSET|DELETE FROM|(DROP|ALTER|CREATE|GRANT)\s+[A-Z]+)\b", re.S
)
SECRET = re.compile(r"(^|_)(secret|password|token|cookie|passphrase|credential|authorization)s?($|_)")


def rule(breaks: list[str | tuple[str, str]], keeps: list[str | tuple[str, str]]) -> Callable[[Callable], Callable]:
    def register(check: Callable[[Module], Iterator[Finding]]) -> Callable[[Module], Iterator[Finding]]:
        RULES[check.__name__] = Rule(check, tuple(breaks), tuple(keeps))
        return check

    return register


def calls(m: Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with what is called as it is written."""
    for node in m.nodes:
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


@rule(
    breaks=["eval(text)", "exec(text)", "compile(text, 'f', 'exec')", "builtins.eval(text)", "__import__(name)"],
    keeps=["re.compile(text)", "evaluate(text)", "literal_eval(text)", "connection.execute(statement)"],
)
def text_is_not_run(m: Module) -> Iterator[Finding]:
    """No text becomes code."""
    for node, said in calls(m):
        if said.removeprefix("builtins.") in ("eval", "exec", "compile", "__import__"):
            yield node.lineno, f"text is run by {said}"


@rule(
    breaks=[
        "import pickle",
        "from marshal import loads",
        "yaml.load(text)",
        "import shelve",
        "from xml.etree import x",
    ],
    keeps=["import json", "yaml.safe_load(text)", "tomllib.load(file)"],
)
def nothing_is_revived_that_can_act(m: Module) -> Iterator[Finding]:
    """Nothing is read by what makes objects, or fetches, at the will of the text."""
    for node in m.nodes:
        named = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] in ("pickle", "marshal", "shelve", "dill", "jsonpickle", "xml") for name in named):
            yield getattr(node, "lineno", 0), f"imports {', '.join(named)}"
    for node, said in calls(m):
        if said in ("yaml.load", "yaml.unsafe_load", "yaml.full_load"):
            yield node.lineno, f"{said} makes any object"


@rule(
    breaks=["subprocess.run(line, shell=True)", "os.system(line)", "os.popen(line)", "subprocess.getoutput(line)"],
    keeps=["subprocess.run([a, b])", "shell(line)", "subprocess.run(words, shell=False)"],
)
def no_shell_reads_a_line(m: Module) -> Iterator[Finding]:
    """Other programs get words, never a line for a shell."""
    for node, said in calls(m):
        shells = any(k.arg == "shell" and getattr(k.value, "value", None) is not False for k in node.keywords)
        if shells or said in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"):
            yield node.lineno, f"{said} gives a line to a shell"


def parts(node: ast.AST) -> str | None:
    """The constant text of what is put together at run time; None for anything else."""
    if isinstance(node, ast.JoinedStr) and any(isinstance(v, ast.FormattedValue) for v in node.values):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "?" for v in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        sides = [parts(s) or (s.value if isinstance(s, ast.Constant) else "?") for s in (node.left, node.right)]
        return "".join(map(str, sides))
    is_form = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    if is_form and isinstance(node.func.value, ast.Constant):  # type: ignore[attr-defined]
        return str(node.func.value.value)  # type: ignore[attr-defined]
    return None


@rule(
    breaks=[
        "x = f'SELECT * FROM review WHERE ref = {ref}'",
        "x = 'DELETE FROM review WHERE ref = ' + ref",
        "x = 'UPDATE review SET state = %s' % state",
        "x = 'INSERT INTO {}'.format(name)",
        ("reviewflow/store/other.py", "x = f'SELECT * FROM {table}'"),
    ],
    keeps=[
        "x = 'SELECT * FROM review WHERE ref = :ref'",
        "x = f'Select one of {names} from the list.'",
        ("reviewflow/store/rows.py", "x = f'SELECT * FROM {table}'"),
    ],
)
def statements_are_written_not_made(m: Module) -> Iterator[Finding]:
    """SQL is put together only by a few modules of the store, from names of their own; values are bound."""
    if m.path in SQL_MAKERS or MIGRATIONS in m.path:
        return
    for node in m.nodes:
        if SQL.search(parts(node) or ""):
            yield getattr(node, "lineno", 0), "SQL is put together"


def is_secret(node: ast.AST) -> bool:
    """Whether a name says that a secret is behind it; a flag about one is none."""
    name = name_of(node)
    return bool(SECRET.search(name)) and not name.startswith(("is_", "has_", "may_", "needs_"))


@rule(
    breaks=["x = given.secret == kept", "x = token != other", "if password == text: pass", "x = code_secret in (a, b)"],
    keeps=[
        "x = hmac.compare_digest(secret, kept)",
        "x = tokens == []",
        "x = token is None",
        "x = ROW.c.token == bindparam('token')",
        "x = kind == TOKEN_KIND",
    ],
)
def secrets_are_compared_in_constant_time(m: Module) -> Iterator[Finding]:
    """No comparison tells by its time how much of a secret was right."""
    for node in m.nodes:
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            continue
        sides = [node.left, *node.comparators]
        if any(called(side) == "bindparam" for side in sides):  # the database compares, and not byte by byte with us
            continue
        is_plain = any(
            isinstance(s, ast.Constant | ast.List | ast.Attribute) and is_upper_or_constant(s) for s in sides
        )
        if any(is_secret(s) for s in sides if not is_upper(s)) and not is_plain:
            yield node.lineno, "a secret is compared"


def is_upper(node: ast.AST) -> bool:
    """Whether it is a constant of ours by its name."""
    return name_of(node).isupper()


def is_upper_or_constant(node: ast.AST) -> bool:
    """Whether what stands there is known to everybody: a constant, an empty list, a member of an enumeration."""
    return isinstance(node, ast.Constant | ast.List) or is_upper(node)


@rule(
    breaks=[
        "httpx.Client(verify=False)",
        "ssl._create_unverified_context()",
        "c.check_hostname = False",
        "c.verify_mode = ssl.CERT_NONE",
    ],
    keeps=["httpx.Client(verify=context)", "verify(False)", "c.check_hostname = True"],
)
def certificates_are_checked(m: Module) -> Iterator[Finding]:
    """Whoever is spoken to over TLS shows who he is."""
    for node, said in calls(m):
        if said.endswith("_create_unverified_context"):
            yield node.lineno, "certificates are not checked"
        if any(k.arg == "verify" and getattr(k.value, "value", None) is False for k in node.keywords):
            yield node.lineno, "certificates are not checked"
    for one in m.nodes:
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Attribute):
            what, value = one.targets[0].attr, ast.unparse(one.value)
            if (what, value) in (("check_hostname", "False"), ("verify_mode", "ssl.CERT_NONE")):
                yield one.lineno, "certificates are not checked"


@rule(
    breaks=[
        "logs.get().info('sent', token=token)",
        "log.warning('no', secret=x)",
        "logs.get().info('x', what=who.password)",
        "log.error(f'no {cookie}')",
    ],
    keeps=["logs.get().info('sent', id=row.id)", "log.info('token made', id=token_id)", "form.error('x', password=1)"],
)
def secrets_are_not_logged(m: Module) -> Iterator[Finding]:
    """No line of the log takes what is named as a secret."""
    for node, said in calls(m):
        receiver, _, verb = said.rpartition(".")
        if verb not in ("debug", "info", "warning", "error", "critical", "exception", "bind", "bind_contextvars"):
            continue
        if not re.search(r"\blog(s|ger|ging)?\b|contextvars", receiver):
            continue
        given = [*node.args, *(k.value for k in node.keywords)]
        named = [k.arg or "" for k in node.keywords]
        inside = [n for g in given for n in ast.walk(g) if isinstance(n, ast.Name | ast.Attribute)]
        if any(SECRET.search(name) for name in named) or any(is_secret(n) and not id_of(n) for n in inside):
            yield node.lineno, "a secret is logged"


def id_of(node: ast.AST) -> bool:
    """Whether it only names which one, as `token_id`."""
    return name_of(node).endswith("_id")


@rule(
    breaks=["import random", "from random import choice", "hashlib.md5(x)", "hashlib.new('sha1', x)", "uuid.uuid1()"],
    keeps=["import secrets", "hashlib.sha256(x)", "uuid.uuid4()", "hashlib.new('sha512', x)"],
)
def chance_and_digests_are_strong(m: Module) -> Iterator[Finding]:
    """Chance is the system's, and digests are such that nobody finds two of one."""
    for node in m.nodes:
        named = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if "random" in named:
            yield getattr(node, "lineno", 0), "chance that can be foretold"
    for node, said in calls(m):
        weak = said in ("hashlib.md5", "hashlib.sha1", "uuid.uuid1") or (
            called(node) == "new" and any(getattr(a, "value", None) in ("md5", "sha1") for a in node.args)
        )
        if weak:
            yield node.lineno, f"{said} is weak"


@pytest.mark.parametrize("name", RULES)
def test_house_keeps_the_rule(name: str) -> None:
    """Every module of reviewflow keeps the rule."""
    assert [fault for m in modules() for fault in RULES[name].faults(m)] == []


@pytest.mark.parametrize(("name", "snippet"), [(name, s) for name, r in RULES.items() for s in r.breaks])
def test_rule_finds_a_break(name: str, snippet: str | tuple[str, str]) -> None:
    """A seeded break is found."""
    assert RULES[name].faults(seed(snippet)) != []


@pytest.mark.parametrize(("name", "snippet"), [(name, s) for name, r in RULES.items() for s in r.keeps])
def test_rule_lets_the_rest_pass(name: str, snippet: str | tuple[str, str]) -> None:
    """What only resembles a break passes."""
    assert RULES[name].faults(seed(snippet)) == []
