"""What stands against access and release: terms, the window, what must be acknowledged."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.policy import BeforeDetermination
from reviewflow.nouns.states import (
    Acknowledgement,
    GrantState,
    ReleaseKind,
    ReviewState,
    Stage,
)
from reviewflow.rules.deadlines import WINDOW, latest
from reviewflow.rules.guards.filing import model_of
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Reasons = Iterator[str]
DIGEST = re.compile(r"[0-9a-f]{64}")


def terms(w: Work, c: p.GrantAccess, s: Scene) -> Reasons:
    """Every access term of the programme is agreed; source: EO 14409 section 3(b)(ii)."""
    for term in s.programme.access_terms:
        if term not in c.terms:
            yield f"The access term {term} is missing; agree to it with --terms {term}."
    for term in c.terms:
        if term not in s.programme.access_terms:
            yield f"--terms {term!r} is not one of: {', '.join(s.programme.access_terms)}."


def within_window(w: Work, c: p.GrantAccess, s: Scene) -> Reasons:
    """The order bounds the access: no grant past the window, but for testing after release."""
    state = w.subject.state
    given_on = w.effective_at.astimezone(ZoneInfo(s.pin.policy.window.time_zone)).date()
    if c.until and c.until < given_on:
        yield f"--until {c.until} is before the access begins, {given_on}."
    if state == ReviewState.RELEASED:
        return
    if state == ReviewState.LAPSED:
        yield "The window is over, and access with it; after a release the lab may give access again."
    last = w.row["last_day_on"]
    if c.until and last and c.until > last:
        yield f"--until {c.until} is after the window's last day, {last}."
    if state in (ReviewState.CLEARED, ReviewState.CONCERNS) and last:
        window = latest(w.subject, WINDOW)
        if window and window["due_at"] and window["due_at"] <= w.effective_at:
            yield f"The window ended on {last}, and access with it; after a release the lab may give access again."


def grant_stands(w: Work, c: p.EndAccess | p.RevokeAccess, s: Scene) -> Reasons:
    """The grant is there, and has not ended."""
    row = w.subject.parts.get("access_grant", {}).get(c.grant)
    if row is None:
        yield f"There is no access grant {c.grant} in this review."
    elif row["state"] not in (GrantState.ACTIVE, GrantState.SUSPENDED):
        yield f"Access grant {c.grant} is {row['state']}."


def release(w: Work, c: r.Release, s: Scene) -> Reasons:
    """A lab may always release, and says what it knows; a policy that refuses it records only what happened."""
    if not DIGEST.fullmatch(c.digest):
        yield f"--digest is the SHA-256 of the released checkpoint, 64 hex digits; {c.digest!r} is not."
    refused = s.pin.policy.release.before_determination is BeforeDetermination.REFUSED
    if refused and w.row["determination"] is None and not c.already_happened:
        yield (
            f"The policy {s.pin.policy.id} allows no release before a determination. "
            "If it happened, record it with --already-happened; the record will say: released in breach."
        )
    for needed, why in needed_acknowledgements(w, c, s):
        if needed not in c.acknowledge:
            yield f"{why} Say that you know it with --acknowledge {needed.value}."
    yield from _irrevocable(w, c, s)


def needed_acknowledgements(w: Work, c: r.Release, s: Scene) -> Iterator[tuple[Acknowledgement, str]]:
    """What the record already says against this release."""
    if w.row["determination"] is None:
        yield Acknowledgement.NO_DETERMINATION, "No determination precedes this release."
    if w.row["determination"] == "concerns":
        yield Acknowledgement.CONCERNS, "The determination is: concerns."
    if w.row["checkpoint_digest"] and c.digest != w.row["checkpoint_digest"]:
        yield Acknowledgement.OTHER_DIGEST, "The released digest is not the one that was submitted."
    if s.halts:
        yield Acknowledgement.HALT, f"The model is under halt {', '.join(s.halts)}."


def stage_forward(w: Work, c: r.AdvanceRelease, s: Scene) -> Reasons:
    """Stages only go forward."""
    order = list(Stage)
    if order.index(c.stage) <= order.index(Stage(w.row["released_stage"])):
        yield f"The release stands at {w.row['released_stage']}; it only goes forward."
    yield from _irrevocable(w, c, s)


def _irrevocable(w: Work, c: r.Release | r.AdvanceRelease, s: Scene) -> Reasons:
    open_weights = model_of(w, s)["release_kind"] == ReleaseKind.OPEN_WEIGHTS
    if open_weights and not c.copies_cannot_be_recalled:
        yield (
            "These are open weights: copies, variants and cloud partners carry on whatever is decided later. "
            "Confirm it with --copies-cannot-be-recalled."
        )
