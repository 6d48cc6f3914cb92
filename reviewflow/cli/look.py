"""Ways to look: list, show, timeline, explain, roster, deadlines, inbox, letters, policies."""

from collections.abc import Callable
from typing import Any

from reviewflow.cli.lazy import command_of
from reviewflow.nouns.states import Kind


def views(kind: Kind) -> dict[str, Callable[..., None]]:
    """The ways to look at one kind of subject, by verb."""
    return {}


def window_command(name: str) -> Any:
    """`reviewflow window`, which needs no database."""
    from reviewflow.cli.window import window

    return command_of(window, name)
