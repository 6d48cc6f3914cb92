"""The made-up month of the demonstration: example labs, an example office, and what each wrote on the command line.

A line is `MM-DD HH:MM who: words of the command line [=> name]`. Times are New York's, in 2026. `{name}` stands for a
reference made earlier. A line that begins with `!` is expected to be refused, and shows why.
"""

PEOPLE = {
    "one": "officer@example-lab-one.example",
    "two": "officer@example-lab-two.example",
    "three": "officer@example-lab-three.example",
    "intake": "intake@example-office.example",
    "rev": "reviewer@example-office.example",
    "rev2": "reviewer-two@example-office.example",
    "decider": "decider@example-office.example",
}

TERMS = "--terms confidentiality,cybersecurity,insider_risk,intellectual_property,use,non_disclosure"
GATE = ("access_ready", "system_card", "safeguard_state", "access_terms")


def opening(
    who: str, day: str, model: str, ref: str, digest: str, plan: str, extra: str = "", kind: str = "api"
) -> str:
    """Register, open, plan, supply the gate, submit, assign, start: the first half hour of every story."""
    lines = [
        f'{day} 09:00 {who}: model register "{model}" --digest {digest * 64} --release-kind {kind} => m{ref}',
        f"{day} 09:02 {who}: review open {{m{ref}}} --agency example-office {extra} => {ref}",
        f"{day} 09:04 {who}: review plan {{{ref}}} {plan}",
    ]
    lines += [
        f'{day} 09:{10 + n} {who}: review supply {{{ref}}} {item} --text "in the vault"' for n, item in enumerate(GATE)
    ]
    lines += [
        f"{day} 09:20 {who}: review submit {{{ref}}}",
        f"{day} 10:30 intake: review start {{{ref}}}",
        f'{day} 10:40 {who}: review grant-access {{{ref}}} "Example Review Office, evaluation team" --how endpoint {TERMS}',
    ]
    return "\n".join(lines)


STORIES = {
    "Cleared early": f"""
{opening("one", "10-01", "Example Model 1", "r1", "1", "2026-11-16")}
10-01 11:00 decider: review assign {{r1}} reviewer@example-office.example
10-05 09:30 rev: review ask {{r1}} --text "Which safeguards are reduced in the copy supplied?"
10-07 15:00 one: review answer {{r1}} 1 --text "See annex B of the system card."
10-13 11:00 rev: review find {{r1}} --title "Refusals hold under pressure" --domain cybersecurity --severity low --shared
10-15 14:00 rev: review recommend {{r1}} cleared --text "No concern in any domain." --statement "No concerns within the scope of this review."
!10-15 14:30 rev: review clear {{r1}} --text "Cleared."
10-16 10:00 decider: review clear {{r1}}
10-20 12:00 one: review release {{r1}} --digest {"1" * 64}
""",
    "An answer that came late": f"""
{opening("two", "10-02", "Example Model Two-A", "r2", "2", "2026-12-01")}
10-02 11:00 decider: review assign {{r2}} reviewer-two@example-office.example
10-07 10:00 rev2: review ask {{r2}} --text "How was the biosecurity evaluation elicited?"
10-15 16:20 two: review answer {{r2}} 1 --text "The protocol is in the vault, document 7."
10-28 10:00 rev2: review recommend {{r2}} cleared --text "Answered late, but in full." --statement "No concerns within the scope of this review."
10-30 09:00 decider: review clear {{r2}}
""",
    "Lapsed, released, determined late": f"""
{opening("one", "10-01", "Example Model 1 Mini", "r3", "3", "2026-12-15")}
10-01 11:05 decider: review assign {{r3}} reviewer@example-office.example
!11-02 09:00 one: review release {{r3}} --digest {"3" * 64}
11-02 09:05 one: review release {{r3}} --digest {"3" * 64} --acknowledge no-determination
11-04 10:00 rev: review recommend {{r3}} cleared --text "Nothing found; we were late." --statement "No concerns. This determination came after the window and the release."
11-05 10:00 decider: review clear {{r3}}
""",
    "Concerns, then released all the same": f"""
{opening("two", "10-05", "Example Model Two-B", "r4", "4", "2026-11-20")}
10-05 11:00 decider: review assign {{r4}} reviewer-two@example-office.example
10-19 10:00 rev2: review find {{r4}} --title "Uplift in exploit writing" --domain cybersecurity --severity high
10-20 10:00 rev2: review share-finding {{r4}} 1
10-21 10:00 rev2: review recommend {{r4}} concerns --text "High severity in cybersecurity." --statement "High severity finding in cybersecurity; see finding 1."
!10-22 09:50 decider: review raise-concerns {{r4}} --text "See finding 1."
10-22 10:00 decider: review raise-concerns {{r4}}
10-23 09:00 decider: commitment agree example-lab-two --text "Ship the added classifier" --owner officer@example-lab-two.example --due 2026-11-06 --review {{r4}} => c4
10-23 15:00 two: commitment accept {{c4}}
!11-03 09:00 two: review release {{r4}} --digest {"4" * 64}
11-03 09:10 two: review release {{r4}} --digest {"4" * 64} --acknowledge concerns
11-05 09:00 two: commitment meet {{c4}} --text "Classifier in production since 11-04."
""",
    "Capped by a planned release that moves twice": f"""
{opening("one", "10-08", "Example Model 1 Vision", "r5", "5", "2026-10-30")}
10-08 11:00 intake: review assign {{r5}} reviewer@example-office.example
10-14 09:00 one: review plan {{r5}} 2026-10-24
!10-14 09:05 one: review plan {{r5}} 2026-10-14
10-19 09:00 one: review plan {{r5}} 2026-11-05
10-29 10:00 rev: review recommend {{r5}} cleared --text "No concern." --statement "No concerns within the scope of this review."
10-30 10:00 decider: review clear {{r5}}
11-05 09:00 one: review release {{r5}} --digest {"5" * 64}
""",
    "Open weights, which cannot be recalled": f"""
{opening("two", "10-06", "Example Open Model Two", "r6", "6", "2026-11-09", "", "open_weights")}
10-06 11:00 decider: review assign {{r6}} reviewer-two@example-office.example
10-26 10:00 rev2: review recommend {{r6}} cleared --text "No concern; note that copies stay." --statement "No concerns within the scope of this review."
10-27 10:00 decider: review clear {{r6}}
!11-02 10:00 two: review release {{r6}} --digest {"6" * 64}
11-02 10:05 two: review release {{r6}} --digest {"6" * 64} --copies-cannot-be-recalled
11-02 10:10 two: model add-holder {{mr6}} "Example Cloud Partner" --contact weights@example-cloud.example
11-05 17:21 decider: halt order --models {{mr6}} --scope "new downloads" --basis "an example order" --agency example-office => h6
11-05 18:00 two: halt implement {{h6}} --scope "all downloads from our own site; copies elsewhere carry on"
""",
    "Withdrawn and filed again": f"""
{opening("two", "10-12", "Example Model Two-C", "r7", "7", "2026-12-05")}
10-20 16:00 two: review withdraw {{r7}} --reason "A better checkpoint is being prepared for the same version."
10-21 09:00 two: review open {{mr7}} --agency example-office --refiles {{r7}} => r7b
10-21 09:02 two: review plan {{r7b}} 2026-12-05
10-21 09:03 two: review supply {{r7b}} access_ready --text "in the vault"
10-21 09:04 two: review supply {{r7b}} system_card --text "in the vault"
10-21 09:05 two: review supply {{r7b}} safeguard_state --text "in the vault"
10-21 09:06 two: review supply {{r7b}} access_terms --text "in the vault"
10-21 09:10 two: review submit {{r7b}}
10-22 10:00 intake: review start {{r7b}}
10-22 11:00 decider: review assign {{r7b}} reviewer@example-office.example
10-30 10:00 rev: review ask {{r7b}} --text "What changed against the withdrawn filing?"
""",
    "Under the draft that would have licensed": f"""
{opening("one", "10-09", "Example Model 1 Agent", "r8", "8", "2027-01-20", "--policy licensing-draft")}
10-09 11:00 decider: review assign {{r8}} reviewer-two@example-office.example
!10-20 09:00 one: review release {{r8}} --digest {"8" * 64} --acknowledge no-determination
10-26 09:00 rev2: review recommend {{r8}} cleared --text "No concern." --statement "No concerns within the scope of this review."
10-29 09:00 decider: review clear {{r8}}
11-03 09:00 one: review release {{r8}} --digest {"8" * 64}
""",
    "Sent back, and not yet complete": f"""
10-27 09:00 one: model register "Example Model 2 Preview" --digest {"9" * 64} => mr9
10-27 09:05 one: review open {{mr9}} => r9
10-27 09:10 one: review plan {{r9}} 2027-01-11
10-27 09:12 one: review supply {{r9}} access_ready --text "in the vault"
10-27 09:20 one: review submit {{r9}}
!10-28 10:00 intake: review start {{r9}}
10-29 10:00 intake: review return {{r9}} --reason "No system card, no safeguard state, no access terms."
""",
    "A lab without an agreement": f"""
10-27 11:00 three: model register "Example Model Three" --digest {"a" * 64} => mr10
10-27 11:05 three: review open {{mr10}} --agency example-office => r10
10-27 11:10 three: review plan {{r10}} 2027-01-11
!10-28 11:00 three: review submit {{r10}}
""",
    "Still running": f"""
{opening("one", "10-19", "Example Model 1 Audio", "r11", "b", "2026-12-20")}
10-19 11:00 decider: review assign {{r11}} reviewer-two@example-office.example
{opening("two", "10-26", "Example Model Two-D", "r12", "c", "2026-12-10")}
10-26 11:00 decider: review assign {{r12}} reviewer@example-office.example
11-05 10:00 rev: review ask {{r12}} --text "Which tools may the model call in the evaluation?"
""",
}
