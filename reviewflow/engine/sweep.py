"""One sweep: everything that is due is handed to the one write path, in bounded batches."""

from dataclasses import dataclass, field
from datetime import datetime

from reviewflow.engine.call import Call, Done, Failed
from reviewflow.engine.handle import handle_all
from reviewflow.nouns.events import SYSTEM
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine, reading
from reviewflow.store.deadlines import due_subjects

BATCH = 100  # on SQLite the write lock is then held about 16 ms


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
    """Raise what is due by `now`; a subject that fails is left for the next sweep and stops nobody."""
    swept = Swept()
    bad: list[str] = []
    while True:
        with reading(engine) as connection:
            due = due_subjects(connection, now, BATCH, bad)
        if not due:
            return swept
        calls = [Call(ref, None, SYSTEM) for ref in due]
        for call, answer in zip(calls, handle_all(engine, settings, calls, now), strict=True):
            if isinstance(answer, Failed):
                swept.failed.append(answer)
                bad.append(str(call.ref))
            else:
                swept.done.append(answer)
                if not answer.events:  # nothing moved though it was due: never ask again in this sweep
                    bad.append(str(call.ref))
