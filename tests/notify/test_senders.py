"""Letters on their way: mail files that are whole, constant and harmless, and a line in the log."""

from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from reviewflow import logs
from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import Undeliverable, folder_sender, log_sender, senders_for
from reviewflow.nouns.contact import Channel, ChannelKind
from reviewflow.nouns.server import Server
from tests.notify import cases as c


def sent(folder: Path, letter: Letter) -> EmailMessage:
    """The one file in the folder, parsed."""
    folder_sender(folder)(letter)
    (path,) = folder.iterdir()
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def content(mail: EmailMessage, form: str = "plain") -> str:
    """One part, as it was written."""
    part = mail.get_body((form,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_mail_file_is_a_mail(tmp_path: Path) -> None:
    """Headers and text survive, the id is constant, and mail of one subject is one thread."""
    letter = c.one("clock_started", c.LAB)
    mail = sent(tmp_path / "new" / "folder", letter)
    assert mail["From"] == "reviewflow <reviewflow@office.example>"
    assert mail["To"] == "Counsel <officer@lab.example>"
    assert mail["Subject"] == letter.subject
    assert mail["Date"].datetime == c.AT
    assert mail["Message-ID"] == f"<{'1' * 36}@office.example>"
    assert mail["In-Reply-To"] == mail["References"] == "<thread-RV-7K3M-9QXC@office.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert content(mail) == letter.text
    assert content(mail, "html") == letter.html


def test_same_letter_twice_is_one_file(tmp_path: Path) -> None:
    """A second attempt writes over the first copy, byte for byte the same, and leaves nothing beside it."""
    letter = c.one("lapsed", c.LAB)
    folder_sender(tmp_path)(letter)
    (first,) = tmp_path.iterdir()
    before = first.read_bytes()
    folder_sender(tmp_path)(letter)
    assert [path.name for path in tmp_path.iterdir()] == [first.name]
    assert first.read_bytes() == before
    folder_sender(tmp_path)(replace(letter, to="viewer@lab.example"))
    assert len(list(tmp_path.iterdir())) == 2


def test_subject_cannot_add_headers(tmp_path: Path) -> None:
    """Line breaks in subject, name, id or mailbox make no header and no path."""
    evil = "x\r\nBcc: victim@x.example\n\nbody"
    mail = sent(tmp_path, replace(c.one("lapsed", c.LAB), subject=evil, name=evil))
    assert "Bcc" not in mail
    assert mail["Subject"] == "x Bcc: victim@x.example body"
    for wrong in (evil, "a@b.example, c@d.example", "../../etc@x.example\n", "nobody", "<a@b.example>"):
        with pytest.raises(Undeliverable, match="not a mailbox"):
            folder_sender(tmp_path)(replace(c.one("lapsed", c.LAB), to=wrong))
    folder_sender(tmp_path)(replace(c.one("lapsed", c.LAB), id="../../../outside"))
    assert all(path.parent == tmp_path for path in tmp_path.rglob("*"))


def test_names_of_all_scripts(tmp_path: Path) -> None:
    """Names and titles are encoded in the headers and readable again."""
    to = replace(c.LAB, name='Zoë "Ω" 大, Ltd.')
    letter = c.one("clock_started", to, title="Modèle 大 №1")
    mail = sent(tmp_path, letter)
    assert mail["To"].addresses[0].display_name == 'Zoë "Ω" 大, Ltd.'
    assert mail["To"].addresses[0].addr_spec == c.LAB.ref
    assert "Modèle 大 №1" in mail["Subject"]
    assert "Modèle 大 №1" in content(mail)
    raw = next(tmp_path.iterdir()).read_bytes()
    assert raw.split(b"\r\n\r\n")[0].isascii()


@pytest.mark.parametrize("title", ["Modèle 大", "大 大 大", "a, b; c", "ü " * 30, "x" * 60])
def test_subject_line_survives_folding(tmp_path: Path, title: str) -> None:
    """Folded and encoded, no space is lost, and every raw line is short."""
    letter = c.one("clock_started", c.LAB, title=title, is_simulation=True)
    assert sent(tmp_path, letter)["Subject"] == letter.subject
    head = next(tmp_path.iterdir()).read_bytes().split(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 100


def test_very_long_lines_stay_within_the_limit_of_mail(tmp_path: Path) -> None:
    """No raw line has more than 998 bytes, whatever somebody wrote, and the text is the same again."""
    letter = c.one("returned", c.LAB, {"reason": "ü" * 9_000})
    mail = sent(tmp_path, letter)
    raw = next(tmp_path.iterdir()).read_bytes()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert "ü" * 9_000 in content(mail)


def test_folder_that_cannot_be_made_is_undeliverable(tmp_path: Path) -> None:
    """Nobody, the superuser neither, makes a folder below a file; the reason is told."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Undeliverable, match="cannot be written"):
        folder_sender(tmp_path / "file" / "letters")(c.one("lapsed", c.LAB))


def test_folder_that_is_a_file_is_undeliverable(tmp_path: Path) -> None:
    """The reason is told, and what stands there is left alone."""
    (tmp_path / "letters").write_text("a file")
    with pytest.raises(Undeliverable, match="cannot be written to the folder"):
        folder_sender(tmp_path / "letters")(c.one("lapsed", c.LAB))
    assert (tmp_path / "letters").read_text() == "a file"


def test_full_disk_leaves_no_half_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be forced to disk is not there at all, and the copy of an earlier attempt stays."""
    letter = c.one("lapsed", c.LAB)
    folder_sender(tmp_path)(letter)
    (path,) = tmp_path.iterdir()
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Undeliverable, match="No space left on device"):
        folder_sender(tmp_path)(replace(letter, text="other"))
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_log_line_has_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Letter, recipient and subject line, where the log is at info; nothing of what the letter says."""
    logs.configure("info")
    letter = c.one("lapsed", c.LAB)
    log_sender()(letter)
    (line,) = capsys.readouterr().err.splitlines()
    for part in ("level=info", "event=letter", f"letter={letter.id}", f"to={c.LAB.ref}", letter.subject):
        assert part in line
    assert "This is not approval" in letter.text
    assert "This is not approval" not in line
    logs.configure("critical")


def test_channels_have_their_senders(tmp_path: Path) -> None:
    """Every kind has one, and none is made before its first letter."""
    senders = senders_for(Server(), tmp_path / "letters")
    assert set(senders) == set(ChannelKind)
    assert not (tmp_path / "letters").exists()
    letter = c.one("lapsed", c.LAB)
    for _ in range(2):
        senders["folder"](letter)
    assert len(list((tmp_path / "letters").iterdir())) == 1
    for kind, lacks in (("webhook", "A webhook's"), ("chat", "secret"), ("email", "not a mailbox")):
        with pytest.raises(Undeliverable, match=lacks):
            senders[kind](replace(letter, channel=Channel(1, ChannelKind(kind), "nowhere", "lab.hook")))
