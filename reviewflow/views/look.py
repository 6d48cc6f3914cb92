"""Who looks, at what moment, and what exists for them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from reviewflow.engine import reach
from reviewflow.engine.sight import seen
from reviewflow.engine.stage import Stage, missing
from reviewflow.errors import Forbidden
from reviewflow.nouns.actor import THE_SYSTEM, Actor
from reviewflow.nouns.plain import plain
from reviewflow.nouns.principal import EVERYTHING, Scopes
from reviewflow.nouns.states import Kind, Side
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.permissions import SEE_ALL, sees
from reviewflow.rules.scene import Pin
from reviewflow.settings.settings import Settings
from reviewflow.store import queue
from reviewflow.store.database import Connection, Engine, reading
from reviewflow.store.refs import read_ref
from reviewflow.store.scope import opened
from reviewflow.store.subjects import of_organizations
from reviewflow.views.page import Item, Page, Place

Document = dict[str, Any]


@dataclass
class Look:
    """One look at the database; `actor` is a person, or the operator of the machine, who reads everything."""

    connection: Connection
    stage: Stage
    actor: Actor
    now: datetime
    scopes: Scopes = EVERYTHING  # of a token, which narrows what its person sees
    page: Page | None = None  # of a list; None: all of it
    _pins: dict[tuple[Any, Any], Pin] = field(default_factory=dict)

    def opened(self) -> AbstractContextManager[None]:
        """Inside, the database hides nothing: for what is shown here of what the reader does not see himself."""
        return opened(self.connection)

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

    @property
    def reads_drafts(self) -> bool:
        """Whether reviews that were not filed yet are shown."""
        return self.actor.side is not Side.AGENCY

    def subject(self, kind: Kind | None, ref: str) -> Subject:
        """A subject that exists for this reader; else the one answer of what is not there or not theirs."""
        name = read_ref(ref)
        if not self.covers(name):
            raise missing(kind, name)
        return seen(self.connection, self.actor, kind, name)

    def sees_row(self, kind: Kind, row: Row) -> bool:
        """Whether a row alone lets the reader see its subject; enough for every kind but reviews."""
        return self.covers(row["ref"]) and sees(self.actor, Subject(kind, row["ref"], row=dict(row)))

    def covers(self, ref: str) -> bool:
        """Whether a subject is within the scopes; every list of subjects asks, for SQL only knows the person."""
        return reach.covers(self.scopes, ref) and (self._of_organizations is None or ref in self._of_organizations)

    @cached_property
    def _of_organizations(self) -> frozenset[str] | None:
        """The subjects of the organizations that the scopes name; None: all of them."""
        named = self.scopes.organizations
        return None if named is None else of_organizations(self.connection, named)

    def cut(self, rows: Sequence[Item], place: Callable[[Item], Place]) -> list[Item]:
        """The rows in order of their places, or the page of them that is asked for; a place ends with what is unique.

        By place and not by number, so that what comes in meanwhile moves nothing: no row is shown twice or left out.
        """
        found = sorted(rows, key=place)
        return found if self.page is None else self.page.cut(found, place)

    def told(self, document: Document) -> Document:
        """A document with who looks, when and in which zone, as plain JSON."""
        who = self.actor
        reader = {"ref": who.ref, "organization": who.organization, "side": who.side} if who.is_person else None
        zone, is_simulation = self.stage.settings.pin().policy.window.time_zone, self.stage.is_simulation
        about = {"now": self.now, "time_zone": zone, "is_simulation": is_simulation, "reader": reader}
        told: Document = plain({**about, **document})
        return told

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
def looking(
    engine: Engine, settings: Settings, actor: str | None, now: datetime, scopes: Scopes = EVERYTHING,
    page: Page | None = None, *, is_of_own_act: bool = False,
) -> Iterator[Look]:  # fmt: skip
    """Open the database to look; NotFound for a person who is nobody here, Forbidden for one who may not.

    `is_of_own_act`: to be told what his own command did, by which he may have put himself out of use.
    """
    if not reach.may_read(scopes):
        raise reach.out_of_reach(reach.READ)
    with reading(engine, actor) as connection:
        stage = Stage(connection, settings)
        who = THE_SYSTEM if actor is None else stage.actor(actor)
        if not who.is_active and not is_of_own_act:
            raise Forbidden(f"{who.ref} is out of use, and reads nothing.")
        yield Look(connection, stage, who, now, scopes, page)
