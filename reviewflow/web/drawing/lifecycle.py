"""The lifecycle of a subject as a drawing: its states from top to bottom, and an arc for every move."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewflow.nouns.subject import NEW
from reviewflow.rules.forks import SAME, Fork
from reviewflow.rules.row import Row
from reviewflow.web.writing import words

STEP, HIGH, WIDE, LEFT, TOP = 56, 36, 140, 72, 12  # between states; a box; where the boxes begin


@dataclass(frozen=True)
class Move:
    """One line of the picture from one state to another; `same`: it stays. `why` is the condition, if there is one."""

    row: Row
    source: str
    to: str
    why: str = ""

    @property
    def is_same(self) -> bool:
        """Whether the state stays as it is."""
        return self.to in (SAME, self.source)


@dataclass(frozen=True)
class Box:
    """A state where it stands; `kind` is a class."""

    name: str
    y: int
    kind: str


@dataclass(frozen=True)
class Arc:
    """A path, and what it says."""

    path: str
    says: str
    kind: str


@dataclass(frozen=True)
class Drawing:
    """Boxes and arcs in a field of `width` by `height`."""

    boxes: tuple[Box, ...]
    arcs: tuple[Arc, ...]
    width: int
    height: int
    says: str


def command_of(row: Row) -> str:
    """What a person calls the command; what the system does by itself has no verb, and is called by its name."""
    verb = row.command.verb or re.sub(r"(?<!^)(?=[A-Z])", " ", row.command.__name__).lower()
    return words(verb)


def condition(why: str) -> str:
    """When a fork goes this way, in words that follow the state."""
    if why.startswith("unless "):
        return condition(why.removeprefix("unless ")).replace("where", "unless", 1).replace("if ", "unless ", 1)
    if why == "otherwise" or not why:
        return why
    if why.startswith("policy: "):
        return f"where the policy says so: {words(why.removeprefix('policy: '))}"
    name, _, value = why.partition(" = ")
    return f"where the policy says {words(name)}: {words(value)}" if value else f"if {why}"


def moves(rows: Iterable[Row]) -> list[Move]:
    """Every move of a table, one a source and a way."""
    found = []
    for row in rows:
        forks = row.to.ways if isinstance(row.to, Fork) else ()
        ways = [(str(state), why) for _, state, why in forks]
        other = "" if not forks else f"unless {forks[0][2]}" if len(forks) == 1 else "otherwise"
        ways.append((str(row.to.other if isinstance(row.to, Fork) else row.to), other))
        found += [Move(row, str(source), to, why) for source in row.source for to, why in ways]
    return found


def drawn(states: Sequence[str], rows: Iterable[Row], here: str = "") -> Drawing:
    """Forward moves on the right, backward moves on the left, the longer the further out; `here` stands out."""
    places = {state: TOP + number * STEP for number, state in enumerate(states)}
    pairs: dict[tuple[str, str], list[str]] = {}
    for move in moves(rows):
        if move.source != NEW and not move.is_same:
            pairs.setdefault((move.source, move.to), []).append(command_of(move.row))
    arcs = tuple(_arc(places, pair, verbs, here) for pair, verbs in sorted(pairs.items(), key=lambda one: one[0]))
    ends = {state for state in states if not any(source == state for source, _ in pairs)}
    boxes = tuple(Box(state, y, _kind(state, here, ends)) for state, y in places.items())
    height = TOP * 2 + (len(states) - 1) * STEP + HIGH
    says = "; ".join(f"{words(source)} to {words(to)}" for source, to in sorted(pairs))
    return Drawing(boxes, arcs, LEFT * 2 + WIDE, height, says)


def _kind(state: str, here: str, ends: set[str]) -> str:
    return " ".join(filter(None, ("state", "here" * (state == here), "end" * (state in ends))))


def _arc(places: dict[str, int], pair: tuple[str, str], verbs: list[str], here: str) -> Arc:
    start, end = (places[state] + HIGH // 2 for state in pair)
    is_down, length = end > start, abs(end - start) // STEP
    edge = LEFT + WIDE if is_down else LEFT
    out = edge + (1 if is_down else -1) * min(14 + 7 * length, LEFT)
    nudge = 7 if is_down else -7  # out of one place, into another, so that arrows do not meet
    path = f"M{edge} {start + nudge} C{out} {start + nudge} {out} {end - nudge} {edge} {end - nudge}"
    kind = "move from" if pair[0] == here else "move to" if pair[1] == here else "move"
    return Arc(path, f"{words(pair[0])} to {words(pair[1])}: {', '.join(dict.fromkeys(verbs))}", kind)
