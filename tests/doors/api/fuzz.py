"""Made-up requests, thousands of them, from the description of the API: whatever is answered must stand in it."""

import itertools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from reviewflow.api.examples import REFS
from reviewflow.nouns.states import Kind
from tests.doors.api.world import Program

ROLES = ("one", "intake", "decider", "auditor", "admin")  # admin last: he may take the others' roles away
# A request that fits the form may still be refused by a rule that no form can tell: a reference's check character,
# an instant before the last one, a version that has passed. A missing If-Match is 428 (RFC 6585).
GOOD = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]
NO_VERSION = ["400", "401", "403", "404", "409", "415", "422", "428"]
PHASES = ("examples", "coverage", "fuzzing", "stateful")
NAMES = {Kind.REVIEW: "r", Kind.MODEL: "mr"}


@dataclass
class Found:
    """What was answered, and what should not have been."""

    statuses: Counter[int] = field(default_factory=Counter)
    of_role: Counter[str] = field(default_factory=Counter)  # how many of his were done
    phases: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """All of them."""
        return self.statuses.total()

    def note(self, who: str, event: events.EngineEvent) -> None:
        """Take in what happened."""
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.faults.append(f"{who}: {event}")
        if not isinstance(event, events.ScenarioFinished):
            return
        recorder = event.recorder
        for interaction in recorder.interactions.values():
            if interaction.response is None:
                self.faults.append(f"{who}: {interaction.request.method} {interaction.request.uri}: no answer")
                continue
            self.statuses[interaction.response.status_code] += 1
            self.phases[event.phase.value] += 1
            self.of_role[who] += interaction.response.status_code < 300
        for check in itertools.chain.from_iterable(recorder.checks.values()):
            if check.failure_info is not None:
                failure = check.failure_info.failure
                asked = check.failure_info.code_sample[:2000]
                self.faults.append(f"{who}: {check.name}: {failure.title}: {failure.message}\n  {asked}")


def fuzz(
    program: Program, roles: tuple[str, ...] = ROLES, *, path: str = "", thin: int = 1, first: int = 0, more: int = 0
) -> Found:
    """Ask as each of the roles.

    With `thin` 1 each of them sends all examples, and the many requests at the edges of each form. Else the examples of
    each operation are sent by one of them, in turn, and the edges for every `thin`-th operation from the `first` on.
    `path` names one operation's; `more` is how many random requests each operation gets besides.
    """
    found, described = Found(), _with_real_references(program)
    share = min(thin, len(roles))
    for number, who in enumerate(roles):
        for phases, step in ((["examples"] + ["stateful"] * (number == 0), share), (["coverage", "fuzzing"], thin)):
            schema = _schema(program, who, described, phases, more)
            schema = schema.include(func=_every(step, first + number)) if not path else schema.include(path=path)
            schema.app = program.client.app
            for event in from_schema(schema).execute():
                found.note(who, event)
    return found


def _every(step: int, first: int) -> Callable[[Any], bool]:
    """Every so-manieth operation, by its name, so that a new one changes nothing for the others."""

    def is_wanted(context: Any) -> bool:
        return crc32(context.operation.label.encode()) % step == first % step

    return is_wanted


def _with_real_references(program: Program) -> dict[str, Any]:
    """The description, whose examples name what there is."""
    text = program.get(None, "/openapi.json").text
    for kind, name in NAMES.items():
        text = text.replace(REFS[kind], program.desk.refs[name])
    document: dict[str, Any] = json.loads(text)
    return document


def _schema(program: Program, who: str, described: dict[str, Any], phases: list[str], more: int) -> Any:
    wanted = {name: name in phases and (more > 0 or name != "fuzzing") for name in PHASES}
    config = {
        "base-url": "http://127.0.0.1:8000",
        "headers": {"Authorization": f"Bearer {program.token(who)}"},
        "continue-on-failure": True,
        "phases": {name: {"enabled": is_wanted} for name, is_wanted in wanted.items()},
        "generation": {"max-examples": max(1, more), "deterministic": True, "no-shrink": True, "database": "none"},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": GOOD},
            "missing_required_header": {"expected-statuses": NO_VERSION},
        },
    }
    return schemathesis.openapi.from_dict(described, config=SchemathesisConfig.from_dict(config))
