"""One command on one subject: the picture is asked, the effect applied, the fact recorded."""

from dataclasses import fields

from reviewflow.errors import Refused
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import HaltState, Kind
from reviewflow.rules.deadlines import close_out
from reviewflow.rules.effects.index import EFFECTS
from reviewflow.rules.guards.programme import addressed
from reviewflow.rules.machine import arrive
from reviewflow.rules.row import Row
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

INTERNAL = frozenset({"assigned", "unassigned", "recommended"})


def decide(w: Work, command: Command, scene: Scene) -> None:
    """Refused with every reason, or the change and its fact; nothing of `w` is written before its handler commits."""
    before = w.subject.state
    row = _move(w, command, scene)
    if w.subject.state != before:
        close_out(w, w.subject.state, row.event)
    outcome = EFFECTS[type(command)](w, command, scene) or {}
    name = outcome.pop("event", row.event)
    hidden = outcome.pop("is_internal", name in INTERNAL)
    said = {f.name: getattr(command, f.name) for f in fields(command) if getattr(command, f.name) != f.default}
    data = said | {key: value for key, value in outcome.items() if value is not None}
    if command.signs and w.signature:
        data["signature"] = w.signature
    w.record(name, data, is_internal=hidden)


def _move(w: Work, command: Command, scene: Scene) -> Row:
    """Take the subject to its new state; of a halt, each model that the command names."""
    if w.subject.kind is not Kind.HALT or w.subject.seq == 0:
        row, to = arrive(w.subject.state, w, command, scene)
        w.set(state=to)
        return row
    moves: list[tuple[int, Row, str]] = []
    reasons: list[str] = []
    for part in addressed(w, command):
        w.model_state = part["state"]
        try:
            moves.append((part["no"], *arrive(part["state"], w, command, scene)))
        except Refused as refusal:
            reasons += refusal.reasons
    if reasons or not moves:
        covered = ", ".join(part["model"] for part in w.subject.part("halt_model"))
        raise Refused(*dict.fromkeys(reasons or [f"No model of this halt is named; it covers {covered}."]))
    for no, _, to in moves:
        w.change("halt_model", no, state=to)
    order = list(HaltState)
    w.set(state=min((HaltState(part["state"]) for part in w.subject.part("halt_model")), key=order.index))
    return moves[0][1]
