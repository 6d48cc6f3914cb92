"""The letter after downtime: many events of several subjects, the most pressing subject first."""

from reviewflow.notify.dates import counted, lasting, long_instant
from reviewflow.notify.layout import blocks, one_line, paragraph
from reviewflow.notify.matter import Matter, Step, Telling
from reviewflow.notify.telling_text import headed, late_by, steps

LATE = 3_600  # seconds
Told = list[tuple[Matter, Telling]]


def is_one(matters: list[Matter]) -> bool:
    """Several subjects in one letter, or several events of one that were recorded late."""
    many = len({matter.ref for matter in matters}) > 1
    return many or (len(matters) > 1 and all(late_by(matter) > LATE for matter in matters))


def subject(told: Told) -> str:
    """How much there is, and the most pressing of it."""
    refs = {matter.ref for matter, _ in told}
    matter, telling = min(told, key=_press)
    about = f"{counted(len(told), 'event')} on {counted(len(refs), 'subject')}"
    return f"Recorded late, {about}; first: {telling.headline} - {matter.title} ({matter.ref})"


def text(told: Told) -> str:
    """One heading a subject."""
    groups: dict[str, Told] = {}
    for pair in sorted(told, key=_press):
        groups.setdefault(pair[0].ref, []).append(pair)
    first = told[0][0]
    recorded = long_instant(max(matter.row["recorded_at"] for matter, _ in told), first.zone)
    intro = (
        f"{counted(len(told), 'event')} on {counted(len(groups), 'subject')} took effect while the system was not "
        f"recording. All of it was recorded on {recorded}, each with the instant at which it took effect. The delay "
        "moved no deadline. Of several reminders of one deadline only the newest is told."
    )
    title = headed("Recorded late, the most pressing first", "=")
    return blocks((title, paragraph(intro), *(_group(group) for group in groups.values())))


def _press(pair: tuple[Matter, Telling]) -> tuple[int, float, str, int]:
    """Sooner is more pressing among equals, and a due date that is told counts as the instant."""
    matter, telling = pair
    return telling.rank, matter.effective_at.timestamp(), matter.ref, matter.row["seq"]


def _group(told: Told) -> str:
    matter = told[0][0]
    name = f"{matter.kind.capitalize()} {matter.ref}"
    head = headed(f"{name}, {matter.title}" if matter.title != matter.ref else name, "-")
    lines = [_line(*pair) for pair in sorted(told, key=lambda pair: (pair[0].effective_at, pair[0].row["seq"]))]
    wanted: list[Step] = []
    for _, telling in told:
        wanted += [step for step in telling.steps if step[1] not in {line for _, line in wanted}]
    wanted.sort(key=lambda step: step == matter.show())
    return blocks((head, *lines, steps(wanted, matter)))


def _line(matter: Matter, telling: Telling) -> str:
    at = long_instant(matter.effective_at, matter.zone)
    lines = [paragraph(one_line(telling.headline) + ".", "  * ", "    ")]
    lines.append(paragraph(f"{at}, recorded {lasting(late_by(matter))} late", "    "))
    essential = telling.essential.removeprefix(f"{telling.headline}. ")
    if essential:
        lines.append(paragraph(essential, "    "))
    return "\n".join(lines)
