"""What a supervisor is told, by systemd's protocol: sd_notify(3)."""

import os
import socket


def tell(state: str) -> None:
    """One datagram to $NOTIFY_SOCKET; nothing where no supervisor listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as there:
        there.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)
