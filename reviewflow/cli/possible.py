"""What may be done with a subject now, and which of it is the reader's to do."""

from typing import TYPE_CHECKING, Any

from reviewflow.cli.reader import Reader

if TYPE_CHECKING:
    from reviewflow.nouns.subject import Subject

GROUP = {"organization": "org"}  # of kinds whose group on the command line has another name


def possible_now(look: Reader, subject: "Subject") -> list[dict[str, Any]]:
    """Verbs in the order of the picture, with whom each asks for; of a person only those that are his."""
    from reviewflow.rules.machine import possible
    from reviewflow.rules.permissions import allowed

    found: dict[str, dict[str, Any]] = {}
    for row in possible(subject.kind, subject.state):
        if look.is_operator or allowed(row.who, look.actor, subject):
            help = (row.command.__doc__ or "").strip().partition("\n")[0]
            found.setdefault(row.command.verb, {"verb": row.command.verb, "who": row.who.value, "help": help})
    return list(found.values())


def print_possible(look: Reader, subject: "Subject", found: list[dict[str, Any]]) -> None:
    """For a person each verb with its help; for the operator the verbs by whom they ask for."""
    from reviewflow.cli.paint import words
    from reviewflow.cli.paper import fact, heading, para
    from reviewflow.cli.sheet import Column, sheet

    group = GROUP.get(subject.kind, subject.kind.value)
    if not found:
        if not look.is_operator:
            para(f"Nothing is yours to do: the {subject.kind.value} is {words(subject.state)}.", "dim")
        return
    heading("What may be done now", f"reviewflow {group} VERB {subject.ref}")
    if not look.is_operator:
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
    "anyone on either side who is concerned": "anyone",
    "a decider of the office with the coverage power": "coverage",
    "a decider of the office with the halt power": "halt power",
    "an administrator of an agency": "admin",
    "the person concerned, or an administrator of an agency": "self, admin",
    "an officer of the lab, or an administrator for the public record": "lab, admin",
}


def hint(look: Reader, subject: "Subject", found: list[dict[str, Any]]) -> str | None:
    """The next sensible command, where it is possible and the reader's to give."""
    from reviewflow.cli.next_step import next_step

    line = next_step(look.session.app.settings, subject)
    verbs = {one["verb"] for one in found}
    if line is None or line.split()[2] not in verbs:
        return None
    if line.split()[2] == "advance" and subject.row.get("released_stage") == "general":
        return None  # there is no later stage
    return line if look.is_operator else line.replace("reviewflow ", f"reviewflow --as {look.actor.ref} ", 1)
