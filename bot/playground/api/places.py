"""Where a call points: the channel, person or message it names, if the bot may touch it."""

from __future__ import annotations

from bot.playground.records import Channel, ChannelKind, Message, Person
from bot.playground.refusals import Refusal
from bot.playground.site import Site

_KIND_SCOPES = {
    ChannelKind.PUBLIC: "channels",
    ChannelKind.PRIVATE: "groups",
    ChannelKind.DIRECT: "im",
}


def need_scope(site: Site, *any_of: str) -> None:
    """Refuse a call unless the manifest asks for one of these scopes."""
    if any_of and not site.manifest.scopes.intersection(any_of):
        raise Refusal(
            "missing_scope",
            needed=",".join(any_of),
            provided=",".join(sorted(site.manifest.scopes)),
        )


def need_kind_scope(site: Site, kind: ChannelKind, right: str) -> None:
    """Refuse unless the manifest asks for a right, `read` or `history`, to such channels."""
    need_scope(site, f"{_KIND_SCOPES[kind]}:{right}")


def visible_channel(site: Site, channel_id: str) -> Channel:
    """Return a channel that the bot can know of; private ones only from inside."""
    channel = site.state.channels.get(channel_id)
    if channel is None:
        raise Refusal("channel_not_found")
    if channel.kind is not ChannelKind.PUBLIC and site.state.bot not in channel.members:
        raise Refusal("channel_not_found")
    return channel


def joined_channel(site: Site, channel_id: str) -> Channel:
    """Return a channel that the bot is in."""
    channel = visible_channel(site, channel_id)
    if site.state.bot not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def writable_channel(site: Site, channel_id: str) -> Channel:
    """Return a channel that the bot can write to; a person's id means their direct messages."""
    if channel_id in site.state.people:
        return direct_channel(site, channel_id)
    channel = joined_channel(site, channel_id)
    if channel.archived:
        raise Refusal("is_archived")
    if channel.kind is ChannelKind.DIRECT:
        _check_reader(site, next(iter(channel.members - {site.state.bot})))
    return channel


def direct_channel(site: Site, person_id: str) -> Channel:
    """Return the direct messages of the bot and a person, opened if need be."""
    person = known_person(site, person_id)
    _check_reader(site, person.id)
    need_scope(site, "im:write")
    return site.state.direct(person.id, site.state.bot)


def _check_reader(site: Site, person_id: str) -> None:
    """Refuse direct messages that nobody can read."""
    person = site.state.people[person_id]
    if person.deactivated:
        raise Refusal("user_disabled")
    if not site.manifest.direct_messages:
        raise Refusal("messages_tab_disabled")
    if person.bot:
        raise Refusal("cannot_dm_bot")


def known_person(site: Site, person_id: str) -> Person:
    """Return a person; refuses an id that is nobody's."""
    person = site.state.people.get(person_id)
    if person is None:
        raise Refusal("user_not_found")
    return person


def known_message(site: Site, channel: str, ts: str) -> Message:
    """Return a message that is in a channel for all to see."""
    message = site.state.message(channel, ts)
    if message is None or message.only_for is not None:
        raise Refusal("message_not_found")
    return message
