"""The clock rules on a terminal: which there are, and one of them in words, rule by rule."""

from reviewflow.cli.page import Page
from reviewflow.nouns.plural import plural


def print_policies(page: Page) -> None:
    """The table, and the next sensible command."""
    from reviewflow.cli.paint import console, say
    from reviewflow.cli.paper import next_line
    from reviewflow.cli.sheet import Column, sheet
    from reviewflow.nouns.policy import Unit
    from reviewflow.rules.wording import amount

    found = page.document["policies"]
    page.banner()
    lines = [
        ("*" if one["is_default"] else "", one["id"], str(one["version"]), amount(one["length"], Unit(one["unit"])),
         one["title"])
        for one in found
    ]  # fmt: skip
    sheet([Column(""), Column("id"), Column("version", right=True), Column("window"), Column("title", least=20)], lines)
    if not page.is_quiet:
        console().print()
        say(f"{plural(len(found), 'policy', 'policies')}; * is the programme's.", "dim")
        next_line(f"reviewflow policy show {page.document['default']}")


def print_check(page: Page) -> None:
    """That it is in order."""
    from reviewflow.cli.paint import say

    if not page.is_quiet:
        page.banner()
        say(page.document["says"], "green")


def print_policy(page: Page) -> None:
    """Head, rules, source, digests."""
    from rich.text import Text

    from reviewflow.cli.paint import console
    from reviewflow.cli.paper import fact, heading, next_line, para
    from reviewflow.settings.documents import policy_from_document
    from reviewflow.views.policy_words import ladder, rules

    found = page.document
    policy = policy_from_document(found["policy"])
    page.banner()
    para(Text(policy.title, style="bold"))
    fact("id", f"{policy.id}, version {policy.version}", wide=18)
    fact("source", policy.source, wide=18)
    heading("Rules")
    for label, sentence in rules(policy, found["calendar"]):
        fact(label, sentence, wide=18)
    for label, sentence in ladder(found["policy"].get("escalation", ())):
        fact(label, sentence, wide=18)
    heading("Copies")
    fact("policy digest", found["digest"], wide=16)
    fact("calendar digest", found["calendar_digest"], wide=16)
    if not page.is_quiet:
        console().print()
        next_line(f"reviewflow window {policy.id} --start DATE")
