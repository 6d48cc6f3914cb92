"""What the programme's own file tells with a source: facts for everybody, and nothing of the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.errors import Invalid, Unavailable
from reviewflow.nouns.commands.order import OrderHalt
from reviewflow.nouns.commands.programme import (
    DeclineAgreement,
    EndAgreement,
    OpenAgreement,
    RecordRelease,
    RegisterModel,
    SignAgreement,
)
from reviewflow.nouns.plain import plain
from reviewflow.nouns.record import OrganizationEntry, Record, RecordEntry
from reviewflow.nouns.states import Side
from reviewflow.rules.instants import civil_date
from reviewflow.settings.record import load_record
from reviewflow.settings.settings import Settings
from reviewflow.views import course

Document = dict[str, Any]
_ORDER = {"signed": 0, "negotiating": 1, "declined": 2, "ended": 3, None: 4}


def public_record(settings: Settings, now: datetime) -> Document:
    """Labs and agreements, offices, halts, releases and disputed facts, as of today; each with its source.

    What is in reviews, in the database and in anybody's letters is no part of it.
    """
    record = _record(settings.folder)
    zone = ZoneInfo(settings.pin().policy.window.time_zone)
    today = civil_date(now, zone)
    entries = [entry for entry in record.entries if civil_date(entry.at, zone) <= today]
    names = {entry.key: _names(entry, today)[-1]["name"] for entry in record.organizations}
    models = {e.subject: e.command for e in entries if isinstance(e.command, RegisterModel)}
    found: Document = plain(
        {
            "title": settings.programme.title,
            "time_zone": zone.key,
            "until": max((civil_date(entry.at, zone) for entry in entries), default=None),
            "labs": _labs(record, entries, names),
            "offices": [_office(e, today) for e in record.organizations if e.side is Side.AGENCY],
            "halts": _halts(entries, names, models),
            "releases": _releases(entries, names, models),
            "disputed": [asdict(one) for one in record.disputed],
        }
    )
    return found


def keys_on_record(settings: Settings) -> frozenset[str]:
    """The organizations that the file tells of; in a simulation all others are made up."""
    return frozenset(entry.key for entry in _record(settings.folder).organizations)


def is_made_up(source: str | None) -> bool:
    """Whether a source says itself that it is none, as those of examples do."""
    return "made up" in (source or "")


@cache
def _record(folder: Path) -> Record:
    """As it stood when it was first asked for, as all configuration."""
    try:
        return load_record(folder)
    except Invalid as error:
        raise Unavailable(*error.reasons, remedy="Mend programme.toml, and run `reviewflow check`.") from error


def _names(entry: OrganizationEntry, today: Any) -> list[Document]:
    """Those borne by today; the first one in any case."""
    return [asdict(n) for place, n in enumerate(entry.names) if not place or n.since is None or n.since <= today]


def _office(entry: OrganizationEntry, today: Any) -> Document:
    return {"key": entry.key, "powers": list(entry.powers), "names": _names(entry, today)}


def _labs(record: Record, entries: Sequence[RecordEntry], names: dict[str, str]) -> list[Document]:
    """One a lab and agreement, those in force first; a lab without one too, with the source of its name."""
    agreements: dict[str, Document] = {}
    for entry in entries:
        match entry.command:
            case OpenAgreement(lab=lab, agency=agency, note=note):
                about = {
                    "ref": None,
                    "lab": lab,
                    "name": names[lab],
                    "agency": agency,
                    "agency_name": names.get(agency or ""),
                }
                agreements[entry.subject] = {**about, "agreement": "negotiating", "since": None, "note": note}
            case SignAgreement(since=since):
                agreements[entry.subject] |= {"agreement": "signed", "since": since or str(entry.at)[:10]}
            case EndAgreement(reason=reason):
                agreements[entry.subject] |= {"agreement": "ended", "note": reason}
            case DeclineAgreement(reason=reason):
                agreements[entry.subject] |= {"agreement": "declined", "note": reason}
            case _:
                continue
        agreements[entry.subject] |= {"source": entry.source, "is_made_up": is_made_up(entry.source)}
    have = {one["lab"] for one in agreements.values()}
    without = [
        {"ref": None, "lab": e.key, "name": names[e.key], "agency": None, "agency_name": None, "agreement": None,
         "since": None, "note": "", "source": e.names[0].source, "is_made_up": is_made_up(e.names[0].source)}
        for e in record.organizations
        if e.side is Side.LAB and e.key not in have
    ]  # fmt: skip
    return sorted([*agreements.values(), *without], key=lambda one: _ORDER[one["agreement"]])


def _halts(entries: Sequence[RecordEntry], names: dict[str, str], models: dict[str, RegisterModel]) -> list[Document]:
    called = {subject: model.name for subject, model in models.items()}
    found = []
    for entry in entries:
        if isinstance(entry.command, OrderHalt):
            own = [each for each in entries if each.subject == entry.subject]
            labs = {models[name].lab or "" for name in entry.command.models if name in models}
            found.append(
                {
                    "ref": None,
                    "authority": names.get(entry.command.agency or "", entry.command.agency),
                    "labs": sorted(names.get(lab, lab) for lab in labs),
                    "basis": entry.command.basis,
                    "models": [called.get(name, name) for name in entry.command.models],
                    "steps": course.of_record(own, called),
                    "source": entry.source,
                    "is_made_up": is_made_up(entry.source),
                }
            )
    return found


def _releases(
    entries: Sequence[RecordEntry], names: dict[str, str], models: dict[str, RegisterModel]
) -> list[Document]:
    return [
        {
            "model": models[entry.subject].name,
            "lab": names.get(models[entry.subject].lab or "", ""),
            "stage": entry.command.stage,
            "at": entry.at,
            "scope": entry.command.scope,
            "source": entry.source,
        }
        for entry in entries
        if isinstance(entry.command, RecordRelease) and entry.subject in models
    ]
