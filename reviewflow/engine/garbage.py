"""Puts off the search for garbage while a batch is in hand: nothing of it is any before its end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unsought() -> Iterator[None]:
    """Else a quarter of a batch's time goes into looking through its own rows, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:  # of several threads the one that put it off
            gc.enable()
