"""What all commands share: how they are told things, get their parts, and print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bot.faults import logging_to
from bot.terminal import Line, flat, print_lines

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.wiring import Wiring

# ---------------------------------------------------------------- arguments

As = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who acts; else the login name.")
]
MOST = 2**31 - 1
"""The largest number that both databases take."""

Number = Annotated[int, typer.Argument(min=1, max=MOST)]
AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]


def day(text: str) -> date:
    """Return the day that an argument names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it like 2026-03-31.") from None


# ---------------------------------------------------------------- parts


def _to_file(given: Settings) -> AbstractContextManager[None]:
    return logging_to(given.log, given.log_level)


@contextmanager
def opened(
    to_log: Callable[[Settings], AbstractContextManager[None]] = _to_file,
) -> Iterator[Wiring]:
    """Open the parts that the settings describe, until the block ends."""
    from bot import network, settings
    from bot.wiring import Wiring

    given = settings.load()
    network.settle()
    wiring = Wiring(given, say=say, progress=_tell_progress)
    with to_log(given):
        try:
            yield wiring
        finally:
            wiring.close()


def calculate_in_one_thread() -> None:
    """Keep NumPy, once it is imported, from sharing out a question's few small products.

    It saves a third of the time of a cold start, and more where the machine is busy.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


# ---------------------------------------------------------------- printing


def say(sentence: str) -> None:
    """Say something beside the output."""
    print(f"mayi: {flat(sentence)}", file=sys.stderr)


def _tell_progress(what: str, done: int, of: int) -> None:
    """Say how far a long step is, on one line that is written over."""
    if sys.stderr.isatty():
        end = "\n" if done >= of else "\r"
        print(f"{what}: {done} of {of}", file=sys.stderr, end=end, flush=True)


def show(lines: Iterable[Line]) -> None:
    """Print lines for people."""
    print_lines(lines, sys.stdout)


def print_data(data: dict[str, object]) -> None:
    """Print data as one line of JSON, in ASCII: nothing in it can act on a terminal."""
    print(json.dumps(data))
