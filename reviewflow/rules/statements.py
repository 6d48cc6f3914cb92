"""The exact text that somebody signs with a command: what is decided, on which record, by whom, in which words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.plain import instant_text
from reviewflow.nouns.states import Side
from reviewflow.rules.guards.programme import addressed
from reviewflow.rules.scene import Scene
from reviewflow.rules.standing import words
from reviewflow.rules.statement_text import written
from reviewflow.rules.wording import amount
from reviewflow.rules.work import Work

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Saying:
    """What is particular to a command; `does` completes "Somebody ..."."""

    title: str
    does: str
    facts: Pairs
    words: Pairs


def statement(w: Work, command: Command, scene: Scene, version: int, head: str, since: datetime | None = None) -> str:
    """The text; `version` and `head` are those of the record on which it is decided, 0 and "" where it makes one.

    It names no time but `since`, which the command itself reports: so it is the same when it is shown and when it is
    signed, as long as the record and the names in it stay as they are.
    """
    assert command.signs is not None
    saying = _SAYINGS[type(command)](w, command, scene)
    kind = w.subject.kind.value
    ours = [
        ("Signer", w.actor.ref),
        ("Meaning", command.signs.value),
        ("Subject", f"{kind} {w.subject.ref}" if version else f"a new {kind}"),
        *([("Version", str(version)), ("Chain head", head)] if version else []),
        ("In effect", f"since {instant_text(since)}" if since else "from the moment it is recorded"),
    ]
    said = tuple((label, text) for label, text in saying.words if text)
    return written(saying.title, f"{_signer(w.actor, scene)} {saying.does}", (*ours, *saying.facts), said)


def _signer(actor: Actor, s: Scene) -> str:
    name = f"{actor.name} ({actor.ref})" if actor.name not in ("", actor.ref) else actor.ref
    return f"{name}, {' and '.join(sorted(actor.roles))} of {_office(s, actor.organization)},"


def _office(s: Scene, key: str) -> str:
    return f"{s.organizations[key]['name']} ({key})" if key in s.organizations else key


def _model(s: Scene, ref: str) -> str:
    row = s.rows.get(ref, {})
    digest = row.get("checkpoint_digest")
    return f"{ref}, {row.get('name', '')}" + (
        f", checkpoint SHA-256 {digest}" if digest else ", no checkpoint on record"
    )


def _review(w: Work, s: Scene) -> Pairs:
    row, policy = w.row, s.pin.policy
    return (
        ("Lab", _office(s, row["lab"])),
        ("Model", f"{row['model']}, {s.rows[row['model']]['name']}"),
        ("Checkpoint", row["checkpoint_digest"] or "none on record"),
        ("Policy", f"{policy.id} version {policy.version}"),
        ("Policy copy", row["policy_digest"]),
    )


def _determined(title: str, does: str) -> Callable[[Work, Any, Scene], Saying]:
    def say(w: Work, c: p.Clear | p.RaiseConcerns, s: Scene) -> Saying:
        made = w.subject.part("determination")
        before: Pairs = (("Supersedes", f"determination {made[-1]['no']}: {made[-1]['outcome']}"),) if made else ()
        return Saying(title, does, (*_review(w, s), *before), (("Statement", words(w.subject, c)),))

    return say


_CLEARED = "determines that the review raised no concerns. This approves neither the model nor its release."
_CONCERNS = "determines that the review raised concerns, as stated below."


def _extended(w: Work, c: r.Extend, s: Scene) -> Saying:
    by, last = amount(c.by, s.pin.policy.window.unit), w.row["last_day_on"]
    window = (("Last day", f"{last} before this extension" if last else "the clock stands"),)
    consent = (("Consent", c.consent),) if c.consent else ()
    does = f"extends the window of the review by {by}."
    return Saying("Extension of the window", does, (*_review(w, s), *window, *consent), (("Reasons", c.reason),))


def _agreement(title: str, does: str, label: str, field: str) -> Callable[[Work, Any, Scene], Saying]:
    def say(w: Work, c: Any, s: Scene) -> Saying:
        parties = f"{_office(s, w.row['lab'])} and {_office(s, w.row['agency'])}"
        side = "lab" if w.actor.side is Side.LAB else "agency"
        since = (("Since", since),) if (since := getattr(c, "since", None)) else ()
        text = ((label, getattr(c, field)), ("Source", c.source or ""))
        return Saying(title, does.format(parties=parties, side=side), since, text)

    return say


def _ordered(w: Work, c: o.OrderHalt, s: Scene) -> Saying:
    agency, lab = _office(s, w.row["agency"]), _office(s, w.row["lab"])
    models = tuple(("Model", _model(s, ref)) for ref in c.models)
    does = f"orders for {agency} a halt of the models of {lab} that are named below, within the scope stated below."
    return Saying("Order of a halt", does, models, (("Scope", c.scope), ("Basis", c.basis), ("Source", c.source or "")))


def _halted(w: Work, c: o.NarrowHalt | o.LiftHalt, s: Scene) -> Pairs:
    refs = c.models or tuple(row["model"] for row in addressed(w, c))
    return (("Authority", _office(s, w.row["agency"])), *(("Model", _model(s, ref)) for ref in refs))


def _narrowed(w: Work, c: o.NarrowHalt, s: Scene) -> Saying:
    allowed = tuple(("Allowed", entity) for entity in c.allow)
    does = "orders that the halt of the models named below be narrowed to the scope stated below."
    return Saying(
        "Narrowing of a halt", does, (*_halted(w, c, s), *allowed), (("Scope", c.scope), ("Source", c.source or ""))
    )


def _lifted(w: Work, c: o.LiftHalt, s: Scene) -> Saying:
    conditions = tuple((f"Condition {no}", text) for no, text in enumerate(c.condition, 1))
    bound = ", on the conditions stated below, each of which becomes a commitment of the lab" if conditions else ""
    does = f"lifts the halt of the models named below{bound}. Lifted is not restored: that is for the lab to do."
    return Saying("Lifting of a halt", does, _halted(w, c, s), (*conditions, ("Source", c.source or "")))


_SAYINGS: dict[type[Command], Callable[[Work, Any, Scene], Saying]] = {
    p.Clear: _determined("Determination: cleared", _CLEARED),
    p.RaiseConcerns: _determined("Determination: concerns", _CONCERNS),
    r.Extend: _extended,
    g.OpenAgreement: _agreement(
        "Proposal of an agreement",
        "proposes an agreement between {parties}, and opens its negotiation.",
        "Note",
        "note",
    ),
    g.SignAgreement: _agreement(
        "Signature of an agreement", "agrees for the {side} to the agreement between {parties}.", "Terms", "text"
    ),
    g.AmendAgreement: _agreement(
        "Amendment of an agreement", "amends the agreement between {parties} as stated below.", "Amendment", "text"
    ),
    g.EndAgreement: _agreement(
        "End of an agreement", "ends for the {side} the agreement between {parties}.", "Reasons", "reason"
    ),
    g.DeclineAgreement: _agreement(
        "Agreement declined", "declines for the {side} the agreement between {parties}.", "Reasons", "reason"
    ),
    o.OrderHalt: _ordered,
    o.NarrowHalt: _narrowed,
    o.LiftHalt: _lifted,
}
