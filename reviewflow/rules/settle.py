"""What time alone does to a subject: every notice and deadline due by now, in due order."""

from datetime import datetime

from reviewflow.nouns.actor import THE_SYSTEM
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.order import MissCommitment
from reviewflow.nouns.commands.parts import EndAccess, MissAnswer
from reviewflow.nouns.commands.review import EndToll, Lapse
from reviewflow.nouns.events import APPROACHING, CHECKED, MISSED, REACHED
from reviewflow.nouns.ladder import When
from reviewflow.nouns.states import DeadlineKind, DeadlineStatus
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules import ladder
from reviewflow.rules.deadlines import advance, close
from reviewflow.rules.decide import decide
from reviewflow.rules.scene import Scene
from reviewflow.rules.standing import is_recommended
from reviewflow.rules.work import Work

_ORDER = {kind: rank for rank, kind in enumerate(DeadlineKind)}


def next_due(subject: Subject, now: datetime) -> Row | None:
    """The deadline whose next notice is due first; level-triggered."""
    due = [d for d in subject.part("deadline") if d["next_notice_at"] is not None and d["next_notice_at"] <= now]
    return min(due, key=lambda d: (d["next_notice_at"], _ORDER[d["kind"]], d["no"]), default=None)


def settle(w: Work, scene: Scene, now: datetime) -> None:
    """Apply everything due by `now` as the system, each effective at its due instant."""
    actor, effective_at = w.actor, w.effective_at
    while (row := next_due(w.subject, now)) is not None:
        w.as_of(THE_SYSTEM, row["next_notice_at"])
        _raise(w, scene, row)
    w.as_of(actor, effective_at)


def _raise(w: Work, scene: Scene, row: Row) -> None:
    notice = advance(w, row)
    name = REACHED if notice == "due" else MISSED if notice.startswith("+") else APPROACHING
    command = _consequence(w, row) if name == REACHED else None
    if name == REACHED and command is None:
        missed = row["kind"] == DeadlineKind.INTAKE
        status = DeadlineStatus.MISSED if missed else DeadlineStatus.CLOSED
        close(w, frozenset({row["kind"]}), status, "its day went by", row["part_no"])
    _tell(w, scene, row, name, notice)
    if command is not None:
        decide(w, command, scene)


def _tell(w: Work, scene: Scene, row: Row, name: str, notice: str) -> None:
    """Record the notice, and whom the policy's ladder tells.

    Whether anybody has recommended is the agency's own. So the lab reads nothing of it in the notice, and beside it
    stands an internal fact, whatever it says: from whether it is there, nothing can be told either.
    """
    said = {"deadline": row["no"], "notice": notice}
    said |= {key: row[key] for key in ("kind", "part_no", "due_at", "due_on")}
    taken = ladder.steps(scene.pin.policy, row["kind"], notice, When.ALWAYS)
    waiting = ladder.steps(scene.pin.policy, row["kind"], notice, When.NO_RECOMMENDATION)
    w.record(name, {**said, "tell": ladder.roles(taken)} if taken else said)
    if waiting:
        is_there = is_recommended(w.subject)
        tell = [] if is_there else ladder.roles(waiting)
        w.record(CHECKED, {**said, "is_recommended": is_there, "tell": tell}, is_internal=True)


def _consequence(w: Work, row: Row) -> Command | None:
    """What the system does when a deadline falls due."""
    match row["kind"]:
        case DeadlineKind.WINDOW:
            return Lapse()
        case DeadlineKind.ANSWER:
            return MissAnswer(request=row["part_no"])
        case DeadlineKind.ACCESS:
            return EndAccess(grant=row["part_no"], reason="its period ended")
        case DeadlineKind.TOLL:
            return EndToll(cause=w.part("toll", row["part_no"])["cause"], reason="the longest time the policy allows")
        case DeadlineKind.COMMITMENT:
            return MissCommitment()
        case _:
            return None
