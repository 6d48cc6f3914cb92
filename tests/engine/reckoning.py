"""What must be true after chaos: of notices, of what callers were told, of letters; each fault a sentence."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reviewflow.engine.audit import audit
from reviewflow.store.database import Engine
from tests.databases import Database
from tests.engine.diary import Line, lines

RAISED = "name IN ('deadline_approaching', 'deadline_reached', 'deadline_missed')"
Raised = dict[tuple[str, int, str], list[tuple[str, str]]]  # in effect and recorded, of each notice of a deadline


@dataclass
class Reckoning:
    """What was counted, and what is wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def chains(engine: Engine, found: Reckoning) -> None:
    """Every chain verifies, and every row is what its journal says."""
    walked = audit(engine)
    found.counts |= {"subjects": walked.subjects, "events": walked.events}
    found.faults += [f"{broken.subject}/{broken.seq}: {broken.reason}" for broken in walked.breaks]


def notices(database: Database, found: Reckoning) -> None:
    """Each once, none early, none missing of a deadline that ran out, each with its one event."""
    rows = database.query(
        f"SELECT subject, seq, data, effective_at, recorded_at FROM event WHERE {RAISED} ORDER BY subject, seq"
    )
    raised: Raised = {}
    for ref, _, data, effective_at, recorded_at in rows:
        said = json.loads(data)
        raised.setdefault((ref, said["deadline"], said["notice"]), []).append((effective_at, recorded_at))
    found.counts["notices"] = len(rows)
    found.faults += [f"{key}: raised {len(many)} times" for key, many in raised.items() if len(many) > 1]
    noted = Counter(
        (str(r), int(n), str(m)) for r, n, m in database.query("SELECT subject, deadline_no, name FROM notice")
    )
    if noted != Counter({key: len(many) for key, many in raised.items()}):
        found.faults.append("the table of notices is not what the journal says")
    owed = "SELECT subject, no, status, notices, withdrawn_at FROM deadline LEFT JOIN review ON ref = subject"
    for ref, no, status, planned, gone_at in database.query(owed):
        still = [[name, at] for name, at in json.loads(planned) if not gone_at or _whole(at) < _whole(gone_at)]
        found.faults += _of_deadline((str(ref), int(no)), str(status), still, raised)


def _of_deadline(
    of: tuple[str, int],
    status: str,
    planned: Sequence[Sequence[str]],
    raised: dict[tuple[str, int, str], list[tuple[str, str]]],
) -> Iterator[str]:
    for name, at in planned:
        for effective_at, recorded_at in raised.get((*of, name), ()):
            if _whole(effective_at) != _whole(at) or _whole(recorded_at) < _whole(at):
                yield f"{of} {name}: due at {at}, in effect {effective_at}, recorded {recorded_at}"
        if status == "missed" and (*of, name) not in raised:
            yield f"{of} {name}: due at {at} and never raised"


def _whole(at: str) -> str:
    """Instants as text, all in one form."""
    return at.replace("+00:00", "Z").replace(" ", "T").replace(".000000", "").removesuffix("Z")


def commands(database: Database, diaries: Sequence[Path], found: Reckoning) -> None:
    """What was acknowledged is there once, as it was told; what was refused is not; nothing is there twice."""
    told = list(lines(*diaries))
    heads = {(str(r), int(n)): str(d) for r, n, d in database.query("SELECT subject, seq, digest FROM event")}
    written = Counter(str(text) for (text,) in database.query("SELECT text FROM note"))
    written += Counter(str(name) for (name,) in database.query("SELECT name FROM model"))
    kept = {str(key).rpartition(" ")[2] for (key,) in database.query("SELECT key FROM answer")}
    asked = {line["asked"]["key"]: line["asked"]["what"] for line in told if "asked" in line}
    found.faults += [f"{key}: done {written[key]} times" for key in asked if written[key] > 1]
    for line in told:
        if "crashed" in line:
            found.faults.append(f"crashed: {line['crashed']}")
        if "unavailable" in line:
            found.counts["told that the database cannot be reached"] += 1
        if "done" in line:
            found.counts["commands acknowledged"] += 1
            found.faults += _told(line, asked[line["done"]], heads, written, kept)
        if "refused" in line:
            found.counts["commands refused"] += 1
            if written[line["refused"]] or line["refused"] in kept:
                found.faults.append(f"{line['refused']}: told that it is refused, and it is done")


def _told(
    line: Line, what: str, heads: dict[tuple[str, int], str], written: Counter[str], kept: set[str]
) -> Iterator[str]:
    key = line["done"]
    if heads.get((line["ref"], line["seq"])) != line["head"]:
        yield f"{key}: acknowledged as {line['ref']}/{line['seq']}, and that is not on record"
    if what in ("note", "shared", "model") and written[key] != 1:
        yield f"{key}: acknowledged, and there {written[key]} times"
    if key not in kept:
        yield f"{key}: acknowledged, and no answer is kept"


def letters(database: Database, sent: Sequence[Path], workers: Sequence[Path], found: Reckoning) -> None:
    """Every copy is sent or set aside, what is sent went out, and no letter has an id that is not on record."""
    went = Counter(line["id"] for line in lines(*sent))
    rows = database.query("SELECT letter, status, sent_at FROM delivery")
    found.counts["copies"], found.counts["letters sent"] = len(rows), len(went)
    found.counts["letters sent more than once"] = sum(many > 1 for many in went.values())
    found.counts["copies set aside"] = sum(status == "set_aside" for _, status, _ in rows)
    for letter, status, sent_at in rows:
        if status == "pending":
            found.faults.append(f"letter {letter} is still owed")
        if status == "sent" and sent_at is not None and str(letter) not in went:
            found.faults.append(f"letter {letter} is marked as sent, and never went out")
    strange = went.keys() - {str(letter) for letter, _, _ in rows}
    found.faults += [f"letter {letter} went out, and is not on record" for letter in strange]
    for line in lines(*workers):
        for name in ("stolen", "refused"):
            found.counts[f"leases {name}" if name == "stolen" else "fenced writes refused"] += line.get(
                "delivered", {}
            ).get(name, 0)
        if "unavailable" in line:
            found.counts["passes that the database broke off"] += 1
        if "crashed" in line:
            found.faults.append(f"crashed: {line['crashed']}")
