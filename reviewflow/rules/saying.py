"""What is particular to a command in the statement that is signed with it."""

from dataclasses import dataclass

from reviewflow.rules.scene import Scene

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Saying:
    """`event` gives the title, and `does` completes "Somebody ..."."""

    event: str
    does: str
    facts: Pairs
    words: Pairs


def office(s: Scene, key: str) -> str:
    """An organization, with the key that it keeps."""
    return f"{s.organizations[key]['name']} ({key})" if key in s.organizations else key
