"""The documents that a program reads most, as types; every other is of the form that the API's description tells."""

from typing import Any, TypedDict


class Reader(TypedDict):
    """Who looked."""

    ref: str
    organization: str
    side: str


class Owed(TypedDict):
    """A deadline that lives on; `due_at` is None while the clock stands."""

    kind: str
    part_no: int
    status: str
    due_at: str | None
    due_local: str | None
    due_on: str | None
    days_left: int | None
    remaining_days: int | None
    time_zone: str


class Outcome(TypedDict):
    """What a command did: the names of the events in order, and where the subject's chain stands now."""

    now: str
    time_zone: str
    is_simulation: bool
    reader: Reader | None
    ref: str
    kind: str
    state: str
    version: int
    head: str
    events: list[str]
    recorded_at: str | None
    deadlines: list[Owed]
    hint: str | None


class Attached(Outcome):
    """What attaching did, and what is now on record of the document, the number that it bears among it."""

    document: int
    size: int
    digest: str


class Label(TypedDict):
    """What is on record of a document; `digest` is the SHA-256 of its bytes."""

    no: int
    name: str
    media_type: str
    marking: str
    size: int
    digest: str


class Fact(TypedDict):
    """One thing that stands on record before a release; `stops`: the policy of the check stops for it."""

    fact: str
    ref: str
    says: str
    stops: bool


class ReleaseCheck(TypedDict):
    """What stands on record before a release; `exit_code` is 1 where a fact stops it. It approves nothing."""

    now: str
    time_zone: str
    is_simulation: bool
    reader: Reader
    ref: str
    kind: str
    version: int
    head: str
    lab: str
    name: str
    release_kind: str
    policy: str
    stops_at: list[str]
    review: dict[str, Any] | None
    window: dict[str, Any] | None
    facts: list[Fact]
    hidden_by_scope: bool
    acknowledgements: list[dict[str, Any]]
    says: str
    exit_code: int


class Events(TypedDict):
    """A page of events as CloudEvents; keep `next` once the page is done, and go on from there."""

    now: str
    time_zone: str
    is_simulation: bool
    reader: Reader
    events: list[dict[str, Any]]
    next: str
    has_more: bool
    origin: str


class Me(TypedDict):
    """Whose token it is, and at what kind of installation."""

    ref: str
    name: str
    organization: str
    side: str
    roles: list[str]
    powers: list[str]
    method: str
    verbs: list[str] | None
    subjects: list[str] | None
    organizations: list[str] | None
    has_second_factor: bool
    proven_at: str | None
    is_simulation: bool
    time_zone: str
