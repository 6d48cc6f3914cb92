"""`programme.toml`: the programme's title, its default policy, and the closed lists that commands choose from."""

from pathlib import Path

from reviewflow.errors import Invalid
from reviewflow.nouns.programme import Programme
from reviewflow.settings.fields import Fields
from reviewflow.settings.toml import read_toml

FILE = "programme.toml"
RECORD_TABLES = ("organization", "person", "record", "disputed")  # the same file's record, which record.py reads
ITEM = r"[a-z][a-z0-9_]*"
HOW = "write lower-case words joined by underscores"


def load_programme(folder: Path) -> Programme:
    """The programme of a config folder; raises Invalid with every fault."""
    path = folder / FILE
    faults: list[str] = []
    top = Fields(path.name, read_toml(path), faults)
    findings, access = _table(top, "findings"), _table(top, "access")
    programme = Programme(
        title=top.text("title"),
        default_policy=top.text("default_policy"),
        domains=_list(findings, "domains", '["cybersecurity"]'),
        severities=_list(findings, "severities", '["low", "high"]'),
        access_terms=_list(access, "terms", '["confidentiality"]'),
    )
    for key in RECORD_TABLES:
        top.has(key)
    for fields in (top, findings, access):
        fields.finish()
    if faults:
        raise Invalid(*faults)
    return programme


def _table(top: Fields, key: str) -> Fields:
    return top.sub(key) or Fields(top.file, {}, top.faults, key)


def _list(fields: Fields, key: str, sample: str) -> tuple[str, ...]:
    """Without one of these lists a command could name nothing, so each is required."""
    before = len(fields.faults)
    found = fields.texts(key, like=ITEM, remedy=HOW)
    if not found and len(fields.faults) == before:
        problem = "is empty" if fields.has(key) else "is missing"
        fields.fault(key, problem, f"write a list such as {sample}")
    return found
