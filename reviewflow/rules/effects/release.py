"""Effects of access and release: grants, withdrawal, release with what preceded it."""

from typing import Any

from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.policy import BeforeDetermination
from reviewflow.nouns.states import GrantState, Kind, RequestState, ReviewState
from reviewflow.rules.deadlines import ACCESS, CLOSED, REFILE, Owed, close, live, owe
from reviewflow.rules.effects.asking import shut
from reviewflow.rules.guards.release import needed_acknowledgements
from reviewflow.rules.scene import Scene
from reviewflow.rules.timing import owe_access
from reviewflow.rules.window import within
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None
STANDS = (GrantState.ACTIVE, GrantState.SUSPENDED)


def grant(w: Work, c: p.GrantAccess, s: Scene) -> Extra:
    """Access has terms, a start and an end; given before the clock started, it starts the clock."""
    after = w.subject.state == ReviewState.RELEASED
    no = w.add(
        "access_grant", state=GrantState.ACTIVE, grantee=c.to, how=c.how, terms=list(c.terms),
        started_at=w.effective_at, until_on=c.until, ended_at=None, is_after_release=after,
    )  # fmt: skip
    owe_access(w, s.pin, w.part("access_grant", no), "access given")
    early = w.subject.state == ReviewState.SUBMITTED
    until = live(w.subject, ACCESS, no)
    return {"grant": no, "before_clock_start": early or None, "until_on": until["due_on"] if until else c.until}


def end_access(w: Work, c: p.EndAccess, s: Scene) -> Extra:
    """By the lab, the agency, or the system at its end."""
    return _end(w, c.grant, GrantState.ENDED, "access_ended")


def revoke(w: Work, c: p.RevokeAccess, s: Scene) -> Extra:
    """For cause."""
    return _end(w, c.grant, GrantState.REVOKED, "access_revoked")


def _end(w: Work, no: int, state: GrantState, reason: str) -> Extra:
    w.change("access_grant", no, state=state, ended_at=w.effective_at)
    close(w, frozenset({ACCESS}), CLOSED, reason, no)
    return {"grantee": w.part("access_grant", no)["grantee"]}


def _end_all(w: Work, state: GrantState) -> list[int]:
    standing = [row["no"] for row in w.subject.part("access_grant") if row["state"] in STANDS]
    for no in standing:
        w.change("access_grant", no, state=state, ended_at=w.effective_at)
    return standing


def withdraw(w: Work, c: r.Withdraw, s: Scene) -> Extra:
    """Everything ends; a policy may leave a time to file again."""
    w.set(withdrawn_at=w.effective_at, remaining_days=None)
    closed = shut(w, RequestState.CLOSED)
    revoked = _end_all(w, GrantState.REVOKED)
    rule = s.pin.policy.refile
    if rule:
        due = within(s.pin.policy, s.pin.business_days, w.effective_at, rule.within, rule.unit)
        owe(w, s.pin, REFILE, Owed(due.due_at, due.due_on, due.basis))
    return {"closed_requests": closed or None, "revoked_access": revoked or None}


def release(w: Work, c: r.Release, s: Scene) -> Extra:
    """Say what preceded it and what was acknowledged; the model's own record gets the dated fact."""
    preceded = w.row["determination"] or ("lapse" if w.row["is_lapsed"] else "nothing")
    known = [needed for needed, _ in needed_acknowledgements(w, c, s)]
    refused = s.pin.policy.release.before_determination is BeforeDetermination.REFUSED
    breach = refused and w.row["determination"] is None
    w.set(
        released_at=w.effective_at, released_stage=c.stage, released_digest=c.digest, preceded_by=str(preceded),
        acknowledged=[{"what": what.value, "by": w.actor.ref} for what in known], is_in_breach=breach,
        remaining_days=None,
    )  # fmt: skip
    moot = shut(w, RequestState.MOOT)
    ended = _end_all(w, GrantState.ENDED)
    _tell_model(w, c.stage)
    return {
        "event": "released_in_breach" if breach else "released",
        "preceded_by": str(preceded),
        "acknowledged": known,
        "halts": list(s.halts) or None,
        "ended_access": ended or None,
        "moot_requests": moot or None,
    }


def advance(w: Work, c: r.AdvanceRelease, s: Scene) -> Extra:
    """A later stage of the same release."""
    w.set(released_stage=c.stage)
    _tell_model(w, c.stage)
    return {"under_halt": list(s.halts) or None}


def _tell_model(w: Work, stage: Any) -> None:
    w.queue(Kind.MODEL, w.row["model"], g.RecordRelease(stage=stage, source=f"review {w.subject.ref}"))
