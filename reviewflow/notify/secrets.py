"""Secrets of the installation: one file each, read when needed, and their values told to nobody else."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from reviewflow.notify.letters import Letter
from reviewflow.notify.senders import Undeliverable
from reviewflow.nouns.contact import is_secret_of
from reviewflow.nouns.server import Server

Secrets = Callable[[str], str]
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)  # no way out of the folder
LONGEST = 65_536  # bytes


def secrets_of(server: Server) -> Secrets:
    """A reader of secrets by name; Undeliverable says which file to write where one cannot be read."""

    def secret(name: str) -> str:
        folder = server.secrets_folder or os.environ.get("CREDENTIALS_DIRECTORY", "")
        if not NAME.fullmatch(name):
            raise Undeliverable(
                f"{name!r} is not the name of a secret. Name it in small letters, digits, points and hyphens."
            )
        if not folder:
            raise Undeliverable(
                f"The secret {name!r} cannot be read: no folder of secrets is known. Name one in server.toml under "
                "[secrets], or start reviewflow with CREDENTIALS_DIRECTORY."
            )
        return _read(Path(folder) / name)

    return secret


def secret_for(letter: Letter, secrets: Secrets) -> str:
    """The secret that the letter's channel names; Undeliverable where it is not for the reader's organization."""
    name, organization = letter.channel.secret, letter.organization
    if not is_secret_of(name, organization):
        raise Undeliverable(
            f"The secret {name!r} is not one for channels of {organization}, whose names begin with '{organization}.'. "
            "Add the channel again with the name of one that is."
        )
    return secrets(name)


def _read(path: Path) -> str:
    remedy = "Write the secret to that file, readable for the user that reviewflow runs as, and for nobody else."
    try:
        with path.open("rb") as file:
            value = file.read(LONGEST + 1).decode().strip()
    except OSError as error:
        raise Undeliverable(
            f"The secret {path.name!r} cannot be read from {path}: {error.strerror}. {remedy}"
        ) from None
    except UnicodeDecodeError:  # its message would quote the bytes
        value = ""
    if not value or len(value) > LONGEST:
        raise Undeliverable(f"The secret {path.name!r} in {path} is empty, too long, or not text. {remedy}")
    return value
