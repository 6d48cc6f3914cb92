"""Pages on paper: PDF/A-3 with what proves it inside, one at a time in a process; asks no network for anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

from reviewflow.errors import NotNow

EXTRA = "reviewflow[pdf]"
_PRESS = Lock()  # to lay out a page takes a processor and memory: two at once would starve the queue


class NoPress(Exception):
    """WeasyPrint is not installed, or the libraries that it draws with are not."""


def is_there() -> bool:
    """Whether this installation can make a PDF."""
    try:
        _weasyprint()
    except NoPress:
        return False
    return True


def pdf(text: str, name: str, about: str, journal: bytes, made_at: datetime) -> bytes:
    """A page as PDF/A-3u, tagged for screen readers, with `journal` attached under `name` as the data that it shows.

    Within `alone`; NoPress where it cannot be made here.
    """
    weasyprint = _weasyprint()
    refuse = _refuser()
    attached = weasyprint.Attachment(
        string=journal.decode(), name=name, description=about, relationship="Data", created=made_at,
        modified=made_at, url_fetcher=refuse,
    )  # fmt: skip
    sheet = weasyprint.CSS(string=_style(), url_fetcher=refuse)
    made: bytes = weasyprint.HTML(string=text, url_fetcher=refuse).write_pdf(
        stylesheets=[sheet], attachments=[attached], pdf_variant="pdf/a-3u", pdf_tags=True, finisher=_named_once
    )
    return made


def _named_once(_: object, made: Any) -> None:
    """WeasyPrint 70 names each attachment twice among the associated files."""
    files_of = made.catalog["AF"]
    files_of[:] = list(dict.fromkeys(files_of))


@contextmanager
def alone() -> Iterator[None]:
    """The press; NotNow while another one has it, since whoever waited would hold a thread that the rest needs."""
    if not _PRESS.acquire(blocking=False):
        raise NotNow("Another dossier is being printed; this one was not.", remedy="Ask again in a minute.")
    try:
        yield
    finally:
        _PRESS.release()


@cache
def _style() -> str:
    return (files("reviewflow.web") / "static" / "paper.css").read_text(encoding="utf-8")


def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: Pango or Cairo is not on the machine
        raise NoPress from error
    return weasyprint


def _refuser() -> Any:
    """What is asked for by an address is not fetched, whatever it is: all that a page needs is in it."""
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc,unused-ignore]
        """Fetches nothing."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError("a page on paper fetches nothing")

    return Nothing()
