"""Where a webhook is connected to: one look-up of its host, and every answer of it open to us."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any

from reviewflow.notify.patience import within
from reviewflow.notify.senders import Undeliverable
from reviewflow.nouns.networks import Address, closed, is_loopback
from reviewflow.nouns.targets import Target, read_target

Resolve = Callable[..., Sequence[tuple[Any, ...]]]  # socket.getaddrinfo
TYPE = 1  # SOCK_STREAM


def target_of(url: str, *, allows_loopback: bool) -> Target:
    """The URL read again at every attempt, for the rules may have become stricter since it was registered."""
    try:
        return read_target(url, allows_loopback=allows_loopback)
    except ValueError as error:
        raise Undeliverable(str(error)) from error


def addresses(target: Target, resolve: Resolve, *, allows_loopback: bool, seconds: float) -> tuple[str, ...]:
    """The addresses to connect to, in the resolver's order; one answer that is closed to us refuses all."""
    found = [target.address] if target.address is not None else _look_up(target, resolve, seconds)
    for address in found:
        loops = is_loopback(address)
        what = None if allows_loopback and loops else closed(address)
        if what or (target.scheme != "https" and not loops):
            raise Undeliverable(
                f"Nothing is sent to {target.host}: its name leads to an address that is {what or 'not this machine'}."
            )
    return tuple(dict.fromkeys(map(str, found)))


def _look_up(target: Target, resolve: Resolve, seconds: float) -> list[Address]:
    """In a thread of its own: the system's resolver knows no time-out, and one that hangs is left behind."""
    why, answers = None, list[Address]()
    try:
        rows = within(seconds, lambda: resolve(target.host, target.port, type=TYPE), "look-up")
        answers = [ip_address(row[4][0]) for row in rows]
    except TimeoutError as error:
        why = f"The name {target.host} could not be looked up within {seconds:.0f} seconds."
        raise Undeliverable(why) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None)
    if not answers:
        raise Undeliverable(f"The name {target.host} leads to no address: {why or 'no usable answer'}.")
    return answers
