"""Dossiers of one review with everything around it, for whoever means to prove them, or to forge them."""

import json
from copy import deepcopy
from typing import Any

from reviewflow.engine.call import Call
from reviewflow.ledger import dossier as ledger
from reviewflow.ledger.chain import Break
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.order import AgreeCommitment, OrderHalt
from reviewflow.nouns.commands.parts import AddNote, Clear, RaiseConcerns
from reviewflow.nouns.principal import Method
from reviewflow.nouns.states import Outcome
from reviewflow.rules.lifecycle import SIGNING
from reviewflow.views.dossier import dossier
from reviewflow.views.look import looking
from reviewflow.views.view import One
from tests import databases
from tests.engine import world as w
from tests.engine.authenticator import enrolled
from tests.engine.reviews import recommend, start_review
from tests.engine.test_signatures import by_passkey, do, signed

Dossier = dict[str, Any]
_made: dict[str, dict[str, Dossier]] = {}  # by the kind of database


def first_break(found: object, *known: str) -> Break | None:
    """What does not hold, to a reader who knows some heads from elsewhere."""
    return ledger.first_break(found, SIGNING, known)


def handed_out(world: w.World, reader: str | None, ref: str) -> Dossier:
    """A dossier as its file holds it."""
    with looking(world.engine, world.settings, reader, world.now) as look:
        found: Dossier = json.loads(json.dumps(look.told(dossier(look, One(ref=ref)))))
    return found


def story() -> dict[str, Dossier]:
    """A review with everything around it, signed in each of the three ways, as each of two readers gets it."""
    world = w.new_world(5)
    ref = start_review(world, "tolls")
    world.do(w.REVIEWER, ref, AddNote(text="between us"))
    world.do(w.HALTER, None, OrderHalt(models=w.models()[:1], scope="all", basis="an example", agency="export"))
    world.do(w.DECIDER, None, AgreeCommitment(lab="lab-a", text="Ship it.", owner=w.OFFICER, review=ref))
    recommend(world, ref)
    passkey = enrolled(world.engine, w.DECIDER, world.now)
    do(world, by_passkey(world, by_decider(ref, Clear()), passkey, "Ärztin D."))
    world.query("UPDATE passkey SET removed_at = made_at")
    recommend(world, ref, Outcome.CONCERNS)
    do(world, signed(world, by_decider(ref, RaiseConcerns())))
    found = {reader: handed_out(world, reader, ref) for reader in (w.DECIDER, w.OFFICER)}
    world.close()
    return found


def by_decider(ref: str, command: Command) -> Call:
    """Signed at a door."""
    return Call(ref, command, w.DECIDER, method=Method.PASSWORD)


def both() -> dict[str, Dossier]:
    """The dossier of the story as the decider gets it and as the officer does, made once a database."""
    if databases.current not in _made:
        _made[databases.current] = story()
    return deepcopy(_made[databases.current])
