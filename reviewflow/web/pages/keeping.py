"""Who looks after the installation: the gate of the administration's pages, and what all of them know."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response

from reviewflow.errors import Forbidden
from reviewflow.rules.permissions import operates
from reviewflow.web.door import Reader, reader
from reviewflow.web.render import page

TABS = (
    ("/admin", "Overview"),
    ("/admin/people", "People"),
    ("/admin/organizations", "Organizations"),
    ("/admin/policies", "Policies"),
    ("/admin/deliveries", "Deliveries"),
    ("/admin/health", "Health"),
)


def keeper(request: Request) -> Reader:
    """An administrator, or an auditor, who reads; Forbidden for everybody else."""
    who = reader(request)
    if not operates(who.actor):
        raise Forbidden(f"These pages are for administrators and auditors; {who.actor.ref} is neither.")
    return who


Keeper = Annotated[Reader, Depends(keeper)]


def keeping(request: Request, template: str, told: Mapping[str, Any], status: int = 200) -> Response:
    """One of these pages, with the way to the others."""
    path = request.url.path
    here = max((href for href, _ in TABS if path == href or path.startswith(f"{href}/")), key=len)
    return page(request, template, {"tabs": TABS, "tab": here, **told}, status)
