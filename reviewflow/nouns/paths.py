"""Where each command and each view stands in the HTTP API: one rule for the server and its clients."""

from dataclasses import dataclass

from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Kind

API = "/api/v1"
AT = "Reviewflow-At"  # the header by which a simulation is told the time
NOW = "Reviewflow-Now"  # the header that says as of when an answer holds
LABEL = "Reviewflow-Document"  # the header that says, as JSON in ASCII, what document it is whose bytes follow
ME = "/me"
ACKNOWLEDGE = "/letters/{id}/acknowledge"
REQUEUE = "/deliveries/requeue"
NEWEST = 30  # letters that an inbox shows, unless all are asked for
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
    if command.carries:
        return f"/{plural}/{{ref}}/documents"
    return f"/{plural}" if command.creates else f"/{plural}/{{ref}}/{command.verb}"


@dataclass(frozen=True)
class Seen:
    """Where a view stands, below API; `items` names the list in its document that comes in pages.

    One that `cuts_itself` is told by its reader how far he is, and says itself whether there is more.
    """

    path: str
    items: str | None = None
    cuts_itself: bool = False


_REVIEW = "/reviews/{ref}"
SEEN: dict[str, Seen] = {  # by the name of the view
    "reviews": Seen("/reviews", "reviews"),
    "review": Seen(_REVIEW),
    "timeline": Seen(f"{_REVIEW}/timeline"),
    "explanation": Seen(f"{_REVIEW}/explanation"),
    "portfolio": Seen("/portfolio", "portfolio"),
    "deadlines": Seen("/deadlines", "deadlines"),
    "policies": Seen("/policies", "policies"),
    "policy": Seen("/policies/{policy}"),
    "window": Seen("/policies/{policy}/window"),
    "release-check": Seen("/models/{ref}/release-check"),
    **{name: Seen(f"/{PLURALS[kind]}", name) for kind, name in REGISTERS.items()},
    **{kind.value: Seen(f"/{PLURALS[kind]}/{{ref}}") for kind in REGISTERS},
    "roster": Seen("/roster", "roster"),
    "programme": Seen("/programme"),
    "inbox": Seen("/letters", "letters"),
    "letter": Seen("/letters/{id}"),
    "calendar": Seen("/calendar"),
    "dossier": Seen(f"{_REVIEW}/dossier"),
    "reads": Seen(f"{_REVIEW}/reads", "reads"),
    "journal": Seen("/journal/{ref}", "events"),
    "events": Seen("/events", "events", cuts_itself=True),
    "deliveries": Seen("/deliveries", "deliveries"),
    "metrics": Seen("/metrics"),
}
