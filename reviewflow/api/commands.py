"""Every command of the lifecycle tables as an operation: no door can forget one."""

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, replace
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel

from reviewflow import clock
from reviewflow.api import outcome
from reviewflow.api.bodies import body_of, effective_at, printed_name, signing_of, wish_of
from reviewflow.api.door import Known, app_of
from reviewflow.api.examples import REFS
from reviewflow.api.fields import annotated
from reviewflow.api.gate import GatedRoute
from reviewflow.api.moment import At, now_of
from reviewflow.api.refs import tidied
from reviewflow.api.signing import Statement, shown, signed
from reviewflow.api.tags import tag, versions_asked
from reviewflow.engine.call import Call, Version
from reviewflow.engine.identity.authority import require_presence_for
from reviewflow.nouns.commands.form import Command
from reviewflow.nouns.paths import API, NOW, PLURALS, path_of
from reviewflow.nouns.principal import Principal
from reviewflow.rules.lifecycle import TABLES

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETags of what was read, or `*`.", examples=['"7-0123456789abcdef"']),
]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="The command is done once under it.", examples=["b1f6c0de-0001"]),
]


def all_commands() -> Iterator[type[Command]]:
    """Every command that somebody can give, in the order of the picture; one that carries bytes has its own door."""
    for rows in TABLES.values():
        commands = dict.fromkeys(row.command for row in rows)
        yield from (command for command in commands if not (command.by_system or command.carries))


@cache
def router() -> APIRouter:
    """One operation a command, and one for the statement of each that is signed."""
    made = APIRouter(route_class=GatedRoute)
    for command in all_commands():
        if command.signs is not None:
            made.add_api_route(
                f"{path_of(command)}/statement",
                statement_of(command),
                methods=["POST"],
                operation_id=f"{command.kind.value}_{command.verb}_statement".replace("-", "_"),
                summary=f"The statement that is signed with {command.kind.value} {command.verb}.",
                tags=[PLURALS[command.kind]],
                response_model=Statement,
            )
        made.add_api_route(
            path_of(command),
            endpoint_of(command),
            methods=["POST"],
            operation_id=f"{command.kind.value}_{command.verb}".replace("-", "_"),
            summary=(command.__doc__ or "").strip().partition("\n")[0],
            tags=[PLURALS[command.kind]],
            status_code=201 if command.creates else 200,
            response_class=Response,
            responses=outcome.responses(command),
        )
    return made


def endpoint_of(command: type[Command]) -> Callable[..., Response]:
    """The function behind an operation: the body's command, in the name of whoever asks."""

    def do(request: Request, who: Principal, body: BaseModel, ref: str | None = None, **_: Any) -> Response:
        versions = () if command.creates else versions_asked(request.headers.get("if-match"))
        call = _call(who, command, body, ref, versions, request.headers.get("idempotency-key"))
        assert call.command is not None
        require_presence_for(call.command, who, app_of(request).settings.server.identity, clock.now())
        call = replace(call, signature=signed(request, who, call, signing_of(body)))
        return _answer(request, command, call)

    do.__signature__ = _signature(command, body_of(command))  # type: ignore[attr-defined]
    do.__name__, do.__doc__ = f"{command.kind.value}_{command.verb}", command.__doc__
    return do


def statement_of(command: type[Command]) -> Callable[..., Statement]:
    """The function behind the operation that shows what is signed with a command."""

    def show(request: Request, who: Principal, body: BaseModel, ref: str | None = None, **_: Any) -> Statement:
        return shown(request, who, _call(who, command, body, ref), printed_name(body), now_of(request))

    show.__signature__ = _signature(command, body_of(command, is_statement=True), is_act=False)  # type: ignore[attr-defined]
    show.__name__ = f"{command.kind.value}_{command.verb}_statement"
    show.__doc__ = "Nothing is done. Sign the text, and send digest and nonce with the command within 5 minutes."
    return show


def _call(
    who: Principal, command: type[Command], body: BaseModel, ref: str | None, versions: tuple[Version, ...] = (),
    key: str | None = None,
) -> Call:  # fmt: skip
    named = None if ref is None else tidied(ref)
    wish, at = wish_of(command, body), effective_at(body)
    return Call(named, wish, who.person, at, None, key, who.method, who.scopes, if_one_of=versions)


def _answer(request: Request, command: type[Command], call: Call) -> Response:
    app, now = app_of(request), now_of(request)
    done = app.act(call, now)
    document = app.outcome(done, call.actor, now)
    headers = {NOW: document.pop("now")}
    body = json.dumps(document, ensure_ascii=False).encode()
    headers["ETag"] = tag(body, Version(done.seq, done.head))
    if command.creates:
        headers["Location"] = f"{API}/{PLURALS[command.kind]}/{done.ref}"
    return Response(body, 201 if command.creates else 200, headers, media_type="application/json")


def _signature(command: type[Command], model: type[BaseModel], *, is_act: bool = True) -> inspect.Signature:
    is_needed = any(field.default is MISSING for field in fields(command))
    kinds: list[tuple[str, Any, Any]] = [("request", Request, ...), ("who", Known, ...)]
    if not command.creates:
        named = Path(description=f"The {command.kind.value}'s reference.", examples=[REFS[command.kind]])
        kinds += [("ref", annotated(str, named), ...)] + [("if_match", IfMatch, None)] * is_act
    kinds += [("body", annotated(model, Body()), ... if is_needed else model())]
    kinds += [("idempotency_key", Key, None)] * is_act + [("at", At, None)]
    empty = inspect.Parameter.empty
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(
        [inspect.Parameter(n, keyword, annotation=k, default=empty if d is ... else d) for n, k, d in kinds]
    )
