"""The next sensible command, told by where a subject stands."""

from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Subject
from reviewflow.settings.settings import Settings

_REVIEW = {
    "submitted": "reviewflow review start {ref}",
    "returned": "reviewflow review submit {ref}",
    "cleared": "reviewflow review release {ref} --digest SHA256",
    "concerns": "reviewflow review show {ref}",
    "lapsed": "reviewflow review recommend {ref} cleared --text TEXT --statement WORDS",
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


def next_step(settings: Settings, subject: Subject, *, reads_internal: bool) -> str | None:
    """A command line to copy; None where nothing is left to do, or what is would tell of what is internal."""
    if subject.kind is not Kind.REVIEW:
        hint = _OTHERS.get((subject.kind, subject.state))
        return hint.format(ref=subject.ref) if hint else None
    if subject.state == "draft":
        return _draft(settings, subject)
    if subject.state in ("under_review", "tolled"):
        return _running(subject, reads_internal=reads_internal)
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
    if waiting:
        return f"reviewflow review answer {subject.ref} {waiting[0]['no']} --text TEXT"
    if not reads_internal:
        return None
    if not any(row["ended_at"] is None for row in subject.part("assignment")):
        return f"reviewflow review assign {subject.ref} REVIEWER"
    if not subject.part("recommendation"):
        return f"reviewflow review recommend {subject.ref} cleared --text TEXT --statement WORDS"
    return f"reviewflow review clear {subject.ref} --show-statement"
