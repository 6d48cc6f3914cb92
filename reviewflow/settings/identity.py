"""The table [identity] of `server.toml`: what a password costs, and how long what is given to somebody holds."""

from dataclasses import fields

from reviewflow.nouns.server import Identity
from reviewflow.settings.fields import Fields

LEAST_COST = 35_840  # KiB times passes: the least of the settings that OWASP calls equal
LIMITS = {
    "argon2_passes": (1, 100),
    "argon2_memory_kib": (7_168, 4_194_304),
    "argon2_lanes": (1, 64),
    "session_idle_minutes": (2, 1_440),
    "session_hours": (1, 168),
    "presence_minutes": (1, 60),
    "token_days": (1, 3_650),
    "token_days_at_most": (1, 3_650),
    "invitation_days": (1, 30),
    "attempts": (1, 100),
    "attempts_of_a_place": (1, 100_000),
    "longest_delay_seconds": (1, 3_600),
    "attempts_forgotten_hours": (1, 168),
}


def read_identity(table: Fields) -> Identity:
    """Its numbers; notes a fault where a password would cost too little, or one limit contradicts another."""
    default = Identity()
    numbers = {
        field.name: table.integer(
            field.name, getattr(default, field.name), at_least=LIMITS[field.name][0], at_most=LIMITS[field.name][1]
        )
        for field in fields(Identity)
    }
    found = Identity(**numbers)
    if found.argon2_passes * found.argon2_memory_kib < LEAST_COST:
        table.fault("argon2_passes", "makes passwords too cheap to guess", f"passes times KiB is {LEAST_COST} or more")
    if found.token_days > found.token_days_at_most:
        table.fault("token_days", "is more than token_days_at_most", "lower it, or raise the other")
    if found.session_idle_minutes > found.session_hours * 60:
        table.fault("session_idle_minutes", "is longer than session_hours", "lower it, or raise the other")
    return found
