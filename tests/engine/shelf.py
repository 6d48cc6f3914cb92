"""Documents of a running review, stored as any other, to be read, corrupted and read again."""

import hashlib
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from reviewflow.engine.call import Call
from reviewflow.engine.documents import master
from reviewflow.engine.documents.read import read
from reviewflow.engine.documents.store import Stored, store
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.subject import Row
from tests import databases
from tests.engine import world as w
from tests.engine.reviews import start_review


def with_key(world: w.World, folder: Path, *, limit_mib: int = 100) -> None:
    """Let a world have a key of its own in a folder."""
    documents = replace(world.settings.server.documents, key=str(folder / "documents.key"), limit_mib=limit_mib)
    world.settings = replace(world.settings, server=replace(world.settings.server, documents=documents))
    assert master.make(world.engine, world.settings) == folder / "documents.key"


def label(name: str = "card.pdf", *, shared: bool = False, marking: str = "") -> AttachDocument:
    """What is said of a document before its bytes have come in."""
    kind = "application/pdf"
    return AttachDocument(name=name, media_type=kind, shared=shared, marking=marking, size=0, digest="", blob="")


def attach(
    world: w.World, ref: str, data: bytes, who: str = w.OFFICER, wish: AttachDocument | None = None,
    key: str | None = None,
) -> Stored:  # fmt: skip
    """Store it, as a door does."""
    call = Call(ref, wish or label(), who, key=key)
    return store(world.engine, world.settings, call, io.BytesIO(data), lambda: world.now)


def row_of(world: w.World, ref: str, no: int) -> Row:
    """What is on record of a document."""
    return world.subject(ref).parts["review_document"][no]


def given(world: w.World, ref: str, no: int, who: str | None = None) -> Iterator[bytes]:
    """Its bytes, piece by piece."""
    return read(world.engine, world.settings, row_of(world, ref, no), who)


FEARLESS = {databases.SQLITE: "PRAGMA synchronous=OFF", databases.POSTGRESQL: "SET synchronous_commit = off"}


class Shelf:
    """A review with documents of several sizes; two of each small size, so that there is one to exchange."""

    def __init__(self, seed: int, folder: Path, sizes: tuple[int, ...]) -> None:
        self.world, rng = w.new_world(seed), random.Random(seed)
        with_key(self.world, folder)
        self.ref = start_review(self.world, "tolls")
        self.plain: dict[int, bytes] = {}
        for size in sizes:
            for _ in range(2):
                data = rng.randbytes(size)
                self.plain[attach(self.world, self.ref, data).no] = data
        self.rows = {no: row_of(self.world, self.ref, no) for no in self.plain}
        other = start_review(self.world, "tolls", w.models()[1])
        attach(self.world, other, b"other words")
        self.master = master.master(self.world.engine, self.world.settings)
        found = self.world.query("SELECT subject, wrapped, recipient, made_at FROM review_key")
        self._keys = {subject: row for subject, *row in found}
        self.world.query(FEARLESS[self.world.database.kind])  # of the hand that corrupts
        self.above, self.foreign = (str(self._keys[ref][0]) for ref in (self.ref, other))

    def given(self, no: int, who: str | None = None) -> Iterator[bytes]:
        """Its bytes; looked up once, since its label does not change."""
        return read(self.world.engine, self.world.settings, self.rows[no], who)

    def chunks(self, no: int) -> list[bytes]:
        """What is stored of it."""
        rows = self.world.query("SELECT body FROM blob_chunk WHERE blob = ? ORDER BY no", self.rows[no]["blob"])
        return [bytes(body) for (body,) in rows]

    def wrapped(self, no: int) -> str:
        """Its key."""
        return str(self.world.query("SELECT wrapped FROM blob WHERE ref = ?", self.rows[no]["blob"])[0][0])

    def put(self, no: int, chunks: list[bytes], wrapped: str | None, above: str | None = "") -> None:
        """Store other bytes, another key, and another one of its review, in its place; empty: that stays."""
        world, blob = self.world, self.rows[no]["blob"]
        world.query("BEGIN")
        world.query("DELETE FROM blob_chunk WHERE blob = ?", blob)
        for number, body in enumerate(chunks, 1):
            world.query("INSERT INTO blob_chunk (blob, no, body) VALUES (?, ?, ?)", blob, number, body)
        world.query("UPDATE blob SET wrapped = ? WHERE ref = ?", wrapped, blob)
        if above != "":
            world.query("DELETE FROM review_key WHERE subject = ?", self.ref)
        if above:
            columns, (_, *more) = "subject, wrapped, recipient, made_at", self._keys[self.ref]
            world.query(f"INSERT INTO review_key ({columns}) VALUES (?, ?, ?, ?)", self.ref, above, *more)
        world.query("COMMIT")


def digest(data: bytes) -> str:
    """As it stands on record."""
    return hashlib.sha256(data).hexdigest()
