"""The course of a halt: what was ordered, what was really switched off, and what came of it, step by step."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.order import ImplementHalt, LiftHalt, NarrowHalt, OrderHalt, Restore
from reviewflow.nouns.record import RecordEntry
from reviewflow.nouns.subject import Row

Document = dict[str, Any]
_DOES: dict[str, str] = {
    "halt_ordered": "ordered",
    "halt_implemented": "implemented",
    "halt_narrowed": "narrowed",
    "halt_lifted": "lifted",
    "model_restored": "restored",
}
_COMMANDS: dict[type[Command], str] = {
    OrderHalt: "ordered",
    ImplementHalt: "implemented",
    NarrowHalt: "narrowed",
    LiftHalt: "lifted",
    Restore: "restored",
}


def of_record(entries: Sequence[RecordEntry], names: Mapping[str, str]) -> list[Document]:
    """The steps of one halt as the public record tells them; `names` are those of models, by the file's own names."""
    ordered = next(e.command for e in entries if isinstance(e.command, OrderHalt))
    return [
        _step(_COMMANDS[type(entry.command)], entry.at, vars(entry.command), ordered.models, names, entry.source)
        for entry in entries
        if type(entry.command) in _COMMANDS
    ]


def of_events(events: Sequence[Row], names: Mapping[str, str]) -> list[Document]:
    """The same from the journal of a halt, in order of effect; what was rescinded is left out."""
    rescinded = {event["data"]["rescinds"] for event in events if "rescinds" in event["data"]}
    told = [event for event in events if event["name"] in _DOES and event["seq"] not in rescinded]
    told.sort(key=lambda event: (event["effective_at"], event["seq"]))
    models = next((tuple(event["data"]["models"]) for event in told if event["name"] == "halt_ordered"), ())
    return [
        _step(
            _DOES[event["name"]], event["effective_at"], event["data"], models, names, event["data"].get("source")
        )
        for event in told
    ]  # fmt: skip


def _step(
    does: str, at: date | datetime, told: Mapping[str, Any], models: Sequence[str], names: Mapping[str, str],
    source: str | None,
) -> Document:  # fmt: skip
    """`at` is a bare date where only the day is known; `models` are by name, all of the halt's where none is said."""
    own = told.get("models") or ([told["model"]] if told.get("model") else models)
    return {
        "does": does,
        "at": at,
        "models": [names.get(ref, ref) for ref in own],
        "scope": told.get("scope") or "",
        "note": told.get("reason") or told.get("note") or "",
        "conditions": list(told.get("condition") or ()),
        "source": source,
    }
