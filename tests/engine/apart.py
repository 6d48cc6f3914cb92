"""A function in a process of its own: its limits, its user and what it has open are not ours."""

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def apart(body: Callable[..., Answer], *given: object) -> Answer:
    """What it answers, or raises; EOFError where the process ended without a word."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, body, given))
    process.start()
    theirs.close()
    try:
        answer, error = ours.recv()
    finally:
        process.join()
    if error is not None:
        raise error
    return answer


def _answer(to: "Connection[Any, Any]", body: Callable[..., object], given: Sequence[object]) -> None:
    try:
        to.send((body(*given), None))
    except Exception as error:  # noqa: BLE001 - whatever it is is raised where it was asked for
        to.send((None, error))
