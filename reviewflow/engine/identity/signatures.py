"""A signature at a door: what is asked of who is shown a statement, and the proof that he signed it and was there."""

from dataclasses import dataclass, field
from datetime import datetime

from reviewflow.engine import answered
from reviewflow.engine.call import Call
from reviewflow.engine.identity import assertions, challenges, entrance, questions
from reviewflow.errors import Forbidden, Refused
from reviewflow.ledger.signing import challenge
from reviewflow.nouns.idempotency import key_or_new
from reviewflow.nouns.principal import ChallengeKind, Method, Principal
from reviewflow.nouns.signature import Meaning, Signature
from reviewflow.nouns.subject import Row
from reviewflow.settings.settings import Settings
from reviewflow.store.database import Engine, transaction
from reviewflow.store.identity import passkeys as store


@dataclass(frozen=True)
class Given:
    """What somebody signs with: the password again, or what his passkey answered."""

    digest: str
    printed_name: str
    meaning: Meaning
    nonce: str
    password: str | None = field(default=None, repr=False)
    passkey: Row | None = None


def ask(engine: Engine, who: Principal, digest: str, ref: str, site: questions.Site | None, now: datetime) -> Row:
    """A nonce for the signature of one text by one person; with `passkey` for the browser of who has one.

    `ref` is that of the text's subject, which was drawn for it where the command makes one.
    """
    require_no_token(who)
    with transaction(engine) as connection:
        own = store.of_person(connection, who.person)
        nonce, expires = challenges.ask(connection, ChallengeKind.SIGNATURE, who.person, now, digest=digest, ref=ref)
    options = questions.options(questions.need(site), own, challenge(digest, nonce)) if own else None
    return {"nonce": nonce, "expires_at": expires, "passkey": options}


def sign(
    engine: Engine, settings: Settings, who: Principal, given: Given, site: questions.Site | None, place: str,
    now: datetime,
) -> Signature:  # fmt: skip
    """The signature of who is there, by the proof that he gives: it is used up. That the text holds, the engine finds.

    Forbidden for a wrong password, Unauthenticated for a passkey that proves nothing, Refused for a statement that was
    not shown to him just now.
    """
    require_no_token(who)
    if given.passkey is None:
        entrance.confirm(engine, settings, who, given.password or "", place, now)
    asked = challenges.answered(engine, ChallengeKind.SIGNATURE, given.nonce, now)
    if asked is None or (asked["person"], asked["data"]["digest"]) != (who.person, given.digest):
        raise Refused(
            "The nonce is not that of a statement that was shown to you, was used, or is older than 5 minutes.",
            remedy="Ask for the statement again, read it, and sign what it says then.",
        )
    if given.passkey is None:
        return Signature(given.digest, given.printed_name, given.meaning, Method.PASSWORD, ref=asked["data"]["ref"])
    here, asked_for = questions.need(site), challenge(given.digest, given.nonce)
    with transaction(engine) as connection:
        row = assertions.accept(connection, here, who.person, given.passkey, asked_for, now)
    proof = {"credential": given.passkey, "rp_id": here.rp_id, "origin": here.origin, "nonce": given.nonce}
    key, ref = row["public_key"], asked["data"]["ref"]
    return Signature(given.digest, given.printed_name, given.meaning, Method.PASSKEY, proof, key, ref)


def was_answered(engine: Engine, call: Call) -> bool:
    """Whether a call was answered before under its key, and so needs no signature again."""
    if call.key is None:
        return False
    with transaction(engine) as connection:
        return answered.answer_before(connection, key_or_new(call.key), call) is not None


def require_no_token(who: Principal) -> None:
    """Forbidden for a token: it is no proof that somebody is there."""
    if who.method is Method.TOKEN:
        raise Forbidden("A token cannot sign: nobody is there.", remedy="Sign in as a person, and sign there.")
