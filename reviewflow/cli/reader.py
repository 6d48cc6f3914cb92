"""Who looks, at what moment, and what exists for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.engine.stage import Stage
    from reviewflow.nouns.actor import Actor
    from reviewflow.nouns.states import Kind
    from reviewflow.nouns.subject import Row, Subject
    from reviewflow.rules.scene import Pin
    from reviewflow.store.database import Connection


@dataclass
class Reader:
    """One look at the database; `actor` is the person of `--as`, or the operator, who reads everything."""

    session: Session
    connection: "Connection"
    stage: "Stage"
    actor: "Actor"
    _pins: "dict[tuple[Any, Any], Pin]" = field(default_factory=dict)

    @cached_property
    def now(self) -> datetime:
        """The moment of looking."""
        return self.session.now

    @property
    def is_operator(self) -> bool:
        """Nobody is named: the operator on the machine looks."""
        return not self.actor.is_person

    @property
    def lab(self) -> str | None:
        """The lab to which the reader belongs; None for an agency and for the operator."""
        from reviewflow.nouns.states import Side

        return self.actor.organization if self.actor.side is Side.LAB else None

    @cached_property
    def whose(self) -> tuple[str, str, str]:
        """How the queue is narrowed for this reader in SQL: scope, organization, person."""
        from reviewflow.rules.permissions import SEE_ALL
        from reviewflow.store import queue

        if self.is_operator:
            return queue.ALL, "", ""
        is_broad = bool(self.actor.roles & SEE_ALL)
        scope = queue.OF_LAB if self.lab else queue.OF_AGENCY if is_broad else queue.OF_PERSON
        return scope, self.actor.organization, self.actor.ref

    @property
    def reads_internal(self) -> bool:
        """Whether what is internal to the agency is shown."""
        return self.lab is None

    def subject(self, kind: "Kind", ref: str) -> "Subject":
        """A subject that exists for this reader; else the one answer of what is not there or not theirs."""
        from reviewflow.cli.verbs import tidy
        from reviewflow.engine.stage import missing
        from reviewflow.rules.permissions import sees
        from reviewflow.store.subjects import load

        name = tidy(ref)
        found = load(self.connection, [name]).get(name)
        if found is None or found.kind is not kind or not sees(self.actor, found):
            raise missing(kind, name)
        return found

    def sees_row(self, kind: "Kind", row: "Row") -> bool:
        """Whether a row alone lets the reader see its subject; enough for every kind but reviews."""
        from reviewflow.nouns.subject import Subject
        from reviewflow.rules.permissions import sees

        return sees(self.actor, Subject(kind, row["ref"], row=dict(row)))

    def pin(self, row: "Row") -> "Pin":
        """The pinned policy of a review's row; today's where nothing is pinned."""
        key = row.get("policy_digest"), row.get("calendar_digest")
        if key not in self._pins:
            self._pins[key] = self._pin(row)
        return self._pins[key]

    def _pin(self, row: "Row") -> "Pin":
        from reviewflow.nouns.states import Kind
        from reviewflow.nouns.subject import Subject

        is_pinned = bool(row.get("policy_digest") and row.get("calendar_digest"))
        return self.stage.pin(Subject(Kind.REVIEW, "", int(is_pinned), row=dict(row)), None)

    def zone(self, row: "Row") -> ZoneInfo:
        """The zone of a review's policy."""
        return ZoneInfo(self.pin(row).policy.window.time_zone)

    def banner(self) -> None:
        """A simulation says so."""
        from reviewflow.cli.paint import banner

        banner(is_simulation=self.session.app.is_simulation, now=self.now, zone=self.session.zone)

    def answer(self, document: dict[str, Any]) -> None:
        """One JSON object, with the moment of looking."""
        from reviewflow.cli.outcome import print_json

        print_json(self.session, {**document, "now": self.now})


@contextmanager
def reader(session: Session) -> Iterator[Reader]:
    """Open the database to look; NotFound for a person who is nobody here, Forbidden for one out of use."""
    from reviewflow.engine.stage import Stage
    from reviewflow.errors import Forbidden
    from reviewflow.nouns.actor import THE_SYSTEM
    from reviewflow.store.database import reading

    session.app.database  # noqa: B018 - refuse at once where there is none
    with reading(session.app.engine) as connection:
        stage = Stage(connection, session.app.settings)
        actor = THE_SYSTEM if session.actor is None else stage.actor(session.who())
        if not actor.is_active:
            raise Forbidden(f"{actor.ref} is out of use, and reads nothing.")
        yield Reader(session, connection, stage, actor)
