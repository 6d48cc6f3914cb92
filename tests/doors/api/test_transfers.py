"""Bodies that come in: whose, how many at once, how slowly; and the names that they bring."""

from collections.abc import AsyncIterator
from encodings.aliases import aliases
from types import SimpleNamespace
from typing import Any, cast

import anyio
import pytest
from fastapi import Request

from reviewflow import clock
from reviewflow.api import transfers
from reviewflow.api.disposition import named
from reviewflow.api.transfers import AT_ONCE, OF_ONE, Body, Transfers
from reviewflow.errors import Invalid, Unavailable


def test_nobody_takes_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person has two, however he connects; whoever waits too long is sent away; what is given back is free."""
    monkeypatch.setattr(transfers, "WAIT_SECONDS", 0.02)

    async def story() -> None:
        places, left, held = Transfers(), anyio.Event(), []

        async def hold(who: str) -> None:
            async with places.place(who):
                held.append(who)
                await left.wait()

        async with anyio.create_task_group() as tasks:
            for number in range(AT_ONCE):
                if number == OF_ONE:
                    with pytest.raises(Unavailable, match="one person has room for"):
                        await hold("0")
                tasks.start_soon(hold, str(number // OF_ONE))
                await anyio.wait_all_tasks_blocked()
            assert len(held) == AT_ONCE
            with pytest.raises(Unavailable, match="as this server takes at once"):
                await hold("new")
            left.set()
        assert places._own == {}
        await hold("0")

    anyio.run(story)


def came(monkeypatch: pytest.MonkeyPatch, size: int, seconds: float, count: int = 9) -> int:
    """How much of a body is taken in, of which so much comes so often."""
    now = [0.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(count):
            now[0] += seconds
            await anyio.lowlevel.checkpoint()
            yield bytes(size)

    async def taken() -> int:
        body, total = Body(cast(Request, SimpleNamespace(stream=stream))), 0
        while piece := await body.piece():
            total += len(piece)
            now[0] += 1000  # what we do with it is not his delay
        return total

    found: Any = anyio.run(taken)
    return int(found)


def test_a_trickle_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow line is let finish; a byte now and then, which would hold a place for ever, is not."""
    assert came(monkeypatch, 1 << 20, 30) == 9 << 20
    with pytest.raises(Invalid, match="too slowly"):
        came(monkeypatch, 1, 30)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (None, ""),
        ("attachment", ""),
        ("attachment; filename=card.pdf", "card.pdf"),
        ('attachment; size=1; FileName="a; \\"b\\".pdf"', 'a; "b".pdf'),
        (r'attachment; filename="C:\papers\card.pdf"', "card.pdf"),
        ("attachment; filename=x; filename*=UTF-8''%C3%BCber.pdf", "über.pdf"),
        ("attachment; filename*=iso-8859-1'en'%FCber%2Fcard.pdf; filename=x", "card.pdf"),
        ("attachment; filename*=utf-8''it's.pdf", "it's.pdf"),
    ],
)
def test_names_are_read(head: str | None, name: str) -> None:
    """As RFC 6266 has them; the one in a charset counts, and no folders do."""
    assert named(head) == name


def test_names_in_other_charsets_are_refused() -> None:
    """Python knows many codecs, some of which are none of text: whichever is named, it is told and no fault."""
    for charset in {*aliases, *aliases.values(), "", "idna", "punycode", "undefined", "unicode_escape", "x" * 9999}:
        if charset not in ("utf-8", "iso-8859-1"):
            with pytest.raises(Invalid, match="neither in UTF-8 nor in ISO-8859-1"):
                named(f"attachment; filename*={charset}''x%ffy")
    for bad in ("UTF-8''x%ffy", "UTF-8''%ED%A0%80", "utf-8", "utf-8'x", "'"):
        with pytest.raises(Invalid, match="Content-Disposition"):
            named(f"attachment; filename*={bad}")
