"""age, and nothing else: bytes in pieces that cannot be changed unseen, and keys wrapped for the key above them."""

from typing import Protocol

from pyrage import DecryptError, EncryptError, IdentityError, RecipientError, decrypt, decrypt_io, encrypt, encrypt_io
from pyrage.x25519 import Identity, Recipient


class Broken(Exception):
    """What is stored is not what was stored, or the key is another one's."""


class Readable(Protocol):
    """Gives at the most `size` bytes; none: it is over."""

    def read(self, size: int = -1, /) -> bytes: ...


class Writable(Protocol):
    """Takes bytes."""

    def write(self, piece: bytes, /) -> int: ...

    def flush(self) -> None: ...


def new_key() -> Identity:
    """A key of its own for whatever is to be encrypted."""
    return Identity.generate()


def read_key(text: str) -> Identity:
    """A key as a file of age has it, comments and all; Broken where there is not exactly one."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1:
        raise Broken(f"it holds {len(lines)} keys, and should hold one")
    try:
        return Identity.from_str(lines[0])
    except IdentityError as error:
        raise Broken("it holds no key of age") from error


def wrap(key: Identity, above: Identity) -> str:
    """A key that only the one above it opens."""
    wrapped: bytes = encrypt(str(key).encode(), [above.to_public()], armored=True)
    return wrapped.decode()


def unwrap(wrapped: str, above: Identity) -> Identity:
    """The key; Broken where it was wrapped for another, or changed."""
    try:
        return Identity.from_str(decrypt(wrapped.encode(), [above]).decode())
    except (DecryptError, IdentityError, ValueError) as error:
        raise Broken("the key above it does not open its key") from error


def seal(source: Readable, target: Writable, key: Identity) -> None:
    """Encrypt all of `source`; OSError where that ends early."""
    recipient: Recipient = key.to_public()
    try:
        encrypt_io(source, target, [recipient])
    except (EncryptError, RecipientError) as error:
        raise OSError(str(error)) from error


def unseal(source: Readable, target: Writable, key: Identity) -> None:
    """Decrypt all of `source`, 64 KiB at a time, each of which is verified before any of it is written; else Broken."""
    try:
        decrypt_io(source, target, [key])
    except (DecryptError, OSError) as error:
        raise Broken("its bytes were changed, cut, moved or exchanged") from error
