"""Every answer that a test is given at the door, held against the description of the API to the last key."""

import json
import re
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

Document = dict[str, Any]
ANEW = "If a view answers so now, record it anew with scripts/draw-answers."


class Description:
    """What the description promises of answers; here a key of which it does not tell is a fault, too."""

    def __init__(self, document: Document) -> None:
        parts = {name: closed(schema) for name, schema in document["components"]["schemas"].items()}
        self.components = {"schemas": parts}
        self.operations = [
            (method.upper(), re.compile(re.sub(r"{\w+}", "[^/]+", path)), operation["responses"])
            for path, methods in sorted(document["paths"].items(), key=lambda pair: pair[0].count("{"))
            for method, operation in methods.items()
        ]
        self.validator = cache(self._validator)

    def faults(self, answer: httpx.Response) -> list[str]:
        """Where what was done or shown is not as described; of an answer that is not described others tell."""
        method, path = answer.request.method, answer.request.url.path
        found = (r for m, pattern, r in self.operations if m == method and pattern.fullmatch(path))
        responses: Document = next(found, {})
        content = responses.get(str(answer.status_code), {}).get("content", {}).get("application/json", {})
        if "schema" not in content or answer.headers["content-type"] != "application/json" or not answer.content:
            return []
        faults = self.validator(json.dumps(content["schema"])).iter_errors(answer.json())
        return [f"{method} {path}: {'/'.join(map(str, one.instance_path))}: {one.message}" for one in faults]

    def _validator(self, schema: str) -> Any:
        whole = {**json.loads(schema), "components": self.components}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def closed(schema: Document) -> Document:
    """The schema of an object that has no other keys."""
    return {"additionalProperties": False, **schema} if "properties" in schema else schema


_known: list[Description] = []  # one serves every application of this process


def conform(client: Any) -> None:
    """From now on an answer that is not as described fails the test that asked."""
    if not _known:
        _known.append(Description(client.app.openapi()))

    def hold(answer: httpx.Response) -> None:
        answer.read()
        faults = _known[0].faults(answer)
        assert not faults, "\n".join([*faults[:20], ANEW])

    client.event_hooks = {"response": [hold]}
