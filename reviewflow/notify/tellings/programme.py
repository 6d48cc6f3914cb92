"""Letters of the programme: agreements, coverage, trusted partners."""

from reviewflow.notify.matter import Matter, Quote, Step, Telling
from reviewflow.nouns.states import Kind, Side

RUNS_ON = "Reviews that are open run on, and so do their clocks. New filings that ask for an agreement are refused."


def agreement_opened(m: Matter) -> Telling:
    """Negotiating."""
    says = f"The negotiation of an agreement with {m.title} is open. It is in force once both sides have signed."
    return _agreement(m, "Agreement opened for negotiation", (says,), steps=_sign(m))


def agreement_signed_by_one_side(m: Matter) -> Telling:
    """The other side's signature is missing."""
    side = "lab" if m.row["actor"] == m.subject.row.get("lab_signed_by") else "agency"
    other = "agency" if side == "lab" else "lab"
    says = f"The {side} has signed. The agreement is not in force: the {other}'s signature is missing."
    waits = m.is_lab == (other == "lab")
    return _agreement(m, f"Agreement signed by the {side}", (says,), steps=_sign(m) if waits else (m.show(),), rank=3)


def _sign(m: Matter) -> tuple[Step, ...]:
    decline = m.run("decline", '--reason "..."')
    return ("Sign for your side", m.run("sign")), ("End the negotiation", decline), m.show()


def agreement_signed(m: Matter) -> Telling:
    """In force."""
    return _agreement(m, "Agreement in force", ("Both sides have signed, and the agreement is in force.",), rank=3)


def agreement_amended(m: Matter) -> Telling:
    """What changed is on record."""
    return _agreement(m, "Agreement amended", ("An amendment was recorded. The agreement stays in force.",))


def agreement_ended(m: Matter) -> Telling:
    """Reviews run on."""
    quotes = (("The reason on record", m.get("reason", "")),)
    return _agreement(m, "Agreement ended", ("The agreement is no longer in force.",), quotes, RUNS_ON, rank=2)


def agreement_declined(m: Matter) -> Telling:
    """The negotiation ended without an agreement."""
    quotes = (("The reason on record", m.get("reason", "")),)
    return _agreement(m, "Agreement declined", ("The negotiation ended without an agreement.",), quotes)


def _agreement(
    m: Matter, headline: str, says: tuple[str, ...], quotes: tuple[Quote, ...] = (), essential: str = "",
    *, steps: tuple[Step, ...] = (), rank: int = 5,
) -> Telling:  # fmt: skip
    return Telling(
        headline,
        says,
        (
            ("Agreement", m.ref),
            ("Lab", m.title),
            ("Took effect", m.at(m.effective_at)),
            ("Since", m.get("since")),
        ),
        quotes,
        steps=steps or (m.show(),),
        essential=essential,
        rank=rank,
    )


def coverage_asked(m: Matter) -> Telling:
    """An inquiry, whose text stays on record."""
    decide = m.run("decide", 'covered --pointer "..."')
    return Telling(
        "Coverage inquiry received",
        (
            (
                f"The lab asks whether {m.title} is a covered frontier model. The inquiry is on record. The finding is "
                "recorded here as an outcome and a pointer only, never with classified text."
            ),
        ),
        (("Inquiry", m.ref), ("Model", m.subject.row.get("model")), ("Asked", m.at(m.effective_at))),
        steps=(("Record the finding", decide), m.show()),
        rank=3,
    )


def coverage_decided(m: Matter) -> Telling:
    """Another office's finding."""
    covered = m.get("outcome") == "covered"
    finding = "covered" if covered else "not covered"
    is_one = f"is {'' if covered else 'not '}a covered frontier model"
    says = [f"The office with the coverage power found that {m.title} {is_one}."]
    if covered:
        says.append("This opens no review by itself: the lab opens one if it chooses to.")
    steps: tuple[Step, ...] = (m.show(),)
    if m.is_lab and covered:
        steps = (("Open a review", f"reviewflow review open {m.subject.row.get('model')}"), *steps)
    return Telling(
        f"Coverage decided: {finding}",
        tuple(says),
        (("Inquiry", m.ref), ("Model", m.subject.row.get("model")), ("Decided", m.at(m.effective_at))),
        steps=steps,
        essential="" if covered else "A review that is open runs on until the lab withdraws it.",
        rank=2,
    )


def partner_proposed(m: Matter) -> Telling:
    """The other side answers."""
    by = m.subject.row.get("proposed_side", m.get("side", ""))
    own = (by == Side.LAB) == m.is_lab
    answer = (("Agree", m.run("agree")), ("Refuse", m.run("refuse", '--reason "..."')))
    return _partner(
        m, f"Trusted partner proposed: {_name(m)}", f"The {by} proposed a trusted partner; the other side answers.",
        (m.show(),) if own else (*answer, m.show()), 3,
    )  # fmt: skip


def partner_agreed(m: Matter) -> Telling:
    """By both sides."""
    return _partner(m, f"Trusted partner agreed: {_name(m)}", "Both sides agree to the partner.", (m.show(),), 4)


def partner_refused(m: Matter) -> Telling:
    """By the side that was asked."""
    says = "The side that was asked refused the partner. Its reason is on record."
    return _partner(m, f"Trusted partner refused: {_name(m)}", says, (m.show(),), 4)


def _name(m: Matter) -> str:
    return str(m.get("name") or m.subject.row.get("name", ""))


def _partner(m: Matter, headline: str, says: str, steps: tuple[Step, ...], rank: int) -> Telling:
    review = m.subject.row.get("review")
    return Telling(
        headline,
        (says,),
        (
            ("Partner", _name(m)),
            ("Stage", str(m.subject.row.get("stage") or m.get("stage", "")).replace("_", " ")),
            ("Review", review),
            ("Took effect", m.at(m.effective_at)),
        ),
        steps=(*steps, m.show(review, Kind.REVIEW.value)) if review else steps,
        rank=rank,
    )
