"""The tables as state machines: where a command leads, or every reason why it does not."""

from functools import cache
from typing import Any

from transitions import Machine, MachineError

from reviewflow.errors import Refused
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import FINAL_STATES, Kind
from reviewflow.nouns.subject import NEW
from reviewflow.rules.forks import SAME, Fork
from reviewflow.rules.lifecycle import TABLES
from reviewflow.rules.row import Row
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work


class Token:
    """Stands on a state of the machine while it moves; the subject itself is never touched by it."""

    def __init__(self, state: str) -> None:
        self.state = state


@cache
def _machine(kind: Kind) -> Machine:
    """One machine a kind, without a model: `add_model` would keep every subject alive."""
    rows = TABLES[kind]
    ways = [(row, way) for row in rows if isinstance(row.to, Fork) for way in row.to.ways]
    states = {state for row in rows for state in row.source}
    states |= {row.to for row in rows if not isinstance(row.to, Fork)} - {SAME}
    states |= {state for _, (_, state, _) in ways} | {row.to.other for row in rows if isinstance(row.to, Fork)} - {SAME}
    machine = Machine(model=None, states=sorted(str(s) for s in states), initial=NEW, auto_transitions=False)
    for row in rows:
        fork = row.to if isinstance(row.to, Fork) else Fork((), row.to)
        name = row.command.__name__
        source: list[Any] = [str(s) for s in row.source]
        for condition, state, _ in fork.ways:
            machine.add_transition(name, source, str(state), conditions=[condition])
        machine.add_transition(name, source, "=" if fork.other == SAME else str(fork.other))
    return machine


def row_of(command: type[Command], state: str) -> Row | None:
    """The line of the picture that is in force for a command from a state."""
    return next((row for row in TABLES[command.kind] if row.command is command and state in row.source), None)


def who(command: type[Command]) -> Any:
    """Whom the picture asks for a command; the same in each of its lines."""
    return next(row.who for row in TABLES[command.kind] if row.command is command)


def possible(kind: Kind, state: str) -> list[Row]:
    """What may be done from a state, the system's doings left out, in the order of the picture."""
    return [row for row in TABLES[kind] if state in row.source and not row.command.by_system]


def line_of(state: str, command: Command) -> Row:
    """The line that is in force for a command from `state`; Refused where there is none."""
    row = row_of(type(command), state)
    if row is None:
        raise Refused(_wrong_state(state, command), remedy=_instead(command.kind, state))
    return row


def arrive(state: str, w: Work, command: Command, scene: Scene) -> tuple[Row, str]:
    """The line and the state to which a command leads from `state`; Refused with every reason if it does not."""
    row = line_of(state, command)
    reasons = [reason for guard in row.guards for reason in guard(w, command, scene)]
    if reasons:
        raise Refused(*reasons)
    token = Token(str(state))
    try:
        moved = _machine(command.kind).events[type(command).__name__].trigger(token, w, command, scene)
    except MachineError as error:  # the table and the machine disagree: a fault of ours, never silent
        raise Refused(str(error)) from error
    if not moved:
        raise AssertionError(f"{type(command).__name__} from {state} led nowhere")
    return row, token.state


def _wrong_state(state: str, command: Command) -> str:
    wanted = sorted({s for row in TABLES[command.kind] if row.command is type(command) for s in row.source})
    return (
        f"{command.kind.value} {command.verb or type(command).__name__} is possible when the {command.kind.value} is "
        f"{' or '.join(s.replace('_', ' ') for s in wanted)}; it is {state.replace('_', ' ')}."
    )


def _instead(kind: Kind, state: str) -> str | None:
    verbs = list(dict.fromkeys(row.command.verb for row in possible(kind, state)))
    if verbs and state not in FINAL_STATES:
        return f"From here: {', '.join(verbs)}."
    rest = f"; still possible: {', '.join(verbs)}" if verbs else ""
    return f"{state.replace('_', ' ').capitalize()} is final{rest}."
