"""A server as the command line's way to the record, in the name of the token's person."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from reviewflow.cli.door import Document
from reviewflow.client.client import Client
from reviewflow.client.documents import Me
from reviewflow.client.token_file import token_in
from reviewflow.errors import Invalid, Refused
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.commands.form import Command, undated
from reviewflow.nouns.paths import NEWEST
from reviewflow.nouns.signature import Signature

if TYPE_CHECKING:
    from reviewflow.cli.session import Session

SIGN = (
    "A token signs nothing: sign in at the HTTP API and send the signature, or give this command on the server's own "
    "machine, and your password."
)


class Remote:
    """The same verbs by HTTP; what a person is, and what time it is in a simulation, the server knows."""

    def __init__(self, session: "Session", server: str, token_file: Path | None) -> None:
        """Invalid where somebody is named beside the token, or the token or the address is no good."""
        if session.actor is not None:
            raise Invalid(
                "With --server the token says who acts: nobody else can be named.",
                remedy="Leave --as out, and REVIEWFLOW_AS unset.",
            )
        if token_file is None:
            raise Invalid(
                "With --server a token is needed, in a file: --token-file FILE, or REVIEWFLOW_TOKEN_FILE.",
                remedy="Have one made on the server's machine with `reviewflow token make NAME --out FILE`.",
            )
        self._session = session
        self._client = Client(server, token_in(token_file))

    @cached_property
    def _me(self) -> Me:
        return self._client.me()

    @property
    def is_simulation(self) -> bool:
        """As the server says."""
        return self._me["is_simulation"]

    @property
    def zone(self) -> ZoneInfo:
        """Of the server's default policy."""
        return ZoneInfo(self._me["time_zone"])

    def who(self) -> str:
        """The person of the token."""
        return self._me["ref"]

    def document(self, view: str, asked: Mapping[str, Any]) -> Document:
        """As far as the token's person may see; a list is fetched whole."""
        if view == "inbox" and not asked.get("all"):
            found = self._timed().view(view, limit=NEWEST, open=asked.get("open"))
            return {name: value for name, value in found.items() if name != "next"}
        return self._timed().view(view, **asked)

    operate = document

    def do(self, ref: str | None, command: Command, signature: Signature | None = None) -> Document:
        """Without `--if-version` on whatever version there is, as on the machine itself.

        To read the version first would refuse what a tick overtook, count as another command under the same key, put a
        reading on record, and ask for the right to read.
        """
        from reviewflow.rules import forms

        assert signature is None  # a token has none
        forms.check(command)
        session = self._session
        try:
            at = None if self._timed().at else session.at
            return cast(Document, self._client.do(ref, command, at, session.if_version, session.key))
        except Refused as error:
            if command.signs is not None and type(error) is Refused:
                raise Refused(*error.reasons, remedy=" ".join(filter(None, (error.remedy, SIGN)))) from error
            raise

    def attach(self, ref: str, label: AttachDocument, stream: BinaryIO) -> Document:
        """In the name of the token's person; never dated."""
        from reviewflow.rules import forms

        forms.check(label)
        session, client = self._session, self._timed()
        if session.at is not None and client.at is None:
            raise undated(AttachDocument)
        done = client.attach(
            ref, stream, name=label.name, media_type=label.media_type, marking=label.marking, shared=label.shared,
            if_version=session.if_version, key=session.key,
        )  # fmt: skip
        return cast(Document, done)

    def fetch(self, ref: str, no: int) -> tuple[Document, Iterator[bytes]]:
        """As far as the token's person may see."""
        found = self._timed().document(ref, no)
        return {"subject": ref, **found.label}, found.pieces

    def acknowledge(self, letter: str) -> Document:
        """By the token's person."""
        return self._timed().acknowledge(letter)

    def requeue(self, letters: Sequence[str], *, every: bool) -> Document:
        """Of the letters that the token's person sees."""
        return self._timed().requeue(letters, every=every)

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def _timed(self) -> Client:
        """In a simulation `--at` is the time; elsewhere it only dates facts."""
        if self._session.when is not None and self.is_simulation:
            self._client.at = self._session.at
        return self._client
