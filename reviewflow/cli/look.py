"""Ways to look: list, show, timeline, explain, roster, portfolio, deadlines, inbox, letters, policies."""

from collections.abc import Callable
from typing import Any

from reviewflow.cli.lazy import command_of, group_of
from reviewflow.nouns.states import Kind


def views(kind: Kind) -> dict[str, Callable[..., None]]:
    """The ways to look at one kind of subject, by verb."""
    if kind is not Kind.REVIEW:
        from reviewflow.cli import registers

        return {"list": registers.lister(kind), "show": registers.shower(kind)}
    from reviewflow.cli import card, documents, explain, queue, reads, story

    return {
        "list": queue.review_list,
        "show": card.review_show,
        "timeline": story.review_timeline,
        "explain": explain.review_explain,
        "reads": reads.review_reads,
        "document": documents.review_document,
    }


def command(name: str) -> Any:
    """A way to look that stands by itself, or a group of them."""
    from reviewflow.cli.main import PLACES

    if name == "policy":
        from reviewflow.cli import policies

        verbs = {"list": policies.policy_list, "show": policies.policy_show, "check": policies.policy_check}
        return group_of(verbs, name, PLACES[name][1])
    if name == "letter":
        from reviewflow.cli import letters

        return group_of({"show": letters.letter_show, "acknowledge": letters.letter_acknowledge}, name, PLACES[name][1])
    return command_of(_alone(name), name)


def _alone(name: str) -> Callable[..., None]:
    match name:
        case "roster":
            from reviewflow.cli.roster import roster

            return roster
        case "portfolio":
            from reviewflow.cli.portfolio import portfolio

            return portfolio
        case "programme":
            from reviewflow.cli.programme import programme

            return programme
        case "deadlines":
            from reviewflow.cli.duties import deadlines

            return deadlines
        case "calendar":
            from reviewflow.cli.calendar import calendar

            return calendar
        case "inbox":
            from reviewflow.cli.inbox import inbox

            return inbox
    raise KeyError(name)


def window_command(name: str) -> Any:
    """`reviewflow window`, which needs no database."""
    from reviewflow.cli.window import window

    return command_of(window, name)
