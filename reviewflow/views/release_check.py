"""What stands on record when a model is about to be released; it never says that it is approved, for nothing is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from reviewflow.errors import Invalid
from reviewflow.nouns.commands.form import arg
from reviewflow.nouns.commands.review import Release
from reviewflow.nouns.gate import ReleaseFact
from reviewflow.nouns.states import FINAL_STATES, HaltState, Kind
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.guards.release import needed_acknowledgements
from reviewflow.rules.permissions import sees
from reviewflow.rules.release_facts import OWED, Record, facts
from reviewflow.rules.work import Work
from reviewflow.store import queries
from reviewflow.store.subjects import load
from reviewflow.views.look import Document, Look
from reviewflow.views.window_facts import window

IN_FORCE = (HaltState.ORDERED, HaltState.NARROWED)
CLEAN = "Nothing on record speaks against it."
PASSED = "None of the facts for which this check stops stands."
STANDS = "These facts stand."


@dataclass(frozen=True, kw_only=True)
class Check:
    """What is to be released, and for which facts the check stops."""

    ref: str = arg("the model's reference", place=True)
    policy: str = arg("the name of a check of server.toml: strict, release, halts, or the installation's own", "strict")
    digest: str | None = arg("SHA-256 (64 hex digits) of the checkpoint that is to be released", None)


def release_check(look: Look, asked: Check) -> Document:
    """The facts, and an exit code for a pipeline: 1 where one of those stands for which the check stops, else 0."""
    stops = _stops(look, asked)
    model = look.subject(Kind.MODEL, asked.ref)
    record, acknowledgements = _record(look, asked, model)
    review = record.review
    found = [{"fact": f.fact, "ref": f.ref, "says": f.says, "stops": f.fact in stops} for f in facts(record)]
    stands = any(one["stops"] for one in found)
    return {
        "ref": model.ref,
        "kind": model.kind,
        "version": model.seq,
        "head": model.head,
        "lab": model.row["lab"],
        "name": model.row["name"],
        "release_kind": model.row["release_kind"],
        "policy": asked.policy,
        "stops_at": list(stops),
        "review": review and _summary(review),
        "window": review and window(look, review),
        "facts": found,
        "hidden_by_scope": record.is_hidden,
        "acknowledgements": acknowledgements,
        "says": STANDS if stands else PASSED if found else CLEAN,
        "exit_code": int(stands),
    }


def _stops(look: Look, asked: Check) -> tuple[str, ...]:
    gates = look.stage.settings.server.api.gates
    faults = []
    if asked.policy not in gates:
        faults.append(f"There is no release check {asked.policy!r}; there is: {', '.join(sorted(gates))}.")
    if asked.digest is not None and not re.fullmatch(r"[0-9a-f]{64}", asked.digest):
        faults.append("The digest is the SHA-256 of a checkpoint, 64 hex digits in small letters.")
    if faults:
        raise Invalid(*faults)
    return tuple(dict.fromkeys((*gates[asked.policy], ReleaseFact.HIDDEN_BY_SCOPE)))  # nobody knows what that is


def _review(look: Look, model: Subject) -> Subject | None:
    """The one that counts: the open one, else that in which something happened last."""
    refs = [row["ref"] for row in queries.reviews_of_model(look.connection, model.ref)]
    seen = [one for one in load(look.connection, refs).values() if sees(look.actor, one)]
    return max(seen, key=lambda one: (one.state not in FINAL_STATES, one.recorded_at, one.ref), default=None)


def _record(look: Look, asked: Check, model: Subject) -> tuple[Record, list[dict[str, Any]]]:
    """What is on record within the reader's scopes, and what a release would have to acknowledge."""
    review, connection = _review(look, model), look.connection
    halts = [row for row in queries.halts_of_model(connection, model.ref) if row["state"] in IN_FORCE]
    coverage = _seen(look, Kind.COVERAGE, queries.coverage_of_model(connection, model.ref))
    commitments = _seen(look, Kind.COMMITMENT, queries.commitments_of_model(connection, model.ref))
    every = [*halts, *coverage, *(row for row in commitments if row["state"] in OWED)]
    hides_review = review is not None and not look.covers(review.ref)
    review = None if hides_review else review
    record = Record(
        model.ref, _covered(look, halts), _covered(look, coverage), _covered(look, commitments), review,
        look.pin(review.row) if review else look.stage.settings.pin(),
        has_agreement=False, digest=asked.digest, now=look.now, hides_review=hides_review,
        is_hidden=hides_review or _covered(look, every) != every,
    )  # fmt: skip
    if review is None:
        return record, []
    wish = Release(digest=asked.digest or review.row["checkpoint_digest"] or "")
    work = Work(review, look.actor, look.now, look.now)
    scene = look.stage.scene(work, wish)
    scene = replace(scene, halts=[ref for ref in scene.halts if look.covers(ref)])
    asks = [{"what": what, "why": why} for what, why in needed_acknowledgements(work, wish, scene)]
    return replace(record, has_agreement=scene.has_agreement), asks


def _seen(look: Look, kind: Kind, rows: Sequence[Row]) -> list[Row]:
    """What the person sees, whatever the token that he asks with leaves out."""
    return [row for row in rows if sees(look.actor, Subject(kind, row["ref"], row=dict(row)))]


def _covered(look: Look, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if look.covers(row["ref"])]


def _summary(review: Subject) -> dict[str, Any]:
    names = ("determination", "determined_at", "released_at", "released_stage", "checkpoint_digest", "policy")
    where = {"ref": review.ref, "state": review.state, "version": review.seq, "head": review.head}
    return where | {name: review.row[name] for name in names}
