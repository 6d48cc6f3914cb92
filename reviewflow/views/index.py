"""Every view by its name: what is not here, no door can show."""

from reviewflow.views.queue import Queue, queue
from reviewflow.views.view import View

_ALL = (View("reviews", "/reviews", queue, Queue, "The reviews, the one with the least time left first.", "reviews"),)

VIEWS = {view.name: view for view in _ALL}
