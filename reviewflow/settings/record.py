"""The record in a TOML file: organizations, mailboxes, what happened as commands, and disputed facts with each side."""

from pathlib import Path

from reviewflow.errors import Invalid
from reviewflow.nouns.record import Claim, DatedName, Disputed, OrganizationEntry, PersonEntry, Record
from reviewflow.nouns.states import AGENCY_ROLES, LAB_ROLES, Power, Role, Side
from reviewflow.settings.arrays import Table, tables
from reviewflow.settings.contact import contact
from reviewflow.settings.fields import Fields
from reviewflow.settings.happenings import read_entries
from reviewflow.settings.programme import FILE, RECORD_TABLES
from reviewflow.settings.toml import read_toml

PROGRAMME_KEYS = ("title", "default_policy", "findings", "access")  # the same file's other half
KEY = r"[a-z0-9][a-z0-9-]{1,38}"
MAILBOX = r"[a-z0-9._+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+"


def load_record(folder: Path, file: str = FILE) -> Record:
    """The record of one file of a config folder; raises Invalid with every fault."""
    faults: list[str] = []
    top = Fields(file, read_toml(folder / file), faults)
    organizations = tuple(_organization(table) for table in tables(top, "organization"))
    sides = {organization.key: organization.side for organization in organizations}
    _note_twice(top, "organization", [organization.key for organization in organizations])
    people = tuple(_person(table, sides) for table in tables(top, "person"))
    _note_twice(top, "person", [person.mailbox for person in people])
    entries = read_entries(tables(top, "record"), set(sides))
    disputed = tuple(_disputed(table) for table in tables(top, "disputed"))
    for key in (*PROGRAMME_KEYS, *RECORD_TABLES):
        top.has(key)
    top.finish()
    if faults:
        raise Invalid(*faults)
    return Record(organizations, people, entries, disputed)


def _note_twice(top: Fields, key: str, names: list[str]) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        top.fault(key, f"names {name!r} twice", "leave one of them out")


def _organization(fields: Table) -> OrganizationEntry:
    key = fields.text("key", like=KEY, remedy="write 2 to 39 lower-case letters, digits and hyphens")
    side = fields.choice("side", Side)
    powers = fields.choices("powers", Power)
    if powers and side is Side.LAB:
        fields.fault("powers", "cannot stand at a lab", "powers belong to agencies; leave them out")
    names = tuple(_name(table) for table in tables(fields, "names"))
    if not names:
        fields.fault("names", "is missing", 'write a list such as [{name = "Example Lab", source = "made up"}]')
    days = [name.since for name in names]
    if None in days[1:]:
        fields.fault("names", "has a later name without `since`", "only the first may hold from before the record")
    known = [day for day in days if day is not None]
    if known != sorted(known):
        fields.fault("names", "are not in the order of `since`", "write the oldest first")
    return OrganizationEntry(key, side, powers, names)


def _name(fields: Table) -> DatedName:
    return DatedName(fields.text("name"), fields.day("since"), fields.text("source"))


def _person(fields: Table, sides: dict[str, Side]) -> PersonEntry:
    mailbox = fields.text("mailbox", like=MAILBOX, remedy="write a mailbox such as officer@example-lab.example")
    if mailbox and not mailbox.endswith(".example"):
        fields.fault("mailbox", f"cannot be {mailbox!r}", "users here are role mailboxes under .example domains")
    home = fields.text("organization")
    side = sides.get(home)
    if home and side is None:
        fields.fault("organization", f"cannot be {home!r}", f"this file has {', '.join(sorted(sides)) or 'none'}")
    roles = fields.choices("roles", Role)
    fitting = LAB_ROLES if side is Side.LAB else AGENCY_ROLES
    if not roles or (side is not None and not set(roles) <= set(fitting)):
        fields.fault("roles", "do not fit the organization", f"choose from {', '.join(fitting)}")
    name = fields.text("name") if fields.has("name") else None
    return PersonEntry(mailbox, home, roles, name, contact(fields, home))


def _disputed(fields: Table) -> Disputed:
    claims = tuple(Claim(claim.text("says"), claim.text("source")) for claim in tables(fields, "claims"))
    if len(claims) < 2:
        fields.fault("claims", "has fewer than two sides", "write each as {says = ..., source = ...}")
    return Disputed(fields.text("topic"), claims, fields.text("note", "") if fields.has("note") else "")
