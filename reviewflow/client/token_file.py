"""The file that holds a token: its owner's alone, and one word long."""

import os
import stat
from pathlib import Path

from reviewflow.errors import Invalid

_OTHERS = 0o077
_LONGEST = 4096  # bytes
_BEGINS = "rfl_"  # what every token begins with


def token_in(file: Path) -> str:
    """The token; Invalid where anybody else may read or change the file, or it holds no single word."""
    path = file.expanduser()
    if file.name.startswith(_BEGINS) and not path.exists():
        raise Invalid(
            "--token-file was given a token, and not a file; it has been shown here: revoke it.",
            remedy="Make another with `reviewflow token make NAME --out FILE`, and give that file.",
        )
    try:
        with path.open("rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            if mode & _OTHERS:
                raise Invalid(
                    f"The token file {file} is open to others (mode {mode:04o}), so its token may be known to them.",
                    remedy=f"Revoke it, make another, and keep it closed: `chmod 600 {file}`.",
                )
            words = stream.read(_LONGEST).decode("ascii").split()
    except OSError as error:
        raise Invalid(f"The token file cannot be read: {error.strerror}.", remedy="Name another.") from error
    except UnicodeDecodeError:
        words = []
    if len(words) != 1:
        raise Invalid(f"The token file {file} holds no token.", remedy="It holds one line, such as rfl_...")
    return words[0]
