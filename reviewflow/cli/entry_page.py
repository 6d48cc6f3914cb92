"""How a subject that is no review looks on a terminal."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from reviewflow.cli.contact_page import channels, preferences
from reviewflow.cli.reader import Reader
from reviewflow.nouns.states import Kind

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Subject

Entry = dict[str, Any]
_MUTE = ("proposed_side", "side", "channels", "preferences")  # said better by other lines


def print_entry(look: Reader, subject: "Subject", entry: Entry) -> None:
    """Head, the row, its parts, what hangs on it, the journal, what may be done now."""
    from reviewflow.cli.paint import console, state
    from reviewflow.cli.paper import heading, next_line
    from reviewflow.cli.possible import hint, print_possible
    from reviewflow.cli.story import story
    from reviewflow.cli.story_page import print_journal

    look.banner()
    line = Text.assemble((entry["ref"], "bold"), "  ", state(entry["state"]))
    console().print(line + Text(f"  version {entry['version']}, head {entry['head'][:12]}", style="dim"))
    _row(look, entry)
    for title, lines in _sections(look, entry):
        heading(title)
        for text in lines:
            _item(text)
    heading("Journal", f"times in {look.session.zone.key}")
    print_journal(look, story(look, subject), look.session.zone)
    print_possible(look, subject, entry["possible"])
    if not look.session.quiet and (advice := hint(look, subject, entry["possible"])):
        console().print()
        next_line(advice)


def _item(text: str) -> None:
    from reviewflow.cli.paper import para

    para(text, indent=2)


def _row(look: Reader, entry: Entry) -> None:
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import fact

    names = entry.get("models", {})
    for key, value in entry["row"].items():
        if value in (None, "", []) or (key in _MUTE and entry["kind"] != "organization"):
            continue
        text = f"{value} ({names[value]})" if key == "model" and value in names else said(look, value)
        label = words(key.removesuffix("_at").removesuffix("_on"))
        if len(text) > 60 and " " not in text:  # a digest stays whole, so that it can be copied
            fact(label, " ", wide=19)
            _item(text)
            continue
        fact(label, text, wide=19)


def said(look: Reader, value: Any) -> str:
    """A stored value in words; an instant in the programme's zone, with its offset."""
    from reviewflow.cli.paint import local, words

    match value:
        case datetime():
            return local(value, look.session.zone)
        case date():
            return value.isoformat()
        case list():
            return ", ".join(words(str(item)) for item in value)
        case str():
            return words(value.value) if hasattr(value, "value") else value
    return str(value)


def _sections(look: Reader, entry: Entry) -> list[tuple[str, list[str]]]:
    """Titles with their lines; a title without lines is left out."""
    parts = entry["parts"]
    found = [
        ("Names", [_name(row) for row in parts.get("organization_name", ())]),
        ("Models", [_halted(look, entry, row) for row in parts.get("halt_model", ())]),
        ("Allow-list", [_allowed(look, row) for row in parts.get("allow_list", ())]),
        ("Conditions", [_commitment(row) for row in entry.get("conditions", ())]),
        ("Holders to be told (published weights cannot be recalled)", [_holder(r) for r in entry.get("holders", ())]),
        ("Releases", [_release(look, row) for row in parts.get("model_release", ())]),
        ("Holders of copies", [_holder(row) for row in parts.get("holder", ())]),
        ("Reviews", [_review(row) for row in entry.get("reviews", ())]),
        ("Halts", [f"{row['ref']} {said(look, row['state'])}: {row['scope']}" for row in entry.get("halts", ())]),
        ("Commitments", [_commitment(row) for row in entry.get("commitments", ())]),
        ("Deadlines", [_deadline(look, row) for row in parts.get("deadline", ())]),
    ]
    if entry["kind"] == Kind.PERSON:
        found.append(("Channels", channels(entry["ref"], entry["row"], look.session.app.settings.server.channels)))
        found.append(("Preferences", preferences(entry["row"])))
    return [(title, lines) for title, lines in found if lines]


def _name(row: Entry) -> str:
    since = f"since {row['since_on']}" if row["since_on"] else "from before the record"
    source = f" ({row['source']})" if row["source"] else ""
    return f"{since}: {row['name']}{source}"


def _halted(look: Reader, entry: Entry, row: Entry) -> str:
    name = entry["models"].get(row["model"], row["model"])
    times = [
        f"{word} {said(look, row[key])}"
        for key, word in (("narrowed_at", "narrowed"), ("lifted_at", "lifted"), ("served_at", "served again"))
        if row[key]
    ]
    served = f" to {row['served_scope']}" if row["served_scope"] else ""
    return "; ".join([f"{name} ({row['model']}) {said(look, row['state'])}: {row['scope']}", *times]) + served


def _allowed(look: Reader, row: Entry) -> str:
    return f"version {row['no']}, since {said(look, row['since_at'])}: {', '.join(row['entities'])}"


def _commitment(row: Entry) -> str:
    due = f", due {row['due_on']}" if row["due_on"] else ""
    return f"{row['ref']} {str(row['state']).replace('_', ' ')}{due}: {row['text']}"


def _holder(row: Entry) -> str:
    contact = f" ({row['contact']})" if row["contact"] else ""
    return f"{row['name']}{contact}"


def _release(look: Reader, row: Entry) -> str:
    scope = f": {row['scope']}" if row["scope"] else ""
    return f"{said(look, row['stage'])}, {said(look, row['released_at'])}{scope} ({row['source']})"


def _review(row: Entry) -> str:
    last = f", last day {row['last_day_on']}" if row["last_day_on"] else ""
    return f"{row['ref']} {str(row['state']).replace('_', ' ')}{last}"


def _deadline(look: Reader, row: Entry) -> str:
    from reviewflow.cli.timeleft import left

    time = f", {left(row['due_at'], row['due_on'], look.now, look.session.zone)}" if row["status"] == "open" else ""
    return f"due {said(look, row['due_at'])}, {said(look, row['status'])}{time}"
