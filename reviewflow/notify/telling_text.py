"""One event laid out in full: headline, what it means, the facts, how they were computed, what can be done."""

from collections.abc import Sequence

from reviewflow.notify.dates import lasting
from reviewflow.notify.layout import WIDTH, blocks, facts, numbered, one_line, paragraph, quote
from reviewflow.notify.matter import Facts, Matter, Step, Telling
from reviewflow.nouns.events import NOTICES

PROMPT = 60  # seconds between effect and record that need no word: the heartbeat looks once a minute


def headed(text: str, line: str) -> str:
    """A heading with a line under it."""
    head = paragraph(one_line(text))
    return f"{head}\n{line * min(max(map(len, head.splitlines())), WIDTH)}"


def whole(matter: Matter, telling: Telling) -> str:
    """Everything that is to be said of one event."""
    parts = [headed(telling.headline, "=")]
    parts += [paragraph(one_line(text)) for text in (telling.essential, *telling.says) if text]
    parts.append(facts((*telling.facts, *_recorded(matter, telling.facts))))
    parts += [f"{paragraph(label)}:\n\n{quote(text)}" for label, text in telling.quotes if text.strip()]
    if telling.basis:
        parts.append(f"How the date was computed:\n\n{numbered(telling.basis)}")
    parts.append(steps(telling.steps, matter))
    return blocks(parts)


def steps(items: Sequence[Step], matter: Matter) -> str:
    """What the reader can do next, each as a command line to copy; the line that says who acts stands before them."""
    if not items:
        return ""
    own = ("Say who you are, once", f"export REVIEWFLOW_AS={matter.person.ref}")
    lines = [f"  {what}:\n    {one_line(line)}" for what, line in dict.fromkeys((own, *items))]
    return "What you can do next\n\n" + "\n".join(lines)


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
