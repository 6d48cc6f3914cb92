"""A form with a file at its end, taken apart as it comes in: its fields first, then the file a piece at a time."""

from typing import Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from reviewflow.errors import Invalid, UnsupportedMedia
from reviewflow.web.door import Fields

PIECE = 1 << 16
FIELDS_AT_MOST = 1 << 16  # bytes, of all the fields before the file
BINARY = "application/octet-stream"
_AGAIN = "Load the page again, and choose the file once more."


class Source(Protocol):
    """Gives at the most `size` bytes; none: it is over."""

    def read(self, size: int = -1, /) -> bytes: ...


class Upload:
    """`fields`, `name` and `media_type` are known once `begin` was called; `read` then gives the file."""

    def __init__(self, source: Source, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise UnsupportedMedia("That is no form with a file.", remedy=_AGAIN)
        self.fields, self.name, self.media_type = Fields(), "", BINARY
        self._source, self._file, self._is_in_file, self._is_over = source, bytearray(), False, False
        self._headers: dict[str, bytes] = {}
        self._field, self._value, self._label, self._taken = bytearray(), bytearray(), "", 0
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._begin_part,
                "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._open_part,
                "on_part_data": self._take,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def begin(self) -> None:
        """Reads on to where the file begins; Invalid where there is none."""
        while not (self._is_in_file or self._file or self._is_over):
            self._feed()
        if not self.name:
            raise Invalid("No file was chosen.", remedy="Choose the file, then send it again.")

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes of the file; none: it is over."""
        while not self._file and not self._is_over:
            self._feed()
        piece = bytes(self._file if size < 0 else self._file[:size])
        del self._file[: len(piece)]
        return piece

    def _feed(self) -> None:
        piece = self._source.read(PIECE)
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise Invalid("The form cannot be read.", remedy=_AGAIN) from error
        if not piece and not self._is_over:
            raise Invalid("The form broke off.", remedy=_AGAIN)

    def _begin_part(self) -> None:
        self._headers, self._label = {}, ""

    def _end_header(self) -> None:
        self._headers[self._field.decode("latin-1").lower()] = bytes(self._value)
        self._field, self._value = bytearray(), bytearray()

    def _open_part(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._label = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options and not self.name:
            given = options[b"filename"].decode("utf-8", "replace").replace("%22", '"')
            self.name = given.replace("\\", "/").rpartition("/")[2]
            media_type, _ = parse_options_header(self._headers.get("content-type", BINARY.encode()))
            self.media_type = media_type.decode("latin-1") or BINARY
            self._is_in_file = bool(self.name)
        self._value = bytearray()

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._is_in_file:
            self._file += data[start:end]
            return
        self._taken += end - start
        if self._taken > FIELDS_AT_MOST:
            raise Invalid("The form is longer than its fields can be.", remedy=_AGAIN)
        self._value += data[start:end]

    def _end_part(self) -> None:
        if not self._is_in_file and self._label:
            text = self._value.decode("utf-8", "replace").replace("\r\n", "\n")
            self.fields.setdefault(self._label, []).append(text)
        self._is_in_file, self._value = False, bytearray()

    def _end(self) -> None:
        self._is_over = True
