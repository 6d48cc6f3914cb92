"""Draws the lifecycle of a review from its table into README; `--check` only compares."""

import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from reviewflow.nouns.states import FINAL_STATES, OPEN_STATES, SPINE, Kind  # noqa: E402
from reviewflow.nouns.subject import NEW  # noqa: E402
from reviewflow.rules.forks import SAME, Fork  # noqa: E402
from reviewflow.rules.lifecycle import TABLES  # noqa: E402
from reviewflow.rules.row import Row  # noqa: E402

BEGIN, END = "<!-- lifecycle: drawn by scripts/draw-lifecycle -->", "<!-- end of lifecycle -->"


def ways(row: Row) -> list[tuple[str, str]]:
    """The states that a line may lead to, each with the condition in words."""
    if isinstance(row.to, Fork):
        found = [(str(state), f", if {why}") for _, state, why in row.to.ways]
        return [*found, (str(row.to.other), "")]
    return [(str(row.to), "")]


def diagram() -> str:
    """A Mermaid state diagram of a review; what leaves the state as it is stands in the table only."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in TABLES[Kind.REVIEW]:
        whole = set(OPEN_STATES) <= set(row.source)  # from anywhere in the open states
        sources = ["open", *(s for s in row.source if s not in OPEN_STATES)] if whole else row.source
        for source in sources:
            for to, _ in ways(row):
                if to not in (SAME, str(source)):
                    arrows[str(source), to].append(row.command.__name__)
    lines = ["stateDiagram-v2", "    direction LR", "    classDef spine font-weight:bold,stroke-width:3px"]
    lines += ['    state "open states" as open {', *(f"        {state.value}" for state in OPEN_STATES), "    }"]
    for (source, to), names in arrows.items():
        start = "[*]" if source == NEW else source
        lines.append(f"    {start} --> {to}: {', '.join(dict.fromkeys(names))}")
    lines += [f"    {state.value} --> [*]" for state in FINAL_STATES]
    lines.append(f"    class {','.join(state.value for state in SPINE)} spine")
    return "\n".join(lines)


def table() -> str:
    """Every line of every picture: command, from, to, who, event."""
    lines = ["| subject | command | from | to | who | event |", "|---|---|---|---|---|---|"]
    for kind, rows in TABLES.items():
        for row in rows:
            source = ", ".join("–" if state == NEW else str(state) for state in row.source)
            to = "; ".join(f"{state}{why}" for state, why in ways(row))
            cells = (kind.value, row.command.__name__, source, to, row.who.value, row.event)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def drawn() -> str:
    """What stands between the marks in README."""
    details = f"<details><summary>Every command of every subject</summary>\n\n{table()}\n\n</details>"
    return f"{BEGIN}\n\n```mermaid\n{diagram()}\n```\n\n{details}\n\n{END}"


def main() -> int:
    """Write README, or with --check exit 1 where it differs."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    new = text[: text.index(BEGIN)] + drawn() + text[text.index(END) + len(END) :]
    if "--check" in sys.argv:
        return int(new != text)
    readme.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
