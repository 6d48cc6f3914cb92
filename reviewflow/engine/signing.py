"""The signature that a command's event keeps: the text as it is now, in whose name, and by what proof."""

from dataclasses import replace
from datetime import datetime

from reviewflow.engine.call import Call
from reviewflow.engine.journaling import chain
from reviewflow.engine.stage import Stage
from reviewflow.errors import Forbidden, Invalid, Refused
from reviewflow.ledger.chain import first_link
from reviewflow.ledger.signing import Unproven, fingerprint, prove, text_digest
from reviewflow.nouns.actor import Actor
from reviewflow.nouns.commands.form import SHORT_TEXT, Command
from reviewflow.nouns.principal import Method
from reviewflow.nouns.signature import GIVEN, Ground, Signature
from reviewflow.nouns.subject import Row
from reviewflow.rules.permissions import reads
from reviewflow.rules.scene import Scene
from reviewflow.rules.statements import statement
from reviewflow.rules.work import Work
from reviewflow.store import journal
from reviewflow.store.identity import passkeys


def signature(w: Work, call: Call, scene: Scene, stage: Stage, genesis: str) -> Row | None:
    """What is kept of a signature; None where the command is none, or the public record tells of one made elsewhere.

    Refused where the text is not the one that was shown, or nobody proved to be there. That a password is right the
    door has found; that a passkey is its person's, and signed this text, is found here.
    """
    command, given = call.command, call.signature
    assert command is not None
    if command.signs is None or not w.actor.is_person:
        if given is not None:
            raise Invalid(f"{_named(command)} is not signed.", remedy="Leave the signature out.")
        return None
    if given is None:
        _vouched(call, command, stage)
    events = chain(genesis, w)
    head = events[-1]["digest"] if events else w.subject.head
    method = given.method if given and given.method in GIVEN else Method.OPERATOR
    name = given.printed_name if given else default_name(w.actor)
    where = ground(stage, w.subject.ref, w.next_seq - 1, head, name, method, call.effective_at)
    text = statement(w, command, scene, where)
    if given is None:
        return _kept(text, Signature(text_digest(text), name, command.signs, Method.OPERATOR))
    faults = [*_faults(command, given), *_proof_faults(w.actor, given, stage)]
    if given.digest != text_digest(text):
        faults.append(_changed(w, call, scene, stage, where))
    if faults:
        raise Refused(*faults, remedy="Ask for the statement again, read it, and sign what it says then.")
    return _kept(text, given)


def ground(
    stage: Stage, ref: str, version: int, head: str, name: str, method: Method, since: datetime | None
) -> Ground:
    """What a statement on a version of a subject stands on."""
    origin = stage.database["genesis"]
    return Ground(
        version, head or first_link(origin, ref), origin, stage.is_simulation, name, method, since
    )  # fmt: skip


def default_name(actor: Actor) -> str:
    """What is printed under a signature where its signer names nothing else."""
    return actor.name or actor.ref


def name_faults(name: str) -> list[str]:
    """What is wrong with a printed name that somebody gives."""
    is_good = name.strip() and len(name) <= SHORT_TEXT and name.isprintable()
    return [] if is_good else [f"The printed name of a signature is one line of 1 to {SHORT_TEXT} characters."]


def method_of(stage: Stage, actor: Actor, method: Method) -> Method:
    """By which proof somebody is to sign who came in by `method`."""
    if method is Method.OPERATOR and vouches(stage):
        return Method.OPERATOR
    return Method.PASSKEY if passkeys.of_person(stage.connection, actor.ref) else Method.PASSWORD


def vouches(stage: Stage) -> bool:
    """Whether the operator of the machine signs for others at its command line."""
    return stage.is_simulation or stage.settings.server.operator_signs


def _named(command: Command) -> str:
    return f"{command.kind.value} {command.verb}"


def _vouched(call: Call, command: Command, stage: Stage) -> None:
    """The operator of the machine vouches for whom he acts for, in a simulation or where the installation says so."""
    what = f"{_named(command)} is a signature"
    needed = "it needs the digest of its statement, a printed name, and a password given again or a passkey"
    if call.method is Method.TOKEN:
        raise Forbidden(
            f"{what}, and a token cannot sign: nobody is there.", remedy="Sign in as a person, and sign there."
        )
    if call.method is not Method.OPERATOR:
        raise Refused(f"{what}: {needed}.", remedy="Ask for its statement, and send the signature with the command.")
    if not vouches(stage):
        raise Refused(
            f"{what}, and this installation takes none on the word of the machine's operator: {needed}.",
            remedy="Sign with your own proof, or set operator = true under [signatures] in server.toml.",
        )


def _faults(command: Command, given: Signature) -> list[str]:
    found = name_faults(given.printed_name)
    if given.meaning is not command.signs:
        found.append(f"Who signs {_named(command)} {command.signs}; the signature says that he {given.meaning}.")
    if given.method not in GIVEN:
        found.append(f"A signature is proven by {' or '.join(GIVEN)}; {given.method} is none of them.")
    return found


def _proof_faults(actor: Actor, given: Signature, stage: Stage) -> list[str]:
    """What is wrong with the proof, by the keys that the signer has at this moment."""
    keys = {row["public_key"]: row["id"] for row in passkeys.of_person(stage.connection, actor.ref)}
    if given.method is not Method.PASSKEY:
        has_better = keys and given.method is Method.PASSWORD
        return [f"{actor.ref} has a passkey; a password does not stand in for it."] if has_better else []
    credential = given.proof.get("credential")
    if given.key not in keys or not isinstance(credential, dict) or credential.get("id") != keys[given.key]:
        return [f"The signature is not proven by a passkey of {actor.ref}."]
    try:
        prove(given.digest, given.key, given.proof)
    except Unproven as error:
        return [f"The signature {error}."]
    return []


def _changed(w: Work, call: Call, scene: Scene, stage: Stage, where: Ground) -> str:
    """What is another than it was when the text that was signed was made."""
    assert call.command is not None and call.signature is not None
    events = [*journal.events_of(stage.connection, w.subject.ref), *w.chained]
    what = "what is asked, who asks, the printed name, the proof, the day, or a name in it is another"
    for at in range(len(events) - 1, 0, -1):
        earlier = replace(where, version=at, head=events[at - 1]["digest"])
        if text_digest(statement(w, call.command, scene, earlier)) == call.signature.digest:
            names = [e["name"].replace("_", " ") if reads(w.actor, e) else "an entry" for e in events[at:]]
            what = f"the record went on from version {at} to {len(events)} ({', '.join(names)})"
            break
    return f"The text has changed since it was shown: {what}."


def _kept(text: str, given: Signature) -> Row:
    """A password leaves no proof behind but the server's word."""
    is_passkey = given.method is Method.PASSKEY
    return {
        "text": text,
        "digest": given.digest,
        "printed_name": given.printed_name.strip(),
        "meaning": given.meaning.value,
        "method": given.method.value,
        "proof": dict(given.proof) if is_passkey else {},
        "key": given.key if is_passkey else "",
        "fingerprint": fingerprint(given.key) if is_passkey else "",
    }
