"""Writes down in bulk what came of letters: a statement for each kind of verdict, all in one transaction."""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import datetime

from reviewflow import logs
from reviewflow.engine.call import Call
from reviewflow.engine.handle import handle
from reviewflow.engine.parcel import BEHIND, LONGEST_WAIT, Result, Verdict, behind, letter_on
from reviewflow.errors import NotFound, Refused, ReviewflowError
from reviewflow.nouns.commands.contact import DisableChannel
from reviewflow.nouns.events import SYSTEM
from reviewflow.nouns.states import DeliveryStatus
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store import outbox, resting
from reviewflow.store.database import Connection, Engine

Endpoint = tuple[str, str]  # a person and a channel
DONE = (Result.SENT, Result.DROPPED, Result.REROUTED, Result.GONE)


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
    failed_at = _failed_at(verdicts)
    resting.postpone(connection, list(failed_at.values()))
    resting.resume(connection, _answering(verdicts, failed_at))
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


def _failed_at(verdicts: Sequence[Verdict]) -> dict[Endpoint, Row]:
    """The endpoints at which something failed, each until the latest of its rests."""
    found: dict[Endpoint, Row] = {}
    for verdict in verdicts:
        if verdict.rest is not None:
            key = _endpoint(verdict)
            if key not in found or found[key]["again"] < verdict.rest:
                row = {"to": key[0], "on": key[1], "again": verdict.rest, "why": behind(verdict)}
                found[key] = row | {"at_last": verdict.rest + LONGEST_WAIT}
    return found


def _answering(verdicts: Sequence[Verdict], failed_at: Container[Endpoint]) -> list[Row]:
    """The endpoints that need no rest any more: what had waited there is sent, or need not be, or goes elsewhere."""
    done = [v for v in verdicts if v.result in DONE and (v.result is Result.GONE or any(r["error"] for r in v.rows))]
    found = {_endpoint(v): v.at for v in done if _endpoint(v) not in failed_at}
    return [{"to": to, "on": on, "at": at, "behind": f"{BEHIND}%"} for (to, on), at in found.items()]


def _endpoint(verdict: Verdict) -> Endpoint:
    return verdict.rows[0]["recipient"], verdict.rows[0]["channel"]
