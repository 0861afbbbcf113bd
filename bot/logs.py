"""What `mayi serve` logs: lines on standard output, as text or JSON, of ids and never of questions.

Libraries that would log what people wrote are kept silent below the level at which they do: Bolt
prints whole requests as a warning, the SDK and the HTTP clients print bodies when debugging.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

_QUIET = {
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "chromadb": logging.ERROR,
    "httpx2": logging.WARNING,
    "openai": logging.WARNING,
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "urllib3": logging.WARNING,
    "uvicorn": logging.WARNING,
    "websockets": logging.WARNING,
}
"""The loggers of libraries, and the level below which they are not heard."""


class Discretion(logging.Filter):
    """Keeps libraries from logging what people wrote.

    It stands at the handler: Bolt gives each of its loggers the root's level, whatever theirs is.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record may be written."""
        library = record.name.partition(".")[0]
        return record.levelno >= _QUIET.get(library, logging.NOTSET)


@contextmanager
def logging_lines(form: Literal["text", "json"], level: str) -> Iterator[None]:
    """Log to standard output from this level on, until the end of the block."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_formatter(form))
    handler.addFilter(Discretion())
    root = logging.getLogger()
    before = root.level
    root.setLevel(level)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def _formatter(form: Literal["text", "json"]) -> logging.Formatter:
    """Return what writes the lines; each begins with its instant in UTC, as ISO 8601 has it."""
    formatter = _form(form)
    formatter.converter = time.gmtime
    formatter.default_time_format = "%Y-%m-%dT%H:%M:%S"
    formatter.default_msec_format = "%s.%03dZ"
    return formatter


def _form(form: Literal["text", "json"]) -> logging.Formatter:
    if form == "text":
        return logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter(
        "{asctime}{levelname}{name}{message}",
        style="{",
        rename_fields={"asctime": "at", "levelname": "level", "name": "logger"},
        json_ensure_ascii=True,
    )
