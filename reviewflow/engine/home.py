"""The organization for which somebody asks to act: which it is, and whether it has an administrator of its own."""

from reviewflow.engine.stage import Stage
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.commands.programme import AddPerson
from reviewflow.nouns.states import Kind, Role, Side
from reviewflow.nouns.subject import Subject
from reviewflow.rules.permissions import Home


def home_of(stage: Stage, subject: Subject, command: Command | None = None) -> Home | None:
    """That of a person, also of one whom the command adds, or of an organization; None of anything else."""
    match subject.kind, command:
        case Kind.ORGANIZATION, _:
            key = subject.ref
        case Kind.PERSON, AddPerson():
            key = command.organization
        case Kind.PERSON, _:
            key = subject.row["organization"]
        case _:
            return None
    row = stage.organizations.get(key)
    if row is None:
        return None
    if row["side"] == Side.LAB:
        return Home(key, Side.LAB)
    people = stage.people((key,), ()).values()
    is_kept = any(one.organization == key and one.is_active and Role.ADMIN in one.roles for one in people)
    return Home(key, Side.AGENCY, is_kept)
