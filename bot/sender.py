"""Messages put before people in Slack; the `Sender` of the jobs.

No client that repeats requests by itself is taken: a response that is lost says nothing about the
message (`bot.policies`). A message carries its mark as metadata, which anyone may read and only we
are believed for. Nothing we post unfolds links.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot import policies
from bot.blocks.drawn import Drawn
from jobs.notices import Notice
from jobs.ports import Address, MessageGone, PerhapsSent, Posted, RecipientGone, TryLater

TIMEOUT = 10
"""Seconds a request may take; the outbox's lease is much longer."""

EVENT_TYPE = "mayi_message"
"""The type of the metadata that holds a mark."""

CLOCKS = timedelta(minutes=5)
"""How far Slack's clock and ours may be apart."""

_PAGE = 200
_NEVER_SENT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)

Draw = Callable[[Notice, Address], Drawn]
"""Draws a notice for those who read at an address, from what is recorded now."""


def posting_client(
    token: str, *, base_url: str = WebClient.BASE_URL, timeout: int = TIMEOUT
) -> WebClient:
    """Return a client that posts and never repeats a request by itself."""
    return WebClient(token, base_url=base_url, timeout=timeout, retry_handlers=[])


def asking_client(posting: WebClient) -> WebClient:
    """Return a client like it, for asking and showing: it waits where Slack says to wait.

    What was refused for being too much has done nothing; repeating that alone is safe.
    """
    return WebClient(
        posting.token,
        base_url=posting.base_url,
        timeout=posting.timeout,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=2)],
    )


class SlackSender:
    """Posts, finds, draws anew and deletes messages. Serves many threads."""

    def __init__(self, client: WebClient, draw: Draw) -> None:
        """Post through a client of `posting_client` what `draw` makes of a notice.

        Raises ValueError for a client that repeats requests.
        """
        if client.retry_handlers:
            raise ValueError("a client that repeats requests posts twice")
        self._client = client
        self._draw = draw
        self._conversations: dict[str, str] = {}
        self._own: tuple[str, str] | None = None

    def post(self, notice: Notice, to: Address, *, key: str, plain: bool = False) -> Posted:
        """Post what the notice says, marked with the key so that `find` finds it."""
        content = _content(self._draw(notice, to), plain=plain)
        with _in_our_words():
            channel = self._conversation(to.channel)
            if to.only_for is not None:
                return self._show(channel, to.only_for, to.thread, content)
            reply = self._client.chat_postMessage(
                channel=channel,
                thread_ts=to.thread,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
                **content,
            )
        posted = Posted(channel=reply["channel"], ts=reply["ts"])
        if to.thread is not None and not reply["message"].get("thread_ts"):
            self._take_back(posted)
        return posted

    def _take_back(self, posted: Posted) -> None:
        """Delete what fell out of its thread.

        Where a thread's first message is gone, Slack posts a reply to the channel, before all who
        are there, and says nothing (slack-go/slack#1571).
        """
        self.delete(posted)
        raise RecipientGone("thread_gone")

    def _show(
        self, channel: str, person: str, thread: str | None, content: dict[str, Any]
    ) -> Posted:
        """Post what one person sees alone; Slack keeps neither it nor any metadata."""
        reply = self._client.chat_postEphemeral(
            channel=channel, user=person, thread_ts=thread, **content
        )
        return Posted(channel=channel, ts=reply["message_ts"])

    def find(self, key: str, to: Address, *, since: datetime) -> Posted | None:
        """Return our message of that key among those posted there since an instant, or None.

        What one person saw alone is never found.
        """
        if to.only_for is not None:
            return None
        with _in_our_words():
            channel = self._conversation(to.channel)
            for message in self._messages(channel, to.thread, since - CLOCKS):
                if _mark(message) == key and self._is_ours(message):
                    return Posted(channel=channel, ts=message["ts"])
        return None

    def update(self, notice: Notice, to: Address, *, at: Posted, plain: bool = False) -> None:
        """Draw the message anew; doing so twice does no harm. Raises also MessageGone."""
        content = _content(self._draw(notice, to), plain=plain)
        with _in_our_words():
            self._client.chat_update(channel=at.channel, ts=at.ts, **content)

    def delete(self, at: Posted) -> None:
        """Take the message back; one that is gone already is no error."""
        try:
            with _in_our_words():
                self._client.chat_delete(channel=at.channel, ts=at.ts)
        except MessageGone:
            return

    def _conversation(self, channel: str) -> str:
        """Return the conversation's id; a person's id stands for their direct messages."""
        if not channel.startswith(("U", "W")):
            return channel
        if channel not in self._conversations:
            opened = self._client.conversations_open(users=channel)
            self._conversations[channel] = opened["channel"]["id"]
        return self._conversations[channel]

    def _messages(
        self, channel: str, thread: str | None, oldest: datetime
    ) -> Iterator[dict[str, Any]]:
        """Give the messages of a thread, or of a conversation outside threads, page by page."""
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{oldest.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        while True:
            if thread is None:
                reply = self._client.conversations_history(**asked)
            else:
                reply = self._client.conversations_replies(ts=thread, **asked)
            yield from reply.get("messages", [])
            cursor = (reply.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            asked["cursor"] = cursor

    def _is_ours(self, message: dict[str, Any]) -> bool:
        if self._own is None:
            us = self._client.auth_test()
            self._own = (us["user_id"], us.get("bot_id", ""))
        person, bot = self._own
        return message.get("user") == person or bool(bot and message.get("bot_id") == bot)


def _content(drawn: Drawn, *, plain: bool) -> dict[str, Any]:
    return {"text": drawn.text, "blocks": [] if plain else list(drawn.blocks)}


def _mark(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key: str | None = (metadata.get("event_payload") or {}).get("key")
    return key


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Turn what Slack's library raises into what the jobs know."""
    try:
        yield
    except SlackApiError as error:
        raise policies.failure(error) from error
    except URLError as error:
        if isinstance(error.reason, _NEVER_SENT):
            raise TryLater("unreachable", after=policies.wait("unreachable")) from error
        raise PerhapsSent(_lost(error.reason)) from error
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise PerhapsSent(_lost(error)) from error


def _lost(reason: object) -> str:
    return "client_timeout" if isinstance(reason, TimeoutError) else "connection_lost_after_send"
