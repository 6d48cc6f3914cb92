"""What lists are narrowed by, as a person typed it."""

from collections.abc import Sequence

from reviewflow.errors import Forbidden, Invalid
from reviewflow.store.refs import tidy_ref
from reviewflow.views.look import Look


def read_state(text: str | None, states: Sequence[str]) -> str | None:
    """One of the states; Invalid with those that there are."""
    if text is None:
        return None
    name = text.strip().lower().replace(" ", "_").replace("-", "_")
    if name not in states:
        raise Invalid(f"There is no state {text!r}.", remedy=f"There are: {', '.join(states)}.")
    return name


def read_assigned(look: Look, text: str | None) -> str | None:
    """A person; Forbidden for a lab, which is not told who looks at what."""
    if text and not look.reads_internal:
        raise Forbidden("Who is assigned is internal to the agency.", remedy="Leave assigned_to out.")
    return tidy_ref(text) if text else None
