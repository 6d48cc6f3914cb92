"""All configuration, read and checked whole; every fault at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from reviewflow.errors import Invalid, NotFound
from reviewflow.ledger.canonical import digest
from reviewflow.nouns.policy import Calendar, Policy
from reviewflow.nouns.programme import Programme
from reviewflow.nouns.server import Server
from reviewflow.rules.calendar import BusinessDays
from reviewflow.rules.scene import Pin
from reviewflow.settings.documents import calendar_document, policy_document
from reviewflow.settings.paths import config_dir
from reviewflow.settings.policies import load_shelf
from reviewflow.settings.programme import load_programme
from reviewflow.settings.server import load_server


@dataclass(frozen=True)
class Settings:
    """What `config/` says; policies and calendars by id."""

    folder: Path
    programme: Programme
    server: Server
    policies: Mapping[str, Policy]
    calendars: Mapping[str, Calendar]
    _pins: dict[str, Pin] = field(default_factory=dict, repr=False)

    def pin(self, policy_id: str | None = None) -> Pin:
        """Today's version of a policy, by default the programme's, as it would be pinned now; raises NotFound."""
        wanted = policy_id or self.programme.default_policy
        if wanted not in self.policies:
            raise NotFound(f"There is no policy {wanted!r}.", remedy=f"There are: {', '.join(sorted(self.policies))}.")
        if wanted not in self._pins:
            policy = self.policies[wanted]
            calendar = self.calendars[policy.window.calendar]
            digests = digest(policy_document(policy)), digest(calendar_document(calendar))
            self._pins[wanted] = Pin(policy, BusinessDays(calendar), *digests)
        return self._pins[wanted]

    def documents(self, now: datetime) -> list[dict[str, Any]]:
        """Rows of every policy and calendar, to be kept as content-addressed copies."""
        bodies = [("policy", p.id, p.version, policy_document(p)) for p in self.policies.values()]
        bodies += [("calendar", c.id, c.version, calendar_document(c)) for c in self.calendars.values()]
        return [
            {"digest": digest(body), "type": kind, "name": name, "version": version, "body": body, "kept_at": now}
            for kind, name, version, body in bodies
        ]


def load_settings(folder: Path | None = None) -> Settings:
    """Read a config folder, by default the one that is shipped; Invalid with every fault in every file."""
    folder = config_dir(folder)
    faults: list[str] = []
    read: dict[str, Any] = {}
    parts: dict[str, Callable[[Path], Any]] = {
        "programme": load_programme,
        "server": load_server,
        "shelf": load_shelf,
    }
    for name, load in parts.items():
        try:
            read[name] = load(folder)
        except Invalid as error:
            faults += [reason for reason in error.reasons if reason not in faults]
    policies, calendars = read.pop("shelf", ({}, {}))
    if "programme" in read and policies and read["programme"].default_policy not in policies:
        faults.append(
            f"programme.toml: default_policy {read['programme'].default_policy!r} is not a policy; "
            f"there is: {', '.join(sorted(policies))}."
        )
    if faults:
        raise Invalid(*faults, remedy="Mend the files and run `reviewflow check`.")
    return Settings(folder, policies=policies, calendars=calendars, **read)
