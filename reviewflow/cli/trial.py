"""`reviewflow person test-channel`: one letter on one channel now, and what its receiver answers."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from reviewflow.cli.session import Session
from reviewflow.nouns.plain import plain

if TYPE_CHECKING:
    from reviewflow.notify.letters import Letter
    from reviewflow.nouns.contact import Channel
    from reviewflow.nouns.subject import Subject

REF = Annotated[str, typer.Argument(help="The person's reference: the mailbox.", show_default=False)]
NUMBER = Annotated[int, typer.Argument(help="The channel's number; `person show` lists them.", show_default=False)]


def person_test_channel(ctx: typer.Context, ref: REF, channel: NUMBER) -> None:
    """Send one test letter on a channel now.

    Says whether it was accepted, or why not, and then ends with exit code 6.

    Nothing is recorded, and it is not tried again. It is sent from here, with the secrets that this shell can read: a
    worker may run elsewhere. A disabled channel can be tested before enable-channel uses it again.
    """
    from reviewflow.cli.operate import refuse_a_date
    from reviewflow.cli.paint import say

    session: Session = ctx.obj
    refuse_a_date(session, "person test-channel", is_simulation=session.app.is_simulation)
    letter = _letter(session, ref, channel)
    _send(session, letter)
    if session.json:
        about = {"person": letter.to, "channel": channel, "kind": letter.channel.kind, "letter": letter.id}
        more = {"is_accepted": True, "now": session.now, "is_simulation": session.app.is_simulation}
        print(json.dumps(plain({**about, **more}), ensure_ascii=False, indent=2))
    elif not session.quiet:
        say(f"Accepted: the test letter {letter.id} to {letter.to} on {_where(letter.channel)}. Has it arrived?")


def _letter(session: Session, ref: str, number: int) -> "Letter":
    """Written for those who may change the channel; else the same answers as to a change."""
    from reviewflow.engine.home import home_of
    from reviewflow.errors import Forbidden, Refused
    from reviewflow.notify.trial import trial
    from reviewflow.nouns.states import Kind
    from reviewflow.rules.permissions import Who, allowed, why_not
    from reviewflow.views.look import looking

    with looking(session.app.engine, session.app.settings, session.who(), session.now) as look:
        subject = look.subject(Kind.PERSON, ref)
        if not allowed(Who.SELF, look.actor, subject, home_of(look.stage, subject)):
            raise Forbidden(why_not(Who.SELF, look.actor, "Testing a channel"))
        person, found = look.stage.actor(subject.ref), _channel(subject, number)
        if not person.is_active:
            raise Refused(f"{person.ref} is inactive, and is sent nothing.")
        sender, is_simulation = session.app.settings.server.sender, session.app.is_simulation
        return trial(person, found, look.actor.ref, sender, look.now, is_simulation=is_simulation)


def _channel(subject: "Subject", number: int) -> "Channel":
    from reviewflow.errors import Refused
    from reviewflow.nouns.contact import REMOVED, channels_from

    there = {one.no: one for one in channels_from(subject.row["channels"]) if one.disabled != REMOVED}
    if number not in there:
        listed = ", ".join(map(str, there)) or "none of its own"
        raise Refused(
            f"There is no channel {number} of {subject.ref}; there is: {listed}.",
            remedy=f"Add one with `reviewflow person add-channel {subject.ref} KIND`.",
        )
    return there[number]


def _send(session: Session, letter: "Letter") -> None:
    from reviewflow.errors import Unavailable
    from reviewflow.notify.senders import Undeliverable

    try:
        session.app.senders()[letter.channel.kind](letter)
    except Undeliverable as error:
        raise Unavailable(
            f"The test letter to {letter.to} was not accepted on {_where(letter.channel)}. {error}",
            remedy="A test is sent once. Mend what it says, then test again.",
        ) from error


def _where(channel: "Channel") -> str:
    to = f" to {channel.address}" if channel.address else ""
    return f"channel {channel.no} ({channel.kind.value}{to})"
