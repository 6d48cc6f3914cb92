"""A halt over time: what was ordered beside what was implemented, as rows of a table and as two lanes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from reviewflow.rules.instants import civil_date
from reviewflow.rules.months import Span, wide
from reviewflow.web.door import Document
from reviewflow.web.drawing.gantt import Bar, Lane, Sign, Tick, bar_in, ruler, said, sign_at, today_at
from reviewflow.web.writing import moment

_ORDERS = {"halt_ordered": "ordered", "halt_narrowed": "narrowed", "halt_lifted": "lifted"}
CLOSING = ("lifted", "served again")
_DONE = {"halt_implemented": "implemented", "model_restored": "served again"}


@dataclass(frozen=True)
class Turn:
    """One event that changed a scope; `no` is its number in the drawing."""

    no: int
    event: Document
    is_order: bool
    what: str
    scope: str
    models: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """Both lanes over the same span."""

    span: Span
    ticks: list[Tick]
    today: str | None
    ordered: Lane
    implemented: Lane


def turns(events: Sequence[Document]) -> list[Turn]:
    """What changed a scope, in order of effect; what was rescinded is left out."""
    found = [one for one in events if one["name"] in {**_ORDERS, **_DONE} and one["rescinded_by"] is None]
    found.sort(key=lambda one: (one["effective_at"], one["seq"]))
    return [
        Turn(
            no, one, one["name"] in _ORDERS, {**_ORDERS, **_DONE}[one["name"]],
            one["data"].get("scope", ""), tuple(one["data"].get("models", ())),
        )
        for no, one in enumerate(found, 1)
    ]  # fmt: skip


def drawn(found: Sequence[Turn], zone: str, now: str, state: str) -> Drawn | None:
    """The two lanes; None where nothing is dated. Until all is served again, what was implemented goes on."""
    if not found:
        return None
    today, days = _on(now, zone), [_on(turn.event["effective_at"], zone) for turn in found]
    end = max(days) if state in ("lifted", "restored") else max(today, *days)
    span = wide(min(days), end)
    orders = [(turn, on) for turn, on in zip(found, days, strict=True) if turn.is_order]
    done = [(turn, on) for turn, on in zip(found, days, strict=True) if not turn.is_order]
    return Drawn(
        span, ruler(span), today_at(span, today), _lane(span, orders, end, "ordered"),
        _lane(span, done, end if state == "restored" else min(span.last, today), "implemented"),
    )  # fmt: skip


def _lane(span: Span, found: Sequence[tuple[Turn, date]], end: date, name: str) -> Lane:
    bars, signs = list[Bar](), list[Sign]()
    lasting = [on for turn, on in found if turn.what not in CLOSING]
    for turn, on in found:
        until = min((later for later in lasting if later > on), default=end)
        signs.append(sign_at(span, "step", on, f"{turn.no}: {turn.what} {said(on)}", str(turn.no)))
        if turn.what not in CLOSING and (bar := bar_in(span, turn.what, on, until, turn.what)):
            bars.append(bar)
    words = "; ".join(_words(found))
    return Lane(bars, signs, f"{name.capitalize()}: {words or 'nothing on record yet'}")


def _words(found: Sequence[tuple[Turn, date]]) -> Iterator[str]:
    return (f"{turn.what} {said(on)}" for turn, on in found)


def _on(at: str, zone: str) -> date:
    found = moment(at)
    assert found is not None
    return civil_date(found, ZoneInfo(zone))
