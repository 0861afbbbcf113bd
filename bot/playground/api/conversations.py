"""conversations.*: channels, who is in them, and what was said."""

from __future__ import annotations

from collections.abc import Iterable

from bot.playground.api.arguments import Arguments, page_of
from bot.playground.api.places import (
    direct_channel,
    joined_channel,
    known_message,
    known_person,
    need_kind_scope,
    visible_channel,
)
from bot.playground.portraits import channel_as_seen, message_as_seen
from bot.playground.records import Channel, ChannelKind, Json, Message
from bot.playground.refusals import Refusal
from bot.playground.site import Site

_TYPES = {
    "public_channel": ChannelKind.PUBLIC,
    "private_channel": ChannelKind.PRIVATE,
    "im": ChannelKind.DIRECT,
}


def info(site: Site, arguments: Arguments) -> Json:
    """conversations.info: one conversation."""
    channel = visible_channel(site, arguments.required("channel"))
    need_kind_scope(site, channel.kind, "read")
    return {"channel": channel_as_seen(channel, site.state)}


def list_all(site: Site, arguments: Arguments) -> Json:
    """conversations.list: the conversations that the bot can know of."""
    return _listed(site, arguments, site.state.channels.values())


def list_of_person(site: Site, arguments: Arguments) -> Json:
    """users.conversations: the conversations that somebody is in, the bot if nobody is named."""
    person = known_person(site, arguments.text("user") or site.state.bot)
    return _listed(site, arguments, site.state.channels_of(person.id))


def members(site: Site, arguments: Arguments) -> Json:
    """conversations.members: who reads a conversation."""
    channel = visible_channel(site, arguments.required("channel"))
    need_kind_scope(site, channel.kind, "read")
    page, metadata = page_of(sorted(channel.members), arguments, default=100)
    return {"members": page, "response_metadata": metadata}


def history(site: Site, arguments: Arguments) -> Json:
    """conversations.history: what was said, newest first, without what stands in threads."""
    channel = _read_channel(site, arguments)
    said = [
        one
        for one in reversed(site.state.history(channel.id))
        if one.thread is None or one.broadcast
    ]
    found = _between(said, arguments)
    limit, cursor = arguments.count("limit", default=100, most=1000), arguments.text("cursor")
    if cursor is not None:  # the last message of the page before, whatever was said since
        found = [one for one in found if one.ts < cursor]
    page, following = found[:limit], found[limit:]
    return {
        "messages": _seen(site, page, arguments),
        "has_more": bool(following),
        "pin_count": 0,
        "response_metadata": {"next_cursor": page[-1].ts if following else ""},
    }


def replies(site: Site, arguments: Arguments) -> Json:
    """conversations.replies: a message and what stands under it, oldest first."""
    channel = _read_channel(site, arguments)
    try:
        asked = known_message(site, channel.id, arguments.required("ts"))
    except Refusal:
        raise Refusal("thread_not_found") from None
    parent, *answers = site.state.thread(channel.id, asked.thread or asked.ts)
    chosen = [parent, *_between(answers, arguments)]
    page, metadata = page_of(chosen, arguments, default=1000)
    return {
        "messages": _seen(site, page, arguments),
        "has_more": bool(metadata["next_cursor"]),
        "response_metadata": metadata,
    }


def open_direct(site: Site, arguments: Arguments) -> Json:
    """conversations.open: the direct messages with one person."""
    users = arguments.words("users")
    if len(users) != 1:
        raise Refusal("invalid_arguments" if not users else "method_not_supported_for_channel_type")
    channel = direct_channel(site, users[0])
    whole = arguments.flag("return_im")
    seen = channel_as_seen(channel, site.state) if whole else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": seen}


def _read_channel(site: Site, arguments: Arguments) -> Channel:
    """Return a channel whose messages the bot may read."""
    channel = joined_channel(site, arguments.required("channel"))
    need_kind_scope(site, channel.kind, "history")
    return channel


def _between(messages: list[Message], arguments: Arguments) -> list[Message]:
    """Return the messages between `oldest` and `latest`; the bounds count if `inclusive`."""
    oldest, latest = arguments.text("oldest"), arguments.text("latest")
    bounds = {oldest, latest} if arguments.flag("inclusive") else set()
    try:
        low, high = float(oldest or 0), float(latest or "inf")
    except ValueError:
        raise Refusal("invalid_ts_oldest") from None
    return [one for one in messages if low < float(one.ts) < high or one.ts in bounds]


def _seen(site: Site, messages: Iterable[Message], arguments: Arguments) -> list[Json]:
    whole = arguments.flag("include_all_metadata")
    return [message_as_seen(one, site.state, with_metadata=whole) for one in messages]


def _listed(site: Site, arguments: Arguments, channels: Iterable[Channel]) -> Json:
    """Return a page of the channels of the kinds asked for that the bot can know of."""
    kinds = [_TYPES.get(one) for one in arguments.words("types") or ("public_channel",)]
    if None in kinds:
        raise Refusal("invalid_types")
    for kind in kinds:
        need_kind_scope(site, kind or ChannelKind.PUBLIC, "read")
    chosen = [
        one
        for one in channels
        if one.kind in kinds
        and (one.kind is ChannelKind.PUBLIC or site.state.bot in one.members)
        and not (one.archived and arguments.flag("exclude_archived"))
    ]
    page, metadata = page_of(chosen, arguments, default=100)
    seen = [channel_as_seen(one, site.state) for one in page]
    return {"channels": seen, "response_metadata": metadata}
