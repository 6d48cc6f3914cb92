"""Signatures of webhooks as Standard Webhooks 1.0 has them: HMAC-SHA256 over id, time and body."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
KEY_BYTES = (24, 64)  # the least and the most that the specification allows


def headers(secret: str, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The three headers; `at` is the second of the attempt, and each line of `secret` signs, old and new, in turn."""
    content = f"{message_id}.{at}.".encode() + body
    digests = [hmac.new(_key(line), content, hashlib.sha256).digest() for line in secret.split() or [""]]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests),
    }


def _key(line: str) -> bytes:
    """ValueError, without the value, where the line is no key."""
    value = line.removeprefix(PREFIX)
    try:
        key = base64.b64decode(value + "=" * (-len(value) % 4), validate=True) if value != line else b""
    except binascii.Error:
        key = b""
    least, most = KEY_BYTES
    if not least <= len(key) <= most:
        raise ValueError(f"a signing key is {PREFIX} and then {least} to {most} bytes in base64")
    return key
