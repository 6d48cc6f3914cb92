"""Every way into the pages, as the router has it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from reviewflow.web.site import Site

Way = tuple[str, str]  # method and path


def ways(site: Site) -> list[Way]:
    """Of the pages alone; the API's are its own."""
    return sorted(set(_ways(site.web.routes, "")))


def _ways(routes: Iterable[Any], prefix: str) -> Iterator[Way]:
    for route in routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from _ways(inner.routes, prefix + getattr(route, "prefix", ""))
        else:
            yield from ((method, prefix + route.path) for method in route.methods - {"HEAD"})


def filled(path: str, **given: str) -> str:
    """A path with something in each of its places."""
    return re.sub(r"{(\w+)(?::\w+)?}", lambda place: given.get(place[1], "none"), path)
