"""Answers to `requests`, which is what Apprise speaks through: no more of one is read than anybody needs."""

from typing import Any

from requests import PreparedRequest, Response, sessions
from requests.adapters import HTTPAdapter

LONGEST, PIECE = 1_048_576, 65_536  # bytes


def cap_answers() -> None:
    """From now on, in this process, which uses `requests` for nothing else: Apprise hands down no session of ours."""
    sessions.HTTPAdapter = Capped  # type: ignore[attr-defined]


class Capped(HTTPAdapter):
    """Reads the beginning of an answer and hangs up; its status counts as ever.

    Nothing packed is asked for, and nothing is unpacked: that can grow without limit.
    """

    def send(self, request: PreparedRequest, *arguments: Any, **options: Any) -> Response:
        """The answer, as if its beginning were all of it."""
        request.headers["Accept-Encoding"] = "identity"
        response = super().send(request, *arguments, **options)
        response.raw.headers.pop("Content-Encoding", None)
        content = bytearray()
        for piece in response.iter_content(PIECE):
            content += piece
            if len(content) >= LONGEST:
                break
        response.raw.close()
        response._content, response._content_consumed = bytes(content), True
        return response
