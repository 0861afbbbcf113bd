"""Serving Slack, and looking after what serves it."""

from __future__ import annotations

import signal
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.frame import calculate_in_one_thread, opened, say, show
from bot.terminal import flat

if TYPE_CHECKING:
    from bot.settings import Settings


def check() -> None:
    """Say what is configured, reachable and missing."""
    from bot.check import examine, is_well
    from bot.views.checks import check_lines

    results = tuple(examine())
    show(check_lines(results))
    if not is_well(results):
        raise typer.Exit(2)


def serve() -> None:
    """Answer in Slack until told to stop."""
    calculate_in_one_thread()
    from bot import serving, workplace

    with opened(to_log=_to_output) as parts:
        slack = workplace.slack_of(parts)
        place = workplace.Workplace(parts, slack, listen=parts.settings.listen)
        serving.serve(
            place.running(lambda port: say(f"Health and metrics are at port {port}.")),
            _told_to_stop(),
            ready=lambda: say("Serving; stop with Ctrl-C or SIGTERM."),
        )


def playground(
    folder: Path,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is served.")] = 8765,
) -> None:
    """Open a local Slack workspace in the browser, with FOLDER as the rules if none are yet."""
    calculate_in_one_thread()
    from bot import desk, trial
    from bot.views.library import publication_lines

    with opened() as parts:
        if (done := desk.publish_first(parts, folder)) is not None:
            show(publication_lines(done, parts.settings.timezone))
        trial.open_workspace(parts, port=port, stop=_told_to_stop(), tell=_invite)


def _invite(address: str) -> None:
    """Tell where the page is, at once even in a pipe."""
    print(f"\nThe workspace is open: {address}", flush=True)
    print("Ask May I there, as whoever you like. Ctrl-C closes it.", flush=True)


def _told_to_stop() -> threading.Event:
    """Return what is set by Ctrl-C and by SIGTERM."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda _sign, _frame: stop.set())
    return stop


def jobs() -> None:
    """List what ran, what is due, what failed and why."""
    from bot.views.jobs import jobs_lines
    from jobs import inbox, outbox, runs

    with opened() as parts, parts.records.read() as tx:
        tables = runs.standings(tx), inbox.troubles(tx), outbox.unsent(tx)
        show(jobs_lines(*tables, parts.settings.timezone))


def migrate() -> None:
    """Bring the records up to date, under a lock."""
    with opened() as parts:
        print(f"{flat(parts.database.place)} is up to date.")


def backup(file: Path) -> None:
    """Write all records into a new FILE, while everything runs."""
    from bot import desk

    with opened() as parts:
        print(f"{desk.back_up(parts, file):,} rows are in {flat(str(file))}.")


def restore(file: Path) -> None:
    """Fill an empty database from a backup."""
    from bot import desk

    with opened() as parts:
        print(f"{desk.restore(parts, file):,} rows are restored.")


def _to_output(given: Settings) -> AbstractContextManager[None]:
    from bot.logs import logging_lines

    return logging_lines(given.log_format, given.log_level)
