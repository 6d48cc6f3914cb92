"""Letters of looking: findings, recommendation, the signed determination."""

from reviewflow.notify.matter import Facts, Matter, Step, Telling
from reviewflow.nouns.principal import Method
from reviewflow.nouns.subject import Row

PROOF = {
    Method.PASSKEY: "a passkey of the signer",
    Method.PASSWORD: "the signer's password, given again",
    Method.OPERATOR: "none of the signer's own: the operator of the machine vouched for him",
}
NOT_PRINTED = "Its text is on record and is not printed here."


def finding_recorded(m: Matter) -> Telling:
    """A finding that was shared at once."""
    return _finding(m, f"Finding {m.get('finding')} recorded and shared with the lab")


def finding_shared(m: Matter) -> Telling:
    """From now on the lab reads it."""
    return _finding(m, f"Finding {m.get('finding')} shared with the lab")


def _finding(m: Matter, headline: str) -> Telling:
    return Telling(
        headline,
        (f"The reviewers share a finding on {m.title} with the lab. {NOT_PRINTED}",),
        (
            ("Finding", m.get("finding")),
            ("Domain", m.words("domain")),
            ("Severity", m.words("severity")),
            ("Shared", m.at(m.effective_at)),
            ("Handed off", "to the vulnerability clearinghouse, with a reference" if m.get("handoff") else ""),
        ),
        steps=(("Read the finding", m.show()[1]),),
        rank=3,
    )


def recommended(m: Matter) -> Telling:
    """For the deciders only."""
    window = m.deadline("window")
    return Telling(
        f"A reviewer recommends: {m.words('outcome')}",
        (
            (
                "A reviewer recommends a determination. It binds nobody, and the lab does not see it. "
                "Its reasons are on record and are not printed here."
            ),
        ),
        (
            ("Outcome", m.words("outcome")),
            ("Recommended", m.at(m.effective_at)),
            ("By", m.row["actor"]),
            *m.ends(window),
        ),
        steps=(
            ("Read the reasons", m.show()[1]),
            *sign(m),
        ),
        rank=2,
    )


def sign(m: Matter) -> tuple[Step, ...]:
    """What a decider can sign."""
    concerns = m.run("raise-concerns", "--show-statement")
    read = "Read what you would sign"
    return (f"{read} as cleared", m.run("clear", "--show-statement")), (f"{read} with concerns", concerns)


def cleared(m: Matter) -> Telling:
    """Not an approval."""
    return _determined(
        m,
        "Determination signed: cleared",
        "The agency has signed its determination: cleared. It states that the review raised no concerns. It is not an "
        "approval of the model or of its release.",
    )


def concerns_raised(m: Matter) -> Telling:
    """Concerns, as stated."""
    return _determined(
        m,
        "Determination signed: concerns",
        "The agency has signed its determination: concerns. A release that goes against it asks the lab to acknowledge "
        "that it knows of them.",
    )


def _determined(m: Matter, headline: str, essential: str) -> Telling:
    moot = m.get("moot_requests") or ()
    earlier = _earlier(m)
    says = ["The statement is on record and is not printed here."]
    if earlier:
        says.append(
            f"It supersedes the determination signed on {m.at(earlier['signed_at'])}: {earlier['outcome']}. "
            "That one stays on record."
        )
    released = m.subject.row.get("released_at")
    if released and released <= m.effective_at:
        says.append("The model had been released before; this changes the determination, not the release.")
    if moot:
        says.append("Information requests that were open need no answer any more.")
    steps: tuple[Step, ...] = (("Read the statement", m.show()[1]),)
    if m.is_lab and not released:
        rest = "--digest SHA256" + (" --acknowledge concerns" if m.row["name"] == "concerns_raised" else "")
        steps += (("Record the release", m.run("release", rest)),)
    return Telling(
        headline,
        tuple(says),
        (
            ("Outcome", m.words("outcome")),
            ("Signed", m.at(m.effective_at)),
            ("Signed by", m.row["actor"]),
            *_signature(m),
            ("On time", "yes" if m.get("is_on_time") else "no, the window had ended"),
            ("Window", f"ends {m.due(m.deadline('window'))}" if m.get("is_on_time") else m.due(m.deadline("window"))),
            ("Moot", f"information request{'s' if len(moot) > 1 else ''} {_list(moot)}" if moot else ""),
        ),
        steps=steps,
        essential=essential,
        rank=1,
    )


def _signature(m: Matter) -> Facts:
    """The printed name, the meaning, and what stands behind them."""
    made = m.get("signature") or {}
    return (
        ("Printed name", made.get("printed_name")),
        ("Meaning", made.get("meaning")),
        ("Proof", PROOF.get(made.get("method", ""), "")),
        ("Passkey", made.get("fingerprint") and f"SHA-256 {made['fingerprint']}"),
        ("Statement", made.get("digest") and f"SHA-256 {made['digest']}"),
    )


def _earlier(m: Matter) -> Row | None:
    made = [row for row in m.subject.part("determination") if row["signed_at"] < m.effective_at]
    return made[-1] if made else None


def _list(numbers: list[int] | tuple[int, ...]) -> str:
    return ", ".join(str(no) for no in numbers)
