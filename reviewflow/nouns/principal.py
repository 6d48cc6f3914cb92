"""Who stands at a door, how it is known, and how far what he holds reaches."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Method(StrEnum):
    """How it is known who somebody is."""

    OPERATOR = "operator"  # the machine's own command line: whoever may run it vouches
    PASSWORD = "password"  # a method, by name  # nosec B105
    PASSKEY = "passkey"
    OPENID = "openid"
    TOKEN = "token"  # a method, by name  # nosec B105


class InvitationKind(StrEnum):
    """What a one-time code is for."""

    FIRST_ADMIN = "first_admin"
    JOIN = "join"
    RESET = "reset"


class WayChange(StrEnum):
    """What becomes of the ways in of a person, as it is put on record."""

    PASSWORD_SET = "password_set"  # by name  # nosec B105
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    OPENID_LINKED = "openid_linked"
    RESET_INVITED = "reset_invited"  # whoever has the code that was made may replace them all
    WAYS_RESET = "ways_reset"  # all that there were are over


class ChallengeKind(StrEnum):
    """What somebody is to prove."""

    OPENID = "openid"
    PASSKEY_NEW = "passkey_new"
    PASSKEY_SIGN_IN = "passkey_sign_in"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Scopes:
    """How far a token reaches; it only narrows what its person may. None: no narrower.

    `verbs` are commands as "review submit", or "read" for every view; `subjects` are references; `organizations` are
    keys, of the labs and agencies whose subjects it reaches.
    """

    verbs: frozenset[str] | None = None
    subjects: frozenset[str] | None = None
    organizations: frozenset[str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it leaves out no subject."""
        return self.subjects is None and self.organizations is None

    def allows(self, verb: str, subject: str | None) -> bool:
        """Whether a verb on a subject is within it; what makes a subject names none."""
        is_named = self.subjects is None or (subject is not None and subject in self.subjects)
        return (self.verbs is None or verb in self.verbs) and is_named


EVERYTHING = Scopes()


@dataclass(frozen=True)
class Principal:
    """A person at a door. `id` is that of his session or token; `proven_at` is when he last proved to be present."""

    person: str
    method: Method
    id: str = ""
    scopes: Scopes = field(default=EVERYTHING)
    proven_at: datetime | None = None
    has_second_factor: bool = False
