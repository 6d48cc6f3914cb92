"""Whether a subject is still as the caller has read it."""

from reviewflow.engine.call import Call
from reviewflow.errors import Stale
from reviewflow.nouns.subject import Subject
from reviewflow.rules.work import Work


def foresee(subject: Subject, call: Call) -> None:
    """Stale where it has passed all versions that a call names, whatever is due and not written yet."""
    if call.versions and all(one.seq < subject.seq for one in call.versions):
        raise _stale(subject, subject.seq, call)


def check(w: Work, call: Call) -> None:
    """Stale where it is at none of the versions that a call names; what was due and is not written yet counts."""
    seq, head = w.subject.seq + len(w.facts), "" if w.facts else w.subject.head
    if call.versions and not any(one.seq == seq and head.startswith(one.head) for one in call.versions):
        raise _stale(w.subject, seq, call)


def _stale(subject: Subject, seq: int, call: Call) -> Stale:
    read = ", ".join(str(one.seq) for one in call.versions)
    other = " of another history" if seq in (one.seq for one in call.versions) else ""
    remedy = f"Read it again: `reviewflow {subject.kind.value} show {subject.ref}`."
    return Stale(f"{subject.ref} is at version {seq}; you have read version {read}{other}.", remedy=remedy)
