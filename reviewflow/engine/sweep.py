"""One sweep: everything that is due is handed to the one write path, in bounded batches."""

from dataclasses import dataclass, field
from datetime import datetime

from reviewflow.engine.call import Done, Failed
from reviewflow.settings.settings import Settings
from reviewflow.store import held
from reviewflow.store.database import Engine, reading, transaction
from reviewflow.store.deadlines import next_due

BATCH = {"sqlite": 100, "postgresql": 500}  # on SQLite the write lock is then held about 16 ms


@dataclass
class Swept:
    """What a sweep did."""

    done: list[Done] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)

    @property
    def events(self) -> int:
        """How many events were recorded."""
        return sum(len(done.events) for done in self.done)


def sweep(engine: Engine, settings: Settings, now: datetime) -> Swept:
    """Raise what is due by `now`; a subject that fails is left for the next sweep and stops nobody.

    What another worker has in hand is left to him; should he die, the next sweep finds it due.
    """
    swept = Swept()
    left: list[str] = []
    with reading(engine) as connection:  # so that an idle tick takes no writer's turn
        at = next_due(connection)
    while at is not None and at <= now:
        from reviewflow.engine.handle import handle_due  # an idle tick starts without rules and write path

        answers = handle_due(engine, settings, now, BATCH[engine.dialect.name], left)
        if not answers:
            break
        for answer in answers:
            if isinstance(answer, Failed):
                swept.failed.append(answer)
                left.append(str(answer.call.ref))
            else:
                swept.done.append(answer)
                if not answer.events:  # nothing moved though it was due: never ask again in this sweep
                    left.append(answer.ref)
    with reading(engine) as connection:  # a command may have recorded something late too, or have kept us from it
        is_holding = held.is_holding(connection)
    if is_holding:
        with transaction(engine) as connection:
            held.release(connection, now, left)
    return swept
