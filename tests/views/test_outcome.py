"""What a command did is told to whoever gave it, as one who sees no more than he does."""

from reviewflow.app import App
from reviewflow.engine.call import Call
from reviewflow.nouns.commands.programme import AddPerson, DeactivatePerson
from reviewflow.nouns.states import Role
from tests.engine import world as w
from tests.walls import as_the_working_role


def test_who_puts_himself_out_of_use_is_told_so(database_kind: str) -> None:
    """His own act is the last of which he is told; the database shows him what is his, and nothing is asked past it."""
    world = w.new_world(71)
    world.do("record", None, AddPerson(mailbox="caretaker@office.example", organization="office", roles=(Role.ADMIN,)))
    app = App(world.settings, as_the_working_role(world.database))
    done = app.act(Call(w.ADMIN, DeactivatePerson(reason="retired"), w.ADMIN), world.now)
    told = app.outcome(done, w.ADMIN, world.now)
    assert (told["ref"], told["state"], told["reader"]["ref"]) == (w.ADMIN, "inactive", w.ADMIN)
    app.engine.dispose()
    world.close()
