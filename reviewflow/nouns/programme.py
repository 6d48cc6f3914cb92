"""The programme's own data: what it names, and by which policy it runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Programme:
    """Closed lists that a command is checked against; from `config/programme.toml`."""

    title: str
    default_policy: str
    domains: tuple[str, ...]
    severities: tuple[str, ...]
    access_terms: tuple[str, ...]
