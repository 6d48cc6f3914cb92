"""Every page by its router, in the order in which addresses are tried."""

import re

from reviewflow.web.forms import act
from reviewflow.web.pages import (
    admin,
    calendar,
    deliveries,
    documents,
    dossier,
    entrance,
    entries,
    health,
    help,
    inbox,
    openid,
    opening,
    own,
    passkeys,
    planner,
    policies,
    programme,
    proof,
    queue,
    registers,
    review,
    simulation,
    tasks,
    timeline,
    tokens,
)  # fmt: skip

ROUTERS = (
    entrance.router,
    openid.router,
    proof.router,
    tokens.router,
    passkeys.router,
    own.router,
    inbox.router,
    policies.router,
    deliveries.router,
    health.router,
    admin.router,
    help.router,
    simulation.router,
    queue.router,
    opening.router,
    tasks.router,
    planner.router,
    timeline.router,
    calendar.router,
    registers.router,
    entries.router,
    programme.router,
    documents.router,
    dossier.router,
    review.router,
    act.router,
)


def takes_long_bodies(path: str) -> bool:
    """Whether it is an address that counts its bytes for itself."""
    return re.fullmatch(r"/reviews/[^/]+/do/attach", path) is not None
