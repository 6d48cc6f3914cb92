"""One event laid out in full: headline, what it means, the facts, how they were computed, what can be done."""

from collections.abc import Iterator, Sequence

from reviewflow.notify.block import Block, Commands, Heading, Listing, Paragraph, Quotation, Table
from reviewflow.notify.dates import lasting, worded
from reviewflow.notify.matter import Facts, Matter, Step, Telling
from reviewflow.nouns.events import NOTICES

PROMPT = 60  # seconds between effect and record that need no word: the heartbeat looks once a minute


def whole(matter: Matter, telling: Telling) -> Iterator[Block]:
    """Everything that is to be said of one event."""
    yield Heading(telling.headline)
    yield from (Paragraph(text) for text in (telling.essential, *telling.says) if text)
    yield Table((*telling.facts, *_recorded(matter, telling.facts)))
    yield from (Quotation(label, text) for label, text in telling.quotes if text.strip())
    if telling.basis:
        yield Listing("How the date was computed", [worded(line) for line in telling.basis])
    yield from steps(telling.steps, matter)


def steps(items: Sequence[Step], matter: Matter) -> Iterator[Block]:
    """What the reader can do next, each as a command line to copy; the line that says who acts stands before them."""
    if items:
        own = ("Say who you are, once", f"export REVIEWFLOW_AS={matter.person.ref}")
        yield Commands("What you can do next", tuple(dict.fromkeys((own, *items))))


def late_by(m: Matter) -> int:
    """Seconds between effect and record, of the system's doings and of facts reported later."""
    late = m.row["late_by"]
    if late is not None:
        return int(late)
    return max(0, int((m.row["recorded_at"] - m.effective_at).total_seconds()))


def _recorded(m: Matter, known: Facts) -> Facts:
    """Both instants, where it was recorded noticeably later than it took effect."""
    seconds, effective = late_by(m), m.at(m.effective_at)
    if seconds <= PROMPT:
        return ()
    label = "Notice due" if m.row["name"] in NOTICES else "Took effect"
    took = () if any(value == effective for _, value in known) else ((label, effective),)
    return (*took, ("Recorded", f"{m.at(m.row['recorded_at'])}, {lasting(seconds)} later"))
