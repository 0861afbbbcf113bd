"""What people see while we work: each step, and in direct messages Stop; no word of the answer.

It is not kept and nothing depends on it: where it cannot be shown, the answer comes all the same.
That is why it is a status and no message: a message that was begun would stand there unfinished
after a crash, or twice.
https://docs.slack.dev/reference/methods/assistant.threads.setStatus
https://docs.slack.dev/reference/methods/agents.sessions.setStatus
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from jobs.conversations import Place, Reach

log = logging.getLogger("mayi")

Show = Callable[[str], None]

LONG = 1.0
"""Seconds after which a channel is shown that we work; what is answered sooner shows nothing."""


@contextmanager
def working(
    client: WebClient, place: Place, *, anew: bool = False, long: float = LONG
) -> Iterator[Show]:
    """Say that we work for whoever asks there, until the block ends; gives what shows a step.

    `anew` is for what will be answered by a new message, with which Slack takes the status away.
    """
    thread = place.thread
    if thread is None or place.reach is Reach.ASKER:
        yield lambda _step: None
        return

    def show(step: str) -> None:
        status = f"is {step}\u2026" if step else ""
        client.assistant_threads_setStatus(
            channel_id=place.channel, thread_ts=thread, status=status
        )

    def session(status: str) -> None:
        client.agents_sessions_setStatus(channel_id=place.channel, thread_ts=thread, status=status)

    if place.reach is Reach.EVERYBODY:
        with _if_it_takes_long(show, long, stays=not anew) as step:
            yield step
        return
    _try(session, "processing")
    try:
        yield lambda step: _try(show, step)
    finally:
        _try(show, "")  # Slack does so on a new message alone, not on one that is drawn anew
        _try(session, "active")


@contextmanager
def _if_it_takes_long(show: Show, long: float, *, stays: bool) -> Iterator[Show]:
    """Show the step that is taken after so many seconds, once: a channel is no place to watch.

    `stays` is what would stay there after the answer, if it were not taken away.
    """
    latest = ""
    shown = False

    def tell() -> None:
        nonlocal shown
        shown = True
        _try(show, latest)

    def take(step: str) -> None:
        nonlocal latest
        latest = step

    timer = Timer(long, tell)
    timer.start()
    try:
        yield take
    except BaseException:
        stays = True
        raise
    finally:
        timer.cancel()
        timer.join()
        if shown and stays:
            _try(show, "")


def _try(show: Show, what: str) -> None:
    try:
        show(what)
    except (SlackClientError, OSError) as error:
        log.info("what we do could not be shown: %s", type(error).__name__)
