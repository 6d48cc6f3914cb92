"""Everything that can befall stored bytes, at random, and whether any of it is given out all the same."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple
from unittest.mock import patch

from pyrage import encrypt
from pyrage.x25519 import Identity

from reviewflow.engine.documents.cipher import Broken, Readable, Writable, unseal, wrap
from reviewflow.errors import OutOfService, Unavailable
from tests.engine.shelf import Shelf

STREAM = (1 << 16) + 16  # bytes of one verified piece within what is stored


class Stored(NamedTuple):
    """The pieces of a document, its key, and its review's, each wrapped; None: it is gone, empty: it is as it was."""

    pieces: list[bytes]
    key: str | None
    above: str | None = ""


Corrupt = Callable[[random.Random, Shelf, int, bytes, str], Stored]


def _cut(body: bytes, sizes: int = 1 << 20) -> list[bytes]:
    return [body[at : at + sizes] for at in range(0, len(body), sizes)]


def _flip(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    changed = bytearray(body)
    for _ in range(rng.choice((1, 1, 1, 2, 9))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return Stored(_cut(bytes(changed)), key)


def _truncate(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    ends = [rng.randrange(len(body)), len(body) - 1, *range(_header(body), len(body), STREAM)]
    return Stored(_cut(body[: rng.choice(ends)]), key)


def _header(body: bytes) -> int:
    """Where the verified pieces begin: behind the line of the header's own authentication, and a nonce."""
    return body.index(b"\n", body.index(b"\n--- ") + 1) + 1 + 16


def _append(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    return Stored(_cut(body + rng.choice((b"\0", rng.randbytes(rng.randrange(1, 99)), body[-STREAM:], body))), key)


def _pieces(rng: random.Random, body: bytes) -> tuple[bytes, list[bytes]]:
    at = _header(body)
    return body[:at], _cut(body[at:], STREAM)


def _reorder(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    head, pieces = _pieces(rng, body)
    if len(pieces) < 2:
        return _flip(rng, shelf, no, body, key)
    a, b = rng.sample(range(len(pieces)), 2)
    pieces[a], pieces[b] = pieces[b], pieces[a]
    return Stored(_cut(head + b"".join(pieces)), key)


def _duplicate(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    head, pieces = _pieces(rng, body)
    at = rng.randrange(len(pieces))
    pieces.insert(rng.randrange(len(pieces) + 1), pieces[at])
    return Stored(_cut(head + b"".join(pieces)), key)


def _leave_out(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    head, pieces = _pieces(rng, body)
    del pieces[rng.randrange(len(pieces))]
    return Stored(_cut(head + b"".join(pieces)), key)


def _rows(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    """The rows as they are stored: swapped, doubled or lost."""
    rows = _cut(body)
    if len(rows) < 2:
        return Stored([*rows, *rows], key)
    a, b = rng.sample(range(len(rows)), 2)
    match rng.randrange(3):
        case 0:
            rows[a], rows[b] = rows[b], rows[a]
        case 1:
            rows.insert(a, rows[b])
        case _:
            del rows[a]
    return Stored(rows, key)


def _foreign_piece(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    head, pieces = _pieces(rng, body)
    _, others = _pieces(rng, b"".join(shelf.chunks(_other(rng, shelf, no))))
    pieces[rng.randrange(len(pieces))] = rng.choice(others)
    return Stored(_cut(head + b"".join(pieces)), key)


def _exchange(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    """Another whole document of the same review, with its key: every byte of it is authentic."""
    other = _other(rng, shelf, no)
    return Stored(shelf.chunks(other), shelf.wrapped(other))


def _foreign_key(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    """Another's key; one wrapped for nobody here; or, with the bytes, somebody's own."""
    stranger = Identity.generate()
    match rng.randrange(3):
        case 0:
            return Stored(_cut(body), shelf.wrapped(_other(rng, shelf, no)))
        case 1:
            return Stored(_cut(body), encrypt(str(stranger).encode(), [stranger.to_public()], armored=True).decode())
        case _:
            own = encrypt(shelf.plain[no], [stranger.to_public()])
            return Stored(_cut(own), encrypt(str(stranger).encode(), [stranger.to_public()], armored=True).decode())


def _spoil_key(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    return Stored(_cut(body), rng.choice((_spoilt(rng, key), None, key[: len(key) // 2])))


def _spoilt(rng: random.Random, key: str) -> str:
    """With another sign somewhere."""
    lines = key.splitlines()
    at = rng.randrange(1, len(lines) - 2)
    place = rng.randrange(len(lines[at]))
    sign = rng.choice([sign for sign in "ABCDEFGHabcdefgh0123456789" if sign != lines[at][place]])
    lines[at] = lines[at][:place] + sign + lines[at][place + 1 :]
    return "\n".join(lines) + "\n"


def _review_key(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    """Spoilt, gone, cut, or another review's."""
    above = shelf.above
    return Stored(_cut(body), key, rng.choice((_spoilt(rng, above), None, above[: len(above) // 2], shelf.foreign)))


def _forged(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    """Other bytes under keys of one's own, the uppermost wrapped for the installation's, as its public half allows.

    All that age can verify is right; what was put on record is not.
    """
    own, review = Identity.generate(), Identity.generate()
    plain = bytes(sign ^ 1 for sign in shelf.plain[no][:9]) + shelf.plain[no][9:]
    pieces = _cut(encrypt(plain, [own.to_public()]))
    return Stored(pieces, wrap(own, review), wrap(review, shelf.master))


def _nothing(rng: random.Random, shelf: Shelf, no: int, body: bytes, key: str) -> Stored:
    return Stored([], key)


def _other(rng: random.Random, shelf: Shelf, no: int) -> int:
    return rng.choice([other for other in shelf.plain if other != no])


KINDS: dict[str, Corrupt] = {
    "flipped bits": _flip, "cut off": _truncate, "longer": _append, "reordered": _reorder, "doubled": _duplicate,
    "left out": _leave_out, "rows": _rows, "foreign piece": _foreign_piece, "exchanged": _exchange,
    "foreign key": _foreign_key, "spoiled key": _spoil_key, "gone": _nothing,
    "review's key": _review_key, "forged": _forged,
}  # fmt: skip
WEIGHTS = (30, 15, 8, 8, 8, 8, 6, 6, 4, 4, 3, 1, 4, 3)


@dataclass
class Tally:
    """What was tried, and what of it was given out."""

    tried: Counter[str] = field(default_factory=Counter)
    late: int = 0  # of those that befell a document while it was being read
    faults: list[str] = field(default_factory=list)


def corrupt(shelf: Shelf, cases: int, seed: int) -> Tally:
    """Corrupt documents at random, so many times; each is whole again before the next."""
    rng, tally, due = random.Random(seed), Tally(), [*KINDS] * 2  # each kind at least once or twice, then by weight
    kept = {no: (b"".join(shelf.chunks(no)), shelf.wrapped(no)) for no in shelf.plain}
    weights = [1 / (1 + len(data) / 300_000) for data in shelf.plain.values()]
    while tally.tried.total() < cases:
        no = rng.choices(list(shelf.plain), weights)[0]
        body, key = kept[no]
        name = due.pop() if due else rng.choices(list(KINDS), WEIGHTS)[0]
        stored = KINDS[name](rng, shelf, no, body, key)
        if (b"".join(stored.pieces), stored.key, stored.above or shelf.above) == (body, key, shelf.above):
            continue  # nothing was changed
        tally.tried[name] += 1
        is_late = rng.random() < 0.05
        found = (_late if is_late else _at_once)(shelf, no, stored)
        tally.late += is_late
        if found:
            which = f"case {tally.tried.total()}, {name}, document {no} of {len(shelf.plain[no])} bytes"
            tally.faults.append(f"{which}: {found}")
        shelf.put(no, _cut(body), key, shelf.above)
    for no, data in shelf.plain.items():
        if b"".join(shelf.given(no)) != data:
            tally.faults.append(f"document {no} is not whole again")
    return tally


def _at_once(shelf: Shelf, no: int, stored: Stored) -> str | None:
    """It is refused before there is anything to read."""
    shelf.put(no, *stored)
    with _refused():
        shelf.given(no)
        return "it is given"
    return None


@contextmanager
def _refused() -> Iterator[None]:
    """Because of what is stored, and not because nothing can be read at all."""
    try:
        yield
    except OutOfService:
        raise
    except Unavailable:
        return


def _late(shelf: Shelf, no: int, stored: Stored) -> str | None:
    """Corrupted after it was verified and before it is taken: what comes is true, and it does not come to its end."""
    got, true = b"", shelf.plain[no]
    taken = shelf.given(no)
    shelf.put(no, *stored)
    with _refused():
        for piece in taken:
            got += piece
        return None if got == true else "something else was given, to its end"  # keys alone are not asked for again
    return None if true.startswith(got) and len(got) < len(true) else "more than the truth was given"


@contextmanager
def unauthenticated() -> Iterator[None]:
    """The seeded fault: what does not verify is the end of it, and nobody compares it with the record."""

    def careless(source: Readable, target: Writable, key: Identity) -> None:
        with suppress(Broken):
            unseal(source, target, key)

    with (
        patch("reviewflow.engine.documents.read.unseal", careless),
        patch("reviewflow.engine.documents.read._compare", lambda row, sink: None),
    ):
        yield


@contextmanager
def undigested() -> Iterator[None]:
    """Another: age alone, which does not know one whole document from another."""
    with patch("reviewflow.engine.documents.read._compare", lambda row, sink: None):
        yield
