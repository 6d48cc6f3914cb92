"""Letters of access and release."""

from reviewflow.notify.matter import Matter, Step, Telling, words
from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.states import Side
from reviewflow.nouns.subject import Row

PRECEDED = {
    "cleared": "a signed determination: cleared",
    "concerns": "a signed determination: concerns",
    "lapse": "a lapse: the window ended with no determination",
    "nothing": "nothing: no determination, and no lapse",
}
ACKNOWLEDGED = {
    "no-determination": "no determination precedes it",
    "concerns": "the determination is: concerns",
    "other-digest": "the released digest is not the one submitted",
    "halt": "a halt on the model is in force",
}


def released(m: Matter) -> Telling:
    """What preceded it, and what was acknowledged."""
    before = m.get("preceded_by", "nothing")
    if before in ("lapse", "nothing"):
        essential = "No determination preceded it. The lab recorded that it knows this; nothing here is an approval."
    else:
        essential = f"It was preceded by {PRECEDED.get(before, words(before))}."
    return _release(m, f"Model released, stage {m.words('stage', 'general')}", essential, 1)


def released_in_breach(m: Matter) -> Telling:
    """Where the policy allows no release before a determination."""
    return _release(
        m,
        f"Model released in breach of the policy, stage {m.words('stage', 'general')}",
        "The policy allows no release before a determination. The lab recorded that the release happened, and the "
        "record says: released in breach.",
        0,
    )


def _release(m: Matter, headline: str, essential: str, rank: int) -> Telling:
    known = [ACKNOWLEDGED.get(what, words(what)) for what in m.get("acknowledged") or ()]
    halts, moot, ended = m.get("halts") or (), m.get("moot_requests") or (), m.get("ended_access") or ()
    says = ["With the release this review is at its end. What was owed in it is closed; commitments stand."]
    if ended:
        says.append("Access given for the review ended with the release, unless the lab gives it again.")
    if m.get("copies_cannot_be_recalled"):
        says.append("These are open weights. The lab confirmed that copies, once published, cannot be recalled.")
    pinned = m.subject.row.get("checkpoint_digest")
    other = bool(pinned and m.get("digest") and m.get("digest") != pinned)
    steps: tuple[Step, ...] = (m.show(),)
    if m.is_lab and m.get("stage", "general") != "general":
        steps = (("Record a later stage", m.run("advance", "STAGE")), *steps)
    return Telling(
        headline,
        tuple(says),
        (
            ("Released", m.at(m.effective_at)),
            ("Stage", m.words("stage", "general")),
            ("Preceded by", PRECEDED.get(m.get("preceded_by"), m.words("preceded_by"))),
            ("Acknowledged", "; ".join(known) or "nothing had to be"),
            ("Halts in force", ", ".join(halts)),
            ("Access ended", _numbers("grant", ended)),
            ("Moot", _numbers("information request", moot)),
            ("Checkpoint", m.get("digest")),
            ("Submitted", pinned if other else ""),
        ),
        steps=steps,
        essential=essential,
        rank=rank,
    )


def _numbers(noun: str, numbers: list[int] | tuple[int, ...]) -> str:
    return f"{noun}{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}" if numbers else ""


def release_advanced(m: Matter) -> Telling:
    """A later stage."""
    halts = m.get("under_halt") or ()
    says = ["The lab recorded a later stage of the release. Stages only go forward."]
    if m.get("copies_cannot_be_recalled"):
        says.append("These are open weights. The lab confirmed that copies, once published, cannot be recalled.")
    return Telling(
        f"Release advanced to its next stage: {m.words('stage')}",
        tuple(says),
        (
            ("Stage", m.words("stage")),
            ("Since", m.at(m.effective_at)),
            ("Halts in force", ", ".join(halts)),
        ),
        steps=(m.show(),),
        rank=1 if halts else 5,
    )


def access_granted(m: Matter) -> Telling:
    """Who may reach the model, and until when."""
    no = int(m.get("grant", 0))
    due = m.deadline("access", no)
    says = ["The lab gave access to the model, on the terms below. It may be used until its end, and not after."]
    if m.get("before_clock_start"):
        says.append("No clock runs yet. Once the start is confirmed, the window is counted from this access.")
    until = m.due(due) or m.day(m.get("until_on")) or "with the review window, whose start is not confirmed yet"
    return Telling(
        f"Access granted to {m.get('to', '')}",
        tuple(says),
        (
            ("Grant", str(no)),
            ("For", m.get("to")),
            ("From", m.at(m.effective_at)),
            ("Ends", until),
            ("Days left", m.left(due)),
            ("Terms", ", ".join(words(term) for term in m.get("terms") or ())),
        ),
        basis=tuple(due["basis"]) if due else (),
        steps=_end_steps(m, no),
        rank=3,
    )


def _end_steps(m: Matter, no: int) -> tuple[Step, ...]:
    if m.person.side is not Side.LAB:
        return (m.show(),)
    revoke = m.run("revoke-access", f'{no} --reason "..."')
    return ("End it earlier", m.run("end-access", str(no))), ("Revoke it for cause", revoke), m.show()


def access_ended(m: Matter) -> Telling:
    """By its period, or by a person before that."""
    by_time = m.row["actor"] == SYSTEM
    why = "Its period ended." if by_time else "It was ended before its period was over."
    return _ended(m, f"Access of {_grantee(m)} ended", why, "It may no longer be used.", 2)


def access_revoked(m: Matter) -> Telling:
    """For cause."""
    why = "The lab revoked it for cause. The cause is on record and is not printed here."
    return _ended(m, f"Access of {_grantee(m)} revoked", why, "It may not be used from this instant on.", 1)


def _grantee(m: Matter) -> str:
    grant: Row = m.part("access_grant", int(m.get("grant", 0)))
    return str(m.get("grantee") or grant.get("grantee", "the government"))


def _ended(m: Matter, headline: str, why: str, essential: str, rank: int) -> Telling:
    no = int(m.get("grant", 0))
    return Telling(
        headline,
        (why,),
        (
            ("Grant", str(no)),
            ("For", _grantee(m)),
            ("From", m.at(m.part("access_grant", no).get("started_at"))),
            ("Ended", m.at(m.effective_at)),
        ),
        steps=(m.show(),),
        essential=essential,
        rank=rank,
    )
