"""Writes letters in bulk: everything that they speak of is read once, in one view of the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewflow.engine.stage import Stage
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import Channel
from reviewflow.nouns.subject import Row, Subject
from reviewflow.store.subjects import load

if TYPE_CHECKING:  # loaded when there is a letter to write: most ticks have none
    from reviewflow.notify.letters import Letter


@dataclass(frozen=True)
class Writer:
    """What some letters speak of, and to whom, as it is now."""

    subjects: Mapping[str, Subject]
    people: Mapping[str, Actor]
    zones: Mapping[str, str]
    titles: Mapping[str, str]
    sender: str
    late_from: int  # seconds
    is_simulation: bool
    site: str = ""  # the address of the pages

    def letter(self, rows: Sequence[Row], channel: Channel) -> "Letter":
        """The letter of copies that share one; ValueError where an event is not for the person's side."""
        from reviewflow.notify.letters import compose

        first = rows[0]
        return compose(
            first["letter"], self.people[first["recipient"]], list(rows), self.subjects, self.zones, self.titles,
            self.sender, is_simulation=self.is_simulation, channel=channel, late_from=self.late_from,
            site=self.site,
        )  # fmt: skip


def writer_of(stage: Stage, rows: Collection[Row]) -> Writer:
    """A writer of the letters to which these copies belong; how many statements it takes does not depend on them."""
    found = load(stage.connection, {row["subject"] for row in rows})
    return Writer(
        found,
        stage.people((), tuple({row["recipient"] for row in rows})),
        {ref: stage.pin(subject, None).policy.window.time_zone for ref, subject in found.items()},
        stage.titles(list(found.values())),
        stage.settings.server.sender,
        stage.settings.server.catch_up_seconds,
        stage.is_simulation,
        stage.settings.server.api.public_url.rstrip("/"),
    )
