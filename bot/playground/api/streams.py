"""chat.startStream, appendStream, stopStream: a message that grows before the reader's eyes."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.api.arguments import Arguments
from bot.playground.api.chat import own_message, show, thread_of, with_ids
from bot.playground.api.places import known_person, writable_channel
from bot.playground.portraits import message_as_seen
from bot.playground.records import ChannelKind, Json, Message
from bot.playground.refusals import Refusal
from bot.playground.rules.messages import (
    MARKDOWN_LIMIT,
    checked_blocks,
    checked_chunks,
    checked_metadata,
)
from bot.playground.site import Site

LIFECYCLES = ("active", "processing", "suspended", "closed")


def start(site: Site, arguments: Arguments) -> Json:
    """chat.startStream: open a message that grows, under another."""
    channel = writable_channel(site, arguments.required("channel"))
    thread = thread_of(site, channel.id, arguments)
    if thread is None:
        raise Refusal("invalid_thread_ts")
    if channel.kind is not ChannelKind.DIRECT:
        _check_recipient(site, arguments)
    opened = Message(
        ts=site.state.next_ts(),
        channel=channel.id,
        author=site.state.bot,
        thread=thread,
        by_app=True,
        streaming=True,
    )
    message = grown(opened, arguments)
    show(site, message)
    return {"channel": channel.id, "ts": message.ts}


def append(site: Site, arguments: Arguments) -> Json:
    """chat.appendStream: let it grow."""
    message = _open_stream(site, arguments)
    if not arguments.text("markdown_text") and not arguments.raw("chunks"):
        raise Refusal("no_text")
    site.state.put(grown(message, arguments))
    return {"channel": message.channel, "ts": message.ts}


def stop(site: Site, arguments: Arguments) -> Json:
    """chat.stopStream: close it, with its last blocks."""
    message = _open_stream(site, arguments)
    lifecycle = arguments.text("session_status")
    if lifecycle is not None and lifecycle not in LIFECYCLES:
        raise Refusal("invalid_arguments")
    given = arguments.raw("blocks")
    blocks = () if given in (None, "", [], "[]") else with_ids(site.state, checked_blocks(given))
    whole = grown(message, arguments)
    closed = replace(
        whole,
        streaming=False,
        blocks=blocks,
        metadata=checked_metadata(arguments.raw("metadata")) or whole.metadata,
    )
    site.state.put(closed)
    site.observer.changed(closed, message)
    session = site.state.session(message.channel, message.thread)
    site.state.keep_session(
        replace(session, status="", lifecycle=lifecycle or (session.lifecycle and "active"))
    )
    seen = message_as_seen(closed, site.state)
    return {"channel": message.channel, "ts": message.ts, "message": seen}


def grown(message: Message, arguments: Arguments) -> Message:
    """Return a message with what a call adds: text after text, each task's latest state."""
    added = arguments.text("markdown_text") or ""
    if len(added) > MARKDOWN_LIMIT:
        raise Refusal("msg_too_long")
    text, plan = message.text + added, message.plan
    tasks = {one["id"]: one for one in message.tasks}
    for chunk in checked_chunks(arguments.raw("chunks")):
        if chunk["type"] == "markdown_text":
            text += chunk["text"]
        elif chunk["type"] == "plan_update":
            plan = chunk["title"]
        else:
            tasks[chunk["id"]] = {**tasks.get(chunk["id"], {}), **chunk}
    return replace(message, text=text, plan=plan, tasks=tuple(tasks.values()))


def _check_recipient(site: Site, arguments: Arguments) -> None:
    """Refuse a stream in a channel that does not say whose it is."""
    if not arguments.text("recipient_user_id"):
        raise Refusal("missing_recipient_user_id")
    if not arguments.text("recipient_team_id"):
        raise Refusal("missing_recipient_team_id")
    known_person(site, arguments.required("recipient_user_id"))


def _open_stream(site: Site, arguments: Arguments) -> Message:
    """Return the message that a call lets grow."""
    message = own_message(site, arguments, "message_not_owned_by_app")
    if not message.streaming:
        raise Refusal("message_not_in_streaming_state")
    return message
