"""`reviewflow roster`: who participates, since when, and how many reviews were determined in time."""

from typing import TYPE_CHECKING, Any

import typer

from reviewflow.cli.reader import Reader, reader

if TYPE_CHECKING:
    from rich.text import Text

    from reviewflow.nouns.subject import Row

_STYLES = {"signed": "green", "negotiating": "yellow", "ended": "dim", "declined": "dim"}
EMPTY = "No labs yet. `reviewflow init --record` imports the public record; `reviewflow org add KEY` adds one."


def roster(ctx: typer.Context) -> None:
    """Show who participates: each lab's agreement, since when, its reviews, how many on time, and the source."""
    with reader(ctx.obj) as look:
        found = participants(look)
        if look.session.json:
            look.answer({"roster": found, "count": len(found)})
        else:
            _print(look, found)


def participants(look: Reader) -> list[dict[str, Any]]:
    """One entry a lab and agreement, agreements in force first; a lab is told no other lab's reviews."""
    from reviewflow.nouns.states import AgreementState
    from reviewflow.store import roster as store

    counts = store.review_counts(look.connection)
    order = {state: place for place, state in enumerate(("signed", "negotiating", "declined", "ended"))}
    rows = [row for row in store.participation(look.connection) if _is_public(look, row)]
    rows.sort(key=lambda row: (order.get(row["state"], len(AgreementState)), _since_when(row), row["name"]))
    return [_entry(look, row, counts.get(row["lab"], {})) for row in rows]


def _is_public(look: Reader, row: "Row") -> bool:
    """A lab reads of another lab only what a source has made public."""
    return look.lab in (None, row["lab"]) or bool(row["source"])


def _since_when(row: "Row") -> float:
    return row["signed_at"].timestamp() if row["signed_at"] else float("inf")


def _entry(look: Reader, row: "Row", counts: "Row") -> dict[str, Any]:
    is_told = look.lab in (None, row["lab"])
    since = row["since"] or (row["signed_at"] and row["signed_at"].astimezone(look.session.zone).date().isoformat())
    return {
        "lab": row["lab"],
        "name": row["name"],
        "agreement": row["state"],
        "ref": row["agreement"],
        "agency": row["agency"],
        "agency_name": row["agency_name"],
        "since": since,
        "ended_at": row["ended_at"],
        "reviews": counts.get("reviews", 0) if is_told else None,
        "determined": counts.get("determined", 0) if is_told else None,
        "on_time": counts.get("on_time", 0) if is_told else None,
        "source": row["source"],
        "note": row["note"],
        "version": row["version"],
        "head": row["head"],
    }


def _print(look: Reader, found: list[dict[str, Any]]) -> None:
    from reviewflow.cli.paint import console
    from reviewflow.cli.paper import para
    from reviewflow.cli.sheet import Column, sheet

    look.banner()
    if not found:
        para(EMPTY)
        return
    columns = [
        Column("lab", least=12, middle=True), Column("agreement"), Column("agency", least=10),
        Column("since", least=14), Column("reviews", right=True), Column("on time"), Column("source"),
    ]  # fmt: skip
    sources = list(dict.fromkeys(one["source"] for one in found if one["source"]))
    sheet(columns, [_line(one, sources) for one in found])
    if look.session.quiet:
        return
    console().print()
    signed = sum(one["agreement"] == "signed" for one in found)
    para(f"{signed} in force, {len(found) - signed} not. On time: determined before the window ended; what was "
         "withdrawn, or released before its determination, is not counted.", "dim")  # fmt: skip
    for number, source in enumerate(sources, 1):
        para(f"[{number}] {source}", "dim")


def _line(one: dict[str, Any], sources: list[str]) -> "tuple[str | Text, ...]":
    from rich.text import Text

    state = one["agreement"].value if one["agreement"] else "none"
    told = one["reviews"] is not None
    return (
        one["name"],
        Text(state, style=_STYLES.get(state, "dim")),
        one["agency"] or "-",
        one["since"] or "-",
        str(one["reviews"]) if told else "-",
        f"{one['on_time']} of {one['determined']}" if told and one["determined"] else "-",
        f"[{sources.index(one['source']) + 1}]" if one["source"] else "-",
    )
