"""Every view by its name: what is not here, no door can show."""

from collections.abc import Callable
from functools import partial
from typing import Any

from reviewflow.nouns.paths import REGISTERS, SEEN
from reviewflow.nouns.states import Kind
from reviewflow.views.asking import Queue
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
from reviewflow.views.look import Document
from reviewflow.views.metrics import metrics
from reviewflow.views.policies import OnePolicy, policies, policy
from reviewflow.views.portfolio import Portfolio, portfolio
from reviewflow.views.programme import programme
from reviewflow.views.queue import queue
from reviewflow.views.reads import reads
from reviewflow.views.registers import narrower, register
from reviewflow.views.release_check import Check, release_check
from reviewflow.views.roster import roster
from reviewflow.views.story import timeline
from reviewflow.views.view import Nothing, One, View
from reviewflow.views.window import WindowOf, window


def _view(name: str, show: Callable[..., Document], asked: type, help: str, **more: Any) -> View:
    """The view, where the API has it."""
    seen = SEEN[name]
    return View(name, seen.path, show, asked, help, None if seen.cuts_itself else seen.items, **more)


_confidential = partial(_view, is_confidential=True)


def _registers(kind: Kind) -> tuple[View, View]:
    """The list of a kind, and one of it."""
    name = REGISTERS[kind]
    says, noun = f"The {name.replace('_', ' ')} that are yours to see.", name.removesuffix("s").replace("_", " ")
    whole = f"One {'person' if kind is Kind.PERSON else noun} with its journal, and what may be done with it now."
    return _view(name, register(kind), narrower(kind), says), _view(kind.value, entry(kind), One, whole)


_ALL = (
    _view("reviews", queue, Queue, "The reviews, the one with the least time left first."),
    _confidential("review", card, One, "One review: where it stands, what is missing, what may be done now."),
    _confidential("timeline", timeline, One, "The window of a review, and its events in plain words."),
    _view("explanation", explanation, One, "Why a review is due when it is, step by step."),
    _view("portfolio", portfolio, Portfolio, "Windows, planned releases and halts over time."),
    _view("deadlines", duties, Duties, "What is owed by whom, the nearest first."),
    _view("policies", policies, Nothing, "The clock rules.", needs_database=False),
    _view("policy", policy, OnePolicy, "One of the clock rules.", needs_database=False),
    _view("window", window, WindowOf, "What a policy makes of a date, step by step.", needs_database=False),
    _view(
        "release-check", release_check, Check, "What stands on record before a model's release; it approves nothing."
    ),
    *(view for kind in REGISTERS for view in _registers(kind)),
    _view("roster", roster, Nothing, "Who participates, since when, and how many reviews on time."),
    _view("programme", programme, Nothing, "How the programme does: in time, days by step, load, what runs out."),
    _confidential("inbox", inbox, Inbox, "The letters to you, the newest first."),
    _confidential("letter", letter, OneLetter, "One letter with its text; it is then seen.", note=note_seen),
    _view("calendar", calendar, Nothing, "Your deadlines as a calendar."),
    _confidential("dossier", dossier, One, "A review and all around it, which proves itself elsewhere."),
    _view("reads", reads, One, "For which agency a review was read, what of it, and when."),
    _confidential("journal", journal, One, "Every event of a subject, with its chain."),
    _confidential("events", events, Events, "Every event of all that you see, the oldest first, as CloudEvents."),
    _view("deliveries", deliveries, Deliveries, "Letters that did not go out, and why."),
    _view("metrics", metrics, Nothing, "What is late, what waits and what was done, in figures."),
)

VIEWS = {view.name: view for view in _ALL}
