"""Where one can go from every page, by who one is."""

from dataclasses import dataclass

from reviewflow.web.door import Reader


@dataclass(frozen=True)
class Link:
    """One way; `key` is the second key of its shortcut, after g."""

    href: str
    text: str
    key: str
    is_here: bool = False
    count: int = 0  # of what waits there


_EVERYBODY = (
    ("/", "Queue", "q"),
    ("/timeline", "Timeline", "t"),
    ("/calendar", "Calendar", "c"),
    ("/planner", "Planner", "p"),
    ("/programme", "Programme", "r"),
    ("/registers", "Registers", "m"),
    ("/inbox", "Inbox", "i"),
)
_ADMINISTRATORS = ("/admin", "Admin", "a")
SHORTCUTS = (  # as static/reviewflow.js reads them
    *((f"g {key}", f"Go to: {text}") for _, text, key in (*_EVERYBODY, _ADMINISTRATORS)),
    ("/", "To the filter of a list"),
    ("n", "Something new, where a page offers it"),
    ("j", "Next row of a list"),
    ("k", "Row before"),
    ("?", "Show or hide this sheet"),
)


def links_of(who: Reader | None, path: str) -> list[Link]:
    """The main navigation; of somebody who is not signed in, none."""
    if who is None:
        return []
    known = [*_EVERYBODY, *([_ADMINISTRATORS] if who.has("admin", "auditor") else [])]
    waiting = {"/inbox": who.waiting}
    return [Link(href, text, key, _is_here(href, path), waiting.get(href, 0)) for href, text, key in known]


def _is_here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
