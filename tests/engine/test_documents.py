"""Documents at rest: whose they are, what stays when they are destroyed, and that nothing corrupted is ever given."""

import io
import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pyrage.x25519 import Identity
from sqlalchemy import text

from reviewflow.engine.call import Call
from reviewflow.engine.documents import master
from reviewflow.engine.documents.left_over import forget_left_over
from reviewflow.engine.documents.shelf import PIECE
from reviewflow.engine.documents.store import store
from reviewflow.errors import Forbidden, Invalid, NotFound, Refused, Stale, TooLarge, Unavailable
from reviewflow.ledger.contents import contents
from reviewflow.nouns.commands.document import AttachDocument, DestroyDocument, ShareDocument
from reviewflow.nouns.commands.parts import AddNote
from reviewflow.nouns.commands.review import Open, Withdraw
from reviewflow.store import blobs
from reviewflow.store.database import pragma, reading, transaction
from reviewflow.views.documents import documents, open_document
from reviewflow.views.look import looking
from tests.databases import SQLITE, File
from tests.engine import corruption
from tests.engine import shelf as s
from tests.engine import world as w
from tests.engine.reviews import start_review
from tests.walls import as_the_working_role

TEXT = b"the words of a lab " * 9000  # of more than two verified pieces


@pytest.fixture
def world(tmp_path: Path, database_kind: str) -> w.World:
    """A world with a key of its own."""
    made = w.new_world()
    s.with_key(made, tmp_path, limit_mib=2)
    return made


@pytest.fixture
def ref(world: w.World) -> str:
    """A review that runs."""
    return start_review(world, "tolls")


def opened(world: w.World, ref: str, no: int, who: str | None) -> bytes:
    """Its bytes for somebody, through the door that all doors use."""
    return b"".join(open_document(world.engine, world.settings, ref, no, who, world.now, "test").pieces)


def test_what_goes_in_comes_out_and_nothing_plain_is_stored(world: w.World, ref: str) -> None:
    """Both sides read a lab's document; the database holds no word of it, and the journal its digest, size and name."""
    stored = s.attach(world, ref, TEXT, wish=s.label(marking="PROPRIETARY"))
    assert (stored.size, stored.digest) == (len(TEXT), s.digest(TEXT))
    for who in (w.OFFICER, w.VIEWER, w.REVIEWER, w.DECIDER, None):
        assert opened(world, ref, stored.no, who) == TEXT
    chunks = world.query("SELECT body FROM blob_chunk")
    assert chunks and not any(TEXT[:19] in bytes(body) for (body,) in chunks)
    event = world.journal(ref)[-1]
    assert event["name"] == "document_attached" and not event["is_internal"]
    assert event["data"] | {"size": len(TEXT), "digest": s.digest(TEXT), "name": "card.pdf"} == event["data"]
    keys = [
        value for row in world.query("SELECT wrapped FROM blob UNION SELECT wrapped FROM review_key") for value in row
    ]
    assert not any(key.splitlines()[1] in repr(event) for key in keys)
    assert "AGE-SECRET-KEY" not in repr(keys) + repr(event)


def test_large_ones_are_stored_in_pieces(world: w.World, ref: str) -> None:
    """A document of more than a piece stands in several rows, none longer than a piece, and no more is in memory."""
    data = os.urandom(PIECE + 70_000)

    class Thin(io.BytesIO):
        most = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.most = max(self.most, len(self.getbuffer()) if size is None or size < 0 else size)
            return super().read(size)

    stream = Thin(data)
    store(world.engine, world.settings, Call(ref, s.label(), w.OFFICER), stream, lambda: world.now)
    assert stream.most <= 1 << 16
    lengths = [length for (length,) in world.query("SELECT length(body) FROM blob_chunk ORDER BY no")]
    assert len(lengths) == 2 and max(lengths) == PIECE
    assert opened(world, ref, 1, w.OFFICER) == data


def test_agency_keeps_its_own_until_it_shares_it(world: w.World, ref: str) -> None:
    """The lab sees neither the document nor that there is one; once shared it reads it, and the journal says what."""
    stored = s.attach(world, ref, TEXT, w.REVIEWER)
    assert world.journal(ref)[-1]["is_internal"]
    with pytest.raises(NotFound):
        opened(world, ref, stored.no, w.OFFICER)
    with pytest.raises(Refused, match="no document 1"):
        world.do(w.OFFICER, ref, DestroyDocument(document=1, reason="x"))
    assert opened(world, ref, stored.no, w.REVIEWER) == TEXT
    world.do(w.DECIDER, ref, ShareDocument(document=stored.no))
    assert opened(world, ref, stored.no, w.OFFICER) == TEXT
    event = world.journal(ref)[-1]
    assert not event["is_internal"] and event["data"]["digest"] == s.digest(TEXT)
    (told,) = contents([{"events": [event for event in world.journal(ref) if not event["is_internal"]]}])["documents"]
    assert (told["digest"], told["size"], told["name"]) == (s.digest(TEXT), len(TEXT), "card.pdf")
    with pytest.raises(Refused, match="shared already"):
        world.do(w.DECIDER, ref, ShareDocument(document=stored.no))
    with pytest.raises(Refused, match="attached by the agency"):
        world.do(w.OFFICER, ref, DestroyDocument(document=1, reason="x"))


def test_draft_is_the_labs_alone(world: w.World) -> None:
    """Nobody of the agency reads or attaches a document of what was not filed."""
    ref = world.do(w.OFFICER, None, Open(model=w.models()[0])).ref
    s.attach(world, ref, TEXT)
    assert opened(world, ref, 1, w.VIEWER) == TEXT
    for who in (w.DECIDER, w.INTAKE, w.RIVAL):
        with pytest.raises(NotFound):
            opened(world, ref, 1, who)
        with pytest.raises(NotFound):
            s.attach(world, ref, TEXT, who)


def test_who_may_not_attach_sends_nothing(world: w.World, ref: str) -> None:
    """A stranger, a viewer, and one who has read an old version are refused before a byte of theirs is read."""

    class Untouched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("read")

    for who, error in ((w.RIVAL, NotFound), (w.VIEWER, Forbidden), (w.AUDITOR, Forbidden), (w.ADMIN, Forbidden)):
        with pytest.raises(error):
            store(world.engine, world.settings, Call(ref, s.label(), who), Untouched(), lambda: world.now)
    with pytest.raises(Stale):
        call = Call(ref, s.label(), w.OFFICER, if_version=1)
        store(world.engine, world.settings, call, Untouched(), lambda: world.now)
    assert world.query("SELECT * FROM blob") == []


def test_destroyed_is_destroyed(world: w.World, ref: str) -> None:
    """Key and bytes go in the same transaction; name and digest stay, also when the review is over."""
    s.attach(world, ref, TEXT)
    world.do(w.OFFICER, ref, Withdraw(reason="another day"))
    world.do(w.OFFICER, ref, DestroyDocument(document=1, reason="no longer needed"))
    assert world.query("SELECT wrapped FROM blob") == [(None,)]
    assert world.query("SELECT * FROM blob_chunk") == []
    row = s.row_of(world, ref, 1)
    assert (row["state"], row["digest"], row["destroyed_at"]) == ("destroyed", s.digest(TEXT), world.now)
    with pytest.raises(Refused, match="was destroyed"):
        opened(world, ref, 1, w.OFFICER)
    with pytest.raises(Refused, match="was destroyed"):
        world.do(w.OFFICER, ref, DestroyDocument(document=1, reason="again"))


def test_key_that_is_destroyed_leaves_the_files(world: w.World, ref: str) -> None:
    """Of an SQLite database neither the file nor its log holds the wrapped key, whatever SQLite was compiled with."""
    s.attach(world, ref, TEXT)
    [(wrapped,)] = world.query("SELECT wrapped FROM blob")
    if not isinstance(world.database, File):
        assert wrapped  # a server's files are its own: VACUUM and its archives are its operator's
        return
    world.query("PRAGMA wal_checkpoint")
    files = [world.database.file.with_name(world.database.file.name + end) for end in ("", "-wal")]
    held = [[line.encode() in file.read_bytes() for file in files] for line in wrapped.splitlines()[1:-1]]
    assert all(any(each) for each in held)
    world.do(w.OFFICER, ref, DestroyDocument(document=1, reason="x"))
    for line in wrapped.splitlines()[1:-1]:
        assert [line.encode() in file.read_bytes() for file in files] == [False, False]
    with reading(world.engine) as connection:
        assert (pragma(connection, "secure_delete"), pragma(connection, "busy_timeout")) == (1, 30_000)


def test_what_is_refused_leaves_nothing(world: w.World, ref: str) -> None:
    """Too long, empty, broken off, badly named: no row and no byte stays."""
    before = world.dump()

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise Invalid("The body broke off.")

    with pytest.raises(TooLarge, match="2 MiB"):
        s.attach(world, ref, bytes(2 * PIECE + 1))
    with pytest.raises(Invalid, match="empty"):
        s.attach(world, ref, b"")
    with pytest.raises(Invalid, match="broke off"):
        store(world.engine, world.settings, Call(ref, s.label(), w.OFFICER), Broken(), lambda: world.now)
    for name in ("../../etc/passwd", "a\\b", ".."):
        with pytest.raises(Refused, match="without folders"):
            s.attach(world, ref, TEXT, wish=s.label(name))
    for unseen in ("card\u202efdp.exe", "a\u200bb", "\ufeffcard.pdf", "\ue000", "\u0378", "a\u2028b"):
        for wish in (s.label(unseen), s.label(marking=unseen)):
            with pytest.raises(Invalid, match=f"U.{ord(next(c for c in unseen if ord(c) > 127)):04X}.*leave them out"):
                s.attach(world, ref, TEXT, wish=wish)
    with pytest.raises(Invalid, match="name is empty"):
        s.attach(world, ref, TEXT, wish=s.label(""))
    assert world.dump() == before
    assert world.query("SELECT * FROM blob") == world.query("SELECT * FROM blob_chunk") == []


def test_it_is_recorded_when_all_of_it_is_in(world: w.World, ref: str) -> None:
    """Bytes that end on a later day are of that day; what was recorded meanwhile is no step back of the clock."""
    ends_at = world.now + timedelta(days=1)

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if world.now != ends_at:
                world.now = ends_at
                world.do(w.REVIEWER, ref, AddNote(text="Meanwhile."))
            return super().read(size)

    stored = store(world.engine, world.settings, Call(ref, s.label(), w.OFFICER), Slow(TEXT), lambda: world.now)
    assert stored.at == s.row_of(world, ref, 1)["supplied_at"] == ends_at
    assert world.journal(ref)[-1]["recorded_at"] == world.journal(ref)[-1]["effective_at"] == ends_at


def test_a_review_keeps_so_much_and_no_more(world: w.World, ref: str) -> None:
    """What there is no room for is refused plainly and leaves nothing, at the latest at its end; destroying makes room.

    Under its key one is asked for again also where there is no room for it twice.
    """
    documents = replace(world.settings.server.documents, review_mib=1)
    world.settings = replace(world.settings, server=replace(world.settings.server, documents=documents))
    s.attach(world, ref, bytes(600_000), key="k")
    with pytest.raises(Refused, match="more than 1 MiB, and no more is kept"):
        s.attach(world, ref, bytes(600_000))

    class Overtaken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if not self.tell():
                s.attach(world, ref, bytes(300_000))
            return super().read(size)

    with pytest.raises(Refused, match="no more is kept"):
        store(
            world.engine, world.settings, Call(ref, s.label(), w.OFFICER), Overtaken(bytes(300_000)), lambda: world.now
        )
    assert s.attach(world, ref, bytes(600_000), key="k").no == 1
    assert [len(world.query(f"SELECT * FROM {table}")) for table in ("review_document", "blob")] == [2, 2]
    world.do(w.OFFICER, ref, DestroyDocument(document=1, reason="x"))
    s.attach(world, ref, bytes(600_000))


def test_bytes_cannot_be_borrowed(world: w.World, ref: str) -> None:
    """The command alone binds no bytes but those that were stored whole, for this review, and for no other document."""
    s.attach(world, ref, TEXT)
    taken = s.row_of(world, ref, 1)["blob"]
    other = start_review(world, "tolls", w.models()[1])
    for where, blob in ((ref, taken), (other, taken), (ref, "none")):
        with pytest.raises(Refused, match="not there"):
            world.do(w.OFFICER, where, AttachDocument(name="x", size=1, digest="0" * 64, blob=blob))


def test_asked_again_under_its_key_it_is_attached_once(world: w.World, ref: str) -> None:
    """The answer is the one of before; the bytes that came in the second time are gone again."""
    first, again = (s.attach(world, ref, TEXT, key="k-1") for _ in range(2))
    assert first == again
    assert [len(world.query(f"SELECT * FROM {table}")) for table in ("review_document", "blob")] == [1, 1]
    with pytest.raises(Invalid, match="used for another command"):
        s.attach(world, ref, TEXT + b"!", key="k-1")


def test_left_over_bytes_are_swept_after_a_day(world: w.World, ref: str) -> None:
    """What belongs to no document goes, not before; what belongs to one stays, and so does that it was destroyed."""
    for _ in range(2):
        s.attach(world, ref, TEXT)
    world.do(w.OFFICER, ref, DestroyDocument(document=2, reason="x"))
    columns = "ref, subject, wrapped, size, made_at"
    world.query(f"INSERT INTO blob ({columns}) SELECT 'left', {columns[5:]} FROM blob WHERE wrapped IS NOT NULL")
    world.query("INSERT INTO blob_chunk SELECT 'left', no, body FROM blob_chunk")
    assert forget_left_over(world.engine, world.now + timedelta(hours=23)) is False
    assert len(world.query("SELECT * FROM blob")) == 3
    forget_left_over(world.engine, world.now + timedelta(hours=25))
    assert len(world.query("SELECT * FROM blob")) == 2
    assert world.query("SELECT * FROM blob_chunk WHERE blob = 'left'") == []
    assert opened(world, ref, 1, w.OFFICER) == TEXT


def test_readings_of_an_agency_are_on_record(world: w.World, ref: str) -> None:
    """Who of the agency was given a document stands there; who was refused one does not."""
    s.attach(world, ref, TEXT)
    opened(world, ref, 1, w.OFFICER)
    with pytest.raises(NotFound):
        opened(world, ref, 2, w.REVIEWER)
    opened(world, ref, 1, w.REVIEWER)
    assert world.query("SELECT person, what, door FROM reading") == [(w.REVIEWER, "document 1", "test")]


def test_card_lists_what_its_reader_may_see(world: w.World, ref: str) -> None:
    """With digests, without the name of the bytes; the agency's own is not in the lab's card."""
    s.attach(world, ref, TEXT)
    s.attach(world, ref, b"internal", w.REVIEWER)
    for who, count in ((w.OFFICER, 1), (w.REVIEWER, 2), (None, 2)):
        with looking(world.engine, world.settings, who, world.now) as look:
            found = documents(look, look.subject(None, ref))
        assert len(found) == count
        assert found[0]["digest"] == s.digest(TEXT) and "blob" not in found[0]


def test_key_is_asked_for_and_looked_after(world: w.World, ref: str, tmp_path: Path) -> None:
    """Missing, readable by others, another's, or no key: said plainly, and nothing is stored or given."""
    file = tmp_path / "documents.key"
    assert file.stat().st_mode & 0o777 == 0o600
    s.attach(world, ref, TEXT)
    good = file.read_text()
    other = start_review(world, "tolls", w.models()[1])
    assert list(master.faults(world.engine, world.settings)) == []
    for spoil, why in (
        (lambda: file.chmod(0o640), "read by others"),
        (lambda: file.write_text("no key\n"), "no key of age"),
        (lambda: file.write_text(f"{Identity.generate()}\n"), "another|not open"),
        (lambda: file.unlink(), "missing"),
    ):
        spoil()
        (says, remedy), *_ = master.faults(world.engine, world.settings)
        assert str(file) in says and remedy
        for attempt in (lambda: s.attach(world, ref, TEXT), lambda: s.attach(world, other, TEXT),
                        lambda: opened(world, ref, 1, w.OFFICER)):  # fmt: skip
            with pytest.raises(Unavailable, match=why) as told:
                attempt()
            assert str(tmp_path) not in str(told.value)
        assert master.make(world.engine, world.settings) is None  # documents rest on the old one
        file.write_text(good)
        file.chmod(0o600)
    assert opened(world, ref, 1, w.OFFICER) == TEXT


def test_keys_open_only_what_is_below_them(world: w.World, ref: str) -> None:
    """A review's key opens no other review's document, whatever is moved in the database."""
    other = start_review(world, "tolls", w.models()[1])
    s.attach(world, ref, TEXT)
    s.attach(world, other, b"other words")
    mine, theirs = s.row_of(world, ref, 1)["blob"], s.row_of(world, other, 1)["blob"]
    world.query("DELETE FROM blob_chunk WHERE blob = ?", mine)
    world.query("UPDATE blob_chunk SET blob = ? WHERE blob = ?", mine, theirs)
    world.query("UPDATE blob SET wrapped = (SELECT wrapped FROM blob WHERE ref = ?) WHERE ref = ?", theirs, mine)
    with pytest.raises(Unavailable, match="does not open its key"):
        opened(world, ref, 1, w.OFFICER)


def test_reader_that_goes_away_leaves_no_thread(world: w.World, ref: str) -> None:
    """Who takes a piece and no more holds nothing up."""
    s.attach(world, ref, os.urandom(2 * PIECE))
    taken = s.given(world, ref, 1)
    assert next(taken)
    taken.close()  # type: ignore[attr-defined]
    for thread in [one for one in threading.enumerate() if one.name == "document"]:
        thread.join(10)
        assert not thread.is_alive()


def test_walls_hold(world: w.World, ref: str) -> None:
    """Through the walls a lab's transaction finds none of the agency's bytes, a rival's nothing; the work goes on."""
    if world.database.kind == SQLITE:
        assert world.engine.dialect.name == SQLITE  # which has no walls
        return
    world.engine = as_the_working_role(world.database)
    s.attach(world, ref, TEXT)
    s.attach(world, ref, b"internal", w.REVIEWER)
    for who, count in {None: 2, w.OFFICER: 1, w.REVIEWER: 2, w.RIVAL: 0, w.HALTER: 0}.items():
        with reading(world.engine, who) as connection:
            assert connection.execute(text("SELECT count(*) FROM blob_chunk")).scalar() == count
    assert opened(world, ref, 1, w.REVIEWER) == TEXT
    s.attach(world, ref, TEXT, key="k")
    s.attach(world, ref, TEXT, key="k")
    world.do(w.OFFICER, ref, DestroyDocument(document=1, reason="x"))
    assert world.query("SELECT count(*) FROM blob") == [(3,)]
    world.engine.dispose()


@pytest.mark.parametrize("seed", [3])
def test_nothing_corrupted_is_given(database_kind: str, tmp_path: Path, seed: int) -> None:
    """Bits, cuts, swaps, doubles, foreign pieces and keys: each is refused; a careless reader is found out at once."""
    shelf = s.Shelf(seed, tmp_path, (1, 100, 65_536, 65_537, 1_100_000))
    for fault in (corruption.unauthenticated, corruption.undigested):
        with fault():
            assert corruption.corrupt(shelf, 40, seed).faults
    tally = corruption.corrupt(shelf, 120, seed)
    assert tally.faults == []
    assert set(tally.tried) >= corruption.KINDS.keys() - {"gone"} and tally.tried.total() == 120
    assert tally.late
    shelf.world.close()


def test_transaction_that_fails_destroys_nothing(world: w.World, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes go with the fact or not at all."""
    s.attach(world, ref, TEXT)
    erase = blobs.erase

    def fail(*given: object) -> None:
        erase(*given)  # type: ignore[arg-type]
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(blobs, "erase", fail)
    with pytest.raises(Unavailable):
        world.do(w.OFFICER, ref, DestroyDocument(document=1, reason="x"))
    monkeypatch.undo()
    with transaction(world.engine):
        pass
    assert opened(world, ref, 1, w.OFFICER) == TEXT
