"""Letters of halts and commitments."""

from reviewflow.notify.matter import Facts, Matter, Quote, Step, Telling
from reviewflow.nouns.plural import plural
from reviewflow.nouns.states import Side

NO_CLOCK_MOVES = "A halt is not a review: it changes no review and no clock."
COPIES = (
    "Where a model's weights are published, the halt reaches only what the lab itself still serves; those who hold "
    "copies can only be told. The lab's record of the model lists them."
)
OWED = ("commitment_proposed", "commitment_agreed", "commitment_missed")
SCOPE = "Whom the order covers"


def _models(m: Matter) -> str:
    return ", ".join(m.get("models") or [row["model"] for row in m.subject.part("halt_model")])


def _holders(m: Matter) -> tuple[Step, ...]:
    refs = m.get("models") or ()
    return tuple((f"See who holds copies of {ref}", f"reviewflow model show {ref}") for ref in refs)


def halt_ordered(m: Matter) -> Telling:
    """The order, as it was given."""
    steps: tuple[Step, ...] = (*_holders(m), m.show())
    if m.is_lab:
        steps = (("Record what is switched off", m.run("implement", '--scope "..."')), *steps)
    return Telling(
        f"Halt ordered on {plural(len(m.get('models') or ()), 'model')}",
        (f"An authority ordered a halt. {NO_CLOCK_MOVES}", COPIES),
        (("Halt", m.ref), ("Issued", m.at(m.effective_at)), ("Models", _models(m)), ("Source", m.get("source"))),
        ((SCOPE, m.get("scope", "")), ("The legal basis", m.get("basis", ""))),
        steps=steps,
        rank=0,
    )


def halt_implemented(m: Matter) -> Telling:
    """What is off in fact, beside what was ordered."""
    return Telling(
        "The lab implemented the halt",
        ("The lab recorded what it switched off. This may be more or less than what was ordered.",),
        (("Halt", m.ref), ("Since", m.at(m.effective_at)), ("Models", _models(m)), ("Source", m.get("source"))),
        (
            ("Who is cut off in fact", m.get("scope", "")),
            ("Whom the order covers", m.get("ordered_scope", "")),
            ("Why it differs, in the lab's words", m.get("reason", "")),
        ),
        steps=(m.show(),),
        rank=1,
    )


def halt_narrowed(m: Matter) -> Telling:
    """A new scope, or a new version of the allow-list."""
    allowed, version = m.get("allow") or (), m.get("allow_list_version")
    names = f"version {version}, {len(allowed)} named; they stand on record" if version else ""
    steps: tuple[Step, ...] = (m.show(),)
    if m.is_lab:
        steps = (("Record what is served again", m.run("restore", 'MODEL --scope "..."')), *steps)
    return Telling(
        "Halt narrowed",
        (f"The halt stands with the scope below. {NO_CLOCK_MOVES}",),
        (
            ("Halt", m.ref),
            ("Since", m.at(m.effective_at)),
            ("Models", _models(m)),
            ("Allow-list", names),
            ("Source", m.get("source")),
        ),
        (("Whom the order covers from now on", m.get("scope", "")),),
        steps=steps,
        rank=1,
    )


def halt_lifted(m: Matter) -> Telling:
    """Lifted is not restored."""
    conditions = m.get("condition") or ()
    says = ["The order no longer stands for the models below."]
    if conditions:
        says.append("Each condition became a commitment of the lab, with a letter of its own.")
    steps: tuple[Step, ...] = (m.show(),)
    if m.is_lab:
        steps = (("Record what is served again", m.run("restore", 'MODEL --scope "..."')), *steps)
    return Telling(
        "Halt lifted",
        tuple(says),
        (("Halt", m.ref), ("Lifted", m.at(m.effective_at)), ("Models", _models(m)), ("Source", m.get("source"))),
        tuple((f"Condition {no}", text) for no, text in enumerate(conditions, 1)),
        steps=steps,
        essential="Lifted is not restored: the models are served again when the lab records it.",
        rank=1,
    )


def model_restored(m: Matter) -> Telling:
    """Served again."""
    return Telling(
        "The lab serves the model again",
        ("The lab recorded that it serves the model again, to the extent below.",),
        (("Halt", m.ref), ("Model", _models(m)), ("Since", m.at(m.effective_at)), ("Source", m.get("source"))),
        (("To whom", m.get("scope", "")), ("What is different", m.get("note", ""))),
        steps=(m.show(),),
        rank=3,
    )


def _commitment(m: Matter) -> tuple[Facts, tuple[Quote, ...]]:
    row, due = m.subject.row, m.deadline("commitment")
    table: Facts = (
        ("Commitment", m.ref),
        ("Answers for it", row.get("owner")),
        ("Due", m.due(due) or m.day(row.get("due_on")) or "no date"),
        ("Days left", m.left(due) if m.row["name"] in OWED else ""),
        ("Review", row.get("review")),
        ("Halt", row.get("halt")),
        ("Replaces", row.get("replaces")),
    )
    return table, (("What the lab will do", str(row.get("text", ""))),)


def _told(m: Matter, headline: str, says: str, *, steps: tuple[Step, ...] = (), rank: int = 5) -> Telling:
    table, quotes = _commitment(m)
    reason = (("The reason on record", m.get("reason", "")),)
    return Telling(headline, (says,), table, (*quotes, *reason), steps=(*steps, m.show()), rank=rank)


def commitment_proposed(m: Matter) -> Telling:
    """The other side accepts it or not."""
    by = m.subject.row.get("proposed_side", "")
    accept: tuple[Step, ...] = () if (by == Side.LAB) == m.is_lab else (("Agree to it", m.run("accept")),)
    says = f"The {by} proposed a commitment. It is owed once the other side has agreed."
    return _told(m, "Commitment proposed", says, steps=accept, rank=3)


def commitment_agreed(m: Matter) -> Telling:
    """Now it is owed."""
    return _told(m, "Commitment agreed", "The commitment is agreed, and the lab owes it.", steps=meet(m), rank=3)


def meet(m: Matter) -> tuple[Step, ...]:
    """What the lab does about a commitment."""
    return (("Report that it is met", m.run("meet", '--text "..."')),) if m.is_lab else ()


def commitment_met(m: Matter) -> Telling:
    """With evidence that stays on record."""
    late = " It was met after its day, and the record says so." if m.get("is_late") else ""
    says = f"The lab reports that the commitment is met. The evidence is on record and is not printed here.{late}"
    return _told(m, f"The lab reports the commitment as met{', late' if late else ''}", says, rank=4)


def commitment_missed(m: Matter) -> Telling:
    """Its day went by."""
    says = "The day of the commitment went by and it was not reported as met. It is still owed, and will be met late."
    return _told(m, "Commitment not met in time", says, steps=meet(m), rank=1)


def commitment_waived(m: Matter) -> Telling:
    """No longer owed."""
    return _told(m, "Commitment waived", "The agency waived the commitment. It is no longer owed.")


def commitment_replaced(m: Matter) -> Telling:
    """By another, which has a letter of its own."""
    says = (
        "The agency replaced the commitment; this one is no longer owed. The new one is owed once the lab accepts it."
    )
    return _told(m, "Commitment replaced", says, rank=3)
