"""Logs: one line a command, tick or delivery, with static names and no payloads; the audit is the journal."""

import logging
import sys
from functools import cache
from typing import Any

_level = ["error"]  # set once by the door; structlog is loaded with the first line, for most ticks write none


def configure(level: str) -> None:
    """Write lines of `level` and above."""
    _level[0] = level
    get.cache_clear()


@cache
def get() -> Any:
    """The logger: plain key=value lines on standard error, with UTC times."""
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[_level[0].upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    return structlog.get_logger("reviewflow")
