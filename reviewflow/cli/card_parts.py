"""The parts of a review on its page: filing, requests, findings, determination, access, duties."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.text import Text

from reviewflow.cli.page import Page
from reviewflow.cli.sheet import Column
from reviewflow.nouns.plural import plural

if TYPE_CHECKING:
    from datetime import datetime

Card = dict[str, Any]
_PLAIN = Column("")


def print_parts(page: Page) -> None:
    """Each part that there is something to say of."""
    card = page.document
    zone = ZoneInfo(card["policy"]["time_zone"])
    _filing(card, zone)
    _requests(page, card, zone)
    _findings(card)
    _documents(card)
    _outcome(card, zone)
    _access(card, zone)
    _duties(page, card, zone)
    _around(card)


def _local(at: "datetime | None", zone: ZoneInfo) -> str:
    from reviewflow.cli.paint import short

    return short(at, zone)


def _filing(card: Card, zone: ZoneInfo) -> None:
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import fact, heading
    from reviewflow.rules.wording import named

    heading("Filing")
    fact("planned", ", ".join(f"{words(p['stage'])} {named(p['planned_on'])}" for p in card["planned_releases"]))
    fact("submitted", _local(card["submitted_at"], zone) if card["submitted_at"] else "not yet")
    inside = [item["item"] for item in card["items"]]
    fact("items in", ", ".join(inside) or "none")
    fact("missing", Text(", ".join(card["missing"]), style="yellow"))
    fact("reviewers", ", ".join(_assigned(one) for one in card["assignments"] if one["ended_at"] is None))


def _assigned(row: dict[str, Any]) -> str:
    return f"{row['person']}{' (consulted)' if row['is_consulted'] else ''}"


def _requests(page: Page, card: Card, zone: ZoneInfo) -> None:
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import heading
    from reviewflow.cli.sheet import sheet
    from reviewflow.cli.timeleft import left, urgency

    if not card["requests"]:
        return
    heading("Information requests")
    due = {one["part_no"]: one for one in card["deadlines"] if one["kind"] == "answer"}
    lines = []
    for row in card["requests"]:
        clock = Text("late" if row["is_late"] else "", style="yellow")
        if row["no"] in due:
            at, on = due[row["no"]]["due_at"], due[row["no"]]["due_on"]
            clock = Text(left(at, on, page.now, zone), style=urgency(at, on, page.now, zone))
        state = f"{words(row['state'])}{', tolls' if row['is_tolling'] else ''}"
        lines.append((str(row["no"]), state, clock, _local(row["asked_at"], zone), row["text"]))
    sheet([_PLAIN, _PLAIN, _PLAIN, _PLAIN, Column("", least=16)], lines, indent=2)


def _findings(card: Card) -> None:
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import heading
    from reviewflow.cli.sheet import sheet

    if not card["findings"]:
        return
    heading("Findings")
    lines = [
        (str(row["no"]), words(row["domain"]), row["severity"], "shared" if row["is_shared"] else "internal",
         f"{row['title']}{' (handed off: ' + row['handoff'] + ')' if row['handoff'] else ''}")
        for row in card["findings"]
    ]  # fmt: skip
    sheet([_PLAIN, _PLAIN, _PLAIN, _PLAIN, Column("", least=16)], lines, indent=2)


def _documents(card: Card) -> None:
    from reviewflow.cli.paper import heading, para

    if not card["documents"]:
        return
    heading("Documents")
    for row in card["documents"]:
        marking = f" ({row['marking']})" if row["marking"] else ""
        state = row["state"] if row["state"] != "stored" else "" if row["is_shared"] else "own side"
        said = f"{row['no']}  {row['name']}{marking}, {plural(row['size'], 'byte')}, the {row['side']}'s"
        para(f"{said}{f', {state}' if state else ''}", indent=2)
        para(f"SHA-256 {row['digest']}", "dim", indent=5)


def _outcome(card: Card, zone: ZoneInfo) -> None:
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import fact, heading

    if not (card["recommendations"] or card["determinations"] or card["is_lapsed"] or card["released_at"]):
        return
    heading("Outcome")
    for row in card["recommendations"]:
        fact("recommended", f"{row['outcome']} by {row['recommended_by']}, {_local(row['recommended_at'], zone)}")
        fact("", f"“{row['text']}”")
        fact("", f"to be signed: “{row['statement']}”" if row["statement"] else "")
    if card["is_lapsed"]:
        fact("lapsed", "the window ended with no determination; that is not an approval")
    for row in card["determinations"]:
        time = "on time" if row["is_on_time"] else "late"
        fact("determined", f"{row['outcome']} ({time}), signed by {row['signed_by']}, {_local(row['signed_at'], zone)}")
        fact("", f"“{row['text']}”")
    if card["released_at"]:
        breach = ", in breach of the policy" if card["is_in_breach"] else ""
        fact("released", f"{words(card['released_stage'])}, {_local(card['released_at'], zone)}{breach}")
        fact("", f"preceded by: {card['preceded_by']}")
        fact("", ", ".join(f"{one['by']} acknowledged {one['what']}" for one in card["acknowledged"] or ()))


def _access(card: Card, zone: ZoneInfo) -> None:
    from reviewflow.cli.paper import heading, para

    if not card["access_grants"]:
        return
    heading("Access", f"{plural(card['access_days'], 'day')} so far on this model version, over refilings")
    due = {one["part_no"]: one["due_at"] for one in card["deadlines"] if one["kind"] == "access"}
    for row in card["access_grants"]:
        until = row["ended_at"] or due.get(row["no"])
        span = f"{_local(row['started_at'], zone)} to {_local(until, zone) if until else 'the end of the window'}"
        para(f"{row['no']}  {row['state']}, {span}", indent=2)
        para(f"{row['grantee']}, by {row['how']}", indent=5)
    terms = sorted({term for row in card["access_grants"] for term in row["terms"]})
    para(f"terms: {', '.join(terms)}" if terms else "no terms recorded", "dim", indent=5)


def _duties(page: Page, card: Card, zone: ZoneInfo) -> None:
    from reviewflow.cli.paint import local, words
    from reviewflow.cli.paper import heading
    from reviewflow.cli.sheet import sheet
    from reviewflow.cli.timeleft import left, tolled, urgency

    if not card["deadlines"]:
        return
    heading("Deadlines")
    lines = []
    for row in card["deadlines"]:
        name = words(row["kind"]) + (f" {row['part_no']}" if row["part_no"] else "")
        if row["due_at"] is None:
            lines.append((name, "the clock stands", Text(tolled(row["remaining_days"]), style="yellow")))
            continue
        style = urgency(row["due_at"], row["due_on"], page.now, zone)
        time = Text(left(row["due_at"], row["due_on"], page.now, zone), style=style)
        lines.append((name, local(row["due_at"], zone), time))
    sheet([_PLAIN, _PLAIN, _PLAIN], lines, indent=2)


def _around(card: Card) -> None:
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import fact, heading

    notes = card["notes"]
    if not (card["commitments"] or card["halts"] or card["partners"] or card["coverage"] or notes):
        return
    heading("Around it")
    for row in card["halts"]:
        fact("halt", f"{row['ref']} {words(row['state'])}: {row['scope']}")
    for row in card["commitments"]:
        due = f", due {row['due_on']}" if row["due_on"] else ""
        fact("commitment", f"{row['ref']} {words(row['state'])}{due}: {row['text']}")
    for row in card["partners"]:
        fact("partner", f"{row['ref']} {words(row['state'])}, {words(row['stage'])}: {row['name']}")
    for row in card["coverage"]:
        fact("coverage", f"{row['ref']} {words(row['state'])}")
    for row in notes:
        fact("note", f"{row['noted_by']}{'' if row['is_shared'] else ', own side'}: {row['text']}")
