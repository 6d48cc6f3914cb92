"""What happened since a form was made that came too late: who did what and when, as far as its reader may know."""

from fastapi import Request

from reviewflow.nouns.states import Kind
from reviewflow.web.door import Document, Fields, Reader, see
from reviewflow.web.forms.subject import Aim, version_of


def since(request: Request, who: Reader, found: Aim, given: Fields) -> list[Document]:
    """The events after the version that the form brought back, the newest first; none where it brought none."""
    read = version_of(given.one("version"))
    if not read or found.document is None:
        return []
    is_review = found.command.kind is Kind.REVIEW
    told = see(request, "timeline", {"ref": found.ref}, who) if is_review else found.document
    return [{**one, "letters": []} for one in told["events"] if one["seq"] > read[0].seq][::-1]
