"""Where a command may lead to more than one state, and what decides."""

from collections.abc import Callable
from typing import Any, NamedTuple

from reviewflow.nouns.commands.order import AgreeCommitment
from reviewflow.nouns.commands.parts import Answer, MissAnswer, RequestInformation
from reviewflow.nouns.commands.programme import DecideCoverage, SignAgreement
from reviewflow.nouns.commands.review import EndToll
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.policy import IfMissed, TollCause
from reviewflow.nouns.states import (
    AgreementState,
    CommitmentState,
    CoverageFinding,
    CoverageState,
    HaltState,
    ReviewState,
    Side,
)
from reviewflow.rules.deadlines import WINDOW, live
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

SAME = "same"
Condition = Callable[[Work, Any, Scene], bool]


class Fork(NamedTuple):
    """The state of the first condition that holds, in the words of the diagram; else `other`."""

    ways: tuple[tuple[Condition, str, str], ...]
    other: str = SAME


def open_tolls(w: Work) -> list[dict[str, Any]]:
    """The tolls that have not ended."""
    return [toll for toll in w.subject.part("toll") if toll["ended_at"] is None]


def _is_tolled(w: Work, command: object, scene: Scene) -> bool:
    return bool(open_tolls(w))


def _asks_toll(w: Work, command: RequestInformation, scene: Scene) -> bool:
    return TollCause.INFORMATION_REQUEST in scene.pin.policy.toll.on


def _request_was_last_cause(w: Work, command: Answer, scene: Scene) -> bool:
    tolls = open_tolls(w)
    return bool(tolls) and all(toll["request_no"] == command.request for toll in tolls)


def _cause_was_last(w: Work, command: EndToll, scene: Scene) -> bool:
    return all(toll["cause"] == command.cause for toll in open_tolls(w))


def _miss_tolls(w: Work, command: MissAnswer, scene: Scene) -> bool:
    window = live(w.subject, WINDOW)  # where it ends at this very instant there is nothing left to toll
    is_open = window is not None and (window["due_at"] is None or window["due_at"] > w.effective_at)
    return is_open and scene.pin.policy.request.if_missed is IfMissed.TOLL


def _miss_returns(w: Work, command: MissAnswer, scene: Scene) -> bool:
    return scene.pin.policy.request.if_missed is IfMissed.RETURN


def _other_side_signed(w: Work, command: SignAgreement, scene: Scene) -> bool:
    if w.actor.ref == RECORD:
        return True
    other = "agency_signed_by" if w.actor.side is Side.LAB else "lab_signed_by"
    return w.row[other] is not None


def _is_covered(w: Work, command: DecideCoverage, scene: Scene) -> bool:
    return command.outcome is CoverageFinding.COVERED


def _is_lifted(w: Work, command: object, scene: Scene) -> bool:
    return w.model_state == HaltState.LIFTED


def _is_condition(w: Work, command: AgreeCommitment, scene: Scene) -> bool:
    return w.is_effect and command.halt is not None


_UNDER, _TOLLED = ReviewState.UNDER_REVIEW, ReviewState.TOLLED

RESUMES = Fork(((_is_tolled, _TOLLED, "a toll is open"),), _UNDER)
ASK = Fork(((_asks_toll, _TOLLED, "policy: a request tolls"),))
ANS = Fork(((_request_was_last_cause, _UNDER, "it was the last cause of tolling"),))
END = Fork(((_cause_was_last, _UNDER, "it was the last cause of tolling"),))
MISS = Fork(((_miss_tolls, _TOLLED, "if_missed = toll"), (_miss_returns, ReviewState.RETURNED, "if_missed = return")))
SIGN = Fork(((_other_side_signed, AgreementState.SIGNED, "the other side has signed"),))
FOUND = Fork(((_is_covered, CoverageState.COVERED, "covered"),), CoverageState.NOT_COVERED)
RESTORE = Fork(((_is_lifted, HaltState.RESTORED, "it is lifted"),))
IMPOSED = Fork(((_is_condition, CommitmentState.AGREED, "a condition of a lift"),), CommitmentState.PROPOSED)
