"""The clock rules for who looks after them: what is configured, what is kept, and what changed between two copies."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewflow.api.door import app_of
from reviewflow.settings.documents import policy_from_document
from reviewflow.views.copies import changed, copies
from reviewflow.views.policy_words import ladder, rules
from reviewflow.web.door import Document, see
from reviewflow.web.pages.keeping import Keeper, keeping

router = APIRouter(prefix="/admin/policies")


@router.get("")
def show(request: Request, who: Keeper) -> Response:
    """Each with its digest, and whether what is configured is what is kept."""
    doc, app = see(request, "policies", who=who), app_of(request)
    kept = {one["id"]: copies(app.engine, app.settings, one["id"]) for one in doc["policies"]}
    told = {id: [one for one in rows if one["type"] == "policy"] for id, rows in kept.items()}
    return keeping(request, "admin-policies.html", {"doc": doc, "copies": told})


@router.get("/{id}")
def show_one(request: Request, id: str, who: Keeper, before: str = "", after: str = "") -> Response:
    """Its rules in words, every copy that is kept, and the difference of two; without a choice, of the last two."""
    doc, app = see(request, "policy", {"policy": id}, who), app_of(request)
    found = copies(app.engine, app.settings, id)
    old, new = _chosen(found, before, after)
    told = {
        "doc": doc, "copies": found, "before": old, "after": new,
        "lines": changed(old["body"], new["body"]) if old and new else [],
        "rules": [
            *rules(policy_from_document(doc["policy"]), doc["calendar"]), *ladder(doc["policy"].get("escalation", ()))
        ],
    }  # fmt: skip
    return keeping(request, "admin-policy.html", told)


def _chosen(found: list[Document], before: str, after: str) -> tuple[Document | None, Document | None]:
    """Two copies of one thing, by their digests; else what is configured against the copy before it."""
    by_digest = {one["digest"]: one for one in found}
    new = by_digest.get(after) or next(one for one in found if one["type"] == "policy")
    own = [one for one in found if one["type"] == new["type"]]
    old = by_digest.get(before)
    if old is None or old["type"] != new["type"]:
        rest = own[own.index(new) + 1 :] or [one for one in own if one is not new]
        old = rest[0] if rest else None
    return old, new
