"""The exact text that somebody signs with a command: what is decided, on which record, by whom, in which words."""

from collections.abc import Callable
from typing import Any

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.events import BY_ONE_SIDE
from reviewflow.nouns.plain import instant_text
from reviewflow.nouns.signature import PROOFS, RECORDS, TITLES, Ground
from reviewflow.nouns.statement_text import written
from reviewflow.nouns.states import Side
from reviewflow.rules import halt_sayings
from reviewflow.rules.guards.programme import terms_of
from reviewflow.rules.saying import Pairs, Saying, office
from reviewflow.rules.scene import Scene
from reviewflow.rules.standing import words
from reviewflow.rules.wording import amount
from reviewflow.rules.work import Work


def statement(w: Work, command: Command, scene: Scene, ground: Ground) -> str:
    """The text that is signed with a command.

    It names no time but its day, in UTC, and what the command itself reports: so it is the same when it is shown and
    when it is signed, on that day, as long as the record and the names in it stay as they are.
    """
    assert command.signs is not None
    saying = _SAYINGS[type(command)](w, command, scene)
    ours = [
        ("Signer", w.actor.ref),
        ("Printed name", ground.printed_name),
        ("Meaning", command.signs.value),
        ("Proof", PROOFS[ground.method]),
        ("Date", f"{instant_text(w.recorded_at)[:10]} (UTC)"),
        ("In effect", f"since {instant_text(ground.since)}" if ground.since else "from the moment it is recorded"),
        ("Subject", f"{w.subject.kind.value} {w.subject.ref}"),
        ("Version", str(ground.version)),
        ("Chain head", ground.head),
        ("Record", RECORDS[ground.is_simulation]),
        ("Origin", ground.origin),
    ]
    said = tuple((label, text) for label, text in saying.words if text)
    title, _ = TITLES[saying.event]
    return written(title, f"{_signer(w.actor, scene)} {saying.does}", (*ours, *saying.facts), said)


def _signer(actor: Actor, s: Scene) -> str:
    name = f"{actor.name} ({actor.ref})" if actor.name not in ("", actor.ref) else actor.ref
    return f"{name}, {' and '.join(sorted(actor.roles))} of {office(s, actor.organization)},"


def _review(w: Work, s: Scene) -> Pairs:
    row, policy = w.row, s.pin.policy
    return (
        ("Lab", office(s, row["lab"])),
        ("Model", f"{row['model']}, {s.rows[row['model']]['name']}"),
        ("Checkpoint", row["checkpoint_digest"] or "none on record"),
        ("Policy", f"{policy.id} version {policy.version}"),
        ("Policy copy", row["policy_digest"]),
    )


def _determined(event: str, does: str) -> Callable[[Work, Any, Scene], Saying]:
    def say(w: Work, c: p.Clear | p.RaiseConcerns, s: Scene) -> Saying:
        made = w.subject.part("determination")
        before: Pairs = (("Supersedes", f"determination {made[-1]['no']}: {made[-1]['outcome']}"),) if made else ()
        return Saying(event, does, (*_review(w, s), *before), (("Statement", words(w.subject, c, s)),))

    return say


_CLEARED = "determines that the review raised no concerns. This approves neither the model nor its release."
_CONCERNS = "determines that the review raised concerns, as stated below."


def _extended(w: Work, c: r.Extend, s: Scene) -> Saying:
    by, last = amount(c.by, s.pin.policy.window.unit), w.row["last_day_on"]
    window = (("By", by), ("Last day", f"{last} before this extension" if last else "the clock stands"))
    consent = (("Consent", c.consent),) if c.consent else ()
    does = f"extends the window of the review by {by}."
    return Saying("extended", does, (*_review(w, s), *window, *consent), (("Reasons", c.reason),))


def _parties(w: Work, s: Scene) -> str:
    return f"{office(s, w.row['lab'])} and {office(s, w.row['agency'])}"


def _side(w: Work) -> tuple[str, str]:
    """That of who signs, and the other."""
    return ("lab", "agency") if w.actor.side is Side.LAB else ("agency", "lab")


def _agreed(w: Work, c: g.SignAgreement, s: Scene) -> Saying:
    """The second to sign signs the terms that the first did."""
    terms, (side, other) = terms_of(c, s), _side(w)
    theirs = ("Other side", f"the {other} has {'not yet signed' if s.terms is None else 'signed the same terms'}")
    given = (*((("Since", c.since),) if c.since else ()), *(() if terms else (("Terms", "none are stated"),)))
    does = f"agrees for the {side} to the agreement between {_parties(w, s)}{', on the terms below' * bool(terms)}."
    return Saying(BY_ONE_SIDE, does, (theirs, *given), (("Terms", terms), ("Source", c.source or "")))


def _amended(w: Work, c: g.AmendAgreement, s: Scene) -> Saying:
    """By one side: what the other says of it is not on record."""
    side, other = _side(w)
    alone = f"It is signed for the {side} alone: the {other} has not signed it."
    does = f"amends the agreement between {_parties(w, s)} as stated below. {alone}"
    return Saying("agreement_amended", does, (), (("Amendment", c.text), ("Source", c.source or "")))


def _agreement(event: str, does: str, label: str, field: str) -> Callable[[Work, Any, Scene], Saying]:
    def say(w: Work, c: Any, s: Scene) -> Saying:
        text = ((label, getattr(c, field)), ("Source", c.source or ""))
        return Saying(event, does.format(parties=_parties(w, s), side=_side(w)[0]), (), text)

    return say


_SAYINGS: dict[type[Command], Callable[[Work, Any, Scene], Saying]] = {
    p.Clear: _determined("cleared", _CLEARED),
    p.RaiseConcerns: _determined("concerns_raised", _CONCERNS),
    r.Extend: _extended,
    g.OpenAgreement: _agreement(
        "agreement_opened", "proposes an agreement between {parties}, and opens its negotiation.", "Note", "note"
    ),
    g.SignAgreement: _agreed,
    g.AmendAgreement: _amended,
    g.EndAgreement: _agreement(
        "agreement_ended", "ends for the {side} the agreement between {parties}.", "Reasons", "reason"
    ),
    g.DeclineAgreement: _agreement(
        "agreement_declined", "declines for the {side} the agreement between {parties}.", "Reasons", "reason"
    ),
    o.OrderHalt: halt_sayings.ordered,
    o.ImplementHalt: halt_sayings.implemented,
    o.NarrowHalt: halt_sayings.narrowed,
    o.LiftHalt: halt_sayings.lifted,
    o.Restore: halt_sayings.restored,
}
