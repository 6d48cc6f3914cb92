"""How a subject that is no review looks on a terminal."""

from datetime import date, datetime
from typing import Any

from rich.text import Text

from reviewflow.cli.contact_page import channels, preferences
from reviewflow.cli.page import Page
from reviewflow.cli.paint import words
from reviewflow.nouns.states import Kind

Entry = dict[str, Any]
_MUTE = ("proposed_side", "side", "channels", "preferences")  # said better by other lines
_CLOSED = ("side", "release_kind", "stage", "finding")  # columns of closed lists, whose values are shown as words


def print_entry(page: Page) -> None:
    """Head, the row, its parts, what hangs on it, the journal, what may be done now."""
    from reviewflow.cli.paint import console, state
    from reviewflow.cli.paper import heading, next_line
    from reviewflow.cli.possible_page import hint, print_possible
    from reviewflow.cli.story_page import print_journal

    entry = page.document
    page.banner()
    line = Text.assemble((entry["ref"], "bold"), "  ", state(entry["state"]))
    console().print(line + Text(f"  version {entry['version']}, head {entry['head'][:12]}", style="dim"))
    _row(page, entry)
    for title, lines in _sections(page, entry):
        heading(title)
        for text in lines:
            _item(text)
    heading("Journal", f"times in {page.zone.key}")
    print_journal(entry["events"], page.zone)
    print_possible(page)
    if not page.is_quiet and (advice := hint(page)):
        console().print()
        next_line(advice)


def _item(text: str) -> None:
    from reviewflow.cli.paper import para

    para(text, indent=2)


def _row(page: Page, entry: Entry) -> None:
    from reviewflow.cli.paper import fact

    names = entry.get("models", {})
    for key, value in entry["row"].items():
        if value in (None, "", []) or (key in _MUTE and entry["kind"] != "organization"):
            continue
        text = f"{value} ({names[value]})" if key == "model" and value in names else said(page, value)
        text = words(text) if key in _CLOSED else text
        label = words(key.removesuffix("_at").removesuffix("_on"))
        if len(text) > 60 and " " not in text:  # a digest stays whole, so that it can be copied
            fact(label, " ", wide=19)
            _item(text)
            continue
        fact(label, text, wide=19)


def said(page: Page, value: Any) -> str:
    """A stored value in words; an instant in the programme's zone, with its offset."""
    from reviewflow.cli.paint import local

    match value:
        case datetime():
            return local(value, page.zone)
        case date():
            return value.isoformat()
        case list():
            return ", ".join(words(str(item)) for item in value)
    return str(value)


def _sections(page: Page, entry: Entry) -> list[tuple[str, list[str]]]:
    """Titles with their lines; a title without lines is left out."""
    parts = entry["parts"]
    found = [
        ("Names", [_name(row) for row in parts.get("organization_name", ())]),
        ("Models", [_halted(page, entry, row) for row in parts.get("halt_model", ())]),
        ("Allow-list", [_allowed(page, row) for row in parts.get("allow_list", ())]),
        ("Conditions", [_commitment(row) for row in entry.get("conditions", ())]),
        ("Holders to be told (published weights cannot be recalled)", [_holder(r) for r in entry.get("holders", ())]),
        ("Releases", [_release(page, row) for row in parts.get("model_release", ())]),
        ("Holders of copies", [_holder(row) for row in parts.get("holder", ())]),
        ("Reviews", [_review(row) for row in entry.get("reviews", ())]),
        ("Halts", [f"{row['ref']} {words(row['state'])}: {row['scope']}" for row in entry.get("halts", ())]),
        ("Commitments", [_commitment(row) for row in entry.get("commitments", ())]),
        ("Deadlines", [_deadline(page, row) for row in parts.get("deadline", ())]),
    ]
    if entry["kind"] == Kind.PERSON:
        found.append(("Channels", channels(entry["ref"], entry["row"], entry["usual_channels"])))
        found.append(("Preferences", preferences(entry["row"])))
        found.append(
            ("Passkeys, by the SHA-256 of their public keys", [_passkey(page, row) for row in entry["passkeys"]])
        )
    return [(title, lines) for title, lines in found if lines]


def _passkey(page: Page, row: Entry) -> str:
    return f"{row['fingerprint']}, since {said(page, row['made_at'])}"


def _name(row: Entry) -> str:
    since = f"since {row['since_on']}" if row["since_on"] else "from before the record"
    source = f" ({row['source']})" if row["source"] else ""
    return f"{since}: {row['name']}{source}"


def _halted(page: Page, entry: Entry, row: Entry) -> str:
    name = entry["models"].get(row["model"], row["model"])
    times = [
        f"{word} {said(page, row[key])}"
        for key, word in (("narrowed_at", "narrowed"), ("lifted_at", "lifted"), ("served_at", "served again"))
        if row[key]
    ]
    served = f" to {row['served_scope']}" if row["served_scope"] else ""
    return "; ".join([f"{name} ({row['model']}) {words(row['state'])}: {row['scope']}", *times]) + served


def _allowed(page: Page, row: Entry) -> str:
    return f"version {row['no']}, since {said(page, row['since_at'])}: {', '.join(row['entities'])}"


def _commitment(row: Entry) -> str:
    due = f", due {row['due_on']}" if row["due_on"] else ""
    return f"{row['ref']} {str(row['state']).replace('_', ' ')}{due}: {row['text']}"


def _holder(row: Entry) -> str:
    contact = f" ({row['contact']})" if row["contact"] else ""
    return f"{row['name']}{contact}"


def _release(page: Page, row: Entry) -> str:
    scope = f": {row['scope']}" if row["scope"] else ""
    return f"{words(row['stage'])}, {said(page, row['released_at'])}{scope} ({row['source']})"


def _review(row: Entry) -> str:
    last = f", last day {row['last_day_on']}" if row["last_day_on"] else ""
    return f"{row['ref']} {str(row['state']).replace('_', ' ')}{last}"


def _deadline(page: Page, row: Entry) -> str:
    from reviewflow.cli.timeleft import left

    time = f", {left(row['due_at'], row['due_on'], page.now, page.zone)}" if row["status"] == "open" else ""
    return f"due {said(page, row['due_at'])}, {words(row['status'])}{time}"
