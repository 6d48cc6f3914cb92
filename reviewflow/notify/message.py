"""A letter as mail: RFC 5322 bytes, the same on every attempt but for what the record has become."""

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

from reviewflow.notify.layout import one_line
from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import Undeliverable

LONGEST_LINE = 998  # bytes, RFC 5322 section 2.1.1
MAILBOX = re.compile(r"[^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+")


def message(letter: Letter) -> bytes:
    """Text first and the page after it, for a reader shows the last part that he can."""
    domain = letter.sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = f"reviewflow <{letter.sender}>"
        mail["Date"] = letter.made_at
        mail["Message-ID"] = f"<{letter.id}@{domain}>"
        threads = [f"<thread-{ref}@{domain}>" for ref in letter.refs if "@" not in ref]
        if len(threads) == 1:
            mail["In-Reply-To"] = threads[0]
        if threads:
            mail["References"] = " ".join(threads)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text, charset="utf-8", cte=_encoding(letter.text))
        if letter.html:
            mail.add_alternative(letter.html, subtype="html", charset="utf-8", cte=_encoding(letter.html))
            mail.set_boundary(f"=_{re.sub('[^0-9a-z]', '', letter.id)[:60]}")  # a drawn one would change
        return _line("To", _addressee(letter)) + _line("Subject", _encoded("Subject", letter.subject)) + mail.as_bytes()
    except (ValueError, LookupError) as error:
        raise Undeliverable(f"The letter cannot be written as mail: {error}.") from error


def mailbox(letter: Letter) -> str:
    """Where the mail goes: the address of the channel, else the person's own mailbox."""
    found = letter.channel.address or letter.to
    if not MAILBOX.fullmatch(found):
        raise Undeliverable(f"{found!r} is not a mailbox.")
    return found


def _addressee(letter: Letter) -> str:
    to, name = mailbox(letter), one_line(letter.name)
    if not name or name == to:
        return to
    return formataddr((name, to)) if name.isascii() else f"{_encoded('To', name)} <{to}>"


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode("ascii")


def _encoded(name: str, value: str) -> str:
    """Folded, and in encoded words where it is not ASCII; EmailMessage loses spaces between two encoded words."""
    line = one_line(value)
    return Header(line, "us-ascii" if line.isascii() else "utf-8", header_name=name).encode(linesep="\r\n")


def _encoding(text: str) -> str:
    """What every mail server takes: 7-bit lines that are not too long."""
    is_short = max(map(len, text.split("\n"))) <= LONGEST_LINE
    return "7bit" if text.isascii() and is_short else "quoted-printable"
