"""What people see when something goes wrong: one line each on stderr, and the exit code.

0    done
1    an unexpected error; its details are in the log under the reference shown
2    refused: the request, a setting or an input cannot be taken as it is
130  stopped with Ctrl-C
141  whoever read the output went away (`mayi editions | head -1`); silent
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from bot.logs import Discretion
from bot.terminal import flat
from knowledge.errors import Refused

OK, UNEXPECTED, REFUSED, STOPPED, UNREAD = 0, 1, 2, 130, 141

log = logging.getLogger("mayi")


def guarded(command: Callable[[], object]) -> int:
    """Carry out a command and return its exit code; nobody gets to read a traceback."""
    try:
        done = command()
        sys.stdout.flush()
    except Refused as refusal:
        return _complain(*(str(problem) for problem in refusal.problems))
    except typer.TyperException as error:
        return _complain(_misused(error))
    except (KeyboardInterrupt, typer.Abort):
        return STOPPED
    except BrokenPipeError:
        _fall_silent()
        return UNREAD
    except Exception as error:  # noqa: BLE001 - the last place that can turn it into a sentence
        return _report(error)
    return done if isinstance(done, int) else OK


def _complain(*sentences: str) -> int:
    """Say what is refused, one line per problem."""
    sys.stderr.writelines(f"mayi: {flat(sentence)}\n" for sentence in sentences)
    return REFUSED


def _misused(error: typer.TyperException) -> str:
    """Return what is wrong with the arguments, and where their form is explained."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "mayi"
    return f"{error.format_message().rstrip('.')}. `{command} --help` shows how."


def _fall_silent() -> None:
    """Give the output somewhere to go, so that closing it at the end says nothing either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _report(error: Exception) -> int:
    """Log the error under a reference, and show the reference alone."""
    reference = secrets.token_hex(4)
    place = _keep_details(reference, error)
    sys.stderr.write(f"mayi: Something unexpected went wrong. Details: {reference} in {place}\n")
    return UNEXPECTED


def _keep_details(reference: str, error: Exception) -> Path:
    """Write the traceback to the data folder's log or, where that fails, to a temporary one."""
    for place in (_log_file, _temporary_file):
        try:
            handler = _log_to(place())
        except (OSError, Refused):
            continue
        log.addHandler(handler)
        log.error("unexpected error %s", reference, exc_info=error)
        log.removeHandler(handler)
        handler.close()
        return Path(handler.baseFilename)
    return Path(os.devnull)


def _log_to(path: Path, *, delay: bool = False) -> logging.FileHandler:
    """Return a handler that appends to the file. Raises OSError, with `delay` at the first line."""
    if not delay:
        path.parent.mkdir(parents=True, exist_ok=True)
    handler = _Log(path, encoding="utf-8", errors="backslashreplace", delay=delay)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return handler


class _Log(logging.FileHandler):
    """A log that nobody is told of when it cannot be written: they asked for something else."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as inherited
        """Let the record go."""


@contextmanager
def logging_to(path: Path, level: str) -> Iterator[None]:
    """Append what is logged from this level on to the file; it is made with the first line."""
    handler = _log_to(path, delay=True)
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
        handler.close()


def _log_file() -> Path:
    from bot import settings

    return settings.load().log


def _temporary_file() -> Path:
    return Path(tempfile.mkdtemp(prefix="mayi-")) / "mayi.log"
