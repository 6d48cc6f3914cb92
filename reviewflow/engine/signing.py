"""The signature that a command's event keeps: the text as it is now, in whose name, and by what proof."""

from reviewflow.engine.call import Call
from reviewflow.engine.journaling import chain
from reviewflow.engine.stage import Stage
from reviewflow.errors import Forbidden, Invalid, Refused
from reviewflow.ledger.signing import Unproven, prove, text_digest
from reviewflow.nouns.commands.form import SHORT_TEXT, Command
from reviewflow.nouns.principal import Method
from reviewflow.nouns.signature import PROOFS, Signature
from reviewflow.nouns.subject import Row
from reviewflow.rules.permissions import reads
from reviewflow.rules.scene import Scene
from reviewflow.rules.statements import statement
from reviewflow.rules.work import Work
from reviewflow.store import journal


def signature(w: Work, call: Call, scene: Scene, stage: Stage, genesis: str) -> Row | None:
    """What is kept of a signature; None where the command is none, or the public record tells of one made elsewhere.

    Refused where the text is not the one that was shown, or nobody proved to be there. That a password is right and a
    passkey is its person's, the door has found; that the passkey signed this text is found here too.
    """
    command, given = call.command, call.signature
    assert command is not None
    if command.signs is None or not w.actor.is_person:
        if given is not None:
            raise Invalid(f"{_named(command)} is not signed.", remedy="Leave the signature out.")
        return None
    events = chain(genesis, w)
    head = events[-1]["digest"] if events else w.subject.head
    text = statement(w, command, scene, w.next_seq - 1, head, call.effective_at)
    if given is None:
        _vouched(call, command, is_allowed=stage.settings.server.operator_signs)
        return _kept(text, Signature(text_digest(text), w.actor.name or w.actor.ref, command.signs, Method.OPERATOR))
    faults = [*_faults(command, given)]
    if given.digest != text_digest(text):
        faults.append(_changed(w, call, scene, stage, given.digest))
    elif given.method is Method.PASSKEY:
        try:
            prove(given.digest, given.key, given.proof)
        except Unproven as error:
            faults.append(f"The signature {error}.")
    if faults:
        raise Refused(*faults, remedy="Ask for the statement again, read it, and sign what it says then.")
    return _kept(text, given)


def _named(command: Command) -> str:
    return f"{command.kind.value} {command.verb}"


def _vouched(call: Call, command: Command, *, is_allowed: bool) -> None:
    """The operator of the machine vouches for whom he acts for, unless the installation wants more."""
    what = f"{_named(command)} is a signature"
    needed = "it needs the digest of its statement, a printed name, and a password given again or a passkey"
    if call.method is Method.TOKEN:
        raise Forbidden(
            f"{what}, and a token cannot sign: nobody is there.", remedy="Sign in as a person, and sign there."
        )
    if call.method is not Method.OPERATOR:
        raise Refused(f"{what}: {needed}.", remedy="Ask for its statement, and send the signature with the command.")
    if not is_allowed:
        raise Refused(
            f"{what}, and this installation takes none on the word of the machine's operator: {needed}.",
            remedy="Sign at the HTTP API, or set operator = true under [signatures] in server.toml.",
        )


def _faults(command: Command, given: Signature) -> list[str]:
    found, name = [], given.printed_name
    if not name.strip() or len(name) > SHORT_TEXT or not name.isprintable():
        found.append(f"The printed name of a signature is one line of 1 to {SHORT_TEXT} characters.")
    if given.meaning is not command.signs:
        found.append(f"Who signs {_named(command)} {command.signs}; the signature says that he {given.meaning}.")
    if given.method not in PROOFS:
        found.append(f"A signature is proven by {' or '.join(PROOFS)}; {given.method} is none of them.")
    return found


def _changed(w: Work, call: Call, scene: Scene, stage: Stage, shown: str) -> str:
    """What is another than it was when the text with the digest `shown` was made."""
    assert call.command is not None
    events = [*journal.events_of(stage.connection, w.subject.ref), *w.chained]
    what = "what is asked, who asks, or a name in it is another"
    for at in range(len(events) - 1, 0, -1):
        before = events[at - 1]
        if text_digest(statement(w, call.command, scene, at, before["digest"], call.effective_at)) == shown:
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
    }
