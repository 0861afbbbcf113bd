"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.playground.api.arguments import Arguments
from bot.playground.api.places import (
    joined_channel,
    known_message,
    known_person,
    visible_channel,
    writable_channel,
)
from bot.playground.portraits import message_as_seen
from bot.playground.records import Json, Message
from bot.playground.refusals import Refusal
from bot.playground.rules.blocks import elements_of
from bot.playground.rules.messages import (
    MARKDOWN_LIMIT,
    checked_blocks,
    checked_metadata,
    checked_text,
)
from bot.playground.scenario import SLACKBOT
from bot.playground.site import Site
from bot.playground.state import State

_TS = re.compile(r"\d{10}\.\d{6}")


def post_message(site: Site, arguments: Arguments) -> Json:
    """chat.postMessage: post a message of the bot."""
    channel = writable_channel(site, arguments.required("channel"))
    text, blocks = words_of(site.state, arguments)
    message = Message(
        ts=site.state.next_ts(),
        channel=channel.id,
        author=site.state.bot,
        text=text,
        blocks=blocks,
        thread=_living_thread(site, channel.id, arguments),
        metadata=checked_metadata(arguments.raw("metadata")),
        by_app=True,
        broadcast=arguments.flag("reply_broadcast"),
    )
    show(site, message)
    seen = message_as_seen(message, site.state)
    return {"channel": channel.id, "ts": message.ts, "message": seen}


def show(site: Site, message: Message) -> None:
    """Put a message of the bot before everybody; what it was said to be doing there is over."""
    site.state.put(message)
    session = site.state.session(message.channel, message.thread or message.ts)
    if session.status:
        site.state.keep_session(replace(session, status="", loading=()))
    site.observer.posted(message)


def post_ephemeral(site: Site, arguments: Arguments) -> Json:
    """chat.postEphemeral: show a message to one person in a channel.

    In a thread in which nobody has replied yet Slack shows it to nobody, and says nothing
    (docs.slack.dev, chat.postEphemeral).
    """
    channel = writable_channel(site, arguments.required("channel"))
    person = known_person(site, arguments.required("user"))
    if person.id not in channel.members:
        raise Refusal("user_not_in_channel")
    text, blocks = words_of(site.state, arguments)
    message = Message(
        ts=site.state.next_ts(),
        channel=channel.id,
        author=site.state.bot,
        text=text,
        blocks=blocks,
        thread=thread_of(site, channel.id, arguments),
        by_app=True,
        only_for=person.id,
    )
    if message.thread is None or _is_active(site, channel.id, message.thread):
        site.state.put(message)
    return {"message_ts": message.ts}


def _is_active(site: Site, channel: str, thread: str) -> bool:
    replies = (one for one in site.state.thread(channel, thread) if one.thread == thread)
    return any(one.only_for is None for one in replies)


def _living_thread(site: Site, channel: str, arguments: Arguments) -> str | None:
    """Return the thread that a message is going to stand in.

    Where its first message is gone, Slack posts to the channel and says nothing (slack-go#1571).
    """
    thread = thread_of(site, channel, arguments)
    return thread if thread is not None and site.state.message(channel, thread) else None


def update(site: Site, arguments: Arguments) -> Json:
    """chat.update: change a message of the bot.

    Text without blocks takes the blocks away, blocks alone leave the text; metadata stays as it is
    where none is given.
    """
    message = own_message(site, arguments, "cant_update_message")
    if message.streaming:
        raise Refusal("streaming_state_conflict")
    text, blocks = words_of(site.state, arguments)
    metadata = arguments.raw("metadata")
    changed = replace(
        message,
        text=text or message.text,
        blocks=blocks,
        metadata=message.metadata if metadata is None else checked_metadata(metadata),
        edited=site.state.next_ts(),
    )
    site.state.put(changed)
    site.observer.changed(changed, message)
    seen = message_as_seen(changed, site.state)
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": seen}


def delete(site: Site, arguments: Arguments) -> Json:
    """chat.delete: take a message of the bot away."""
    message = own_message(site, arguments, "cant_delete_message")
    take_away(site, message)
    return {"channel": message.channel, "ts": message.ts}


def take_away(site: Site, message: Message) -> None:
    """Delete a message. Where others stand under it, Slack leaves a tombstone in its place."""
    if not site.state.replies_to(message):
        site.state.drop(message.channel, message.ts)
        site.observer.deleted(message, ts=site.state.next_ts())
        return
    tombstone = Message(
        ts=message.ts,
        channel=message.channel,
        author=SLACKBOT,
        text="This message was deleted.",
        thread=message.thread,
        subtype="tombstone",
    )
    site.observer.changed(site.state.put(tombstone), message)


def get_permalink(site: Site, arguments: Arguments) -> Json:
    """chat.getPermalink: the web address of a message."""
    channel = visible_channel(site, arguments.required("channel"))
    message = known_message(site, channel.id, arguments.required("message_ts"))
    inside = f"?thread_ts={message.thread}&cid={channel.id}" if message.thread else ""
    path = f"/archives/{channel.id}/p{message.ts.replace('.', '')}{inside}"
    return {"channel": channel.id, "permalink": f"{site.origin}{path}"}


def own_message(site: Site, arguments: Arguments, refusal: str) -> Message:
    """Return a message of the bot that a call names by channel and ts."""
    channel = joined_channel(site, arguments.required("channel"))
    message = known_message(site, channel.id, arguments.required("ts"))
    if not message.by_app:
        raise Refusal(refusal)
    if channel.archived:
        raise Refusal("is_archived")
    return message


def words_of(state: State, arguments: Arguments) -> tuple[str, tuple[Json, ...]]:
    """Return the text and the blocks that a call brings, as they are kept."""
    markdown = arguments.text("markdown_text")
    if markdown is not None:
        return _markdown_of(state, markdown, arguments)
    given = arguments.raw("blocks")
    blocks = () if given in (None, "", [], "[]") else checked_blocks(given)
    text = checked_text(arguments.text("text"), needed=not blocks)
    return text, with_ids(state, blocks)


def _markdown_of(state: State, markdown: str, arguments: Arguments) -> tuple[str, tuple[Json, ...]]:
    """Return a message written in Markdown, which Slack keeps as a block."""
    if arguments.text("text") or arguments.raw("blocks"):
        raise Refusal("markdown_text_conflict")
    if len(markdown) > MARKDOWN_LIMIT:
        raise Refusal("msg_too_long")
    return markdown, with_ids(state, ({"type": "markdown", "text": markdown},))


def with_ids(state: State, blocks: tuple[Json, ...]) -> tuple[Json, ...]:
    """Return blocks whose every block and element bears an id, as Slack keeps them."""
    kept = tuple(
        {**block, "block_id": block.get("block_id") or state.next_id("b")} for block in blocks
    )
    return tuple(_with_action_ids(state, block) for block in kept)


def _with_action_ids(state: State, block: Json) -> Json:
    """Return a block whose elements all have an action id."""
    nameless = [id(one) for one in elements_of(block) if not one.get("action_id")]

    def named(part: object) -> object:
        if isinstance(part, list | tuple):
            return [named(one) for one in part]
        if isinstance(part, Mapping) and id(part) in nameless:
            return {**part, "action_id": state.next_id("a")}
        return part

    return {name: named(part) for name, part in block.items()} if nameless else block


def thread_of(site: Site, channel: str, arguments: Arguments) -> str | None:
    """Return the ts of the thread that a call writes to; a reply's ts leads to its thread."""
    thread = arguments.text("thread_ts")
    if thread is None:
        return None
    if not _TS.fullmatch(thread):
        raise Refusal("invalid_thread_ts")
    parent = site.state.message(channel, thread)
    if parent is not None and parent.only_for is not None:
        raise Refusal("cannot_reply_to_message")
    return parent.thread if parent is not None and parent.thread else thread
