"""Lines of a page on a terminal: headings, labelled facts, paragraphs, all within its width."""

from collections.abc import Iterable

from rich.text import Text

LABEL = 14


def heading(text: str, more: str = "") -> None:
    """An empty line and a bold title, with a word beside it."""
    from reviewflow.cli.paint import console

    line = Text("\n") + Text(text, style="bold")
    if more:
        line.append(f"  {more}", style="dim")
    console().print(line)


def fact(label: str, value: str | Text, *, wide: int = LABEL) -> None:
    """A label and its value, wrapped under itself; nothing is printed for an empty value."""
    from reviewflow.cli.paint import console

    text = value if isinstance(value, Text) else Text(value)
    if not text.plain:
        return
    out = console()
    room = max(out.width - wide, 20)
    lines = text.wrap(out, room) if " " in text.plain.strip() else [text]
    for number, line in enumerate(lines):
        line.rstrip()
        whole = Text.assemble((f"{label if number == 0 else '':<{wide}}", "dim"), line)
        whole.rstrip()
        out.print(whole, soft_wrap=True)


def facts(pairs: Iterable[tuple[str, str | Text]], *, wide: int = LABEL) -> None:
    """Several of them."""
    for label, value in pairs:
        fact(label, value, wide=wide)


def para(text: str | Text, style: str = "", *, indent: int = 0) -> None:
    """A wrapped paragraph."""
    from reviewflow.cli.paint import console

    out = console()
    body = text if isinstance(text, Text) else Text(text, style=style)
    for line in body.wrap(out, max(out.width - indent, 20)):
        line.rstrip()
        out.print(Text(" " * indent) + line, soft_wrap=True)


def next_line(hint: str | None) -> None:
    """The next sensible command, on a line that can be copied whole."""
    from reviewflow.cli.paint import console

    if hint:
        console().print(Text.assemble(("next: ", "dim"), hint), soft_wrap=True)
