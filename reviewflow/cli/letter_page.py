"""How a letter looks on a terminal."""

from reviewflow.cli.page import Page


def print_letter(page: Page) -> None:
    """Its head, its text, and the next sensible command."""
    from reviewflow.cli.paint import console, local, say
    from reviewflow.cli.paper import facts, next_line

    letter, acknowledged_at = page.document, page.document["acknowledged_at"]
    facts(
        [
            ("letter", letter["id"]),
            ("to", letter["to"]),
            ("subject", letter["subject"]),
            ("sent", local(letter["sent_at"], page.zone) if letter["sent_at"] else "not yet"),
            ("acknowledged", local(acknowledged_at, page.zone) if acknowledged_at else ""),
        ]
    )
    console().print()
    say(letter["text"].rstrip("\n"))
    if not page.is_quiet and not page.is_operator and acknowledged_at is None:
        console().print()
        next_line(f"{page.program} letter acknowledge {letter['id'][:8]}")


def print_acknowledged(page: Page) -> None:
    """When it was acknowledged, and what it is about."""
    from reviewflow.cli.paint import local
    from reviewflow.cli.paper import para

    page.banner()
    letter = page.document
    para(f"Acknowledged {local(letter['acknowledged_at'], page.zone)}: {letter['subject']}")
