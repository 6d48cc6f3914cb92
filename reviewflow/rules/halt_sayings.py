"""What is said in the statements of halts: by the authority that orders, and by the lab that does."""

from reviewflow.nouns.commands import order as o
from reviewflow.rules.guards.programme import addressed
from reviewflow.rules.saying import Pairs, Saying, office
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work


def _model(s: Scene, ref: str) -> str:
    row = s.rows.get(ref, {})
    digest = row.get("checkpoint_digest")
    return f"{ref}, {row.get('name', '')}" + (
        f", checkpoint SHA-256 {digest}" if digest else ", no checkpoint on record"
    )


def ordered(w: Work, c: o.OrderHalt, s: Scene) -> Saying:
    """By an authority."""
    agency, lab = office(s, w.row["agency"]), office(s, w.row["lab"])
    models = tuple(("Model", _model(s, ref)) for ref in c.models)
    does = f"orders for {agency} a halt of the models of {lab} that are named below, within the scope stated below."
    return Saying("halt_ordered", does, models, (("Scope", c.scope), ("Basis", c.basis), ("Source", c.source or "")))


def _halted(w: Work, c: o.ImplementHalt | o.NarrowHalt | o.LiftHalt | o.Restore, s: Scene) -> Pairs:
    models = tuple(("Model", _model(s, row["model"])) for row in addressed(w, c))
    return ("Authority", office(s, w.row["agency"])), *models


def implemented(w: Work, c: o.ImplementHalt, s: Scene) -> Saying:
    """By the lab: what is off in fact."""
    does = f"implements for {office(s, w.row['lab'])} the halt of the models named below, as stated below."
    said = (("Scope", c.scope), ("Difference", c.reason), ("Source", c.source or ""))
    return Saying("halt_implemented", does, _halted(w, c, s), said)


def narrowed(w: Work, c: o.NarrowHalt, s: Scene) -> Saying:
    """Another scope, or another list of who is allowed."""
    allowed = tuple(("Allowed", entity) for entity in c.allow)
    does = "orders that the halt of the models named below be narrowed to the scope stated below."
    said = (("Scope", c.scope), ("Source", c.source or ""))
    return Saying("halt_narrowed", does, (*_halted(w, c, s), *allowed), said)


def lifted(w: Work, c: o.LiftHalt, s: Scene) -> Saying:
    """With its conditions."""
    conditions = tuple((f"Condition {no}", text) for no, text in enumerate(c.condition, 1))
    bound = ", on the conditions stated below, each of which becomes a commitment of the lab" if conditions else ""
    does = f"lifts the halt of the models named below{bound}. Lifted is not restored: that is for the lab to do."
    return Saying("halt_lifted", does, _halted(w, c, s), (*conditions, ("Source", c.source or "")))


def restored(w: Work, c: o.Restore, s: Scene) -> Saying:
    """By the lab: what is on again."""
    does = f"states for {office(s, w.row['lab'])} that the model named below is served again, as stated below."
    said = (("Scope", c.scope), ("Difference", c.note), ("Source", c.source or ""))
    return Saying("model_restored", does, _halted(w, c, s), said)
