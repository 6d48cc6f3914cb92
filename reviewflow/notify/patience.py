"""Waits for what knows no time-out of its own: in a thread that is left behind when it takes too long."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T], name: str) -> T:
    """What `work` answers, or raises; TimeoutError after so many seconds."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            answer.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()  # as a daemon it holds up no exit
    if wait([answer], seconds).not_done:
        raise TimeoutError
    return answer.result()
