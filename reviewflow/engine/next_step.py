"""The next sensible command, told by where a subject stands."""

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands.review import Open
from reviewflow.nouns.states import Kind, Side
from reviewflow.nouns.subject import Subject
from reviewflow.rules.machine import possible, who
from reviewflow.rules.permissions import allowed
from reviewflow.rules.standing import is_recommended
from reviewflow.settings.settings import Settings

_REVIEW = {
    "submitted": "reviewflow review start {ref}",
    "returned": "reviewflow review submit {ref}",
    "cleared": "reviewflow review release {ref} --digest SHA256",
    "released": "reviewflow review advance {ref} STAGE",
    "withdrawn": "reviewflow review open MODEL --refiles {ref}",
}
_OTHERS = {
    (Kind.AGREEMENT, "negotiating"): "reviewflow agreement sign {ref}",
    (Kind.MODEL, "registered"): "reviewflow review open {ref}",
    (Kind.COVERAGE, "asked"): "reviewflow coverage decide {ref} OUTCOME --pointer WHERE",
    (Kind.HALT, "ordered"): "reviewflow halt implement {ref} --scope WHO",
    (Kind.HALT, "narrowed"): "reviewflow halt lift {ref}",
    (Kind.HALT, "lifted"): "reviewflow halt restore {ref} MODEL --scope WHO",
    (Kind.COMMITMENT, "proposed"): "reviewflow commitment accept {ref}",
    (Kind.COMMITMENT, "agreed"): "reviewflow commitment meet {ref} --text EVIDENCE",
    (Kind.PARTNER, "proposed"): "reviewflow partner agree {ref}",
}


def next_step_for(settings: Settings, subject: Subject, actor: Actor) -> str | None:
    """That of whoever acted, where it is his to give."""
    line = next_step(settings, subject, reads_internal=actor.side is not Side.LAB)
    if line is None:
        return None
    verb = line.split()[2]
    rows = possible(subject.kind, subject.state)
    asks = [who(Open)] if verb == Open.verb else [row.who for row in rows if row.command.verb == verb]
    return line if any(allowed(one, actor, subject) for one in asks) else None


def next_step(settings: Settings, subject: Subject, *, reads_internal: bool) -> str | None:
    """A command line to copy; None where nothing is left to do, or what is would tell of what is internal."""
    if subject.kind is not Kind.REVIEW:
        hint = _OTHERS.get((subject.kind, subject.state))
        return hint.format(ref=subject.ref) if hint else None
    if subject.state == "draft":
        return _draft(settings, subject)
    if subject.state in ("under_review", "tolled", "lapsed"):
        return _running(subject, reads_internal=reads_internal)
    if subject.row.get("released_stage") == "general":
        return None  # there is no later stage
    hint = _REVIEW.get(subject.state)
    return hint.format(ref=subject.ref) if hint else None


def _draft(settings: Settings, subject: Subject) -> str:
    policy = settings.policies.get(subject.row["policy"])
    have = {row["item"] for row in subject.part("submission_item")}
    have.add("checkpoint_digest")  # submitting pins the model's own; it says so where the model has none
    missing = [item for item in (policy.submission.gate if policy else ()) if item not in have]
    if not missing:
        return f"reviewflow review submit {subject.ref}"
    match missing[0]:
        case "planned_release":
            return f"reviewflow review plan {subject.ref} DATE"
        case item:
            return f"reviewflow review supply {subject.ref} {item} --text TEXT"


def _running(subject: Subject, *, reads_internal: bool) -> str | None:
    waiting = [row for row in subject.part("request") if row["state"] in ("open", "overdue")]
    is_left_to_us = subject.state == "lapsed" or any(row["state"] == "overdue" for row in waiting)
    if waiting and not (reads_internal and is_left_to_us):
        return f"reviewflow review answer {subject.ref} {waiting[0]['no']} --text TEXT"
    if not reads_internal:
        return None
    if not any(row["ended_at"] is None for row in subject.part("assignment")):
        return f"reviewflow review assign {subject.ref} REVIEWER"
    if not is_recommended(subject):
        return f"reviewflow review recommend {subject.ref} cleared --text TEXT --statement WORDS"
    return f"reviewflow review clear {subject.ref} --show-statement"
