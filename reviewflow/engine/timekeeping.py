"""Which instants the write path believes: this machine's clock, the record's last instant, a dated fact's."""

from datetime import datetime, timedelta

from reviewflow import clock
from reviewflow.engine.call import Call
from reviewflow.errors import OutOfService, Refused, Unavailable
from reviewflow.nouns.actor import THE_SYSTEM
from reviewflow.nouns.commands.form import undated
from reviewflow.nouns.plain import plain
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.work import Work
from reviewflow.store.database import nearest

STEP_BACK = timedelta(minutes=5)  # what a clock may be corrected by; more is refused, and less never turns time back
TOLERANCE = timedelta(seconds=1)  # between this machine's clock and the database server's


def agreed(meta: Row, now: datetime, asked_at: datetime) -> datetime:
    """`now`, and never later than the database server's clock, so that nothing is raised early by either.

    The server was asked not before `asked_at` by our clock, however long its answer took. OutOfService where the two
    disagree by more than a second: one of them would write a wrong time.
    """
    theirs: datetime | None = meta["server_now"]
    if theirs is None or meta["is_simulation"]:
        return now
    off = nearest(asked_at - theirs, clock.now() - theirs)
    if abs(off) > TOLERANCE:
        raise OutOfService(wrong_clock(off), remedy="Set the clocks (chrony or ntpd on both); reading goes on.")
    return min(now, theirs)


def wrong_clock(off: timedelta) -> str:
    """The sentence for a clock that is `off` ahead of the database server's."""
    side = "ahead of" if off > timedelta(0) else "behind"
    return (
        f"This machine's clock is {abs(off).total_seconds():.1f} s {side} the database server's. Nothing was changed."
    )


def work_on(subject: Subject, now: datetime) -> Work:
    """Work as of `now`, and never before the subject's last event; Unavailable where the clock stepped back far."""
    last = subject.recorded_at or now
    if last - now > STEP_BACK:
        raise Unavailable(
            f"The clock stepped back: it is {plain(now)}, and {subject.ref} was recorded at {plain(last)}.",
            remedy="Set the machine's clock; reading goes on.",
        )
    return Work(subject, THE_SYSTEM, max(now, last), max(now, last))


def effective_at(w: Work, call: Call) -> datetime:
    """When a call takes effect: now, or where it reports a fact from outside, when that happened."""
    if call.effective_at is None:
        return w.recorded_at
    if call.command is not None and not call.command.fact:
        raise undated(type(call.command))
    if call.effective_at > w.recorded_at:
        raise Refused("A fact cannot be dated in the future.", remedy="Give a past --at, or leave it out.")
    return call.effective_at
