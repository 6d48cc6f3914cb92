"""Whose a new subject is: its lab and its agency, told by the command, what it names, and who commands."""

from typing import Any

from reviewflow.errors import Refused
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.states import Power, Side, Standing
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work


def anchor(w: Work, command: Command, scene: Scene) -> None:
    """Set `lab` and `agency` of a new subject; Refused where more than one agency could be meant."""
    lab, agency = _parties(command, w.actor, scene)
    if lab is not None:
        w.set(lab=lab)
    if agency is not None:
        w.set(agency=agency)


def _parties(c: Command, actor: Actor, s: Scene) -> tuple[str | None, str | None]:
    own_lab = actor.organization if actor.side is Side.LAB else None
    own_agency = actor.organization if actor.side is Side.AGENCY else None
    match c:
        case r.Open():
            return _lab(s, c.model), c.agency or s.agreed_agency or sole(s, Power.REVIEW)
        case g.RegisterModel():
            return c.lab or own_lab, None
        case g.OpenAgreement():
            return c.lab, c.agency or own_agency or sole(s, Power.REVIEW)
        case g.AskCoverage():
            return _lab(s, c.model), c.agency or sole(s, Power.COVERAGE)
        case g.ProposePartner():
            return s.rows[c.review]["lab"], s.rows[c.review]["agency"]
        case o.OrderHalt():
            return (_lab(s, c.models[0]) if c.models else None), c.agency or own_agency or sole(s, Power.HALT)
        case o.AgreeCommitment():
            of_review = s.rows[c.review]["agency"] if c.review else None
            return c.lab, c.agency or of_review or own_agency or s.agreed_agency or sole(s, Power.REVIEW)
        case _:
            return None, None


def _lab(s: Scene, model: str) -> Any:
    return s.rows[model]["lab"]


def sole(s: Scene, power: Power) -> str:
    """The one active agency with a power; Refused where there is none or more than one."""
    found = [
        ref for ref, row in s.organizations.items() if power.value in row["powers"] and row["state"] == Standing.ACTIVE
    ]
    if len(found) == 1:
        return found[0]
    which = ", ".join(sorted(found)) or "none"
    raise Refused(f"Which agency? With the {power.value} power there is: {which}.", remedy="Name it with --agency.")
