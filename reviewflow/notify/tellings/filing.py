"""Letters of filing: receipt, return, assignment, plan of release."""

from reviewflow.notify.matter import Matter, Step, Telling
from reviewflow.nouns.states import Role

NO_CLOCK = (
    "The number identifies the case. It does not confirm that a clock runs: the window starts only when the intake "
    "office confirms that every required item is in, and a letter of its own then names its first and last day."
)


def submitted(m: Matter) -> Telling:
    """The receipt, with number and dates."""
    intake = m.deadline("intake")
    steps: list[Step] = []
    if m.has(Role.INTAKE):
        steps = [("Confirm that all is in, and start the clock", m.run("start"))]
        steps += [("Return it to the lab", m.run("return", '--reason "..."'))]
    if m.is_lab:
        steps = [("Supply an item that is still missing", m.run("supply", "ITEM --digest SHA256"))]
    check = m.has(Role.INTAKE) and intake and intake["due_at"]
    return Telling(
        f"Submission received, to be checked by {m.day(intake['due_on'])}"
        if check and intake
        else "Submission received",
        (f"The submission of {m.title} was received. This letter is its acknowledgement.", NO_CLOCK),
        (
            ("Number", m.ref),
            ("Received", m.at(m.effective_at)),
            ("Intake check", f"due {m.due(intake)}" if intake else ""),
            ("Days left", m.left(intake)),
            ("Policy", f"{m.subject.row['policy']}, version {m.subject.row['policy_version']}"),
            ("Checkpoint", m.get("checkpoint_digest")),
        ),
        steps=(*steps, m.show()),
    )


def returned(m: Matter) -> Telling:
    """The deficiency letter."""
    steps: list[Step] = []
    if m.is_lab:
        steps = [("Supply what is missing", m.run("supply", "ITEM --digest SHA256"))]
        steps += [("File it again", m.run("submit"))]
    return Telling(
        "Submission returned: mend it, and file it again" if m.is_lab else "Submission returned to the lab",
        (
            (
                "The submission was returned to the lab. No window runs. Access that had been given is suspended until "
                "the submission is filed again; what was filed stays on record, and only what is missing is needed."
            ),
        ),
        (("Returned", m.at(m.effective_at)),),
        (("The reason, as the intake office gave it", m.get("reason", "")),),
        steps=(*steps, m.show()),
        rank=2,
    )


def assigned(m: Matter) -> Telling:
    """For those who review."""
    who, consulted = m.get("person", ""), bool(m.get("consulted"))
    is_you = who == m.person.ref
    window = m.deadline("window")
    part = "consulted reviewer" if consulted else "reviewer"
    duty = "A consulted reviewer records findings and does not recommend." if consulted else ""
    own = [("Record a finding", m.run("find", '--title "..." --domain DOMAIN --severity SEVERITY'))]
    lead = [("Recommend a determination", m.run("recommend", 'cleared --text "..."'))]
    steps = (own + ([] if consulted else lead)) if is_you else []
    return Telling(
        f"Review assigned to {'you' if is_you else who}",
        tuple(s for s in (f"{'You are' if is_you else f'{who} is'} assigned to this review as {part}.", duty) if s),
        (("Assigned", m.at(m.effective_at)), *m.ends(window)),
        steps=(*steps, m.show()),
    )


def release_planned(m: Matter) -> Telling:
    """The lab's plan, which may move the cap of an open window."""
    on, before, moved = m.get("on"), m.get("before"), m.get("last_day_on")
    stage = m.words("stage", "general")
    window = m.deadline("window") if moved else None
    says = [f"The lab {'moved' if before else 'gave'} the day on which it plans the release stage: {stage}."]
    if moved:
        says.append("The window never runs past the planned first release, so its last day moved with the plan.")
    return Telling(
        f"Release planned for {m.day(on)}",
        tuple(says),
        (
            ("Stage", stage),
            ("Planned", m.day(on)),
            ("Before", m.day(before)),
            ("Last day", m.day(moved)),
            *m.ends(window),
        ),
        basis=tuple(window["basis"]) if window else (),
        steps=(m.show(),),
        rank=3 if moved else 5,
    )


def withdrawn(m: Matter) -> Telling:
    """The lab took it back."""
    revoked, closed = m.get("revoked_access") or (), m.get("closed_requests") or ()
    says = [
        (
            "The lab withdrew this review. The window and everything else that was owed in it is closed, and no "
            "determination is made. The reason is on record."
        )
    ]
    if revoked:
        says.append("Access to the model ended with the withdrawal and may no longer be used.")
    return Telling(
        "Review withdrawn",
        tuple(says),
        (
            ("Withdrawn", m.at(m.effective_at)),
            ("Access revoked", _grants(revoked)),
            ("Requests closed", ", ".join(str(no) for no in closed)),
        ),
        steps=(m.show(),),
        rank=1,
    )


def _grants(numbers: list[int] | tuple[int, ...]) -> str:
    if not numbers:
        return ""
    return f"grant{'s' if len(numbers) > 1 else ''} {', '.join(str(no) for no in numbers)}"
