"""The key under which a command is done once, however often it is asked."""

import re
import uuid

from reviewflow.errors import Invalid

NOT_KNOWN = "Whether the command was done is not known."  # of one whose answer was lost; its key tells
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def key_or_new(given: str | None) -> str:
    """The caller's key, or a new one; Invalid where it is no key."""
    if given is not None and not _KEY.fullmatch(given):
        raise Invalid("An idempotency key is 1 to 200 visible ASCII signs.", remedy="Give one such as a UUID.")
    return given or uuid.uuid4().hex
