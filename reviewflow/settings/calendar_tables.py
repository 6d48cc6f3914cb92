"""Calendars from TOML tables."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from reviewflow.nouns.policy import EVERY_DAY, WEEKDAYS, Calendar, NamedDay
from reviewflow.settings.fields import Fields

IDENTIFIER = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
LAST_VERSION = 1_000_000
WITHOUT_WEEKENDS = Calendar(id=EVERY_DAY, version=1, weekend=(), source="for rules that ask for no business day")


def calendar_from_table(file: str, values: Mapping[str, Any], faults: list[str]) -> Calendar:
    """A calendar; every fault goes into `faults`, and then the result is not to be used."""
    fields = Fields(file, values, faults)
    calendar = Calendar(
        id=fields.text("id", like=IDENTIFIER, remedy='write a short name such as "us-federal"'),
        version=fields.integer("version", at_least=1, at_most=LAST_VERSION),
        weekend=weekend(fields),
        base=base(fields),
        closed=named_days(fields, "closed"),
        open=named_days(fields, "open"),
        known_from=fields.day("known_from"),
        known_to=fields.day("known_to"),
        source=fields.text("source", ""),
    )
    fields.finish()
    if calendar.id == EVERY_DAY and calendar != WITHOUT_WEEKENDS:
        fields.fault("id", f"cannot be {EVERY_DAY!r}", "that name is for policies without a calendar: choose another")
    if calendar.known_from and calendar.known_to and calendar.known_to < calendar.known_from:
        fields.fault("known_to", "comes before known_from", "exchange the two dates")
    for day in sorted({day.on for day in calendar.closed} & {day.on for day in calendar.open}):
        fields.fault("open", f"has {day}, which `closed` has too", "leave it out of one of them")
    return calendar


def weekend(fields: Fields) -> tuple[int, ...]:
    """Weekday numbers, 0 is Monday, from English names or their first three letters; Saturday and Sunday by default."""
    names = {name.lower(): number for number, name in enumerate(WEEKDAYS)}
    names |= {name[:3]: number for name, number in names.items()}
    found: list[int] = []
    written = fields.items("weekend")
    for item in written if fields.has("weekend") else ["Saturday", "Sunday"]:
        if not isinstance(item, str) or item.lower() not in names:
            near = get_close_matches(item.lower(), names, n=1) if isinstance(item, str) else []
            remedy = f"did you mean {near[0].title()!r}?" if near else 'write names such as ["Saturday", "Sunday"]'
            fields.fault("weekend", f"cannot hold {item!r}", remedy)
        elif names[item.lower()] in found:
            fields.fault("weekend", f"holds {item!r} twice", "leave one of them out")
        else:
            found.append(names[item.lower()])
    if len(found) == 7:
        fields.fault("weekend", "leaves no business day", "leave at least one day of the week out")
    return tuple(sorted(found))


def base(fields: Fields) -> str:
    """ "none", or a code that the `holidays` package knows, such as "US" or "GB-ENG"."""
    code = fields.text("base", "none")
    if code != "none" and not has_holidays(code):
        remedy = 'write "none", or the code of a country or one of its subdivisions, such as "US" or "GB-ENG"'
        fields.fault("base", f"cannot be {code!r}", remedy)
    return code


def has_holidays(code: str) -> bool:
    """Whether the `holidays` package knows the public holidays of a code."""
    from holidays import country_holidays  # 0.1 s to import: only where a base asks for it

    parts = re.fullmatch(r"([A-Z]{2})(?:-(\w+))?", code)
    if parts is None:
        return False
    try:
        country_holidays(parts[1], subdiv=parts[2])
    except NotImplementedError:
        return False
    return True


def named_days(fields: Fields, key: str) -> tuple[NamedDay, ...]:
    """Dates, each bare or as a table { on, name }, in order; a date stands only once."""
    found: dict[Any, NamedDay] = {}
    for item in fields.items(key):
        named = isinstance(item, dict) and set(item) <= {"on", "name"} and isinstance(item.get("name", ""), str)
        day = fields.as_day(key, item.get("on") if named else item)
        if day is not None and day in found:
            fields.fault(key, f"holds {day} twice", "leave one of them out")
        elif day is not None:
            found[day] = NamedDay(day, item.get("name", "") if named else "")
    return tuple(found[day] for day in sorted(found))
