"""The policies and calendars of a config folder, or one policy of a file elsewhere."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from reviewflow.errors import Invalid, NotFound
from reviewflow.nouns.policy import EVERY_DAY, Calendar, Policy
from reviewflow.settings.calendar_tables import WITHOUT_WEEKENDS, calendar_from_table
from reviewflow.settings.policy_tables import policy_from_table
from reviewflow.settings.toml import read_toml

SUFFIX = ".toml"
Thing = TypeVar("Thing", Policy, Calendar)


def load_policies(config: Path) -> dict[str, Policy]:
    """Every policy of config/policies by its id; raises Invalid with every fault of every file."""
    return load_shelf(config)[0]


def load_calendars(config: Path) -> dict[str, Calendar]:
    """Every calendar by its id: of config/calendars, those beside a policy that names them, and `every-day`."""
    return load_shelf(config)[1]


def load_shelf(config: Path) -> tuple[dict[str, Policy], dict[str, Calendar]]:
    """Policies and calendars, both by id; raises Invalid with every fault of every file."""
    faults: list[str] = []
    policies: dict[str, Policy] = {}
    calendars: dict[str, Calendar] = {EVERY_DAY: WITHOUT_WEEKENDS}
    for path in _files(config / "calendars", faults):
        table = _table(path, faults)
        if table is not None:
            _shelve(calendars, calendar_from_table(str(path), table, faults), path, faults)
    for path in _files(config / "policies", faults):
        policy, named = _policy_and_calendar(path, config / "calendars", faults)
        if policy is not None:
            _shelve(policies, policy, path, faults)
        if named is not None and calendars.setdefault(named.id, named) != named:
            faults.append(f"{path}: [window] calendar has the id {named.id!r} of another calendar; choose another.")
    if faults:
        raise Invalid(*faults)
    return policies, calendars


def load_policy(path: Path, calendars: Path) -> Policy:
    """The policy in a file, whose calendar is in the folder `calendars` or beside it; raises Invalid, NotFound."""
    return load_with_calendar(path, calendars)[0]


def load_with_calendar(path: Path, calendars: Path) -> tuple[Policy, Calendar]:
    """The policy in a file and its calendar; raises Invalid with every fault of both, NotFound for no such file."""
    if not path.is_file():
        raise NotFound(f"There is no policy file {path}.")
    faults: list[str] = []
    policy, calendar = _policy_and_calendar(path, calendars, faults)
    if faults or policy is None or calendar is None:
        raise Invalid(*faults)
    return policy, calendar


def is_file(name: str) -> bool:
    """Whether a policy is named by the path of its file."""
    return "/" in name or name.endswith(SUFFIX)


def find_policy(config: Path, name: str) -> tuple[Policy, Calendar]:
    """A policy by its id in the config folder or by the path of its file, with its calendar.

    A name with a slash or the ending .toml is a path. Raises NotFound for a name that is nothing, Invalid for faults.
    """
    if is_file(name):
        return load_with_calendar(Path(name), config / "calendars")
    path = config / "policies" / f"{name}{SUFFIX}"
    if path.is_file():  # by custom a file is named after its id: then no other need be read
        policy, calendar = load_with_calendar(path, config / "calendars")
        if policy.id == name:
            return policy, calendar
    policies, calendars = load_shelf(config)
    if name not in policies:
        raise NotFound(f"There is no policy {name!r}.", remedy=f"There are: {', '.join(sorted(policies))}.")
    return policies[name], calendars[policies[name].window.calendar]


def _policy_and_calendar(path: Path, calendars: Path, faults: list[str]) -> tuple[Policy | None, Calendar | None]:
    """A policy whose window names its calendar by id, however the file names it; faults go into the list."""
    values = _table(path, faults)
    if values is None:
        return None, None
    window = values.get("window")
    name = window.get("calendar", EVERY_DAY) if isinstance(window, dict) else EVERY_DAY
    calendar = _calendar(path, name, calendars, faults) if isinstance(name, str) else None
    if calendar is not None and isinstance(window, dict) and "calendar" in window:
        values = {**values, "window": {**window, "calendar": calendar.id}}
    return policy_from_table(str(path), values, faults), calendar


def _calendar(policy: Path, name: str, calendars: Path, faults: list[str]) -> Calendar | None:
    if name == EVERY_DAY:
        return WITHOUT_WEEKENDS
    is_path = "/" in name or name.endswith(SUFFIX)
    path = policy.parent / name if is_path else calendars / f"{name}{SUFFIX}"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in calendars.glob(f"*{SUFFIX}"))) or "none"
        remedy = f"there is no file {path}" if is_path else f"known calendars are {known}, or write a path to a file"
        faults.append(f"{policy}: [window] calendar cannot be {name!r}; {remedy}.")
        return None
    found: list[str] = []
    table = _table(path, found)
    calendar = None if table is None else calendar_from_table(str(path), table, found)
    if not found and calendar is not None and not is_path and calendar.id != name:
        found.append(f"{path}: id is {calendar.id!r}; name the file after its id, or write id = {name!r}.")
    faults += [fault for fault in found if fault not in faults]
    return None if found else calendar


def _files(folder: Path, faults: list[str]) -> Iterable[Path]:
    if not folder.is_dir():
        faults.append(f"{folder}: there is no such folder; name the right one with --config.")
    return sorted(folder.glob(f"*{SUFFIX}"))


def _table(path: Path, faults: list[str]) -> dict[str, Any] | None:
    try:
        return read_toml(path)
    except Invalid as error:
        faults += error.reasons
        return None


def _shelve(shelf: dict[str, Thing], thing: Thing, path: Path, faults: list[str]) -> None:
    if thing.id in shelf:
        faults.append(f"{path}: id {thing.id!r} is taken by another file; choose another.")
    shelf[thing.id] = thing
