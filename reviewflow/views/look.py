"""Who looks, at what moment, and what exists for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.engine.stage import Stage, missing
from reviewflow.errors import Forbidden
from reviewflow.nouns.actor import THE_SYSTEM, Actor
from reviewflow.nouns.states import Kind, Side
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.permissions import SEE_ALL, sees
from reviewflow.rules.scene import Pin
from reviewflow.settings.settings import Settings
from reviewflow.store import queue
from reviewflow.store.database import Connection, Engine, reading
from reviewflow.store.subjects import load

Document = dict[str, Any]


@dataclass
class Look:
    """One look at the database; `actor` is a person, or the operator of the machine, who reads everything."""

    connection: Connection
    stage: Stage
    actor: Actor
    now: datetime
    _pins: dict[tuple[Any, Any], Pin] = field(default_factory=dict)

    @property
    def is_operator(self) -> bool:
        """Nobody is named: the operator on the machine looks."""
        return not self.actor.is_person

    @property
    def lab(self) -> str | None:
        """The lab to which the reader belongs; None for an agency and for the operator."""
        return self.actor.organization if self.actor.side is Side.LAB else None

    @cached_property
    def whose(self) -> tuple[str, str, str]:
        """How the queue is narrowed for this reader in SQL: scope, organization, person."""
        if self.is_operator:
            return queue.ALL, "", ""
        is_broad = bool(self.actor.roles & SEE_ALL)
        scope = queue.OF_LAB if self.lab else queue.OF_AGENCY if is_broad else queue.OF_PERSON
        return scope, self.actor.organization, self.actor.ref

    @property
    def reads_internal(self) -> bool:
        """Whether what is internal to the agency is shown."""
        return self.lab is None

    def subject(self, kind: Kind | None, ref: str) -> Subject:
        """A subject that exists for this reader; else the one answer of what is not there or not theirs."""
        found = load(self.connection, [ref]).get(ref)
        if found is None or (kind is not None and found.kind is not kind) or not sees(self.actor, found):
            raise missing(kind, ref)
        return found

    def sees_row(self, kind: Kind, row: Row) -> bool:
        """Whether a row alone lets the reader see its subject; enough for every kind but reviews."""
        return sees(self.actor, Subject(kind, row["ref"], row=dict(row)))

    def pin(self, row: Row) -> Pin:
        """The pinned policy of a review's row; today's where nothing is pinned."""
        key = row.get("policy_digest"), row.get("calendar_digest")
        if key not in self._pins:
            is_pinned = bool(all(key))
            self._pins[key] = self.stage.pin(Subject(Kind.REVIEW, "", int(is_pinned), row=dict(row)), None)
        return self._pins[key]

    def zone(self, row: Row) -> ZoneInfo:
        """The zone of a review's policy."""
        return ZoneInfo(self.pin(row).policy.window.time_zone)


@contextmanager
def looking(engine: Engine, settings: Settings, actor: str | None, now: datetime) -> Iterator[Look]:
    """Open the database to look; NotFound for a person who is nobody here, Forbidden for one out of use."""
    with reading(engine) as connection:
        stage = Stage(connection, settings)
        who = THE_SYSTEM if actor is None else stage.actor(actor)
        if not who.is_active:
            raise Forbidden(f"{who.ref} is out of use, and reads nothing.")
        yield Look(connection, stage, who, now)
