"""A review opened by one form: a model registered where it is new, the review, its plan; each done once."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from fastapi import Request

from reviewflow.api.door import app_of
from reviewflow.api.moment import now_of
from reviewflow.engine.call import Call
from reviewflow.errors import Forbidden, Invalid, KeyReused, NotFound, Refused, ReviewflowError, Unavailable
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import RegisterModel
from reviewflow.nouns.commands.review import Open, PlanRelease
from reviewflow.nouns.states import ReleaseKind
from reviewflow.web.door import Fields, Reader
from reviewflow.web.faults import told
from reviewflow.web.forms.field import Choices, Field, fields_of
from reviewflow.web.forms.reading import Unfit, read

Faults = dict[str, list[str]]
WRONG = (Refused, Invalid, Forbidden, NotFound, Unavailable)
ASKED: Mapping[str, tuple[str, str]] = {  # how this form asks for what a command has, where it says it in other words
    "name": ("Name and version", "As both sides will call it"),
    "digest": ("Checkpoint digest", "SHA-256 of the checkpoint, 64 hex digits; it can follow until you submit"),
    "release_kind": ("How it is to be released", "Published weights cannot be recalled; the record says so"),
    "source": ("Where this is written", "A model card, an announcement"),
    "model": ("Model", "Registered models of your lab that no open review is about"),
    "policy": ("Policy", "The rules of the clock. They are pinned when the review opens, and no update moves it"),
    "agency": ("Reviewing agency", "Left open: the one with which your lab has an agreement, or the only one"),
    "refiles": ("Files again", "The withdrawn review of the same model that this one files again"),
    "follows": ("Follows", "The review of an earlier checkpoint"),
    "on": ("Planned first release", "The day on which anybody beyond the government first gets it"),
    "stage": ("To whom first", "The stage that is planned for that day"),
}
KINDS = (
    (ReleaseKind.API.value, "Through an interface; the weights stay with the lab"),
    (ReleaseKind.LIMITED.value, "To a limited circle"),
    (ReleaseKind.OPEN_WEIGHTS.value, "With published weights"),
)


@dataclass
class Progress:
    """How far it came: what is done stays done, whatever went wrong after it."""

    model: str | None = None
    review: str | None = None
    error: ReviewflowError | None = None


def is_new(given: Fields) -> bool:
    """Whether the model is to be registered."""
    return given.one("which") == "new"


def steps(given: Fields) -> list[type[Command]]:
    """The commands that the form asks for, in order."""
    return [*([RegisterModel] if is_new(given) else []), Open, *([PlanRelease] if given.one("on") else [])]


def asked(given: Fields, choices: Choices, faults: Mapping[str, Sequence[str]]) -> dict[str, Field]:
    """Every question of the form by its name."""
    found = {}
    for command in (RegisterModel, Open, PlanRelease):
        for field in fields_of(command, given, choices, faults):
            label, hint = ASKED.get(field.name, (field.label, field.hint))
            found[field.name] = replace(field, label=label, hint=hint)
    found["on"] = replace(found["on"], is_required=False)
    for name in ("name", "model", "release_kind"):  # a browser must not ask for what is not shown
        found[name] = replace(found[name], is_required=False, is_conditional=True)
    for name in ("policy", "stage"):
        found[name] = replace(found[name], is_required=True)
    found["release_kind"] = replace(found["release_kind"], options=KINDS)
    return found


def faults_of(given: Fields, zone: ZoneInfo) -> Faults:
    """All that is missing or cannot be read, by its field, before anything is done."""
    found: Faults = {}
    for command in steps(given):
        try:
            read(command, given, zone)
        except Unfit as unfit:
            for name, reasons in unfit.faults.items():
                found.setdefault(name, []).extend(reasons)
    if is_new(given):
        found.pop("model", None)  # it gets its reference when it is registered
    return found


def carry_out(request: Request, who: Reader, given: Fields, zone: ZoneInfo) -> Progress:
    """Each command under a key of its own that is derived from the form's: sent twice, the form does nothing twice."""
    progress, key = Progress(), given.one("key") or str(uuid.uuid4())
    try:
        for command in steps(given):
            known = Fields(given) | ({"model": [progress.model]} if progress.model else {})
            wish, _ = read(command, Fields(known), zone)
            ref = progress.review if command is PlanRelease else None
            done = _act(request, who, ref, wish, f"{key}.{command.kind}.{command.verb}")
            if command is RegisterModel:
                progress.model = done
            else:
                progress.review = done
    except WRONG as error:
        progress.error = _told(request, error)
    return progress


def _act(request: Request, who: Reader, ref: str | None, wish: Command, key: str) -> str:
    app, principal = app_of(request), who.principal
    call = Call(ref, wish, principal.person, None, None, key, principal.method, principal.scopes)
    return app.act(call, now_of(request)).ref


def _told(request: Request, error: ReviewflowError) -> ReviewflowError:
    """As this form says it: of what the installation is about nothing, of a key that nobody saw nothing."""
    if isinstance(error, KeyReused):
        return KeyReused(
            "This page was sent before with other answers, and what it did then stands.",
            remedy="Look in the queue first; sent again, this form opens something new.",
        )
    return told(request, error, "Send the form again in a moment: what is done already is not done twice.")
