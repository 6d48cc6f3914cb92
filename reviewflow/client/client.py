"""A program's way to a server: every command, every view, by a token."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast
from urllib.parse import quote

import httpx

from reviewflow.client.answer import Document
from reviewflow.client.documents import Attached, Events, Me, Outcome, ReleaseCheck
from reviewflow.client.token_file import token_in
from reviewflow.client.transfer import Fetched, Source, fetched
from reviewflow.client.wire import KEY, Wire
from reviewflow.errors import Invalid, NotFound
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.commands.form import Command, undated
from reviewflow.nouns.idempotency import key_or_new
from reviewflow.nouns.paths import ACKNOWLEDGE, AT, ME, REQUEUE, SEEN, path_of
from reviewflow.nouns.plain import instant_text, plain

MOST = 200  # items of a page


class Client:
    """One token at one server; used as a context. `at` is for simulations: the instant that it is.

    Errors are those of `reviewflow.errors`, with every reason; Unavailable where no answer can be had. Documents are
    plain JSON; `reviewflow.nouns.plain.revived` makes instants and dates of their texts.
    """

    def __init__(
        self, url: str, token: str, *, timeout: float = 30.0, patience: float = 60.0, at: datetime | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        """`timeout` of one attempt, `patience` with a server that is busy, in seconds; Invalid for a bad address."""
        self.at = at
        self._wire = Wire(url, token.rstrip("\r\n"), timeout, patience, transport)  # as a file ends

    @classmethod
    def from_file(cls, url: str, path: str | Path, **more: Any) -> Self:
        """With the token in a file; Invalid where the file is open to others. `more` as for any client."""
        return cls(url, token_in(Path(path)), **more)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def me(self) -> Me:
        """Whose token it is."""
        return cast(Me, self._wire.ask("GET", ME))

    def do(
        self, ref: str | None, command: Command, effective_at: datetime | None = None, if_version: int | None = None,
        key: str | None = None,
    ) -> Outcome:  # fmt: skip
        """One command, done once however often its answer is lost: it always has an idempotency key.

        `ref` None makes a new subject. `effective_at` dates a fact from outside. With `if_version` it is done only
        where that is the subject's version still; without it, on whatever version there is.
        """
        kind = type(command)
        if kind.carries:
            raise Invalid("A document comes with its bytes: `attach` sends both.")
        if effective_at is not None and not kind.fact:
            raise undated(kind)
        key = key_or_new(key)
        headers = {KEY: key, **self._time()}
        if not kind.creates:
            headers |= _if_match(if_version)
        body = {field.name: plain(getattr(command, field.name)) for field in fields(command)}
        if effective_at is not None:
            body["effective_at"] = instant_text(effective_at)
        body = {name: value for name, value in body.items() if value is not None}
        path = _filled(path_of(kind), {} if kind.creates else {"ref": ref})
        return cast(Outcome, self._wire.ask("POST", path, body=body, headers=headers))

    def attach(
        self, ref: str, stream: BinaryIO, *, name: str, media_type: str = "application/octet-stream",
        marking: str = "", shared: bool = False, if_version: int | None = None, key: str | None = None,
    ) -> Attached:  # fmt: skip
        """Attach a document, read from where the stream stands to its end; done once, as `do` is.

        Where its answer is lost it is sent again, if the stream can be rewound.
        """
        if not media_type.isascii() or not media_type.isprintable():
            raise Invalid(f"The media type {media_type!r} is none.", remedy="Give one such as application/pdf.")
        source, path = Source(stream), _filled(path_of(AttachDocument), {"ref": ref})
        headers = {KEY: key_or_new(key), "Content-Type": media_type, **_if_match(if_version), **self._time()}
        query = [pair for one in {"name": name, "marking": marking, "shared": shared}.items() for pair in _pairs(*one)]
        told = self._wire.send(
            path, source.pieces, query=query, headers=headers | source.headers, is_repeatable=source.is_repeatable
        )
        return cast(Attached, told)

    def document(self, ref: str, no: int) -> Fetched:
        """A document, of which the server has verified all; and its bytes again as they come."""
        path = _filled(f"{path_of(AttachDocument)}/{{no}}", {"ref": ref, "no": no})
        return fetched(self._wire.fetch(path, headers=self._time()))

    def view(self, name: str, /, **asked: Any) -> Document:
        """A view by its name; of a list all of it, unless `limit` or `after` ask for a page."""
        seen = SEEN.get(name)
        if seen is None or seen.items is None or seen.cuts_itself or "limit" in asked or "after" in asked:
            return self._look(name, asked)
        whole: Document = {}
        for page in self.pages(name, **asked):
            whole = whole or {**page, seen.items: []}
            whole[seen.items] += page[seen.items]
        whole.pop("next", None)
        return whole

    def pages(self, name: str, /, after: str | None = None, **asked: Any) -> Iterator[Document]:
        """A list page by page, from the cursor `after` on; stable whatever comes in meanwhile."""
        if name in SEEN and SEEN[name].items is not None:
            asked = {"limit": MOST, **asked}
        while True:
            page = self._look(name, {**asked, "after": after})
            yield page
            after = page.get("next")
            if after is None or not page.get("has_more", True):
                return

    def items(self, name: str, /, **asked: Any) -> Iterator[Any]:
        """The items of a list, fetched as they are wanted."""
        for page in self.pages(name, **asked):
            yield from page[str(SEEN[name].items)]

    def events(self, after: str | None = None, **asked: Any) -> Iterator[Events]:
        """Every event that the token's person sees, page by page, up to now; keep the last `next` for next time."""
        return (cast(Events, page) for page in self.pages("events", after=after, **asked))

    def release_check(self, model: str, policy: str = "strict", digest: str | None = None) -> ReleaseCheck:
        """What stands on record before a model's release, and for what of it `policy` stops."""
        return cast(ReleaseCheck, self.view("release-check", ref=model, policy=policy, digest=digest))

    def acknowledge(self, letter: str) -> Document:
        """Note once that a letter to you is acknowledged; the letter."""
        return self._wire.ask("POST", _filled(ACKNOWLEDGE, {"id": letter}), headers=self._time())

    def requeue(self, letters: Sequence[str] = (), *, every: bool = False) -> Document:
        """Make letters due again that did not go out. Sent once: a second time they would be due no longer."""
        body = {"letters": list(letters), "all": every}
        return self._wire.ask("POST", REQUEUE, body=body, headers=self._time(), is_repeatable=False)

    def _look(self, name: str, asked: Mapping[str, Any]) -> Document:
        seen = SEEN.get(name)
        if seen is None:
            raise Invalid(f"There is no view {name!r}.", remedy=f"There are: {', '.join(SEEN)}.")
        path = _filled(seen.path, asked)
        query = [pair for key, value in asked.items() if f"{{{key}}}" not in seen.path for pair in _pairs(key, value)]
        return self._wire.ask("GET", path, query=query, headers=self._time())

    def _time(self) -> dict[str, str]:
        return {} if self.at is None else {AT: instant_text(self.at)}


def _if_match(version: int | None) -> dict[str, str]:
    return {"If-Match": "*" if version is None else f'"{version}"'}


def _filled(path: str, given: Mapping[str, Any]) -> str:
    """The path with what stands in braces; NotFound for what can be no name of anything."""
    words = {name: str(value).strip() for name, value in given.items() if f"{{{name}}}" in path}
    if any("/" in word or not word.strip(".") for word in words.values()):
        raise NotFound("That is no reference.")
    return path.format(**{name: quote(word, safe="@") for name, word in words.items()})


def _pairs(key: str, value: Any) -> list[tuple[str, str]]:
    """A value as it stands in a query: each of several, and nothing where nothing is asked."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [pair for one in value for pair in _pairs(key, one)]
    found = plain(value)
    return [(key, str(found).lower() if isinstance(found, bool) else str(found))]
