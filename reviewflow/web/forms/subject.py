"""Which command a form is of, which subject it acts on, and what its reader may choose from."""

from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo

from fastapi import Request

from reviewflow.api.door import app_of
from reviewflow.api.refs import tidied
from reviewflow.engine.call import Version
from reviewflow.errors import NotFound, ReviewflowError
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.review import Assign, Unassign
from reviewflow.nouns.paths import PLURALS, REGISTERS
from reviewflow.nouns.states import Kind
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.topics import TOPICS
from reviewflow.web.door import Document, Reader, later, see
from reviewflow.web.forms.field import Choices, Option
from reviewflow.web.pages import deeds, review_acts
from reviewflow.web.paging import see_page
from reviewflow.web.writing import title

KINDS = {plural: kind for kind, plural in PLURALS.items()}
HEAD = 16  # signs of a chain's head that tell one history from another
MANY = 200  # more than that are typed, not chosen


@dataclass(frozen=True)
class Aim:
    """A command, and what it acts on: `document` is the view of it, None where the command makes it."""

    command: type[Command]
    ref: str | None
    document: Document | None
    zone: ZoneInfo

    @property
    def address(self) -> str:
        """The page of the form."""
        plural = PLURALS[self.command.kind]
        return f"/{plural}/{self.ref}/do/{self.command.verb}" if self.ref else f"/{plural}/do/{self.command.verb}"

    @property
    def says(self) -> str:
        """What it does, as the button to it says."""
        verb, kind = self.command.verb, self.command.kind
        return _says(kind, verb)

    @property
    def home(self) -> str:
        """The page that one comes from."""
        plural = PLURALS[self.command.kind]
        return f"/{plural}/{self.ref}" if self.ref else ("/" if self.command.kind is Kind.REVIEW else f"/{plural}")

    @property
    def version(self) -> str:
        """What was read, for the form to bring back."""
        found = self.document
        return f"{found['version']}-{found['head'][:HEAD]}" if found else ""

    @property
    def against(self) -> list[str]:
        """Why it is refused as things stand, whatever is typed; where that is known."""
        refused = (self.document or {}).get("refused", ())
        return next((review_acts.labelled(one["why"]) for one in refused if one["verb"] == self.command.verb), [])

    @property
    def is_possible(self) -> bool:
        """Whether the reader may do it now, as far as state and role say; the rules say the rest when it is done."""
        found, verb = self.document, self.command.verb
        is_about_none = verb in review_acts.PARTS and bool(self.against)
        return found is None or (verb in {one["verb"] for one in found["possible"]} and not is_about_none)

    @property
    def instead(self) -> list[Option]:
        """What the reader may do now: the addresses of forms, and their names."""
        found = self.document or {"possible": ()}
        refused = {one["verb"] for one in found.get("refused", ())}
        verbs = [one["verb"] for one in found["possible"] if one["verb"] not in refused]
        return [(f"{self.home}/do/{verb}", _says(self.command.kind, verb)) for verb in verbs]


def _says(kind: Kind, verb: str) -> str:
    known = review_acts.LABELS if kind is Kind.REVIEW else deeds.LABELS
    return known.get(verb if kind is Kind.REVIEW else f"{kind.value} {verb}", title(verb))


def aim(request: Request, who: Reader, plural: str, verb: str, ref: str | None) -> Aim:
    """NotFound for what is no command, or on what the reader does not see."""
    kind = KINDS.get(plural)
    known = {row.command.verb: row.command for row in TABLES.get(kind, ()) if not row.command.by_system} if kind else {}
    command = known.get(verb)
    if kind is None or command is None or command.carries or command.creates is not (ref is None):
        raise NotFound("There is no such page.")
    settings = app_of(request).settings
    if ref is None:
        return Aim(command, None, None, ZoneInfo(settings.pin().policy.window.time_zone))
    document = see(request, kind.value, {"ref": tidied(ref)}, who)
    zone = document["policy"]["time_zone"] if kind is Kind.REVIEW else document["time_zone"]
    return Aim(command, document["ref"], document, ZoneInfo(zone))


def again(request: Request, who: Reader, found: Aim) -> Aim:
    """The same, as its subject stands now."""
    later(request)
    return aim(request, who, PLURALS[found.command.kind], found.command.verb, found.ref)


def version_of(text: str) -> tuple[Version, ...]:
    """What a form brought back; none where it is of something that is made."""
    number, _, head = text.partition("-")
    return (Version(int(number), head),) if number.isdecimal() and len(number) < 10 else ()


def choices(request: Request, who: Reader, found: Aim) -> Choices:
    """What may be chosen in the fields of a command: what the programme names, and what its reader sees."""
    programme, settings = app_of(request).settings.programme, app_of(request).settings
    document = found.document or {}
    by_name: dict[str, list[Option]] = {
        "domain": _named(programme.domains),
        "severity": _named(programme.severities),
        "terms": _named(programme.access_terms),
        "policy": [(id, f"{id}: {policy.title}") for id, policy in sorted(settings.policies.items())],
        "item": _named(document.get("gate", ())),
        "cause": _named(("government_closure", "agreement_of_parties")),
        "mute": [*_named(tuple(TOPICS)), ("none", "None of them: I am told of every topic")],
    }
    parts = {"request": "requests", "finding": "findings", "grant": "access_grants", "channel": "channels"}
    now = next((one.get("parts", ()) for one in document.get("possible", ()) if one["verb"] == found.command.verb), ())
    for name, part in parts.items():
        rows = document.get(part) or document.get("row", {}).get(part) or []
        own = now if review_acts.PARTS.get(found.command.verb) == name else ()  # none: it is over, whichever it is
        by_name[name] = [
            (str(row["no"]), _part(row)) for row in rows if isinstance(row, dict) and (not own or row["no"] in own)
        ]
    by_name |= _named_by_their_part(request, who, found)
    kinds = {field.metadata["ref"] for field in fields(found.command) if field.metadata["ref"]}
    return Choices(by_name, {kind: _register(request, who, kind) for kind in kinds})


def _named_by_their_part(request: Request, who: Reader, found: Aim) -> dict[str, list[Option]]:
    """Fields that name somebody or an office for one thing alone: who may be assigned, an agency, a lab."""
    names = {field.name for field in fields(found.command)}
    made: dict[str, list[Option]] = {}
    if names & {"agency", "lab"}:
        homes = _rows(request, who, Kind.ORGANIZATION)
        for name in ("agency", "lab"):
            made[name] = [(row["ref"], _row(Kind.ORGANIZATION, row)) for row in homes if row["side"] == name]
    if found.command is Assign:
        people = [row for row in _rows(request, who, Kind.PERSON) if "reviewer" in row["roles"]]
        made["person"] = [(row["ref"], _row(Kind.PERSON, row)) for row in people]
    if found.command is Unassign and found.document:
        held = [row["person"] for row in found.document["assignments"] if row["ended_at"] is None]
        made["person"] = [(person, person) for person in held]
    return made


def _named(names: tuple[str, ...] | list[str]) -> list[Option]:
    return [(name, title(name)) for name in names]


def _part(row: Document) -> str:
    said = next((str(row[name]) for name in ("title", "text", "grantee", "address") if row.get(name)), "")
    return f"{row['no']}: {said[:80]}" if said else str(row["no"])


def _register(request: Request, who: Reader, kind: Kind) -> list[Option]:
    """Those of a kind that the reader sees."""
    return [(row["ref"], _row(kind, row)) for row in _rows(request, who, kind)]


def _rows(request: Request, who: Reader, kind: Kind) -> list[Document]:
    """None where he sees no list of them, or too many to choose from."""
    name = "reviews" if kind is Kind.REVIEW else REGISTERS[kind]
    try:
        found, more = see_page(request, name, {}, who, MANY)
    except ReviewflowError:
        return []
    return [] if more else list(found[name])


def _row(kind: Kind, row: Document) -> str:
    said = row.get("name") or row.get("model_name") or ", ".join(row.get("roles") or ())
    if kind is Kind.PERSON and row.get("roles"):
        said = ", ".join(row["roles"])
    return f"{said} ({row['ref']})" if said else str(row["ref"])
