"""A function in a process of its own: its limits, its user and what it has open are not ours."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def apart(body: Callable[..., Answer], *given: object) -> Answer:
    """What it answers, or raises."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        return pool.submit(body, *given).result()
