"""`reviewflow review list`: the queue, by the time that is left."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewflow.cli.reader import Reader, reader

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Row

STATE = Annotated[str | None, typer.Option(metavar="STATE", help="Only reviews in this state.", show_default=False)]
LAB = Annotated[str | None, typer.Option(metavar="KEY", help="Only reviews of this lab.", show_default=False)]
ALL = Annotated[bool, typer.Option("--all", help="Released and withdrawn reviews too.")]

LIMIT = Annotated[
    int | None,
    typer.Option(min=0, help="So many at the most, 0: no limit. By default what fits a terminal; else all."),
]


def review_list(
    ctx: typer.Context, state: STATE = None, lab: LAB = None, every: ALL = False, limit: LIMIT = None
) -> None:
    """List the open reviews, the one with the least time left first."""
    from reviewflow.cli.queue_page import print_queue
    from reviewflow.store.queue import has_reviews

    wanted = read_state(state)
    with reader(ctx.obj) as look:
        rows = queue(look, wanted, lab, every=every)
        if look.session.json:
            look.answer({"reviews": [entry(look, row) for row in rows[: limit or None]], "count": len(rows)})
            return
        print_queue(look, rows, limit, is_narrowed=bool(state or lab), is_empty=not has_reviews(look.connection))


def read_state(text: str | None) -> str | None:
    """A state as a person typed it; Invalid with those that there are."""
    from reviewflow.errors import Invalid
    from reviewflow.nouns.states import ReviewState

    if text is None:
        return None
    name = text.strip().lower().replace(" ", "_").replace("-", "_")
    if name not in set(ReviewState):
        raise Invalid(f"There is no state {text!r}.", remedy=f"There are: {', '.join(ReviewState)}.")
    return name


def queue(look: Reader, state: str | None, lab: str | None, *, every: bool) -> "list[Row]":
    """Reviews that the reader sees, by time left; a final state that is asked for by name is found too."""
    from reviewflow.nouns.states import FINAL_STATES
    from reviewflow.store.queue import reviews

    scope, organization, person = look.whose
    found = reviews(look.connection, scope, organization, person, all_states=every or state in FINAL_STATES)
    found = [row for row in found if state in (None, row["state"]) and lab in (None, row["lab"])]
    return sorted(found, key=lambda row: _order(look, row))


def _order(look: Reader, row: "Row") -> tuple[bool, float, str]:
    """Seconds left; a window that stands by what is left of it; what waits for nothing last, the newest end first."""
    if row["state"] == "tolled" and row["remaining_days"] is not None:
        return False, row["remaining_days"] * 86_400.0, row["ref"]
    if row["due_at"] is None:
        ended_at = row["released_at"] or row["withdrawn_at"]
        return True, -ended_at.timestamp() if ended_at else 0.0, row["ref"]
    return False, (row["due_at"] - look.now).total_seconds(), row["ref"]


def waiting_on(look: Reader, row: "Row") -> dict[str, str | None]:
    """Who has the next move: side, and within the agency the role or reviewer; a lab is told the side only."""
    side, whom = _mover(row)
    return {"side": side, "whom": whom if look.reads_internal else None}


def _mover(row: "Row") -> tuple[str | None, str | None]:
    match row["state"].value:
        case "draft" | "returned" | "cleared" | "concerns":
            return "lab", None
        case "submitted":
            return "agency", "intake"
        case "under_review" | "tolled" | "lapsed":
            if row["has_open_request"]:
                return "lab", None
            if row["has_recommendation"] or row["reviewer"] is None:
                return "agency", "decider"
            return "agency", row["reviewer"]
    return None, None


def entry(look: Reader, row: "Row") -> dict[str, Any]:
    """One review of the queue, with stable keys."""
    from reviewflow.rules.counting import days_left

    today = look.now.astimezone(look.zone(row)).date()
    return {
        "ref": row["ref"],
        "state": row["state"],
        "lab": row["lab"],
        "agency": row["agency"],
        "model": row["model"],
        "model_name": row["model_name"],
        "policy": row["policy"],
        "policy_version": row["policy_version"],
        "determination": row["determination"],
        "due_kind": row["due_kind"],
        "due_at": row["due_at"],
        "due_on": row["due_on"],
        "days_left": days_left(row["due_on"], today) if row["due_on"] else None,
        "remaining_days": row["remaining_days"],
        "waiting_on": waiting_on(look, row),
        "version": row["version"],
        "head": row["head"],
    }


def counted(rows: "list[Row]") -> dict[str, int]:
    """How many are in each state, in the order of the process."""
    from reviewflow.nouns.states import ReviewState

    found = Counter(row["state"] for row in rows)
    return {state.value: found[state] for state in ReviewState if found[state]}
