"""What a command is made of: its class, its fields, and the registry from which every door is generated."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from reviewflow.errors import Refused
from reviewflow.nouns.signature import Meaning
from reviewflow.nouns.states import Kind

LONG_TEXT = 10_000  # characters
SHORT_TEXT = 200


@dataclass(frozen=True, kw_only=True)
class Command:
    """A wish. `creates` makes its subject; `fact` may be dated in the past; `by_system` has no verb at any door.

    `signs` is the meaning in which its actor signs a statement of it. One that `carries` comes with bytes, which each
    door takes in its own way.
    """

    kind: ClassVar[Kind]
    verb: ClassVar[str]
    creates: ClassVar[bool] = False
    fact: ClassVar[bool] = False
    by_system: ClassVar[bool] = False
    signs: ClassVar[Meaning | None] = None
    carries: ClassVar[bool] = False

    def __init_subclass__(
        cls,
        kind: Kind,
        verb: str = "",
        creates: bool = False,
        fact: bool = False,
        by_system: bool = False,
        signs: Meaning | None = None,
        carries: bool = False,
    ) -> None:
        cls.kind, cls.verb, cls.creates, cls.fact, cls.by_system = kind, verb, creates, fact, by_system
        cls.signs, cls.carries = signs, carries
        REGISTRY[cls.__name__] = cls


REGISTRY: dict[str, type[Command]] = {}


def arg(
    help: str,
    default: Any = ...,
    *,
    place: bool = False,
    ref: Kind | None = None,
    limit: int = SHORT_TEXT,
    words: bool = False,
    seen: bool = False,
    bounds: tuple[int, int] = (0, 1_000_000),
) -> Any:
    """A field of a command: its help, its default (none: required), whether it stands by position, whom it names.

    Several `words` may also be written as one, with commas between them. Each sign of one that is `seen` is visible.
    A number lies within its `bounds`.
    """
    metadata = {"help": help, "place": place, "ref": ref, "limit": limit, "words": words, "seen": seen}
    metadata["bounds"] = bounds
    if default is ...:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def prose(help: str, default: Any = ...) -> Any:
    """A field of running text, up to 10,000 characters."""
    return arg(help, default, limit=LONG_TEXT)


def undated(command: type[Command]) -> Refused:
    """Why an act that is done here and now takes no date."""
    says = f"{command.__name__} is an act done here, so it takes effect now; it cannot be dated."
    return Refused(says, remedy="Leave --at out.")
