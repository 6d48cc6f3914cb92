"""What a person asks of the queue again and again, kept under a name; his own alone."""

from datetime import datetime

from reviewflow.errors import Invalid, NotFound, Refused
from reviewflow.store import saved_views
from reviewflow.store.database import Engine, transaction

NAME, QUERY, MOST = 40, 500, 6  # characters of each, and how many a person may keep: each is counted at every look


def save(engine: Engine, person: str, name: str, query: str, now: datetime) -> None:
    """Keep a question under a name, in place of one that he kept under it before."""
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > NAME:
        raise Invalid(f"A view needs a name of 1 to {NAME} characters.", remedy="Give it a shorter one, in one line.")
    if len(query) > QUERY:
        raise Invalid("The filters are too long to be kept.", remedy="Leave some of them out.")
    with transaction(engine) as connection:
        if saved_views.count_others(connection, person, name) >= MOST:
            raise Refused(f"You keep {MOST} views, which is the most.", remedy="Delete one that you need no more.")
        saved_views.put(connection, person, name, query, now)


def forget(engine: Engine, person: str, name: str) -> None:
    """Delete one; NotFound where he has none of the name."""
    with transaction(engine) as connection:
        if not saved_views.remove(connection, person, name):
            raise NotFound("You keep no view of this name.")
