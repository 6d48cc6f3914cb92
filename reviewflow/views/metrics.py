"""What is measured: how late what is due is, how old the outbox, what was done."""

from collections.abc import Sequence

from reviewflow.engine import reach
from reviewflow.engine.metrics import Metric, measured
from reviewflow.errors import Forbidden
from reviewflow.rules.permissions import operates
from reviewflow.views.look import Document, Look
from reviewflow.views.view import Nothing


def metrics(look: Look, asked: Nothing) -> Document:
    """The figures for who looks after the installation: they tell how busy everybody is."""
    if not operates(look.actor):
        raise Forbidden(f"The metrics are for administrators and auditors; {look.actor.ref} is neither.")
    if not look.scopes.is_whole:
        raise reach.out_of_reach("metrics: they are of everything together")
    with look.opened():
        return figures(measured(look.connection, look.stage.settings, look.now))


def figures(found: Sequence[Metric]) -> Document:
    """Values by public name, or by name and label; nobody's name, reference or text is in them."""
    return {
        "metrics": {one.name: dict(one.values) if one.label else one.values[""] for one in found},
        "help": {one.name: one.help for one in found},
        "labels": {one.name: one.label for one in found if one.label},
    }
