"""What may be done with a subject now, on a terminal."""

from reviewflow.cli.page import Page

GROUP = {"organization": "org"}  # of kinds whose group on the command line has another name


def print_possible(page: Page) -> None:
    """For a person each verb with its help; for the operator the verbs by whom they ask for."""
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import fact, heading, para
    from reviewflow.cli.sheet import Column, sheet

    kind, found = page.document["kind"], page.document["possible"]
    if not found:
        if not page.is_operator:
            para(f"Nothing is yours to do: the {kind} is {words(page.document['state'])}.", "dim")
        return
    heading("What may be done now", f"reviewflow {GROUP.get(kind, kind)} VERB {page.document['ref']}")
    if not page.is_operator:
        sheet([Column(""), Column("", least=20)], [(one["verb"], one["help"]) for one in found], indent=2)
        return
    by: dict[str, list[str]] = {}
    for one in found:
        by.setdefault(one["who"], []).append(one["verb"])
    for who, verbs in by.items():
        fact(f"  {SHORT.get(who, who)}", ", ".join(verbs), wide=19)


SHORT = {
    "an officer of the lab": "lab",
    "an intake officer of the agency": "intake",
    "a reviewer assigned to the review": "reviewer",
    "a lead reviewer assigned to the review": "lead reviewer",
    "a decider of the agency": "decider",
    "an intake officer or a decider of the agency": "intake, decider",
    "an officer of the lab or a decider of the agency": "lab, decider",
    "an officer of the lab, or whoever works on the review for the agency": "lab, agency",
    "anyone on either side who is concerned": "anyone",
    "a decider of the office with the coverage power": "coverage",
    "a decider of the office with the halt power": "halt power",
    "an administrator who looks after the organization": "admin",
    "the person concerned, or an administrator who looks after the organization": "self, admin",
    "an officer of the lab, or an administrator for the public record": "lab, admin",
}


def hint(page: Page) -> str | None:
    """The next sensible command, as the one who looks would write it."""
    line: str | None = page.document["hint"]
    return line and line.replace("reviewflow", page.program, 1)
