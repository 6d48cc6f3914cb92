"""What a process wrote down of what it did: lines that outlive it, however it is killed."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Diary:
    """A file of its own to which whole lines are appended, each by one write."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def write(self, **line: Any) -> None:
        """One line; it is there when this returns, whatever happens to the process."""
        os.write(self._out, json.dumps(line).encode() + b"\n")

    def close(self) -> None:
        """Write no more."""
        os.close(self._out)


def lines(*files: Path) -> Iterator[Line]:
    """What was written down."""
    for file in files:
        with file.open() as text:
            yield from map(json.loads, text)
