"""The closed lists of the process: kinds, states, stages and outcomes, each stored by its value."""

from enum import StrEnum


class Kind(StrEnum):
    """What has a journal of its own, in the order in which subjects are locked."""

    ORGANIZATION = "organization"
    PERSON = "person"
    AGREEMENT = "agreement"
    MODEL = "model"
    COVERAGE = "coverage"
    REVIEW = "review"
    HALT = "halt"
    COMMITMENT = "commitment"
    PARTNER = "partner"


class ReviewState(StrEnum):
    DRAFT = "draft"  #            opened by the lab, not yet filed
    SUBMITTED = "submitted"  #    filed, receipt given, completeness being checked
    RETURNED = "returned"  #      sent back with reasons
    UNDER_REVIEW = "under_review"  # the window runs
    TOLLED = "tolled"  #          the window stands, remaining time is kept
    CLEARED = "cleared"  #        determination signed: no concerns
    CONCERNS = "concerns"  #      determination signed: concerns
    LAPSED = "lapsed"  #          the window ended with no determination; never approval
    RELEASED = "released"  #      the lab released the model; final
    WITHDRAWN = "withdrawn"  #    the lab took the submission back; final


SPINE = (ReviewState.SUBMITTED, ReviewState.UNDER_REVIEW, ReviewState.CLEARED, ReviewState.RELEASED)
LOOKED_AT = (ReviewState.UNDER_REVIEW, ReviewState.TOLLED, ReviewState.LAPSED)  # by the agency
OPEN_STATES = (
    ReviewState.SUBMITTED, ReviewState.RETURNED, ReviewState.UNDER_REVIEW, ReviewState.TOLLED,
    ReviewState.LAPSED, ReviewState.CLEARED, ReviewState.CONCERNS,
)  # fmt: skip
FINAL_STATES = (ReviewState.RELEASED, ReviewState.WITHDRAWN)


class Standing(StrEnum):
    """Of an organization or a person."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class ModelState(StrEnum):
    REGISTERED = "registered"


class AgreementState(StrEnum):
    NEGOTIATING = "negotiating"
    SIGNED = "signed"
    ENDED = "ended"
    DECLINED = "declined"


class CoverageState(StrEnum):
    ASKED = "asked"
    COVERED = "covered"
    NOT_COVERED = "not_covered"


class CoverageFinding(StrEnum):
    COVERED = "covered"
    NOT_COVERED = "not_covered"


class HaltState(StrEnum):
    """Of a halt on one model; the halt itself stands where its least advanced model stands."""

    ORDERED = "ordered"
    NARROWED = "narrowed"
    LIFTED = "lifted"  #    the order is gone; lifted is not restored
    RESTORED = "restored"  # lifted, and served again by the lab


class CommitmentState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    MET = "met"
    MISSED = "missed"
    WAIVED = "waived"
    REPLACED = "replaced"


class PartnerState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"


class RequestState(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"  #   the answer is still welcome, and will be marked late
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    MOOT = "moot"  #         a determination or release made it needless
    CLOSED = "closed"


class DocumentState(StrEnum):
    """Where a document of a review stands."""

    STORED = "stored"
    DESTROYED = "destroyed"


class GrantState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"
    REVOKED = "revoked"


class DeadlineKind(StrEnum):
    """In the order in which simultaneous deadlines are applied."""

    INTAKE = "intake"
    ANSWER = "answer"
    TOLL = "toll"  # the longest a toll may last
    WINDOW = "window"
    ACCESS = "access"
    COMMITMENT = "commitment"
    PLANNED_RELEASE = "planned_release"
    REFILE = "refile"


class DeadlineStatus(StrEnum):
    OPEN = "open"
    TOLLED = "tolled"
    MET = "met"
    MISSED = "missed"
    SUPERSEDED = "superseded"
    CLOSED = "closed"


class Stage(StrEnum):
    """Release goes forward only."""

    TRUSTED_PARTNERS = "trusted_partners"
    LIMITED = "limited"
    GENERAL = "general"


class ReleaseKind(StrEnum):
    API = "api"
    LIMITED = "limited"
    OPEN_WEIGHTS = "open_weights"  # cannot be recalled


class Outcome(StrEnum):
    CLEARED = "cleared"
    CONCERNS = "concerns"


class Acknowledgement(StrEnum):
    """What a lab must say it knows before it releases."""

    NO_DETERMINATION = "no-determination"
    CONCERNS = "concerns"
    OTHER_DIGEST = "other-digest"
    HALT = "halt"


class Side(StrEnum):
    LAB = "lab"
    AGENCY = "agency"


class Power(StrEnum):
    REVIEW = "review"
    COVERAGE = "coverage"
    HALT = "halt"


class Role(StrEnum):
    OFFICER = "officer"
    VIEWER = "viewer"
    INTAKE = "intake"
    REVIEWER = "reviewer"
    DECIDER = "decider"
    ADMIN = "admin"
    AUDITOR = "auditor"


LAB_ROLES = (Role.OFFICER, Role.VIEWER)
AGENCY_ROLES = (Role.INTAKE, Role.REVIEWER, Role.DECIDER, Role.ADMIN, Role.AUDITOR)


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    SET_ASIDE = "set_aside"  # refused too often; visible in check, can be requeued
