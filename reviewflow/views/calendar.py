"""A person's deadlines as a calendar: as entries, and as the iCalendar text that a phone subscribes to."""

from reviewflow.engine.feed import entries
from reviewflow.errors import Invalid
from reviewflow.notify.feed import written
from reviewflow.views.look import Document, Look
from reviewflow.views.view import Nothing


def calendar(look: Look, asked: Nothing) -> Document:
    """The same until something changes, whatever the time is, and with nobody's words in it."""
    if look.is_operator:
        raise Invalid("Whose calendar? Name yourself.")
    is_simulation = look.stage.is_simulation
    found = entries(look.stage, look.actor, look.stage.database["genesis"], is_simulation=is_simulation)
    found = [one for one in found if look.covers(one.ref)]
    return {
        "person": look.actor.ref,
        "entries": [vars(one) for one in found],
        "count": len(found),
        "text": written(found, look.actor.ref, is_simulation=is_simulation).decode(),
    }
