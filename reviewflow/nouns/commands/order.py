"""Commands of halts and commitments."""

from dataclasses import dataclass
from datetime import date

from reviewflow.nouns.commands.form import Command, arg, prose
from reviewflow.nouns.signature import Meaning
from reviewflow.nouns.states import Kind

H, C = Kind.HALT, Kind.COMMITMENT


@dataclass(frozen=True, kw_only=True)
class OrderHalt(Command, kind=H, verb="order", creates=True, fact=True, signs=Meaning.ORDERS):
    """Order a halt of one or several models of a lab."""

    models: tuple[str, ...] = arg("each model's reference", ref=Kind.MODEL)
    scope: str = prose("whom the order covers")
    basis: str = prose("the legal basis")
    agency: str | None = arg("the authority's key; default: your own", None, ref=Kind.ORGANIZATION)
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class ImplementHalt(Command, kind=H, verb="implement", fact=True, signs=Meaning.IMPLEMENTS):
    """Record what the lab really switched off, which may be more or less than was ordered."""

    scope: str = prose("who is cut off in fact")
    reason: str = prose("why it differs from the order", "")
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class NarrowHalt(Command, kind=H, verb="narrow", fact=True, signs=Meaning.ORDERS):
    """Narrow a halt: a new scope, or a new version of the allow-list."""

    models: tuple[str, ...] = arg("the models it is narrowed for; default: all", (), ref=Kind.MODEL)
    scope: str = prose("whom the order covers from now on")
    allow: tuple[str, ...] = arg("each entity on the new version of the allow-list", ())
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class LiftHalt(Command, kind=H, verb="lift", fact=True, signs=Meaning.LIFTS):
    """Lift a halt; each condition becomes a commitment. Lifted is not restored."""

    models: tuple[str, ...] = arg("the models it is lifted for; default: all", (), ref=Kind.MODEL)
    condition: tuple[str, ...] = arg("a condition that the lab agreed to", ())
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class Restore(Command, kind=H, verb="restore", fact=True, signs=Meaning.RESTORES):
    """Record that the lab serves a model again, within a narrowing or after the lift."""

    model: str = arg("the model's reference", place=True, ref=Kind.MODEL)
    scope: str = prose("to whom")
    note: str = prose("what is different", "")
    source: str | None = prose("where this is written", None)


@dataclass(frozen=True, kw_only=True)
class AgreeCommitment(Command, kind=C, verb="agree", creates=True):
    """Propose a commitment, or agree to the one that the other side proposed."""

    lab: str = arg("the lab's key", place=True, ref=Kind.ORGANIZATION)
    text: str = prose("what the lab will do")
    owner: str = arg("who answers for it, such as a role mailbox")
    due: date | None = arg("by when", None)
    agency: str | None = arg("the agency's key; default: the one with the review power", None, ref=Kind.ORGANIZATION)
    review: str | None = arg("the review it belongs to", None, ref=Kind.REVIEW)
    halt: str | None = arg("the halt it belongs to", None, ref=Kind.HALT)
    replaces: str | None = arg("the commitment it replaces", None, ref=Kind.COMMITMENT)


@dataclass(frozen=True, kw_only=True)
class AcceptCommitment(Command, kind=C, verb="accept"):
    """Agree to the commitment that the other side proposed."""


@dataclass(frozen=True, kw_only=True)
class MeetCommitment(Command, kind=C, verb="meet"):
    """Report that a commitment is met."""

    text: str = prose("the evidence, or where it is")


@dataclass(frozen=True, kw_only=True)
class MissCommitment(Command, kind=C, by_system=True):
    """The day of a commitment went by."""


@dataclass(frozen=True, kw_only=True)
class WaiveCommitment(Command, kind=C, verb="waive"):
    """Waive a commitment."""

    reason: str = prose("why")


@dataclass(frozen=True, kw_only=True)
class ReplaceCommitment(Command, kind=C, verb="replace"):
    """Replace a commitment by another, which the lab accepts for itself."""

    text: str = prose("what the lab will do instead")
    owner: str = arg("who answers for it")
    due: date | None = arg("by when", None)
    reason: str = prose("why")
