"""A forger with care: whatever he changed in a dossier, every digest in it is made to fit again."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from reviewflow.ledger.chain import first_link, genesis_of, link, text_digest
from reviewflow.ledger.contents import contents
from reviewflow.ledger.signing import text_digest as statement_digest
from tests.engine.dossiers import Dossier

Event = dict[str, Any]
Change = Callable[[Dossier], object]


def forged(found: Dossier, change: Change) -> Dossier:
    """The dossier with a change to it, numbered and linked anew, its lists and the words of its statements too."""
    made = deepcopy(found)
    change(made)
    made["origin"] = genesis_of(made["nonce"], is_simulation=made["is_simulation"])
    for chain in made["chains"]:
        _relink(chain, made["origin"])
    return made | contents(made["chains"])


def _relink(chain: Dossier, origin: str) -> None:
    prev = first_link(origin, chain["ref"])
    heads = [prev]
    for seq, event in enumerate(chain["events"], 1):
        event |= {"prev": prev, "seq": seq, "subject": chain["ref"]}
        if "is_redacted" not in event:
            _reword(event["data"].get("signature"), heads, origin)
            event["text_digest"] = text_digest(event)
        is_internal = event.get("is_internal", True)
        event["digest"] = prev = link(prev, event["text_digest"], is_internal=is_internal)
        heads.append(prev)
    chain |= {"version": len(heads) - 1, "head": prev}


def _reword(signature: Event | None, heads: list[str], origin: str) -> None:
    """A statement that no passkey signed can be made to name the head that it now follows, and its new origin."""
    if signature is None or signature["method"] == "passkey":
        return
    if version := re.search(r"  Version +(\d+)", signature["text"]):
        head = heads[min(int(version[1]), len(heads) - 1)]
        signature["text"] = re.sub(r"(  Chain head +)[0-9a-f]{64}", rf"\g<1>{head}", signature["text"])
        signature["text"] = re.sub(r"(  Origin +)[0-9a-f]{64}", rf"\g<1>{origin}", signature["text"])
    signature["digest"] = statement_digest(signature["text"])


def event_of(found: Dossier, name: str) -> Event:
    """The first event of this name, in whichever chain."""
    event: Event = next(e for c in found["chains"] for e in c["events"] if e.get("name") == name)
    return event


def signature_of(found: Dossier, name: str) -> Event:
    """The signature of that event."""
    made: Event = event_of(found, name)["data"]["signature"]
    return made


def hide(event: Event) -> None:
    """Leave nothing of an event but its links."""
    for key in event.keys() - {"subject", "seq", "prev", "digest", "text_digest"}:
        del event[key]
    event["is_redacted"] = True


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value, and of every key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, ("key", key))
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path


def alter(found: Dossier, path: tuple[Any, ...]) -> None:
    """Make the value at a place another, or leave the key out."""
    *way, last = path
    holder: Any = found
    for step in way:
        holder = holder[step]
    if isinstance(last, tuple):
        holder.pop(last[1])
    else:
        holder[last] = _other(holder[last])


def _other(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case int():
            return value + 1
        case str():
            return f"{value}x"
    return "something"
