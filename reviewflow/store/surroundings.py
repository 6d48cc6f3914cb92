"""What a decision asks about other subjects, in one statement: who is there, and what is in force."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy import Connection

from reviewflow.nouns.actor import Actor
from reviewflow.nouns.contact import channels_from, preferences_from
from reviewflow.nouns.states import AgreementState, HaltState, Kind, Power, Role, Side, Standing
from reviewflow.nouns.subject import Row
from reviewflow.nouns.tables.index import DATABASE, PARTS, ROWS
from reviewflow.store import union
from reviewflow.store.database import SERVER_CLOCK

ASKED = ("homes", "persons", "labs", "models")


@dataclass
class Surroundings:
    """`database` says what this one is, with `server_now`, its server's clock; None before `init`."""

    database: Row | None = None
    organizations: dict[str, Row] = field(default_factory=dict)  # all of them
    people: dict[str, Actor] = field(default_factory=dict)  # of the homes, of all with a power, and those asked for
    agreed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # agencies, by lab
    halts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # in force, by model
    models: dict[str, Row] = field(default_factory=dict)


def look_round(connection: Connection, asked: Mapping[str, Collection[str]]) -> Surroundings:
    """What hangs on the references that are asked for under each name of ASKED."""
    found, people, now = Surroundings(), [], None
    for table, row in union.rows(connection, _statement(connection.dialect.name), asked):
        match table:
            case "clock":
                now = datetime.fromisoformat(row["at"])
            case "database":
                found.database = row
            case "organization":
                found.organizations[row["ref"]] = row
            case "person":
                people.append(row)
            case "agreement":
                found.agreed[row["lab"]].append(row["agency"])
            case "halt_model":
                found.halts[row["model"]].append(row["subject"])
            case "model":
                found.models[row["ref"]] = row
    if found.database is not None:
        found.database["server_now"] = now
    found.people = {row["ref"]: actor_from(row, found.organizations[row["organization"]]) for row in people}
    return found


def actor_from(row: Row, home: Row) -> Actor:
    """A person in an organization."""
    return Actor(
        ref=row["ref"],
        name=row["name"],
        organization=row["organization"],
        side=Side(home["side"]),
        roles=frozenset(Role(role) for role in row["roles"]),
        powers=frozenset(Power(power) for power in home["powers"]),
        is_active=row["state"] == Standing.ACTIVE and home["state"] == Standing.ACTIVE,
        channels=channels_from(row["channels"]),
        preferences=preferences_from(row["preferences"]),
    )


@cache
def _statement(dialect: str) -> str:
    def among(column: str, name: str) -> str:
        return union.among(f'x."{column}"', name, dialect)

    powerful = 'x."organization" IN (SELECT "ref" FROM "organization" WHERE json_array_length("powers") > 0)'
    in_force = f"x.\"state\" IN ('{HaltState.ORDERED.value}', '{HaltState.NARROWED.value}')"
    tables = (
        (DATABASE, "1 = 1"),
        (ROWS[Kind.ORGANIZATION], "1 = 1"),
        (ROWS[Kind.PERSON], f"{powerful} OR {among('organization', 'homes')} OR {among('ref', 'persons')}"),
        (ROWS[Kind.AGREEMENT], f"{among('lab', 'labs')} AND x.\"state\" = '{AgreementState.SIGNED.value}'"),
        (PARTS[Kind.HALT]["halt_model"], f"{among('model', 'models')} AND {in_force}"),
        (ROWS[Kind.MODEL], among("ref", "models")),
    )
    selects = [union.select(table, condition, dialect) for table, condition in tables]
    if dialect == "postgresql":  # last, so that nothing comes between it and the answer
        selects.append(f"SELECT 'clock', json_build_array(json_build_object('at', {SERVER_CLOCK}))")
    return " UNION ALL ".join(selects)
