"""The first administrator: whoever has the code that `init` printed, at the agency with the review power."""

from reviewflow.engine.call import Call
from reviewflow.engine.identity import ways
from reviewflow.errors import Invalid, Refused
from reviewflow.nouns.commands.programme import AddPerson
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.states import Power, Role
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Connection
from reviewflow.store.identity import people


def candidate(connection: Connection, mailbox: str | None, organization: str | None) -> Row:
    """Who becomes the first administrator, with the names that his password may not be made of; `is_new` to the record.

    An administrator whom the configuration put on record is taken as he stands.
    """
    who = (mailbox or "").strip().lower()
    if not who:
        raise Invalid("The code is for the first administrator; name the mailbox.", remedy="Give a role mailbox.")
    found = people.standing(connection, who)
    if found is not None:
        if not found["is_active"]:
            raise Refused(f"{who} is on record already, and is out of use.", remedy="Name another mailbox.")
        if Role.ADMIN not in found["roles"]:
            raise Refused(f"{who} is on record already, and is no administrator.", remedy="Name another mailbox.")
        return {**found, "is_new": False}
    offices = people.offices_with(connection, Power.REVIEW)
    if organization is not None:
        offices = {key: name for key, name in offices.items() if key == organization.strip().lower()}
    if len(offices) != 1:
        which = ", ".join(sorted(offices)) or "none of that name"
        raise Invalid(f"Which agency with the review power? There is {which}.", remedy="Name the organization.")
    [(key, name)] = offices.items()
    return {"ref": who, "name": who, "organization": key, "organization_name": name, "is_new": True}


def add(connection: Connection, settings: Settings, person: Row) -> None:
    """Put him on record, as `init` puts the people of the configuration; nothing is done for one who is there."""
    if person["is_new"]:
        command = AddPerson(mailbox=person["ref"], organization=person["organization"], roles=(Role.ADMIN,))
        ways.record(connection, settings, Call(None, command, RECORD))
