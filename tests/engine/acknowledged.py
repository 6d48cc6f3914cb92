"""What was acknowledged against what is on record."""

from collections import Counter
from collections.abc import Iterator, Mapping

from reviewflow.engine.audit import audit
from reviewflow.engine.call import Done
from tests.engine import world as w
from tests.engine.invariants import assert_invariants
from tests.engine.outboxes import Post


def on_record(world: w.World, done: Mapping[str, Done], sent: Post, counts: Counter[str]) -> Iterator[str]:
    """All that was acknowledged, once; nothing half; every notice once; every letter out."""
    events = {(ref, seq): digest for ref, seq, digest in world.query("SELECT subject, seq, digest FROM event")}
    texts = Counter(str(text).split()[0] for (text,) in world.query("SELECT text FROM note"))
    texts += Counter(str(name) for (name,) in world.query("SELECT name FROM model"))
    for key, told in done.items():
        if events.get((told.ref, told.seq)) != told.head or texts[key] != 1:
            yield f"{key}: acknowledged, and it is there {texts[key]} times"
    yield from (str(broken) for broken in audit(world.engine).breaks)
    try:
        assert_invariants(world, is_ticked=True)
    except AssertionError as error:
        yield str(error)
    for status, many in world.query("SELECT status, count(*) FROM delivery WHERE status <> 'sent' GROUP BY 1"):
        yield f"{many} letters are {status}"
    owed = {str(letter) for (letter,) in world.query("SELECT DISTINCT letter FROM delivery WHERE sent_at IS NOT NULL")}
    yield from (f"letter {letter} was marked as sent and never went out" for letter in owed - sent.ids.keys())
    counts["letters"] = len(sent.ids)
    counts["letters sent again"] = sent.ids.total() - len(sent.ids)
    counts["notices"] = int(world.query("SELECT count(*) FROM notice")[0][0])
