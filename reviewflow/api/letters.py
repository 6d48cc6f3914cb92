"""What is done with letters and not with subjects: acknowledging one, and sending again what did not go out."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from reviewflow.api.answers import schema_of
from reviewflow.api.door import Known, app_of
from reviewflow.api.examples import REFS
from reviewflow.api.fields import MANY
from reviewflow.api.gate import GatedRoute
from reviewflow.api.moment import At, now_of
from reviewflow.engine import reach
from reviewflow.nouns.paths import ACKNOWLEDGE, NOW, REQUEUE
from reviewflow.nouns.states import Kind
from reviewflow.views.index import VIEWS
from reviewflow.views.look import Document

ID = "0b7e6c1a"
Letter = Annotated[str, Path(description="The letter's id, or its first signs.", max_length=64, examples=[ID])]
Name = Annotated[str, Described(min_length=1, max_length=64)]
router = APIRouter(route_class=GatedRoute)
_READ = {"content": {"application/json": {"schema": schema_of(VIEWS["letter"])}}}


class Again(BaseModel):
    """Which letters are to be sent again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"letters": [ID]}]})

    letters: list[Name] = Described(default_factory=list, max_length=MANY, description="Ids, or their first signs.")
    all: bool = Described(False, strict=True, description="All that were set aside or wait after a failure.")


class Requeued(BaseModel):
    """The letters that are due again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "letters": [ID], "time_zone": "America/New_York", "is_simulation": False,
        "reader": {"ref": REFS[Kind.PERSON], "organization": "example-office", "side": "agency"},
    }]})  # fmt: skip

    letters: list[str]
    time_zone: str
    is_simulation: bool
    reader: dict[str, str]


@router.post(
    ACKNOWLEDGE, summary="Acknowledge a letter to you.", operation_id="letter_acknowledge",
    tags=["letters"], response_model=None, responses={200: {"description": "The letter as it is now.", **_READ}},
)  # fmt: skip
def acknowledge(request: Request, response: Response, who: Known, id: Letter, at: At = None) -> Document:
    """Noted once, with when it was first done."""
    reach.require(who.scopes, "letter acknowledge")
    told = app_of(request).acknowledge(id, who.person, now_of(request), who.scopes)
    response.headers[NOW] = told.pop("now")
    return told


@router.post(
    REQUEUE, summary="Send letters again that did not go out.", operation_id="deliveries_requeue",
    tags=["deliveries"], response_model=None,
    responses={200: {"model": Requeued, "description": "Which are due again."}},
)  # fmt: skip
def requeue(request: Request, response: Response, who: Known, body: Again, at: At = None) -> Document:
    """They are due at once, from their first attempt on."""
    reach.require(who.scopes, "deliveries requeue")
    told = app_of(request).requeue(body.letters, who.person, now_of(request), who.scopes, every=body.all)
    response.headers[NOW] = told.pop("now")
    return told
