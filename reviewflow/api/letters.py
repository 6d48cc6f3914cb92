"""What is done with letters and not with subjects: acknowledging one, and sending again what did not go out."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from reviewflow.api.answers import schema_of
from reviewflow.api.door import Known, app_of
from reviewflow.api.fields import MANY
from reviewflow.api.gate import GatedRoute
from reviewflow.api.moment import At, now_of
from reviewflow.engine import reach
from reviewflow.nouns.paths import ACKNOWLEDGE, REQUEUE
from reviewflow.views.index import VIEWS
from reviewflow.views.look import Document

ID = "0b7e6c1a"
Letter = Annotated[str, Path(description="The letter's id, or its first signs.", max_length=64, examples=[ID])]
Name = Annotated[str, Described(min_length=1, max_length=64)]
router = APIRouter(route_class=GatedRoute)
_READ = {"content": {"application/json": {"schema": schema_of(VIEWS["letter"])}}}
_SENT = {"content": {"application/json": {"schema": {"type": "object"}, "example": {"letters": [ID]}}}}


class Again(BaseModel):
    """Which letters are to be sent again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"letters": [ID]}]})

    letters: list[Name] = Described(default_factory=list, max_length=MANY, description="Ids, or their first signs.")
    all: bool = Described(False, strict=True, description="All that were set aside or wait after a failure.")


@router.post(
    ACKNOWLEDGE, summary="Acknowledge a letter to you.", operation_id="letter_acknowledge",
    tags=["letters"], responses={200: {"description": "The letter as it is now.", **_READ}},
)  # fmt: skip
def acknowledge(request: Request, who: Known, id: Letter, at: At = None) -> Document:
    """Noted once, with when it was first done."""
    reach.require(who.scopes, "letter acknowledge")
    return app_of(request).acknowledge(id, who.person, now_of(request), who.scopes)


@router.post(
    REQUEUE, summary="Send letters again that did not go out.", operation_id="deliveries_requeue",
    tags=["deliveries"], responses={200: {"description": "Which are due again.", **_SENT}},
)  # fmt: skip
def requeue(request: Request, who: Known, body: Again, at: At = None) -> Document:
    """They are due at once, from their first attempt on."""
    reach.require(who.scopes, "deliveries requeue")
    return app_of(request).requeue(body.letters, who.person, now_of(request), who.scopes, every=body.all)
