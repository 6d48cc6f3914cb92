"""What time it is for a request: now; in a simulation where its clock stands, or is told to stand."""

from datetime import datetime
from typing import Annotated

from fastapi import Header, Request
from pydantic import TypeAdapter, ValidationError

from reviewflow.api.door import app_of
from reviewflow.api.fields import Instant
from reviewflow.errors import Invalid
from reviewflow.nouns.paths import AT

At = Annotated[
    str | None,
    Header(alias=AT, description="Only in a simulation: the instant that it is.", examples=["2026-12-01T09:00:00Z"]),
]
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def now_of(request: Request) -> datetime:
    """The instant of a request; Invalid where a real database is told the time, Refused where it would go back."""
    app, given = app_of(request), request.headers.get(AT)
    if given is None:
        app.refresh()
        return app.now()
    if not app.is_simulation:
        raise Invalid(
            f"{AT} is for simulations; this database is real.",
            remedy="Date a fact with `effective_at` in its body.",
        )
    try:
        at = _INSTANT.validate_python(given.strip())
    except ValidationError as error:
        raise Invalid(f"{AT} is no instant.", remedy="Write it as 2026-12-01T09:00:00Z.") from error
    app.refresh()
    return app.now(at)
