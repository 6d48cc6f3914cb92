"""Writes down in bulk what came of letters: a statement for each kind of verdict, all in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from reviewflow import logs
from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.engine.parcel import Result, Verdict, behind, letter_on
from reviewflow.errors import NotFound, Refused, ReviewflowError
from reviewflow.nouns.commands.contact import DisableChannel
from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import outbox
from reviewflow.store.database import Connection, Engine


def write_down(connection: Connection, verdicts: Sequence[Verdict]) -> int:
    """How many marks were refused, since the lease had run out and another has the letter now."""
    marks: dict[Result, list[Row]] = defaultdict(list)
    for verdict in verdicts:
        marks[verdict.result] += [_mark(row, verdict) for row in verdict.rows]
    failed = [mark | {"to": DeliveryStatus.PENDING} for mark in marks[Result.FAILED]]
    failed += [mark | {"to": DeliveryStatus.SET_ASIDE} for mark in marks[Result.SET_ASIDE]]
    rerouted = [_rerouted(row, to, v.at) for v in verdicts for row in v.rows for to in v.to]
    outbox.reroute(connection, rerouted)
    done = outbox.mark_sent(connection, marks[Result.SENT])
    done += outbox.mark_failed(connection, failed)
    done += outbox.drop(connection, marks[Result.DROPPED] + marks[Result.REROUTED])
    done += outbox.release(connection, marks[Result.RELEASED] + marks[Result.GONE])
    outbox.postpone(connection, _resting(verdicts))
    return sum(map(len, marks.values())) - done


def disabled(engine: Engine, settings: Settings, verdict: Verdict, now: datetime) -> Verdict:
    """Where an address is gone, its channel carries nothing from now on, and the letter is due again by another."""
    if verdict.result is not Result.GONE:
        return verdict
    first = verdict.rows[0]
    number = int(first["channel"].partition("-")[2])
    command = DisableChannel(channel=number, reason=verdict.why or "gone")
    try:
        handle(engine, settings, Call(first["recipient"], command, SYSTEM), now)
    except (Refused, NotFound) as error:  # it is out of use already, or the person is: that is seen when it is due
        logs.get().warning("channel_not_disabled", person=first["recipient"], channel=first["channel"], why=str(error))
    except ReviewflowError as error:
        logs.get().error("channel_not_disabled", person=first["recipient"], channel=first["channel"], why=str(error))
        return replace(verdict, result=Result.FAILED)
    return replace(verdict, at=now)


def _mark(row: Row, verdict: Verdict) -> Row:
    """Every name that some mark asks for."""
    own = {"key_id": row["id"], "key_fence": row["fence"]}
    match verdict.result:
        case Result.SENT:
            return own | {"at": verdict.at}
        case Result.DROPPED | Result.REROUTED:
            return own | {"why": verdict.why}
        case _:
            return own | {"again": verdict.at, "why": verdict.why or None}


def _rerouted(row: Row, to: str, at: datetime) -> Row:
    letter = letter_on(row["letter"], to)
    return {"key_id": row["id"], "key_fence": row["fence"], "to": to, "new_letter": letter, "again": at}


def _resting(verdicts: Sequence[Verdict]) -> list[Row]:
    """The endpoints at which something failed, each until the latest of its rests."""
    resting: dict[tuple[str, str], Row] = {}
    for verdict in verdicts:
        if verdict.rest is not None:
            first = verdict.rows[0]
            key = first["recipient"], first["channel"]
            row = {"to": key[0], "on": key[1], "again": verdict.rest, "why": behind(verdict)}
            if key not in resting or resting[key]["again"] < verdict.rest:
                resting[key] = row
    return list(resting.values())
