"""What a decision may look at besides its own subject, read in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.policy import Policy
from reviewflow.nouns.programme import Programme
from reviewflow.nouns.subject import Row
from reviewflow.rules.calendar import BusinessDays


@dataclass(frozen=True)
class Pin:
    """A policy and its calendar as they were pinned, with the digests of their copies."""

    policy: Policy
    business_days: BusinessDays
    policy_digest: str
    calendar_digest: str


@dataclass(frozen=True)
class Scene:
    """Facts about other subjects; rows are read only."""

    programme: Programme
    pin: Pin
    rows: Mapping[str, Row] = field(default_factory=dict)  # of every subject that the command names
    people: Mapping[str, Actor] = field(default_factory=dict)  # of the organizations concerned
    organizations: Mapping[str, Row] = field(default_factory=dict)
    agreed_agency: str | None = None  # the one agency with which the lab has an agreement in force
    has_agreement: bool = False  # in force between the lab and the agency
    halts: Sequence[str] = ()  # refs of halts in force on the model
    open_review: str | None = None  # another open review of the model
    known_as: Row | None = None  # another model of the lab that has the checkpoint, and the review that pinned it
    allows_loopback: bool = False  # webhooks to this machine, for development
    has_blob: bool = False  # what the command attaches was stored for this review
    terms: str | None = None  # that the other side of an agreement signed; None: it has not
    refilings: int = 0  # how often this submission was filed again before
