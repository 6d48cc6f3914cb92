"""What a server answers: a document, or the error that its problem tells."""

from typing import Any

import httpx

from reviewflow import errors as e
from reviewflow.nouns.paths import NOW
from reviewflow.nouns.problems import SLUGS

Document = dict[str, Any]
LONGEST = 200  # signs that are repeated of what a stranger says
_KINDS: dict[str, type[e.ReviewflowError]] = {slug: kind for kind, slug in SLUGS.items()}
_KINDS |= {"malformed": e.Invalid}


def document_of(answer: httpx.Response) -> Document:
    """As the server gave it, with the instant as of which it holds; Unavailable where it is no answer of reviewflow."""
    found = _json(answer, "application/json")
    if found is None:
        raise strange(answer)
    at = answer.headers.get(NOW)
    return found if at is None else {"now": at, **found}


def error_of(answer: httpx.Response) -> e.ReviewflowError:
    """The error that the server had, of the same class and with the same words."""
    found = _json(answer, "application/problem+json") or {}
    slug = str(found.get("type", "")).rpartition("/")[2]
    reasons, remedy = found.get("reasons"), found.get("remedy")
    if not isinstance(reasons, list) or not (remedy is None or isinstance(remedy, str)):
        return strange(answer)
    if slug == "fault":
        said = f"The server has a fault of its own; its log has it under {str(found.get('instance'))[:LONGEST]}."
        return e.Unavailable(said, remedy="Tell its operator.")
    kind = _KINDS.get(slug)
    if kind is None:
        return strange(answer)
    words = [str(reason) for reason in reasons]
    if kind is e.TooMany:
        return e.TooMany(*words, remedy=remedy, retry_after=int(retry_after(answer) or 60))
    return kind(*words, remedy=remedy)


def strange(answer: httpx.Response) -> e.Unavailable:
    """Why something is no answer of ours: another page, a redirect, a proxy's own word, or nonsense."""
    url, status = answer.request.url, answer.status_code
    host = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"
    if answer.is_redirect:
        to = answer.headers["Location"][:LONGEST]
        said = f"{host} says to ask {to!r} instead; that is not followed, since it would be handed the token."
        return e.Unavailable(said, remedy="If it is right, name that server.")
    said = f"{host} answered {status}, and not as reviewflow does."
    return e.Unavailable(said, remedy="See that the address is that of a reviewflow server, and what stands before it.")


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds to wait, where the answer says how many."""
    given = answer.headers.get("Retry-After", "").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) < 9 else None


def _json(answer: httpx.Response, media_type: str) -> Document | None:
    if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() != media_type:
        return None
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
