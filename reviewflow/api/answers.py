"""What the views answer, as schemas with examples, recorded from a simulation by scripts/draw-answers."""

import json
from pathlib import Path
from typing import Any

from reviewflow.views.view import View

FILE = Path(__file__).with_suffix(".json")
_NAMES = {"reviews": "Queue", "events": "EventPage"}  # all others are called as the view is


def component(view: View) -> str:
    """The name of the schema of what a view answers."""
    return _NAMES.get(view.name) or "".join(word.capitalize() for word in view.name.replace("-", "_").split("_"))


def schema_of(view: View) -> dict[str, str]:
    """Where it stands."""
    return {"$ref": f"#/components/schemas/{component(view)}"}


def schemas() -> dict[str, Any]:
    """All of them by their names; read only when the description is asked for."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
