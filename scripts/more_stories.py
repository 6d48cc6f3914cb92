"""The rarer turns of a review, which scripts/draw-answers tells besides the demonstration's, in the same form."""

from stories import opening

PEOPLE = {
    "decider2": "decider-two@example-office.example",
    "consulted": "reviewer@example-consulted.example",
    "admin": "admin@example-office.example",
}
_TOLLED = """
[toll]
on = ["information_request", "government_closure"]
max_days = 60

[refile]
within = 2
unit = "business_days"
times = 1
"""
POLICIES = {
    "example-days": f"""
id = "example-days"
version = 1
title = "Thirty days that can stand still"
source = "made up for the examples of the API"

[window]
length = 30
unit = "calendar_days"
day_1 = "next_day"
ends_at = "23:59"
time_zone = "America/New_York"
calendar = "us-federal"
{_TOLLED}""",
    "example-hours": f"""
id = "example-hours"
version = 1
title = "Nine hundred hours that can stand still"
source = "made up for the examples of the API"

[window]
length = 900
unit = "hours"
time_zone = "America/New_York"
calendar = "us-federal"
{_TOLLED}""",
}


def filed(who: str, day: str, model: str, ref: str, digest: str, plan: str, extra: str = "") -> str:
    """The opening, up to what the lab does: nobody starts the clock."""
    return "\n".join(opening(who, day, model, ref, digest, plan, extra).splitlines()[:-2])


STORIES = {
    "Everything that may stand beside a review": f"""
{opening("one", "10-06", "Example Model 1 Guard", "s1", "d", "2026-12-20", "--policy example-days")}
10-06 11:00 decider: review assign {{s1}} reviewer@example-office.example
10-06 11:01 decider: review assign {{s1}} reviewer@example-consulted.example --consulted
10-06 11:05 decider: review note {{s1}} --text "Ask about the safeguards first."
10-06 11:06 one: review note {{s1}} --text "Our contact is on leave until Monday." --shared
10-06 11:10 one: partner propose {{s1}} --name "Example Hospital" => p1
10-06 11:11 decider: partner agree {{p1}}
10-06 11:12 one: partner propose {{s1}} --name "Example Clinic"
10-06 11:20 one: coverage ask {{ms1}} --agency example-office --text "Is it covered?" => v1
10-06 11:30 one: review attach {{s1}} {{file}} --marking PROPRIETARY
10-06 11:31 one: review attach {{s1}} {{file}}
10-06 11:32 one: review destroy-document {{s1}} 2 --reason "attached twice"
10-07 09:00 decider: review start-toll {{s1}} government_closure --reason "No appropriations."
10-12 09:00 decider: review end-toll {{s1}} government_closure
11-05 09:00 rev: review ask {{s1}} --text "Which tools may the model call?"
11-05 09:10 decider: commitment agree example-lab-one --text "Report weekly" --owner officer@example-lab-one.example --due 2026-12-01 --review {{s1}} => t1
11-05 09:11 one: commitment accept {{t1}}
""",
    "A window in hours": f"""
{opening("two", "10-06", "Example Model Two-E", "s2", "e", "2026-12-20", "--policy example-hours")}
10-06 11:02 decider: review assign {{s2}} reviewer-two@example-office.example
{opening("two", "10-07", "Example Model Two-F", "s3", "f", "2026-12-20", "--policy example-hours")}
10-07 11:02 decider: review assign {{s3}} reviewer-two@example-office.example
11-05 09:20 rev2: review ask {{s3}} --text "Which tools may the model call?"
""",
    "About to end, and nothing is recommended": f"""
{opening("two", "10-13", "Example Model Two-H", "s8", "9", "2026-12-20")}
10-13 11:02 decider: review assign {{s8}} reviewer-two@example-office.example
""",
    "Filed, and not checked yet": f"""
{filed("one", "11-05", "Example Model 1 Micro", "s10", "a", "2026-12-20")}
{filed("one", "11-05", "Example Model 1 Nano", "s11", "2", "2026-12-20", "--policy example-hours")}
""",
    "Opened, and nothing is planned": f"""
11-05 19:00 one: model register "Example Model 1 Draft" --digest {"05" * 32} => ms9
11-05 19:01 one: review open {{ms9}} --agency example-office
""",
    "Followed by another checkpoint": f"""
10-28 09:00 one: model register "Example Model 1 Next" --digest {"01" * 32} => ms4
10-28 09:05 one: review open {{ms4}} --agency example-office --follows {{r1}} => s4
10-28 09:10 one: review plan {{s4}} 2027-01-11
""",
    "Lapsed by mistake": f"""
{opening("two", "10-01", "Example Model Two-G", "s5", "0", "2026-12-20")}
11-02 09:00 decider: review correct-start {{s5}} 2026-10-05 --second decider-two@example-office.example --reason "The receipt was misdated."
""",
    "Halted, narrowed and lifted": f"""
11-05 18:00 one: model register "Example Model 1 Bio" --digest {"03" * 32} => ms6
11-05 18:01 decider: halt order --models {{ms6}} --scope "All access" --basis "an example order" --agency example-office => h7
11-05 18:02 decider: halt narrow {{h7}} --models {{ms6}} --scope "All but a list" --allow "Example Hospital"
11-05 18:03 decider: halt lift {{h7}} --condition "Report weekly"
""",
    "A lab that was never asked": """
10-01 08:10 admin: org add example-lab-four --name "Example Lab Four"
""",
    "Letters that cannot be delivered, or not yet": """
11-06 09:30 rev2: review ask {s2} --text "Who may see the logs?"
10-01 08:00 rev2: person add-channel reviewer-two@example-office.example webhook --address https://hooks.example-office.example/reviews --secret example-office.hook
""",
}
