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
from collections.abc import Callable
from pathlib import Path

import typer

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
        return _fall_silent()
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


def _fall_silent() -> int:
    """Give the streams somewhere to go, so that closing them at the end says nothing either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return UNREAD


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
            path = place()
            path.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
        except (OSError, Refused):
            continue
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        log.addHandler(handler)
        log.error("unexpected error %s", reference, exc_info=error)
        log.removeHandler(handler)
        handler.close()
        return path
    return Path(os.devnull)


def _log_file() -> Path:
    from bot import settings

    return settings.load().log


def _temporary_file() -> Path:
    return Path(tempfile.mkdtemp(prefix="mayi-")) / "mayi.log"
