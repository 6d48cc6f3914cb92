"""How a page writes instants, days, spans and names: always with the zone, and beside it how far it is from now."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from reviewflow.notify.dates import brief_day, briefest_day, lasting, when, worded
from reviewflow.rules.counting import days_left
from reviewflow.web.texts import OF_EVENT, beginning

_SPOKEN = re.compile(r"(?<![\w-])--([a-z][a-z-]+)")


_TICKED = re.compile(r"(?:Say that you know it|Confirm it) with --[a-z-]+(?: [a-z-]+)?\.")


def moment(text: str | datetime | None) -> datetime | None:
    """An instant of a document."""
    if text is None or isinstance(text, datetime):
        return text
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def civil(text: str | date | None) -> date | None:
    """A civil date of a document."""
    return date.fromisoformat(text[:10]) if isinstance(text, str) else text


def day(text: str | date | None) -> str:
    """Fri 31 Jul 2026."""
    on = civil(text)
    return "–" if on is None else brief_day(on)


def on_day(text: str | date | None) -> Markup:
    """A civil date as a `time` element."""
    on = civil(text)
    return Markup("–") if on is None else Markup('<time datetime="{}">{}</time>').format(on.isoformat(), day(on))


def nearing(on: str | date, today: str | date) -> str:
    """How far a civil day is: today, in 3 days, 2 days ago."""
    last, here = civil(on), civil(today)
    return "" if last is None or here is None else when(days_left(last, here))


def clock(text: str | datetime | None, zone: str) -> str:
    """Fri 31 Jul 2026, 23:59 EDT."""
    at = moment(text)
    if at is None:
        return "–"
    there = at.astimezone(ZoneInfo(zone))
    name = there.tzname() or ""
    label = name if name.isalpha() else f"UTC{there.isoformat()[-6:]}"
    return f"{day(there.date())}, {there:%H:%M} {label}"


def timed(text: str | datetime | None, zone: str) -> Markup:
    """An instant as a `time` element."""
    at = moment(text)
    if at is None:
        return Markup("–")
    instant = at.isoformat().replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}</time>').format(instant, clock(at, zone))


def at_clock(text: str | datetime | None, zone: str, now: str | datetime | None = None) -> Markup:
    """The same, and how far it is from now where that is given."""
    said = timed(text, zone)
    if text is None or now is None:
        return said
    return said + Markup(' <span class="ago">({})</span>').format(ago(text, zone, now))


def ago(text: str | datetime | None, zone: str, now: str | datetime | None) -> str:
    """In 3 days, 2 hours ago: in civil days of the zone as soon as it is another day."""
    at, then = moment(text), moment(now)
    if at is None or then is None:
        return ""
    there = ZoneInfo(zone)
    days = (at.astimezone(there).date() - then.astimezone(there).date()).days
    if days:
        return when(days)
    seconds = int((at - then).total_seconds())
    if abs(seconds) < 60:
        return "now"
    said = lasting(abs(seconds) // 60 * 60)
    return f"in {said}" if seconds > 0 else f"{said} ago"


def words(name: object) -> str:
    """A stored name as a person reads it."""
    return str(name).replace("_", " ").replace("-", " ")


def title(name: object) -> str:
    """The same at the beginning of a line."""
    said = words(name)
    return said[:1].upper() + said[1:]


def browser(agent: str) -> str:
    """Firefox on Windows: what a browser calls itself, as a person knows it; a program by its own first word."""
    name = next((says for sign, says in _BROWSERS if sign in agent), agent.partition("/")[0][:40] or "unnamed")
    system = next((says for sign, says in _SYSTEMS if sign in agent), "")
    return f"{name} on {system}" if system else name


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


def opening(text: str) -> str:
    """A sentence as it begins a line: nothing of it changed but its first letter."""
    return text[:1].upper() + text[1:]


def plainly(sentence: str) -> str:
    """A reason in the words of a form, where it names an option of the command line."""
    said = _TICKED.sub("Tick below that you know it.", spoken(sentence))
    said = _SPOKEN.sub(lambda found: words(found[1]), said)
    return said[:1].upper() + said[1:]


def digest(text: str | None) -> Markup:
    """A digest that one can compare by eye: its beginning, and the whole of it on request."""
    if not text:
        return Markup("–")
    return Markup('<code class="digest" title="{}">{}</code>').format(text, text[:12])


_DATE = re.compile(r"\b(?:[A-Z][a-z]{2} \d\d? [A-Z][a-z]{2} \d{4}|\d{4}-\d\d-\d\d)\b")


def sentence(says: str) -> Markup:
    """What an event says, as the beginning of a line: a mailbox stays as it is, lines are one, a date is not broken.

    Of a long text the beginning; `rest_of_event` has what is left.
    """
    said = " ".join(beginning(says, OF_EVENT).split())
    said = said if "@" in said.partition(" ")[0] else f"{said[:1].upper()}{said[1:]}"
    return Markup(_DATE.sub(r'<span class="nobr">\g<0></span>', str(escape(said))))  # nosec B704: escaped


_STORED = re.compile(r"(?<![\w@.'\"/-])[a-z]+(?:_[a-z]+)+(?![\w@'\"/-]|\.\w)")
_COMMAND_LINE = re.compile(r",? (?:with|using) `reviewflow[^`]*`(?: or `reviewflow[^`]*`)*(?: \([^)]*\))?")


def spoken(reason: str) -> str:
    """A reason without the command line that would help at a terminal: a page has a button for it."""
    return _STORED.sub(lambda found: words(found[0]), dated(_COMMAND_LINE.sub("", reason)))


def dated(sentence: str) -> str:
    """A sentence of ours with its dates as a page writes them."""
    return worded(sentence, brief_day, briefest_day)
