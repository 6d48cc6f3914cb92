"""Every view by its name: what is not here, no door can show."""

from functools import partial

from reviewflow.nouns.paths import PLURALS, REGISTERS
from reviewflow.nouns.states import Kind
from reviewflow.views.calendar import calendar
from reviewflow.views.card import card
from reviewflow.views.deliveries import Deliveries, deliveries
from reviewflow.views.dossier import dossier
from reviewflow.views.duties import Duties, duties
from reviewflow.views.entry import entry
from reviewflow.views.events import Events, events
from reviewflow.views.explanation import explanation
from reviewflow.views.inbox import Inbox, inbox
from reviewflow.views.journal import journal
from reviewflow.views.letter import OneLetter, letter, note_seen
from reviewflow.views.metrics import metrics
from reviewflow.views.policies import OnePolicy, policies, policy
from reviewflow.views.queue import Queue, queue
from reviewflow.views.reads import reads
from reviewflow.views.registers import register
from reviewflow.views.release_check import Check, release_check
from reviewflow.views.roster import roster
from reviewflow.views.story import timeline
from reviewflow.views.view import Nothing, One, View
from reviewflow.views.window import WindowOf, window

_REVIEW = "/reviews/{ref}"
_confidential = partial(View, is_confidential=True)


def _registers(kind: Kind) -> tuple[View, View]:
    """The list of a kind, and one of it."""
    name, path = REGISTERS[kind], f"/{PLURALS[kind]}"
    says, noun = f"The {name.replace('_', ' ')} that are yours to see.", name.removesuffix("s").replace("_", " ")
    whole = f"One {'person' if kind is Kind.PERSON else noun} with its journal, and what may be done with it now."
    return (
        View(name, path, register(kind), Nothing, says, name),
        View(kind.value, f"{path}/{{ref}}", entry(kind), One, whole),
    )


_ALL = (
    View("reviews", "/reviews", queue, Queue, "The reviews, the one with the least time left first.", "reviews"),
    _confidential("review", _REVIEW, card, One, "One review: where it stands, what is missing, what may be done now."),
    _confidential(
        "timeline", f"{_REVIEW}/timeline", timeline, One, "The window of a review, and its events in plain words."
    ),
    View("explanation", f"{_REVIEW}/explanation", explanation, One, "Why a review is due when it is, step by step."),
    View("deadlines", "/deadlines", duties, Duties, "What is owed by whom, the nearest first.", "deadlines"),
    View("policies", "/policies", policies, Nothing, "The clock rules.", "policies", needs_database=False),
    View("policy", "/policies/{policy}", policy, OnePolicy, "One of the clock rules.", needs_database=False),
    View(
        "window", "/policies/{policy}/window", window, WindowOf, "What a policy makes of a date, step by step.",
        needs_database=False,
    ),
    View(
        "release-check", "/models/{ref}/release-check", release_check, Check,
        "What stands on record before a model's release; it approves nothing.",
    ),
    *(view for kind in REGISTERS for view in _registers(kind)),
    View("roster", "/roster", roster, Nothing, "Who participates, since when, and how many reviews on time.", "roster"),
    View("inbox", "/letters", inbox, Inbox, "The letters to you, the newest first.", "letters"),
    _confidential(
        "letter", "/letters/{id}", letter, OneLetter, "One letter with its text; it is then seen.", note=note_seen
    ),
    View("calendar", "/calendar", calendar, Nothing, "Your deadlines as a calendar."),
    _confidential(
        "dossier", f"{_REVIEW}/dossier", dossier, One, "A review and all around it, which proves itself elsewhere."
    ),
    View("reads", f"{_REVIEW}/reads", reads, One, "Who of the agencies read a review, what of it, and when.", "reads"),
    _confidential("journal", "/journal/{ref}", journal, One, "Every event of a subject, with its chain.", "events"),
    _confidential(
        "events", "/events", events, Events, "Every event of all that you see, the oldest first, as CloudEvents."
    ),
    View("deliveries", "/deliveries", deliveries, Deliveries, "Letters that did not go out, and why.", "deliveries"),
    View("metrics", "/metrics", metrics, Nothing, "What is late, what waits and what was done, in figures."),
)  # fmt: skip

VIEWS = {view.name: view for view in _ALL}
