"""Outboxes to deliver from: people and letters as many as wanted, and senders that do as they are told."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from reviewflow.notify.letters import Letter
from reviewflow.nouns.contact import ChannelKind
from reviewflow.store.database import Engine
from tests.engine.world import OFFICER, World

TOLD = ("submitted", "clock_started")  # events of a review, of each of which an officer can have a letter
Do = Callable[[Letter], None]


class Post:
    """A sender for every kind of channel that remembers what went out; `do` may raise, or wait."""

    def __init__(self, do: Do | None = None) -> None:
        self.do, self.sent = do, list[Letter]()
        self._lock = threading.Lock()

    def __call__(self, letter: Letter) -> None:
        if self.do is not None:
            self.do(letter)
        with self._lock:
            self.sent.append(letter)

    @property
    def senders(self) -> dict[str, "Post"]:
        """As the courier has them."""
        return {kind.value: self for kind in ChannelKind}

    @property
    def ids(self) -> Counter[str]:
        """How often each letter went out."""
        return Counter(letter.id for letter in self.sent)


def nothing_owed(world: World) -> None:
    """As if the letters so far had never been."""
    world.query("DELETE FROM delivery")


def colleagues(world: World, names: list[str]) -> None:
    """Officers of the same lab, without a history of their own."""
    for table in ("subject", "person"):
        rest = ", ".join(column for column in world.columns(table) if column != "ref")
        for name in names:
            world.query(f"INSERT INTO {table} (ref, {rest}) SELECT ?, {rest} FROM {table} WHERE ref = ?", name, OFFICER)


def owe(world: World, ref: str, names: list[str], channels: tuple[str, ...] = ("folder",)) -> list[str]:
    """A letter to each of them, on each channel, of each of two events of a review; their ids."""
    made = [(event, name, channel) for event in TOLD for channel in channels for name in names]
    letters = []
    for told, name, channel in made:
        letters.append(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{ref} {told} {name} {channel}")))
        world.query(
            "INSERT INTO delivery (subject, seq, recipient, channel, letter, status, made_at, next_attempt_at, "
            "attempts, fence) SELECT subject, seq, ?, ?, ?, 'pending', recorded_at, recorded_at, 0, 0 FROM event "
            "WHERE subject = ? AND name = ?",
            name, channel, letters[-1], ref, told,
        )  # fmt: skip
    return letters


def rows(world: World, *letters: str) -> list[dict[str, Any]]:
    """Copies as they are stored: of some letters, or all that were not sent."""
    found = [dict(zip(world.columns("delivery"), row, strict=True)) for row in world.query("SELECT * FROM delivery")]
    found.sort(key=lambda row: int(row["id"]))
    return [row for row in found if (row["letter"] in letters if letters else row["sent_at"] is None)]


@contextmanager
def counted(engine: Engine) -> Iterator[Counter[str]]:
    """Statements, and commits of transactions that write."""
    found: Counter[str] = Counter()

    def statement(*_: object) -> None:
        found["statements"] += 1

    def commit(connection: Any) -> None:
        options = connection.get_execution_options()
        found["commits"] += not (options.get("is_reading") or options.get("postgresql_readonly"))

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)
