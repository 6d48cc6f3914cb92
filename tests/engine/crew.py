"""Workers and command clients as processes on a fast clock, made to be killed at any moment."""

import ctypes
import hashlib
import random
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from reviewflow import logs
from reviewflow.engine import timekeeping
from reviewflow.engine.call import Call
from reviewflow.engine.deliver import deliver
from reviewflow.engine.handle import handle
from reviewflow.engine.sweep import sweep
from reviewflow.errors import Busy, ReviewflowError, Unavailable
from reviewflow.notify.letters import Letter
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Open, StartClock, Submit, Withdraw
from reviewflow.nouns.policy import NoticeRule
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine
from tests.engine import world as w
from tests.engine.diary import Diary, Line, lines
from tests.engine.policies import POLICIES, settings

DAYS_A_SECOND = 0.5
LEASE = 2.0  # real seconds
BREATH = 0.05  # between two passes of a worker
POLICY = "hours"
NOTES = 6  # on a review of one's own, before the next is opened
STEPS = ("model", "open", "submit", "start", *["note"] * NOTES)


@dataclass(frozen=True)
class Stage:
    """Where the crew works: a database, a folder for diaries, and since when the fast clock runs."""

    engine: Engine  # nobody is connected when a process begins; what the parent has compiled need not be again
    folder: Path
    refs: tuple[str, ...]  # reviews on which everybody writes
    began: float

    def now(self) -> datetime:
        """The same instant in every process of this machine."""
        return w.START + timedelta(days=(time.monotonic() - self.began) * DAYS_A_SECOND)

    def diaries(self, role: str) -> list[Path]:
        """Those of all processes of a role."""
        return sorted(self.folder.glob(f"{role}-*"))


def config(lease: float = LEASE) -> Settings:
    """Notices every few hours, and leases that are short on the fast clock."""
    made, day = settings(), 86400
    policy = replace(POLICIES[POLICY], notices=NoticeRule(("48h", "24h", "6h"), ("12h", "24h")))
    server = replace(
        made.server, lease_seconds=int(lease * DAYS_A_SECOND * day), catch_up_seconds=day, channels=("folder",),
        pool=replace(made.server.pool, size=2, lock_seconds=1),
    )  # fmt: skip
    return replace(made, server=server, policies={**made.policies, POLICY: policy}, _pins={})


def begin() -> None:
    """In a new process: end with the parent. A wait for a lock, which is hours here, is no clock stepped back."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    logs.configure("critical")
    timekeeping.STEP_BACK = timedelta(days=999)


def worker(stage: Stage, number: int, pace: float) -> None:
    """Sweep and deliver until killed."""
    begin()
    diary, letters = Diary(stage.folder / f"worker-{number}"), Diary(stage.folder / f"letters-{number}")
    engine, own = stage.engine, config()

    def send(letter: Letter) -> None:
        letters.write(id=letter.id)
        time.sleep(pace)

    while True:
        try:
            swept = sweep(engine, own, stage.now())
            for failed in swept.failed:
                diary.write(**{_kind(failed.error): str(failed.error)})
            found = deliver(engine, own, {"folder": send}, stage.now()).counts()
            if any(found.values()):
                diary.write(delivered=found)
        except Unavailable as error:
            diary.write(unavailable=str(error))
        except Exception:  # noqa: BLE001 - whatever it is stands in the diary
            diary.write(crashed=traceback.format_exc()[-1500:])
        time.sleep(BREATH)


def _kind(error: Exception) -> str:
    return "unavailable" if isinstance(error, Unavailable) else "crashed"


class Client:
    """Opens reviews one after the other and writes notes; what it asked and was told stands in its diary."""

    def __init__(self, stage: Stage, number: int, rng: random.Random) -> None:
        self.stage, self.number, self.rng = stage, number, rng
        file = stage.folder / f"client-{number}"
        self.diary, self.own = Diary(file), config()
        self.engine = stage.engine
        self.asked, self.step = 0, 0
        self.model = self.review = ""
        self.open: dict[str, str] | None = None  # asked, and not yet answered
        for line in lines(file):
            self._remember(line)

    def act(self) -> None:
        """Ask what a predecessor was not answered, under its key; else the next thing."""
        if self.open is None:
            asked = self._next()
            self.diary.write(asked=asked)
            self._remember({"asked": asked})
        assert self.open is not None
        key, who, call = self.open["key"], *_call(self.open)
        try:
            done = handle(self.engine, self.own, Call(call[0], call[1], who, key=key), self.stage.now())
        except (Unavailable, Busy) as error:  # nothing certain: it is asked again
            self.diary.write(unavailable=str(error))
            return
        except ReviewflowError as error:
            line: Line = {"refused": key, "why": str(error)}
        else:
            line = {"done": key, "ref": done.ref, "seq": done.seq, "head": done.head, "events": list(done.events)}
        self.diary.write(**line)
        self._remember(line)

    def _remember(self, line: Line) -> None:
        if "asked" in line:
            self.open = line["asked"]
            self.asked += 1
        elif self.open is not None and self.open["key"] in (line.get("done"), line.get("refused")):
            what, self.open = self.open["what"], None
            if what == "model":
                self.model = str(line.get("ref", ""))
            elif what == "open":
                self.review = str(line.get("ref", ""))
            if what == STEPS[self.step]:
                self.step = (self.step + 1) % len(STEPS)

    def _next(self) -> dict[str, str]:
        key, what = f"client-{self.number}-asks-{self.asked}", STEPS[self.step]
        on = self.model if what == "open" else self.review
        if what == "note" and self.rng.random() < 0.5:
            return {"key": key, "what": "shared", "on": self.rng.choice(self.stage.refs)}
        if what == "note" and self.rng.random() < 0.05:
            return {"key": key, "what": "withdraw", "on": on}
        return {"key": key, "what": what, "on": on}


def _call(asked: dict[str, str]) -> tuple[str, tuple[str | None, Command]]:
    key, on = asked["key"], asked["on"]
    made: dict[str, tuple[str, str | None, Command]] = {
        "model": (w.OFFICER, None, RegisterModel(name=key, digest=hashlib.sha256(key.encode()).hexdigest())),
        "open": (w.OFFICER, None, Open(model=on, policy=POLICY)),
        "submit": (w.OFFICER, on, Submit()),
        "start": (w.INTAKE, on, StartClock()),
        "note": (w.INTAKE, on, AddNote(text=key)),
        "shared": (w.DECIDER, on, AddNote(text=key)),
        "withdraw": (w.OFFICER, on, Withdraw(reason=key)),
    }
    who, ref, command = made[asked["what"]]
    return who, (ref, command)


def client(stage: Stage, number: int, seed: int, pace: float) -> None:
    """Command until killed; one that is started again goes on where its predecessor was killed."""
    begin()
    acting = Client(stage, number, random.Random(seed))
    while True:
        try:
            acting.act()
        except Exception:  # noqa: BLE001 - whatever it is stands in the diary
            acting.diary.write(crashed=traceback.format_exc()[-1500:])
        time.sleep(pace)


Body = Callable[..., None]
ROLES: Sequence[tuple[str, Body]] = (("worker", worker), ("client", client))
