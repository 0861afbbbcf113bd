"""What the asker sees while we work: each step, and Stop; never a word of the answer.

Only in direct messages, where an agent's session is shown. It is not kept and nothing depends on
it: where it cannot be shown, the answer comes all the same.
https://docs.slack.dev/reference/methods/assistant.threads.setStatus
https://docs.slack.dev/reference/methods/agents.sessions.setStatus
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from jobs.conversations import Place, Reach

log = logging.getLogger("mayi")

Show = Callable[[str], None]


@contextmanager
def working(client: WebClient, place: Place) -> Iterator[Show]:
    """Say that we work for whoever asks there, until the block ends; gives what shows a step."""
    thread = place.thread
    if place.reach is not Reach.DIRECT or thread is None:
        yield lambda _step: None
        return

    def session(status: str) -> None:
        client.agents_sessions_setStatus(channel_id=place.channel, thread_ts=thread, status=status)

    def show(status: str) -> None:
        client.assistant_threads_setStatus(
            channel_id=place.channel, thread_ts=thread, status=status
        )

    _try(session, "processing")
    try:
        yield lambda step: _try(show, f"is {step}\u2026")
    finally:
        _try(show, "")  # Slack does so on a new message alone, not on one that is drawn anew
        _try(session, "active")


def _try(show: Show, what: str) -> None:
    try:
        show(what)
    except (SlackClientError, OSError) as error:
        log.info("what we do could not be shown: %s", type(error).__name__)
