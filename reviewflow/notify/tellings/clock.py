"""Letters of the clock: start, correction, tolls, extension, lapse."""

from reviewflow.notify.matter import Matter, Step, Telling, words
from reviewflow.notify.tellings.looking import sign
from reviewflow.nouns.plural import plural
from reviewflow.nouns.policy import Silence
from reviewflow.nouns.states import Role
from reviewflow.nouns.subject import Row

CAUSES = {
    "information_request": "an information request",
    "government_closure": "a closure of the government",
    "agreement_of_parties": "an agreement of the parties",
}
LAPSED = "The window ended with no determination."
SILENCE = {
    Silence.NOTHING: (
        "This is not approval, and none is needed. The policy gives the silence no effect: what the lab may do is what "
        "it could do before."
    ),
    Silence.MAY_PROCEED: "This is not approval. Under the policy the lab may proceed once the window has ended.",
    Silence.MAY_NOT_PROCEED: (
        "This is not approval. Under the policy the lab may not proceed without a determination, and silence is none."
    ),
    Silence.DEEMED_COMPATIBLE: (
        "This is not approval. Under the policy what was filed is deemed compatible once the window has ended; nobody "
        "has signed a finding that it is."
    ),
}


def _day(m: Matter, key: str, note: str) -> str:
    day = m.day(m.get(key))
    return f"{day} ({note})" if day else ""


def _basis(window: Row | None) -> tuple[str, ...]:
    return tuple(window["basis"]) if window else ()


def clock_started(m: Matter) -> Telling:
    """The one letter that confirms a clock."""
    window, last = m.deadline("window"), m.get("last_day_on")
    says = ["The review window runs. This letter confirms it; no number and no acknowledgement does."]
    if m.get("early_access"):
        says.append("Access was given before every required item was in, and that access started the clock.")
    says.append(
        "If the window ends with no determination, the record says so and everybody is told. Silence is not approval."
    )
    steps: tuple[Step, ...] = (m.show(),)
    if m.has(Role.DECIDER):
        steps = (("Assign a reviewer", m.run("assign", "REVIEWER")), *steps)
    if m.is_lab:
        steps = (("Move the planned release", m.run("plan", "DATE")), *steps)
    end = f"last day {m.day(last)}" if last else "the clock stands"
    return Telling(
        f"Review window started, {end}",
        tuple(says),
        (
            ("Counted from", m.at(m.get("start"))),
            ("Event day", _day(m, "clock_start_on", "day 0")),
            ("First day", _day(m, "day_1_on", "day 1")),
            ("Last day", m.day(last)),
            *m.ends(window),
        ),
        basis=_basis(window),
        steps=steps,
        rank=2,
    )


def _changed(m: Matter, headline: str, says: str) -> Telling:
    window, before = m.deadline("window"), m.get("before") or {}
    return Telling(
        headline,
        (says, "A second person confirmed it. What stood before stays on record, marked as superseded."),
        (
            ("Event day", _day(m, "clock_start_on", "day 0")),
            ("Before", m.day(before.get("clock_start_on"))),
            ("First day", _day(m, "day_1_on", "day 1")),
            ("Before", m.day(before.get("day_1_on"))),
            ("Last day", m.day(m.get("last_day_on"))),
            ("Before", m.day(before.get("last_day_on"))),
            *m.ends(window),
        ),
        (("The reason on record", m.get("reason", "")),),
        _basis(window),
        (m.show(),),
        rank=2,
    )


def start_corrected(m: Matter) -> Telling:
    """Another event day."""
    return _changed(m, "Start of the window corrected", "The event day from which the window is counted was corrected.")


def window_recomputed(m: Matter) -> Telling:
    """The same policy copy, computed once more."""
    says = "The window was computed again from the copy of the policy that is pinned to this review."
    return _changed(m, "Window computed again", says)


def toll_started(m: Matter) -> Telling:
    """The clock stands."""
    cause = CAUSES.get(m.get("cause"), words(m.get("cause")))
    left = m.get("remaining_days")
    tolls = [t["no"] for t in m.subject.part("toll") if t["started_at"] == m.effective_at]
    limit, window = m.deadline("toll", tolls[-1]) if tolls else None, m.deadline("window")
    return Telling(
        "The clock stands",
        ("The window is tolled: the clock stands, and what is left of the window is kept.",),
        (
            ("Cause", cause),
            ("Since", m.at(m.effective_at)),
            ("Days kept", "" if left is None else str(left)),
            ("Runs on", f"at the latest after {m.due(limit)}" if limit else ""),
            ("Window ends", m.due(window) if window and window["due_at"] else ""),
        ),
        (("The reason on record", m.get("reason", "")),),
        steps=(m.show(),),
        rank=3,
    )


def toll_ended(m: Matter) -> Telling:
    """The clock runs again, if no other cause stands."""
    cause = CAUSES.get(m.get("cause"), words(m.get("cause")))
    window, last = m.deadline("window"), m.get("last_day_on")
    runs = bool(window and window["due_at"])
    says = "The window runs on from what was left of it." if runs else "Another cause remains, so the clock stands on."
    return Telling(
        f"The clock runs again, last day {m.day(last)}" if runs and last else "A cause of tolling ended",
        (f"The tolling by {cause} ended. {says}",),
        (("Ended", m.at(m.effective_at)), ("Last day", m.day(last)), *m.ends(window)),
        (("The reason on record", m.get("reason", "")),),
        _basis(window) if runs else (),
        (m.show(),),
        rank=3,
    )


def extended(m: Matter) -> Telling:
    """A later last day."""
    window, last = m.deadline("window"), m.get("last_day_on")
    consent = "The lab consented to it." if m.get("consent") else ""
    return Telling(
        f"Window extended to {m.day(last)}" if last else "Window extended",
        (f"The window was extended, before its end and within what the policy allows. {consent}".strip(),),
        (("Last day", m.day(last)), ("Before", m.day(m.get("before"))), *m.ends(window)),
        (("The reason on record", m.get("reason", "")),),
        _basis(window),
        (m.show(),),
        rank=3,
    )


def lapsed(m: Matter) -> Telling:
    """Never approval."""
    window, last = m.deadline("window"), m.get("last_day_on")
    steps: tuple[Step, ...] = (m.show(),)
    if m.is_lab and m.get("silence") != Silence.MAY_NOT_PROCEED:
        steps = (("Record a release", m.run("release", "--digest SHA256 --acknowledge no-determination")), *steps)
    if m.has(Role.DECIDER):
        steps = (*sign(m), *steps)
    over = m.days_to(last)
    return Telling(
        "The window ended with no determination",
        (
            (
                "Access that was bounded by the window ended with it. Open information requests may still be answered, "
                "and a determination may still be signed; it will be marked as late."
            ),
        ),
        (
            ("Last day", m.day(last)),
            ("Window ended", m.due(window)),
            ("Since then", plural(-over, "day") if over is not None and over < 0 else ""),
        ),
        steps=steps,
        essential=f"{LAPSED} {SILENCE.get(m.get('silence', ''), 'This is not approval.')}",
        rank=0,
    )
