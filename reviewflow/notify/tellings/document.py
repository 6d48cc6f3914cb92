"""Letters of documents; their names are people's words, and stay on record."""

from reviewflow.notify.matter import Matter, Telling
from reviewflow.nouns.plural import plural
from reviewflow.nouns.states import Side

NOT_PRINTED = "Its name is on record and is not printed here."


def document_attached(m: Matter) -> Telling:
    """One more, by either side."""
    return _document(m, f"Document {m.get('document')} attached", f"The {_whose(m)} attached a document to {m.title}.")


def document_shared(m: Matter) -> Telling:
    """From now on the lab reads it."""
    said = f"The agency shares a document of {m.title} with the lab."
    return _document(m, f"Document {m.get('document')} shared with the lab", said)


def document_destroyed(m: Matter) -> Telling:
    """Its bytes are gone; its digest stays."""
    said = f"The {_whose(m)} destroyed a document of {m.title}: its bytes and their key are gone, its digest stays."
    return _document(m, f"Document {m.get('document')} destroyed", said)


def _whose(m: Matter) -> str:
    return "agency" if m.get("side") == Side.AGENCY else "lab"


def _document(m: Matter, headline: str, said: str) -> Telling:
    size = m.get("size")
    return Telling(
        headline,
        (f"{said} {NOT_PRINTED}",),
        (
            ("Document", m.get("document")),
            ("Size", plural(size, "byte") if size else ""),
            ("SHA-256", m.get("digest")),
            ("Recorded", m.at(m.effective_at)),
        ),
        steps=(m.show(),),
        rank=3,
    )
