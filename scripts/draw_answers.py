"""Draws what every view answers into the package, as schemas with examples, from the demonstration's simulation."""

import contextlib
import io
import json
import os
import random
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
CHANCE = random.Random(14409)  # the same references each time  # nosec B311
secrets.randbelow = lambda exclusive_upper_bound: CHANCE.randrange(exclusive_upper_bound)
secrets.token_hex = lambda nbytes=32: CHANCE.randbytes(nbytes or 32).hex()

import demo  # noqa: E402
import more_stories  # noqa: E402
import stories  # noqa: E402
from fastapi.openapi.utils import get_openapi  # noqa: E402
from schemas import Schemas, camel, singular  # noqa: E402
from shapes import Shape  # noqa: E402

from reviewflow.api.answers import FILE, component  # noqa: E402
from reviewflow.api.application import application  # noqa: E402
from reviewflow.api.looks import is_paged  # noqa: E402
from reviewflow.app import App, open_app  # noqa: E402
from reviewflow.engine import saved_view  # noqa: E402
from reviewflow.errors import ReviewflowError  # noqa: E402
from reviewflow.nouns.paths import PLURALS, REGISTERS  # noqa: E402
from reviewflow.nouns.plain import plain  # noqa: E402
from reviewflow.nouns.states import Kind  # noqa: E402
from reviewflow.store.database import transaction  # noqa: E402
from reviewflow.store.identity import passkeys  # noqa: E402
from reviewflow.views import look  # noqa: E402
from reviewflow.views.index import VIEWS  # noqa: E402
from reviewflow.views.page import Page  # noqa: E402
from reviewflow.views.view import View  # noqa: E402

Document = dict[str, Any]
NAMES = {("EventPage", "event"): "CloudEvent", ("Dossier", "event"): "JournalEvent"}
SHOWN, LETTERS = 2, 600  # of a list, and of a text, in an example
WINDOWS: tuple[Document, ...] = (
    {"start": "2026-11-20"},
    {"start": "2026-11-20", "toll": ("2026-11-25/",)},
    {"start": "2026-11-20", "toll": ("2026-11-25/2026-11-30",), "expect": "2026-12-24"},
    {"start": "2026-11-20T09:00", "toll": ("2026-11-25T09:00/",)},
    {"latest_start_for": "2026-12-24"},
    {"release_on": "2026-12-24"},
    {"start": "2026-11-20T09:00", "planned_release": "2026-12-01"},
)
SPANS: dict[str, tuple[Document, ...]] = {
    "deadlines": ({"due_from": date(2026, 11, 1), "due_before": date(2026, 12, 1)},),
    "reviews": ({"views": True, "all": True},),
    "portfolio": ({"since": date(2026, 1, 1), "until": date(2027, 12, 31)},),
}


def simulated(folder: Path) -> App:
    """The demonstration with stories of its rarer turns, on policies of its own besides."""
    shutil.copytree(ROOT / "config", folder / "config")
    for name, text in more_stories.POLICIES.items():
        (folder / "config" / "policies" / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "card.pdf").write_bytes(b"%PDF-1.7")
    os.environ["REVIEWFLOW_CONFIG"] = str(folder / "config")
    demo.FOLDER = folder
    stories.PEOPLE |= more_stories.PEOPLE
    stories.STORIES |= more_stories.STORIES
    made = demo.Demo()
    made.refs["file"] = str(folder / "card.pdf")
    with contextlib.redirect_stdout(io.StringIO()):
        made.call(["--at", demo.BEGIN, "init", "--simulation"])
        made.replay()
        made.month()
    app = open_app(str(made.database), folder / "config")
    app.door = "api"
    row: Document = {"id": "example", "person": stories.PEOPLE["decider"], "name": "", "public_key": "ZXhhbXBsZQ"}
    row |= {"sign_count": 0, "transports": [], "made_at": app.now(), "used_at": None, "removed_at": None}
    with transaction(app.engine) as connection:  # at the door it takes an authenticator
        passkeys.add(connection, row)
    saved_view.save(app.engine, stories.PEOPLE["decider"], "Runs out this week", "due_before=2026-11-14", app.now())
    return app


def asked(app: App, view: View, person: str, refs: dict[Kind, list[str]]) -> Iterator[Document]:
    """All that a person may ask of a view."""
    if "{ref}" in view.path:
        kind = next((kind for kind in Kind if view.path.startswith(f"/{PLURALS[kind]}/")), None)
        yield from ({"ref": ref} for ref in (refs[kind] if kind else chain(*refs.values())))
    elif "{policy}" in view.path:
        more = WINDOWS if view.name == "window" else ({},)
        yield from ({"policy": policy, **one} for policy in app.settings.policies for one in more)
    elif "{id}" in view.path:
        found = app.document("inbox", {"all": True}, person, app.now())["letters"]
        yield from ({"id": one["id"]} for one in found[:3])
    else:
        yield from SPANS.get(view.name, ())
        yield {"all": True} if any(field.name == "all" for field in fields(view.asked)) else {}


def answers(app: App) -> Iterator[tuple[View, Document]]:
    """Everything that is shown to anybody, before it becomes plain JSON."""
    told: list[Document] = []

    def noted(value: Any) -> Any:
        told.append(value)
        return plain(value)

    vars(look)["plain"] = noted
    everything = {kind: app.document(name, {}, None, app.now())[name] for kind, name in REGISTERS.items()}
    everything[Kind.REVIEW] = app.document("reviews", {"all": True}, None, app.now())["reviews"]
    refs = {kind: [row["ref"] for row in rows] for kind, rows in everything.items()}
    for person in refs[Kind.PERSON]:
        for view in VIEWS.values():
            for question in asked(app, view, person, refs):
                page = Page(200) if is_paged(view) else None
                with contextlib.suppress(ReviewflowError):
                    app.document(view.name, question, person, app.now(), page=page)
                    found = {key: value for key, value in told.pop().items() if key != "now"}
                    yield view, {**found, **({"next": None} if page else {})}


def recorded(app: App) -> Document:
    """Every schema by its name, those of whole documents with an example; exits where something was never seen."""
    shapes, examples = {component(view): Shape() for view in VIEWS.values()}, dict[str, Document]()
    for view, answer in answers(app):
        name, shown = component(view), plain(answer)
        shapes[name].take(answer)
        if "next" in answer and is_paged(view):
            shapes[name].keys["next"].types.add("string")
        examples[name] = max(examples.get(name, {}), shortened(shown), key=richness)
    listed = {view: singular(view.items) for view in VIEWS.values() if view.items and view.name != "journal"}
    entries = {(component(view), item): f"{camel(item)}Entry" for view, item in listed.items()}
    made = application(app)
    own = get_openapi(title="", version="", routes=made.routes)["components"]["schemas"]
    found = Schemas(shapes, entries | NAMES, own)
    schemas = found.all()
    if found.unseen:
        sys.exit(f"Nothing was seen of {', '.join(found.unseen)}; tell of it in scripts/more_stories.py.")
    for view in VIEWS.values():
        schemas[component(view)] |= {"description": view.help, "examples": [examples[component(view)]]}
    return schemas


def shortened(value: Any) -> Any:
    """An example, with as much of long lists and texts as shows their form."""
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shortened(item) for item in sorted(value, key=richness, reverse=True)[:SHOWN]]
    return f"{value[:LETTERS]}…" if isinstance(value, str) and len(value) > LETTERS else value


def richness(value: Any) -> int:
    """How much there is to see."""
    if isinstance(value, dict | list):
        return sum(richness(item) for item in (value.values() if isinstance(value, dict) else value))
    return value is not None


def main() -> int:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        found = recorded(simulated(Path(folder)))
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
