"""Ladders: what a policy file may say, whom a notice is told to, and what the lab cannot read from it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reviewflow.errors import Invalid
from reviewflow.nouns.actor import THE_SYSTEM, Actor
from reviewflow.nouns.events import CHECKED
from reviewflow.nouns.ladder import EscalationStep, When
from reviewflow.nouns.policy import Policy
from reviewflow.nouns.states import DeadlineKind, Kind, Power, Role, Side
from reviewflow.nouns.subject import Row, Subject
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.recipients import recipients
from reviewflow.rules.scene import Pin, Scene
from reviewflow.rules.settle import settle
from reviewflow.rules.standing import about
from reviewflow.rules.work import Work
from reviewflow.settings.calendar_tables import WITHOUT_WEEKENDS
from reviewflow.settings.documents import policy_document, policy_from_document
from reviewflow.settings.policies import load_policy
from tests.rules.test_policies import CALENDARS, write

DUE_AT = datetime(2026, 8, 1, 3, 59, tzinfo=UTC)
MADE_AT = datetime(2026, 7, 1, 14, tzinfo=UTC)
NAMES = ("-14d", "-7d", "-3d", "-1d", "due", "+1d", "+7d")
HOURS = [datetime(2026, 7, day, 13, tzinfo=UTC) for day in (17, 24, 28, 30)]
NOT_ASKED: Any = None
PEOPLE = tuple(
    Actor(f"{role.value}@{home}.example", home, home, side, frozenset({role}), frozenset({Power.REVIEW}))
    for home, side, roles in (
        ("lab", Side.LAB, (Role.OFFICER, Role.VIEWER)),
        ("office", Side.AGENCY, (Role.INTAKE, Role.REVIEWER, Role.DECIDER, Role.ADMIN, Role.AUDITOR)),
    )
    for role in roles
)


def review(*recommended_by: str) -> Subject:
    """One that runs, with its window's notices before it is due, and a reviewer."""
    notices = [[name, at.isoformat()] for name, at in zip(NAMES, HOURS, strict=False)]
    window: Row = {
        "subject": "RV-1", "no": 1, "kind": DeadlineKind.WINDOW, "part_no": 0, "status": "open", "due_at": DUE_AT,
        "due_on": DUE_AT.date(), "generation": 3, "reason": None, "notices": notices, "raised": 0,
        "next_notice_at": datetime.fromisoformat(notices[0][1]),
    }  # fmt: skip
    row = {"state": "under_review", "lab": "lab", "agency": "office", "submitted_at": MADE_AT}
    row |= {"checkpoint_digest": "c" * 64, "policy_digest": "p" * 64}
    made = Subject(Kind.REVIEW, "RV-1", 3, "h", MADE_AT, row, {"deadline": {1: window}})
    made.parts["assignment"] = {1: {"person": "reviewer@office.example", "ended_at": None}}
    made.parts["recommendation"] = {
        no: {"no": no, "recommended_by": who, "about": about(row), "determination": None}
        for no, who in enumerate(recommended_by, 1)
    }
    return made


def raised(policy: Policy, subject: Subject, until: datetime) -> list[Any]:
    """The facts of what falls due by then."""
    pin = Pin(policy, BusinessDays(WITHOUT_WEEKENDS), "p", "c")
    work = Work(subject, THE_SYSTEM, until, until)
    settle(work, Scene(programme=NOT_ASKED, pin=pin), until)
    return work.facts


def told(subject: Subject, fact: Any) -> list[str]:
    """Who gets a letter of it, by role."""
    found = recipients(fact.name, fact.data, fact.is_internal, fact.actor, subject, PEOPLE)
    return [person.ref.partition("@")[0] for person in found]


def test_the_order_tells_step_by_step(shelf: Any) -> None:
    """At 14, 7 and 3 days those who work on it; at 3 the decider too, since nobody recommended; at 1 everybody."""
    subject = review()
    facts = raised(shelf[0]["eo-14409"], subject, datetime(2026, 7, 30, 14, tzinfo=UTC))
    assert [(fact.data["notice"], fact.name == CHECKED, told(subject, fact)) for fact in facts] == [
        ("-14d", False, ["officer", "reviewer"]),
        ("-7d", False, ["officer", "reviewer"]),
        ("-3d", False, ["officer", "reviewer"]),
        ("-3d", True, ["decider"]),
        ("-1d", False, ["decider", "officer", "reviewer"]),
    ]
    assert [fact.data["tell"] for fact in facts][:4] == [["officer", "reviewer"]] * 3 + [["decider"]]


def test_with_a_recommendation_the_decider_is_left_in_peace(shelf: Any) -> None:
    """The check is on record all the same, and tells nobody."""
    subject = review("reviewer@office.example")
    facts = raised(shelf[0]["eo-14409"], subject, datetime(2026, 7, 28, 14, tzinfo=UTC))
    assert [(fact.name, fact.data["tell"]) for fact in facts if fact.data["notice"] == "-3d"] == [
        ("deadline_approaching", ["officer", "reviewer"]),
        (CHECKED, []),
    ]
    assert told(subject, facts[-1]) == []


def test_the_lab_cannot_tell_whether_anybody_recommended(shelf: Any) -> None:
    """What it may read is the same with and without, down to how many facts stand beside it."""
    until = datetime(2026, 7, 30, 14, tzinfo=UTC)
    without, beside = (raised(shelf[0]["eo-14409"], review(*who), until) for who in ((), ("reviewer@office.example",)))
    assert [(f.name, f.is_internal, f.effective_at) for f in without] == [
        (f.name, f.is_internal, f.effective_at) for f in beside
    ]
    assert [f.data for f in without if not f.is_internal] == [f.data for f in beside if not f.is_internal]
    assert [f.is_internal for f in without if f.name == CHECKED] == [True]


def test_without_a_ladder_everybody_who_looks_is_told(shelf: Any) -> None:
    """As before there were ladders, and nothing of whom is in the record."""
    subject = review()
    facts = raised(shelf[0]["hsr"], subject, datetime(2026, 7, 30, 14, tzinfo=UTC))
    assert [told(subject, fact) for fact in facts] == [["decider", "officer", "reviewer"]] * 4
    assert all("tell" not in fact.data for fact in facts)


def test_a_notice_with_no_step_keeps_its_audience(shelf: Any) -> None:
    """Other kinds of deadlines and other notices are told as ever; steps of one notice are told together."""
    step = EscalationStep(("-7d",), (Role.ADMIN,))
    policy = replace(
        shelf[0]["hsr"],
        escalation=(
            step,
            replace(step, tell=(Role.INTAKE,)),
        ),
    )
    subject = review()
    facts = raised(policy, subject, datetime(2026, 7, 30, 14, tzinfo=UTC))
    assert [told(subject, fact) for fact in facts] == [
        ["decider", "officer", "reviewer"], ["admin", "intake"], *[["decider", "officer", "reviewer"]] * 2,
    ]  # fmt: skip
    other = replace(policy, escalation=(replace(step, deadline=DeadlineKind.ACCESS),))
    assert "tell" not in raised(other, review(), datetime(2026, 7, 30, 14, tzinfo=UTC))[1].data


def test_a_policy_without_a_ladder_keeps_its_digest(shelf: Any) -> None:
    """So an update of the program changes no pinned copy; one with a ladder comes back from its copy whole."""
    assert "escalation" not in policy_document(shelf[0]["hsr"])
    ladder = shelf[0]["eo-14409"]
    assert policy_from_document(policy_document(ladder)) == ladder
    assert ladder.escalation[1].when is When.NO_RECOMMENDATION


STEP = '{at = ["-3d"], tell = ["officer"]}'
FAULTS = [
    ('[{tell = ["officer"]}]', r"\[escalation 1\] at is missing; write a list"),
    ('[{at = ["-3d"]}]', r"\[escalation 1\] tell is missing"),
    ('[{at = [], tell = ["officer"]}]', r"\[escalation 1\] at is empty"),
    ('[{at = ["3d"], tell = ["officer"]}]', r"at cannot hold '3d'; write notices by name"),
    ('[{at = ["-3 d"], tell = ["officer"]}]', "cannot hold '-3 d'"),
    ('[{at = ["-3d", "-3d"], tell = ["officer"]}]', "holds '-3d' twice"),
    ('[{at = ["-3d"], tell = ["viewer"]}]', "tell cannot hold 'viewer'; choose from officer, intake"),
    ('[{at = ["-3d"], tell = ["decidr"]}]', "did you mean 'decider'"),
    ('[{at = ["-3d"], tell = ["officer"], who = "x"}]', r"\[escalation 1\] who is not a known key"),
    ('[{at = ["-3d"], tell = ["officer"], when = "never"}]', "when cannot be 'never'"),
    ('[{at = ["-3d"], tell = ["officer"], deadline = "windows"}]', "did you mean 'window'"),
    ('[{at = ["-5d"], tell = ["officer"]}]', r'there is no such notice; add "5d" to \[notices\] before'),
    ('[{at = ["+2d"], tell = ["officer"]}]', r'there is no such notice; add "2d" to \[notices\] after'),
    ('[{at = ["+1d"], tell = ["officer"], deadline = "access"}]', "a deadline of this kind is over when it is due"),
    ('[{at = ["-3d"], tell = ["officer"], deadline = "answer", when = "no_recommendation"}]', "only a window waits"),
    ('[{at = ["-3d"], tell = ["decider"], when = "no_recommendation"}]', "told to nobody where the condition"),
    (f"[{STEP}, 7]", "cannot hold 7"),
    ('"all"', "escalation cannot be 'all'"),
]


@pytest.mark.parametrize(("escalation", "says"), FAULTS)
def test_faults_of_a_ladder(tmp_path: Any, escalation: str, says: str) -> None:
    """Each names the table and the key, and says what to write."""
    keys = {"notices.before": '["3d"]', "notices.after": '["1d"]'}
    with pytest.raises(Invalid, match=says):
        load_policy(write(tmp_path, {**keys, "escalation": escalation}), CALENDARS)
    assert load_policy(write(tmp_path, {**keys, "escalation": f"[{STEP}]"}), CALENDARS).escalation[0].at == ("-3d",)
