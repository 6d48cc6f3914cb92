"""What a filter may be set to, as far as its reader sees it."""

from fastapi import Request

from reviewflow.web.door import Reader, see


def labs_of(request: Request, who: Reader) -> list[tuple[str, str]]:
    """The labs with their names; none for a lab, which sees but its own."""
    if who.is_lab:
        return []
    rows = see(request, "organizations", {"state": None}, who)["organizations"]
    return sorted(((row["ref"], row["name"]) for row in rows if row["side"] == "lab"), key=lambda one: one[1].lower())
