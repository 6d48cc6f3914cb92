"""Logs: one line a command, tick or delivery, with static names and no payloads; the audit is the journal."""

import logging
import sys
from typing import Any


def get() -> Any:
    """The logger; structlog is loaded only where a line may be written."""
    import structlog

    return structlog.get_logger("reviewflow")


def configure(level: str = "warning") -> None:
    """Write lines of `level` and above to standard error: plain key=value text, UTC times."""
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
