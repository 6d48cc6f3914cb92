"""Who is measured against whom: each a process of its own that does its part of the work when it is told to."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

Act = Callable[[], object]  # does the next piece of work
Prepare = Callable[[Any], Iterator[Act]]  # connects, and then yields one piece after the other


@dataclass(frozen=True)
class Contender:
    """`shares` holds what each of its clients is given."""

    name: str
    prepare: Prepare
    shares: Sequence[Any]


def _client(prepare: Prepare, share: Any, link: Connection) -> None:
    acts = prepare(share)
    while count := link.recv():
        for _ in range(count):
            next(acts)()
        link.send(count)


@contextmanager
def _clients(contender: Contender) -> Iterator[list[Connection]]:
    context = multiprocessing.get_context("fork")
    links, processes = [], []
    for share in contender.shares:
        ours, theirs = context.Pipe()
        process = context.Process(target=_client, args=(contender.prepare, share, theirs), daemon=True)
        process.start()
        theirs.close()
        links.append(ours)
        processes.append(process)
    try:
        yield links
    finally:
        for link in links:
            link.send(0)
        for process in processes:
            process.join(10)


def _rate(links: Sequence[Connection], count: int) -> float:
    """How many a second all clients do together, `count` each."""
    began = time.perf_counter()
    for link in links:
        link.send(count)
    for link in links:
        link.recv()
    return count * len(links) / (time.perf_counter() - began)


def race(contenders: Sequence[Contender], rounds: int, count: int, warm: int) -> dict[str, list[float]]:
    """The rates of each by name, round by round; they take turns, so that what disturbs one disturbs all."""
    rates: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    stack: list[Any] = [_clients(contender) for contender in contenders]
    links = [manager.__enter__() for manager in stack]
    try:
        for group in links:
            _rate(group, warm)
        for turn in range(rounds):
            order = list(zip(contenders, links, strict=True))
            for contender, group in order if turn % 2 else reversed(order):
                rates[contender.name].append(_rate(group, count))
    finally:
        for manager in stack:
            manager.__exit__(None, None, None)
    return rates


def ratio(rates: dict[str, list[float]], one: str, other: str) -> float:
    """The median over the rounds of what one does for each of the other's."""
    return median(a / b for a, b in zip(rates[one], rates[other], strict=True))
