"""Which table holds the row of a kind, and which hold its parts."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from reviewflow.nouns.states import Kind
from reviewflow.nouns.tables import blob, duty, identity, journal, line, looking, order, programme, review

METADATA = SQLModel.metadata


def table(model: type[SQLModel]) -> Table:
    """The Core table that a SQLModel class declares."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


ROWS: dict[Kind, Table] = {
    Kind.ORGANIZATION: table(programme.Organization),
    Kind.PERSON: table(programme.Person),
    Kind.AGREEMENT: table(programme.Agreement),
    Kind.MODEL: table(programme.Model),
    Kind.COVERAGE: table(programme.Coverage),
    Kind.REVIEW: table(review.Review),
    Kind.HALT: table(order.Halt),
    Kind.COMMITMENT: table(order.Commitment),
    Kind.PARTNER: table(programme.Partner),
}

_PARTS: dict[Kind, tuple[type[SQLModel], ...]] = {
    Kind.ORGANIZATION: (programme.OrganizationName,),
    Kind.PERSON: (),
    Kind.AGREEMENT: (),
    Kind.MODEL: (programme.ModelRelease, programme.Holder),
    Kind.COVERAGE: (),
    Kind.REVIEW: (
        review.SubmissionItem,
        review.PlannedRelease,
        review.Assignment,
        review.Request,
        review.Toll,
        looking.Finding,
        looking.Recommendation,
        looking.Determination,
        review.AccessGrant,
        looking.Note,
        blob.ReviewDocument,
        duty.Deadline,
    ),
    Kind.HALT: (order.HaltModel, order.AllowList),
    Kind.COMMITMENT: (duty.Deadline,),
    Kind.PARTNER: (),
}
PARTS: dict[Kind, dict[str, Table]] = {
    kind: {table(model).name: table(model) for model in models} for kind, models in _PARTS.items()
}
SUBJECT, EVENT, DELIVERY = table(journal.Subject), table(journal.Event), table(duty.Delivery)
DATABASE, DOCUMENT = table(journal.Database), table(journal.Document)
DEADLINE, NOTICE = table(duty.Deadline), table(duty.Notice)
ANSWER, WORKER = table(journal.Answer), table(duty.Worker)
BLOB, BLOB_CHUNK, REVIEW_KEY = table(blob.Blob), table(blob.BlobChunk), table(blob.ReviewKey)
CREDENTIAL, PASSKEY, OPENID_LINK = table(identity.Credential), table(identity.Passkey), table(identity.OpenidLink)
SESSION, TOKEN, INVITATION = table(identity.Session), table(identity.Token), table(identity.Invitation)
CALENDAR_LINK, CHALLENGE = table(identity.CalendarLink), table(identity.Challenge)
ATTEMPT, READING = table(identity.Attempt), table(identity.Reading)
SAVED_VIEW, QUEUE_LINE = table(identity.SavedView), table(line.QueueLine)
