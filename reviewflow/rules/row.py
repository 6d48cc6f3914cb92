"""The shape of one line of the picture."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from reviewflow.nouns.commands.form import Command
from reviewflow.rules.forks import Fork
from reviewflow.rules.permissions import Who
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Guard = Callable[[Work, Any, Scene], Iterable[str]]  # yields every reason against, as a sentence


class Row(NamedTuple):
    """From `source`, `command` by `who` leads to `to`, unless a guard objects, and is recorded as `event`."""

    command: type[Command]
    source: tuple[str, ...]
    to: str | Fork
    who: Who
    guards: tuple[Guard, ...]
    event: str
