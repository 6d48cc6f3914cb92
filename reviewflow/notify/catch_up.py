"""The letter after downtime, and the digest: many events of several subjects, the most pressing subject first."""

from collections.abc import Iterable, Iterator

from reviewflow.notify.block import Block, Bullets, Heading, Paragraph
from reviewflow.notify.dates import lasting, long_instant
from reviewflow.notify.matter import Matter, Step, Telling
from reviewflow.notify.telling_text import late_by, steps
from reviewflow.nouns.contact import Cadence
from reviewflow.nouns.plural import plural

Told = list[tuple[Matter, Telling]]


def is_one(matters: list[Matter]) -> bool:
    """Several subjects in one letter, or several events of one that were recorded late or at several times."""
    if len({matter.ref for matter in matters}) > 1 or len({matter.row["recorded_at"] for matter in matters}) > 1:
        return True
    return len(matters) > 1 and _is_late(matters)


def _is_late(matters: Iterable[Matter]) -> bool:
    return all(late_by(matter) > matter.late_from for matter in matters)


def subject(told: Told) -> str:
    """How much there is, and the most pressing of it."""
    refs = {matter.ref for matter, _ in told}
    matter, telling = min(told, key=_press)
    about = f"{plural(len(told), 'event')} on {plural(len(refs), 'subject')}"
    kind = "Recorded late" if _is_late(matter for matter, _ in told) else "Digest"
    return f"{kind}, {about}; first: {telling.headline} - {matter.about}"


def blocks(told: Told) -> Iterator[Block]:
    """One heading a subject."""
    groups: dict[str, Told] = {}
    for pair in sorted(told, key=_press):
        groups.setdefault(pair[0].ref, []).append(pair)
    about = f"{plural(len(told), 'event')} on {plural(len(groups), 'subject')}"
    yield from _late(told, about) if _is_late(matter for matter, _ in told) else _digest(told, about)
    for group in groups.values():
        yield from _group(group)


def _late(told: Told, about: str) -> Iterator[Block]:
    recorded = long_instant(max(matter.row["recorded_at"] for matter, _ in told), told[0][0].zone)
    yield Heading("Recorded late, the most pressing first")
    yield Paragraph(
        f"{about} took effect while the system was not recording. All of it was recorded on {recorded}, each with the "
        "instant at which it took effect. The delay moved no deadline. Of several reminders of one deadline only the "
        "newest is told."
    )


def _digest(told: Told, about: str) -> Iterator[Block]:
    cadence = told[0][0].person.preferences.cadence
    often = f"Your {cadence.value} digest" if cadence is not Cadence.AT_ONCE else "A digest"
    yield Heading("Digest, the most pressing first")
    yield Paragraph(
        f"{often}: {about}. Days left are counted from the date of this letter. What begins, moves or ends a clock, "
        "and what one side may or must do from now on, is sent at once and stands in no digest."
    )


def _press(pair: tuple[Matter, Telling]) -> tuple[int, float, str, int]:
    """Sooner is more pressing among equals, and a due date that is told counts as the instant."""
    matter, telling = pair
    return telling.rank, matter.effective_at.timestamp(), matter.ref, matter.row["seq"]


def _group(told: Told) -> Iterator[Block]:
    matter = told[0][0]
    name = f"{matter.kind.capitalize()} {matter.ref}"
    yield Heading(f"{name}, {matter.title}" if matter.title != matter.ref else name, 2)
    yield Bullets([_item(*pair) for pair in sorted(told, key=lambda pair: (pair[0].effective_at, pair[0].row["seq"]))])
    wanted: list[Step] = []
    for _, telling in told:
        wanted += [step for step in telling.steps if step[1] not in {line for _, line in wanted}]
    wanted.sort(key=lambda step: step == matter.show())
    yield from steps(wanted, matter)


def _item(matter: Matter, telling: Telling) -> tuple[str, ...]:
    at = long_instant(matter.effective_at, matter.zone)
    late = f", recorded {lasting(late_by(matter))} late" if late_by(matter) > matter.late_from else ""
    said = (f"{telling.headline}.", f"{at}{late}")
    essential = telling.essential.removeprefix(f"{telling.headline}. ")
    return (*said, essential) if essential else said
