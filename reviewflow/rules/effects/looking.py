"""Effects of looking: findings, notes, recommendations, and the signed determination."""

from typing import Any

from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.states import Outcome, RequestState, ReviewState, Side
from reviewflow.rules.deadlines import MET, WINDOW, close, latest
from reviewflow.rules.effects.asking import shut
from reviewflow.rules.scene import Scene
from reviewflow.rules.standing import Determination, about, outcome_of, standing, words
from reviewflow.rules.timing import retime
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None


def find(w: Work, c: p.RecordFinding, s: Scene) -> Extra:
    """Internal to the agency until it is shared."""
    no = w.add(
        "finding", domain=c.domain, severity=c.severity, title=c.title, text=c.text, is_shared=c.shared,
        handoff=c.handoff, found_by=w.actor.ref, found_at=w.effective_at,
    )  # fmt: skip
    return {"finding": no, "is_internal": not c.shared}


def share(w: Work, c: p.ShareFinding, s: Scene) -> Extra:
    """From now on the lab reads it."""
    w.change("finding", c.finding, is_shared=True)
    row = w.part("finding", c.finding)
    return {key: row[key] for key in ("title", "domain", "severity", "text")}


def note(w: Work, c: p.AddNote, s: Scene) -> Extra:
    """For the side of its author, or for both."""
    side = w.actor.side or Side.AGENCY
    w.add("note", side=side, text=c.text, is_shared=c.shared, noted_by=w.actor.ref, noted_at=w.effective_at)
    return {"side": side, "is_internal": not c.shared}


def recommend(w: Work, c: p.Recommend, s: Scene) -> Extra:
    """It stands until its author recommends again, a determination rests on it, or what it is about is another."""
    w.add(
        "recommendation", outcome=c.outcome, text=c.text, statement=c.statement, about=about(w.row),
        recommended_by=w.actor.ref, recommended_at=w.effective_at, determination=None,
    )  # fmt: skip
    return {"about": about(w.row)}


def clear(w: Work, c: p.Clear, s: Scene) -> Extra:
    """No concerns; nothing is approved by it, and nothing had to be."""
    return _determine(w, c, s)


def raise_concerns(w: Work, c: p.RaiseConcerns, s: Scene) -> Extra:
    """Concerns, as stated."""
    return _determine(w, c, s)


def _determine(w: Work, c: Determination, s: Scene) -> Extra:
    outcome, text = outcome_of(c), words(w.subject, c, s)
    window = latest(w.subject, WINDOW)
    due_at = window["due_at"] if window else None
    first = w.row["determination"] is None
    is_on_time = not w.row["is_lapsed"] and (due_at is None or w.effective_at < due_at)
    no = _rest_on(w, outcome, s)
    w.change(
        "determination", no, outcome=outcome, text=text, persons=s.pin.policy.determination.persons,
        signed_by=w.actor.ref, signed_at=w.effective_at, is_on_time=is_on_time,
    )  # fmt: skip
    w.set(determination=outcome, determined_at=w.effective_at)
    if first and w.subject.state != ReviewState.RELEASED:  # on time: before due_at; released earlier is not counted
        w.set(is_on_time=is_on_time)
    moot = shut(w, RequestState.MOOT)
    if window and due_at is None:  # the toll ends with it; access, when the window would have
        retime(w, s.pin, "the determination ended the toll")
        close(w, frozenset({WINDOW}), MET, "determined")
    w.set(remaining_days=None)
    return {"outcome": outcome, "text": text, "is_on_time": is_on_time, "moot_requests": moot or None}


def _rest_on(w: Work, outcome: Outcome, s: Scene) -> int:
    """Begin a determination: who recommended is the agency's own, in an event that the lab does not read."""
    made = w.subject.part("recommendation")
    stands = standing(w.subject, outcome, s)
    found = stands or (made[-1] if made else None)
    if found is None:
        return w.add("determination", recommended_by=None)
    with w.aside("recommendation_considered", {"recommendation": found["no"], "outcome": found["outcome"]}):
        no = w.add("determination", recommended_by=found["recommended_by"])
        if stands:
            w.change("recommendation", found["no"], determination=no)
    return no
