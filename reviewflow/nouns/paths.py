"""Where each command stands in the HTTP API: one rule for the server and its clients."""

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Kind

API = "/api/v1"
PLURALS = {
    Kind.REVIEW: "reviews",
    Kind.MODEL: "models",
    Kind.AGREEMENT: "agreements",
    Kind.COVERAGE: "coverage",
    Kind.HALT: "halts",
    Kind.COMMITMENT: "commitments",
    Kind.PARTNER: "partners",
    Kind.ORGANIZATION: "organizations",
    Kind.PERSON: "people",
}

REGISTERS: dict[Kind, str] = {  # the views that list them, each named as the list in its document
    kind: {Kind.COVERAGE: "coverage_findings", Kind.PARTNER: "trusted_partners"}.get(kind, plural)
    for kind, plural in PLURALS.items()
    if kind is not Kind.REVIEW
}


def path_of(command: type[Command]) -> str:
    """Below API, with `{ref}` where it acts on something that is there."""
    plural = PLURALS[command.kind]
    return f"/{plural}" if command.creates else f"/{plural}/{{ref}}/{command.verb}"
