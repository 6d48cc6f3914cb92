"""Reads a TOML file, or says which file and where it is not one."""

import tomllib
from pathlib import Path
from typing import Any

from reviewflow.errors import Invalid


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file; Invalid names the file, and the line where the text is malformed."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid(f"{path}: cannot be read; {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: is not TOML; {error}.", remedy="Mend that line.") from error
