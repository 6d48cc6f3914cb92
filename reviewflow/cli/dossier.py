"""`reviewflow export --dossier` and `verify FILE`: a review handed out whole, and checked by anybody, anywhere."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.ledger.chain import Break

REMEDY = "Ask for the dossier again, and compare: whoever gave you this one, or a hand in between, has changed it."
OTHER = "This is no dossier of reviewflow"
OTHER_REMEDY = "Name a file that `reviewflow export --dossier FILE` wrote."


def export_dossier(session: Session, ref: str, file: Path) -> None:
    """Write it into a new file that its owner alone may read; Invalid where there is one already."""
    from reviewflow.errors import Invalid

    document = session.document("dossier", ref=ref)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            json.dump(document, out, ensure_ascii=False, indent=1)
            out.write("\n")
    except OSError as error:
        raise Invalid(f"The file {file} cannot be written: {error.strerror}.", remedy="Name a new one.") from error
    if session.json:
        print(json.dumps({"ref": document["ref"], "file": str(file), "is_simulation": document["is_simulation"]}))
    elif not session.quiet:
        _mark(document)
        _say(f"Written to {file}. Check it anywhere with `reviewflow verify {file}`.")


def verify_dossier(session: Session, file: Path, heads: Sequence[str] = ()) -> None:
    """Every chain, copy and signature of a dossier, without a database; exit 1 with the first thing that is wrong.

    Each of `heads` must be in it: whoever knows one from elsewhere learns whether the end was cut off.
    """
    import typer

    from reviewflow.errors import Invalid
    from reviewflow.ledger.chain import Break
    from reviewflow.ledger.dossier import FORM, first_break, read
    from reviewflow.rules.lifecycle import SIGNING

    known = [_head(each) for each in heads]
    broken: Break | None
    try:
        raw = file.read_bytes()
        document = read(raw.decode("utf-8"))
    except OSError as error:
        raise Invalid(f"The file {file} cannot be read: {error.strerror}.", remedy="Name a dossier.") from error
    except (ValueError, RecursionError) as error:
        document, broken = None, Break("dossier", 0, f"it is not JSON as a dossier is: {error}")
    else:
        broken = first_break(document, SIGNING, known)
    if broken and FORM.encode() not in raw:
        broken = Break("file", 0, OTHER)
    told = _told(document, broken, known)
    if session.json:
        print(json.dumps(told, indent=2))
    elif not session.quiet or broken:
        _print(document, told)
    if broken:
        raise typer.Exit(1)


def _head(text: str) -> str:
    """Digits of a head, in lower case; Invalid for anything else, and for so few that many heads begin with them."""
    from reviewflow.errors import Invalid

    if not re.fullmatch("[0-9a-f]{12,64}", found := text.strip().lower()):
        raise Invalid(f"{text!r} is no head: these are 64 digits 0-9 and a-f.", remedy="Give all, or the first 12.")
    return found


def _told(document: Any, broken: "Break | None", known: Sequence[str]) -> dict[str, Any]:
    from reviewflow.ledger.dossier import signatures, unsigned
    from reviewflow.rules.lifecycle import SIGNING

    if broken:
        said = {"subject": broken.subject, "event": broken.seq, "reason": broken.reason}
        return {"broken": said, "remedy": OTHER_REMEDY if broken.reason == OTHER else REMEDY}
    events = [event for chain in document["chains"] for event in chain["events"]]
    return {
        "broken": None,
        "ref": document["ref"],
        "is_simulation": document["is_simulation"],
        "events": len(events),
        "hidden": sum("is_redacted" in event for event in events),
        "chains": [
            {key: chain[key] for key in ("ref", "version", "head")}
            | {"hidden": [event["seq"] for event in chain["events"] if "is_redacted" in event]}
            for chain in document["chains"]
        ],
        "known": [
            {"head": head, "subject": event["subject"], "event": event["seq"]}
            for head in known
            for event in events
            if event["digest"].startswith(head)
        ],
        "unsigned": [
            {"subject": one["subject"], "event": one["seq"], "name": one["name"], "actor": one["actor"], "why": why}
            for one, why in unsigned(document, SIGNING)
        ],
        "signatures": [vars(one) for one in signatures(document)],
    }


def _print(document: Any, told: dict[str, Any]) -> None:
    from reviewflow.nouns.plural import plural

    if broken := told["broken"]:
        where = f", event {broken['event']}" if broken["event"] else ""
        what = "" if broken["reason"] == OTHER else f"broken {broken['subject']}{where}: "
        _say(f"{what}{broken['reason']}.", "bold red")
        _say(told["remedy"])
        return
    hidden = f", {told['hidden']} of them hidden from its reader" if told["hidden"] else ""
    _mark(document)
    chains, events = plural(len(told["chains"]), "chain"), plural(told["events"], "event")
    _say(f"{told['ref']}: {chains} with {events}{hidden}. All hold.")
    for chain in told["chains"]:
        seqs = f"; hidden: {', '.join(map(str, chain['hidden']))}" if chain["hidden"] else ""
        _say(f"{chain['ref']} as of version {chain['version']}{seqs}; head\n  {chain['head']}", "dim")
    for one in told["known"]:
        _say(f"The head {one['head'][:12]} is that of {one['subject']} at version {one['event']}.")
    _say("Later events and other chains may exist.")
    if not told["known"]:
        _say("Give a head that you know from elsewhere, such as a letter or the other side's dossier, with --head: if")
        _say("it is not in here, an end was cut off, or one of the two was made up.")
    for one in told["unsigned"]:
        _say(
            f"UNSIGNED {one['subject']}, event {one['event']}: {one['name']} by {one['actor']}, {one['why']}", "yellow"
        )
    for one in told["signatures"]:
        _say(f"\n{one['subject']}, event {one['seq']}: {one['text'].splitlines()[0]}", "bold")
        _say(f"  {one['actor']}, printed name {one['printed_name']}, {one['meaning']}")
        _say(f"  proof: {one['proof']}")


def _mark(document: Any) -> None:
    if document["is_simulation"]:
        _say("SIMULATION: nothing in it has happened.", "bold yellow")


def _say(text: str, style: str = "") -> None:
    """Whoever wrote the dossier, nothing in it moves the cursor of who reads it."""
    from reviewflow.cli.paint import say
    from reviewflow.nouns.statement_text import clean

    say("\n".join(map(clean, text.split("\n"))), style)
