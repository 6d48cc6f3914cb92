"""One letter in a courier's hands: whether and where it still has to go, and what came of sending it."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from reviewflow import logs
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import REMOVED, Channel, ChannelKind, in_use
from reviewflow.nouns.plural import plural
from reviewflow.nouns.server import Server
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.moot import why_moot, why_withheld
from reviewflow.rules.topics import REWIRING

if TYPE_CHECKING:
    from reviewflow.engine.writer import Writer
    from reviewflow.notify.letters import Letter
    from reviewflow.notify.senders import Sender

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
LONGEST_WISH = 86_400.0  # seconds; the most that a receiver's Retry-After can ask for
LONGEST_WHY = 500
BEHIND = "Waits with its channel: "


class Result(StrEnum):
    SENT = "sent"
    FAILED = "failed"  # tried again later
    SET_ASIDE = "set_aside"  # waits for a person
    DROPPED = "dropped"  # nobody needs it any more
    REROUTED = "rerouted"  # owed on other channels instead
    GONE = "gone"  # its address is no longer one; the channel is disabled, and the letter goes by another
    RELEASED = "released"  # not tried: the endpoint rests, or the lease runs out


@dataclass(frozen=True)
class Verdict:
    """What came of copies of one letter.

    `at` is when it was sent, or when it is due again; `to` are the channels on which it is owed instead; until `rest`
    the other letters of its endpoint wait.
    """

    rows: Sequence[Row]
    result: Result
    at: datetime
    why: str = ""
    to: tuple[str, ...] = ()
    rest: datetime | None = None


@dataclass(frozen=True)
class Parcel:
    """A letter ready to go; `rows` are those of its copies that we hold."""

    letter: "Letter"
    rows: Sequence[Row]
    channel: Channel

    @property
    def endpoint(self) -> str:
        """A person and one of the channels to it, as the outbox names them: at most one letter goes there at a time."""
        return f"{self.rows[0]['recipient']} {self.rows[0]['channel']}"


def ready(
    rows: Sequence[Row], own: Sequence[Row], writer: "Writer", server: Server, now: datetime
) -> Iterator["Parcel | Verdict"]:
    """What is to be done with the copies of one letter that are our `own`, at this very moment.

    A copy is dropped that is no longer true, or whose recipient must not read of it any more; where one of them was
    sent already, a letter that grew tells it no second time. A copy on a channel that
    was removed or disabled goes to the person's other channels where it is not owed there already, so that no letter
    is lost with its channel.
    """
    person = writer.people[own[0]["recipient"]]
    unwanted = {row["id"]: why for row in rows if (why := _unwanted(row, person, writer.subjects[row["subject"]]))}
    for row in own:
        if row["id"] in unwanted:
            yield Verdict([row], Result.DROPPED, now, f"Not sent: {unwanted[row['id']]}.")
    wanted = [row for row in own if row["id"] not in unwanted]
    if not wanted:
        return
    channel = _channel(person, wanted, server)
    if max(row["attempts"] for row in wanted) > server.attempts:
        yield Verdict(wanted, Result.SET_ASIDE, now, _given_up(wanted))
    elif channel is None:
        yield _rerouted(wanted, person, server, now)
    else:
        yield Parcel(writer.letter([row for row in rows if row["id"] not in unwanted], channel), wanted, channel)


def _given_up(rows: Sequence[Row]) -> str:
    """What went wrong last; where nothing is known, the worker itself was gone each time."""
    tried = max(row["attempts"] for row in rows) - 1  # this claim is counted already, and tries nothing
    unknown = f"It was taken up {plural(tried, 'time')}, and each time the worker was gone before there was an answer."
    return next((str(row["error"]) for row in rows if row["error"]), unknown)


def _unwanted(row: Row, person: Actor, subject: Subject) -> str:
    withheld = why_withheld(row["name"], person, subject, is_internal=row["is_internal"])
    return withheld or why_moot(row["name"], row["data"], subject)


def _channel(person: Actor, rows: Sequence[Row], server: Server) -> Channel | None:
    """In use; or removed, where it is warned of just such a thing."""
    name = rows[0]["channel"]
    if "-" not in name:
        return Channel(0, ChannelKind(name), is_confidential=name in server.confidential)
    named = next((channel for channel in person.channels if channel.name == name), None)
    is_warned = all(row["name"] in REWIRING for row in rows)
    return named if named and (not named.disabled or (named.disabled == REMOVED and is_warned)) else None


def _rerouted(rows: Sequence[Row], person: Actor, server: Server, now: datetime) -> Verdict:
    gone = rows[0]["channel"]
    others = tuple(channel.name for channel in in_use(person.channels)) or server.channels
    if not others:
        says = f"The channel {gone} of {person.ref} is out of use, and there is no other."
        return Verdict(rows, Result.SET_ASIDE, now, says)
    says = f"Not sent: the channel {gone} is out of use. It is sent on {', '.join(others)}."
    return Verdict(rows, Result.REROUTED, now, says, others)


def letter_on(letter_id: str, channel: str) -> str:
    """The id of a letter that goes by another channel; the same however often that is found out."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{letter_id} {channel}"))


def behind(verdict: Verdict) -> str:
    """Why the other letters of an endpoint wait."""
    return f"{BEHIND}{verdict.why}"


def carry(parcel: Parcel, senders: "Mapping[str, Sender]", attempts: int, now: Callable[[], datetime]) -> Verdict:
    """Send it; whatever goes wrong with one letter is its own verdict."""
    from reviewflow.notify.senders import Undeliverable

    try:
        senders[parcel.channel.kind](parcel.letter)
    except Undeliverable as error:
        return failed(parcel.rows, str(error), now(), attempts, error.retry_after or 0.0, is_gone=error.is_gone)
    except Exception as error:  # noqa: BLE001 - a poison letter is set aside, and stops no other
        logs.get().error("letter_failed", letter=parcel.letter.id, exc_info=True)
        return failed(parcel.rows, f"{type(error).__name__}: {error}", now(), attempts)
    first = parcel.rows[0]
    logs.get().info("letter_sent", letter=parcel.letter.id, channel=first["channel"], attempts=first["attempts"])
    return Verdict(parcel.rows, Result.SENT, now())


def failed(
    rows: Sequence[Row], why: str, now: datetime, attempts: int, retry_after: float = 0.0, *, is_gone: bool = False,
    rests: bool = True,
) -> Verdict:  # fmt: skip
    """Tried again after a growing wait, not before the receiver wishes; after the last of `attempts` set aside.

    Meanwhile the endpoint `rests` for the shortest wait: its other letters go first then, so that neither a dead
    endpoint is asked again at once nor a poison letter stands in the way of the others.
    """
    from reviewflow.notify.layout import one_line

    letter, channel, tried = rows[0]["letter"], rows[0]["channel"], max(row["attempts"] for row in rows)
    result = Result.SET_ASIDE if tried >= attempts or is_gone else Result.FAILED
    if is_gone and "-" in channel:  # the installation's own are not the person's to lose
        result, rests = Result.GONE, False
    logs.get().warning("letter_not_sent", letter=letter, channel=channel, attempts=tried, result=result.value)
    wish = timedelta(seconds=min(retry_after, LONGEST_WISH) if retry_after > 0 else 0.0)
    rest = now + max(FIRST_WAIT, wish) if rests else None
    return Verdict(rows, result, now + max(wait(tried, letter), wish), one_line(why, LONGEST_WHY), rest=rest)


def wait(attempts: int, letter_id: str) -> timedelta:
    """30 s, doubled on each attempt up to 6 hours, spread by up to a quarter by the letter's own id."""
    doubled: int = 2 ** min(attempts - 1, 20)
    base = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return base * (1 + int(letter_id[:4], 16) / 0xFFFF / 4)
