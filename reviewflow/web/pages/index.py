"""Every page by its router, in the order in which addresses are tried."""

import re

from reviewflow.web.forms import act
from reviewflow.web.pages import entrance, queue, simulation

ROUTERS = (entrance.router, simulation.router, queue.router, act.router)


def takes_long_bodies(path: str) -> bool:
    """Whether it is an address that counts its bytes for itself."""
    return re.fullmatch(r"/reviews/[^/]+/do/attach", path) is not None
