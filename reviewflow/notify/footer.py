"""The foot of a letter: what makes it evidence."""

from collections.abc import Iterator

from reviewflow.notify.block import Block, Commands, Rule, Table
from reviewflow.notify.matter import Facts, Matter, words
from reviewflow.nouns.paths import PLURALS

WHY = (
    "Keep this letter. A chain head is the digest of everything recorded on its subject up to that version: if an "
    "entry before it were changed, added or removed, the record would no longer lead to it. Whoever may read the "
    "record can export it and check that it does:"
)
RECEIVED = "To put on record that you have received it:"


def footer(matters: list[Matter], letter_id: str, site: str = "") -> Iterator[Block]:
    """Reference, version and chain head of each subject, with the entries that the letter tells of.

    `site` is the address of the pages, where the installation has said it.
    """
    by_ref: dict[str, list[Matter]] = {}
    for matter in sorted(matters, key=lambda m: m.row["seq"]):
        by_ref.setdefault(matter.ref, []).append(matter)
    first = matters[0]
    letter: Facts = (
        ("Letter", letter_id),
        ("To", first.person.ref),
        ("Made", first.at(max(m.row["made_at"] for m in matters))),
    )
    pages = [f"{site}/{PLURALS[group[0].subject.kind]}/{ref}" for ref, group in by_ref.items()]
    if site:
        yield Commands("In the browser:", [("", page) for page in (*pages, f"{site}/inbox/{letter_id}")])
    yield Rule()
    yield Table(letter, 10)
    yield from (_record(group) for group in by_ref.values())
    yield Commands(WHY, [("", f"reviewflow export {ref}") for ref in by_ref])
    yield Commands(RECEIVED, [("", f"reviewflow letter acknowledge {letter_id}")])


def _record(group: list[Matter]) -> Table:
    """As of the last entry that is told, so that it is the same on every attempt; then where the record stands now."""
    subject, row = group[-1].subject, group[-1].row
    told: Facts = (
        ("Record", f"{group[-1].kind} {subject.ref}"),
        ("Entries", ", ".join(f"{m.row['seq']} {words(m.row['name'])}" for m in group)),
        ("Version", str(row["seq"])),
        ("Chain head", row["event_digest"]),
    )
    if row["seq"] == subject.seq:
        return Table(told, 10)
    now: Facts = (("Now", f"version {subject.seq}: the record has gone on since"), ("Chain head", subject.head))
    return Table((*told, *now), 10)
