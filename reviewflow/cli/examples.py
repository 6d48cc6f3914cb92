"""Command lines to copy, as they stand below the help of a command."""

MINE, NEXT = "reviewflow --as me@lab.example person", "\\\n    "
EXAMPLES: dict[str, tuple[str, ...]] = {
    "": (
        "reviewflow --database try.db init --simulation",
        "reviewflow --database postgresql+psycopg://app@db/reviews check",
        "reviewflow --as me@lab.example review list",
    ),
    "calendar": ("reviewflow --as me@lab.example calendar --out deadlines.ics",),
    "deliveries list": ("reviewflow deliveries list", "reviewflow --json deliveries list --all"),
    "deliveries requeue": ("reviewflow deliveries requeue 5f0c12ab", "reviewflow deliveries requeue --all"),
    "init": (
        "reviewflow --database reviews.db init --record",
        "reviewflow --database postgresql+psycopg://owner@db/reviews init --roles",
    ),
    "metrics": ("reviewflow metrics", "reviewflow --json metrics"),
    "person add": (
        f"reviewflow --as admin@office.example person add {NEXT}me@lab.example --organization lab --roles officer",
    ),
    "person add-channel": (
        f"{MINE} add-channel me@lab.example {NEXT}email --address desk@lab.example",
        f"{MINE} add-channel me@lab.example {NEXT}webhook --address https://hooks.lab.example/in --secret lab.hook",
        f"{MINE} add-channel me@lab.example {NEXT}chat --secret lab.chat",
    ),
    "person remove-channel": (f"{MINE} remove-channel me@lab.example 1",),
    "person enable-channel": (f"{MINE} enable-channel me@lab.example 1",),
    "person test-channel": (f"{MINE} test-channel me@lab.example 1",),
    "person preferences": (
        f"{MINE} preferences me@lab.example {NEXT}--cadence daily --digest-at 08:30",
        f"{MINE} preferences me@lab.example {NEXT}--quiet 20:00-07:00 --time-zone Europe/London --mute stages,partners",
        f"{MINE} preferences me@lab.example {NEXT}--cadence at_once --quiet none --mute none",
    ),
    "reconcile": ("reviewflow reconcile", "reviewflow reconcile --mend"),
    "run": ("reviewflow run", "reviewflow --database @/etc/reviewflow/database run --metrics-port 9464"),
    "tick": ("reviewflow --quiet tick",),
}


def examples(command: str) -> str | None:
    """The foot of a command's help, each example on lines of its own."""
    lines = EXAMPLES.get(command, ())
    if not lines:
        return None
    listed = "\n".join(f"  {line}" for line in "\n".join(lines).splitlines())
    return f"\b\nExample{'s' if len(lines) > 1 else ''}:\n{listed}"
