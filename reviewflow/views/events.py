"""Every event of every subject that the reader sees, the oldest first, as CloudEvents 1.0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from reviewflow.errors import Invalid
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.states import Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.permissions import OPENINGS, sees, sees_from
from reviewflow.store import events as store
from reviewflow.store.journal import events_of
from reviewflow.store.subjects import load
from reviewflow.views.cursor import opened, sealed
from reviewflow.views.journal import as_read, whole
from reviewflow.views.look import Document, Look

USUAL, MOST = 100, 500
SCANNED = 500  # events that one page looks at; most of them may not be the reader's


@dataclass(frozen=True, kw_only=True)
class Events:
    """What is asked of the events."""

    after: str | None = arg("the `next` of the page before", None)
    limit: int = arg("how many events at most", USUAL, bounds=(1, MOST))
    kind: Kind | None = arg("only of subjects of this kind", None)
    subject: str | None = arg("only of this subject", None)
    types: tuple[str, ...] = arg("only events of these names, such as clock_started; then none that is redacted", ())


def events(look: Look, asked: Events) -> Document:
    """A page of events, and where the next begins; there always is a next one.

    What the reader does not see yet, such as a review before it is filed, is told whole with the event by which he
    comes to see it; then a page may be longer than was asked for.
    """
    if not 1 <= asked.limit <= MOST:
        raise Invalid(f"A page holds 1 to {MOST} events, not {asked.limit}.")
    ref = look.subject(None, asked.subject).ref if asked.subject is not None else None
    secret, question = look.stage.database["cursor_secret"], _question(look, asked)
    after, *mark = opened(asked.after, secret, question) if asked.after else [0]
    with look.opened():  # positions, whosesoever
        known = store.settled(look.connection, after, store.Mark(*mark) if mark else None)
    bounds = (after, known.upto, SCANNED)
    rows = whole(look, lambda: store.between(look.connection, *bounds, lab=look.lab, kind=asked.kind, ref=ref))
    told, rest = _told(look, asked, rows)
    is_cut = bool(rest) or len(rows) == SCANNED
    last = rows[len(rows) - len(rest) - 1]["position"] if is_cut else known.upto
    kept = (known.mark.upto, known.mark.before) if known.mark else ()
    return {
        "events": told,
        "next": sealed([last, *kept], secret, question),
        "has_more": is_cut or (known.mark is None and known.upto < known.newest),
        "origin": look.stage.database["genesis"],
    }


def _question(look: Look, asked: Events) -> Document:
    """What a cursor holds for: who sees other things, or asks for others, would miss some."""
    subjects, homes = look.scopes.subjects, look.scopes.organizations
    return {
        "whose": look.whose,
        "subjects": None if subjects is None else sorted(subjects),
        "organizations": None if homes is None else sorted(homes),
        "asked": [asked.kind, asked.subject, sorted(asked.types)],
    }


def _told(look: Look, asked: Events, rows: Sequence[Row]) -> tuple[list[Document], Sequence[Row]]:
    """As many as fit, and the rows that did not."""
    subjects, told = _seen(look, rows), list[Document]()
    since = _since(look, subjects)
    for number, row in enumerate(rows):
        ref = row["subject"]
        if ref not in subjects or row["seq"] < since.get(ref, 1):
            continue
        own = [row]
        if row["seq"] == since.get(ref, 1) > 1:
            journal = whole(look, partial(events_of, look.connection, ref))
            own = [*(event for event in journal if event["seq"] < row["seq"]), row]
        group = [_cloud_event(look, subjects[ref].kind, event) for event in own]
        group = [one for one in group if not asked.types or one["data"].get("name") in asked.types]
        if told and len(told) + len(group) > asked.limit:
            return told, rows[number:]
        told += group
    return told, ()


def _seen(look: Look, rows: Sequence[Row]) -> Mapping[str, Subject]:
    refs = {row["subject"] for row in rows if look.covers(row["subject"])}
    return {ref: one for ref, one in load(look.connection, refs).items() if sees(look.actor, one)}


def _since(look: Look, subjects: Mapping[str, Subject]) -> Mapping[str, int]:
    """The events by which the reader came to see reviews, by subject; a lab sees its own from the first."""
    reviews = [ref for ref, one in subjects.items() if one.kind is Kind.REVIEW]
    if look.reads_drafts or not reviews:
        return {}
    found = store.openings(look.connection, reviews, OPENINGS)
    return {ref: sees_from(look.actor, subjects[ref], [e for e in found if e["subject"] == ref]) for ref in reviews}


def _cloud_event(look: Look, kind: Kind, event: Row) -> Document:
    """The same whenever it is asked for; of one that is not the reader's to read not even the name and the time."""
    data = as_read(look, {key: value for key, value in event.items() if key != "kind"})
    is_redacted = "is_redacted" in data
    return {
        "specversion": "1.0",
        "id": f"{event['subject']}/{event['seq']}",
        "source": f"urn:reviewflow:{look.stage.database['genesis']}",
        "type": f"reviewflow.{kind.value}.{'redacted' if is_redacted else event['name']}.v1",
        **({} if is_redacted else {"time": event["recorded_at"]}),
        "subject": event["subject"],
        "datacontenttype": "application/json",
        **({"simulation": True} if look.stage.is_simulation else {}),
        "data": data,
    }
