"""Bytes of documents on their way: out of a stream, again if it can be rewound, and in, compared with what was said."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import httpx

from reviewflow.client.answer import strange
from reviewflow.client.documents import Label
from reviewflow.errors import Unavailable
from reviewflow.nouns.paths import LABEL

PIECE = 1 << 16
_NEEDED = {"no": int, "name": str, "media_type": str, "marking": str, "size": int, "digest": str}


@dataclass(frozen=True)
class Fetched:
    """A document's label, and its bytes, which can be gone through once; an error before their end: they are not it."""

    label: Label
    pieces: Iterator[bytes]


class Source:
    """A stream from where it stands; one that cannot be rewound is sent once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.is_repeatable, self.headers = stream, stream.seekable(), dict[str, str]()
        if self.is_repeatable:
            self._start = stream.tell()
            self.headers = {"Content-Length": str(stream.seek(0, io.SEEK_END) - self._start)}

    def pieces(self) -> Iterator[bytes]:
        """All of it, anew each time."""
        if self.is_repeatable:
            self._stream.seek(self._start)
        while piece := self._stream.read(PIECE):
            yield piece


def fetched(answer: httpx.Response) -> Fetched:
    """What a good answer brings; Unavailable where it does not say what it is."""
    try:
        found = json.loads(answer.headers.get(LABEL, ""))
        is_label = isinstance(found, dict) and all(type(found.get(key)) is kind for key, kind in _NEEDED.items())
    except (ValueError, RecursionError):
        is_label = False
    if not is_label:
        answer.close()
        raise strange(answer)
    label = cast(Label, found)
    return Fetched(label, _pieces(answer, label))


def _pieces(answer: httpx.Response, label: Label) -> Iterator[bytes]:
    size, sha, which = 0, hashlib.sha256(), f"Document {label['no']}"
    try:
        for piece in answer.iter_bytes(PIECE):
            size += len(piece)
            sha.update(piece)
            yield piece
    except httpx.RequestError as error:
        said = f"{which} did not come to its end: {str(error).removesuffix('.') or 'it broke off'}."
        raise Unavailable(said, remedy="Ask for it again.") from error
    finally:
        answer.close()
    if (size, sha.hexdigest()) != (label["size"], label["digest"]):
        raise Unavailable(f"{which} was changed on its way: what came is not it.", remedy="Ask for it again.")
