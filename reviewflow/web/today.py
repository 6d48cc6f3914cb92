"""Which day it is where the programme is."""

from datetime import date
from zoneinfo import ZoneInfo

from fastapi import Request

from reviewflow.api.door import app_of
from reviewflow.api.moment import now_of
from reviewflow.rules.instants import civil_date


def today_of(request: Request) -> date:
    """The civil date in the zone of the programme's own policy."""
    return civil_date(now_of(request), ZoneInfo(app_of(request).settings.pin().policy.window.time_zone))
