"""Secrets that a person types: asked without an echo, or read from standard input; never a flag."""

import sys

from reviewflow.errors import Invalid
from reviewflow.nouns.plural import plural

STDIN = "-"


def hidden(source: str | None, *names: str, twice: str = "") -> list[str]:
    """What is asked under each name: a line each of standard input where `source` is "-", else typed unseen.

    `twice` is the name of the one that is to be typed again, since nobody sees it.
    """
    if source == STDIN:
        return _piped(names)
    if source is not None:
        raise Invalid(
            "What stands where - is expected is not taken: a secret in a flag is seen by all.",
            remedy="Give -, or be asked; what was a secret is none any more: change it.",
        )
    if not sys.stdin.isatty():
        raise Invalid("There is no terminal to ask at.", remedy=f"Give -, and a line each: {', then '.join(names)}.")
    found = [_asked(name) for name in names]
    if twice and _asked(f"{twice} again") != found[names.index(twice)]:
        raise Invalid(f"The two are not the same: {twice}.", remedy="Begin again.")
    return found


def _piped(names: tuple[str, ...]) -> list[str]:
    found = [_line(name) for name in names]
    if not sys.stdin.isatty() and any(line.strip("\r\n") for line in sys.stdin):
        raise Invalid(
            f"Standard input holds more than {plural(len(names), 'line')}.",
            remedy=f"Write a line each, and nothing else: {', then '.join(names)}.",
        )
    return found


def _asked(name: str) -> str:
    from getpass import getpass

    return getpass(f"{name}: ")


def _line(name: str) -> str:
    found = sys.stdin.readline()
    if not found.strip("\r\n"):
        raise Invalid(
            f"Standard input holds no line with the {name}.", remedy="Write each secret on a line of its own."
        )
    return found.rstrip("\r\n")
