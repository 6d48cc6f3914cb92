"""What a command did: the new state, the dates that matter now, and the next sensible command."""

from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.cli.page import Page
from reviewflow.cli.session import Session
from reviewflow.nouns.plural import plural


def print_json(session: Session, document: dict[str, Any]) -> None:
    """One JSON object on standard output; a simulation is marked in each."""
    import json

    from reviewflow.nouns.plain import plain

    document = {**document, "is_simulation": session.app.is_simulation}
    print(json.dumps(plain(document), ensure_ascii=False, indent=2))


def print_outcome(page: Page) -> None:
    """Where the subject stands, what was recorded, what is due, and the next sensible command; quiet: the reference."""
    from reviewflow.cli.paint import console, left, local, state, words

    done = page.document
    if page.is_quiet:
        print(done["ref"])
        return
    page.banner()
    line = console()
    line.print(
        f"[bold]{done['ref']}[/]", state(done["state"]), f"[dim]version {done['version']}, head {done['head'][:12]}[/]"
    )
    line.print("recorded:", ", ".join(words(name) for name in done["events"]))
    for row in done["deadlines"]:
        which = words(row["kind"]) + (f" {row['part_no']}" if row["part_no"] else "")
        if row["due_at"] is None:
            line.print(f"  {which:<16} tolled, {plural(row['remaining_days'], 'day')} left")
        else:
            zone = ZoneInfo(row["time_zone"])
            line.print(f"  {which:<16} {local(row['due_at'], zone)}  {left(row['due_on'], page.now, zone)}")
    if done["hint"]:
        line.print(f"[dim]next:[/] {done['hint']}", soft_wrap=True)
