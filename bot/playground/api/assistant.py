"""assistant.threads.*, agents.sessions.*, reactions.*: what the bot shows besides messages."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.playground.api.arguments import Arguments
from bot.playground.api.places import joined_channel, known_message
from bot.playground.api.streams import LIFECYCLES
from bot.playground.records import Json
from bot.playground.refusals import Refusal, refusal_of
from bot.playground.rules.messages import parsed
from bot.playground.rules.shapes import fields, items, string
from bot.playground.site import Site

_PROMPTS = items(
    fields({"title": string(least=1, most=300), "message": string(least=1, most=3000)}),
    least=1,
    most=4,
)
_LOADING_LIMIT = 10
_TITLE_LIMIT = 200
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def set_status(site: Site, arguments: Arguments) -> Json:
    """assistant.threads.setStatus: say what the bot is doing; an empty status says nothing."""
    channel = joined_channel(site, arguments.required("channel_id"))
    thread = arguments.required("thread_ts")
    loading = arguments.words("loading_messages")
    if "status" not in arguments.values or len(loading) > _LOADING_LIMIT:
        raise Refusal("invalid_arguments")
    session = site.state.session(channel.id, thread)
    said = arguments.text("status") or ""
    site.state.keep_session(replace(session, status=said, loading=loading))
    return {}


def set_prompts(site: Site, arguments: Arguments) -> Json:
    """assistant.threads.setSuggestedPrompts: offer questions to ask."""
    channel = joined_channel(site, arguments.required("channel_id"))
    prompts = parsed(arguments.raw("prompts"), "invalid_arguments")
    complaints = list(_PROMPTS(prompts, "/prompts"))
    if complaints:
        raise refusal_of("invalid_arguments", complaints)
    session = site.state.session(channel.id, arguments.text("thread_ts"))
    title = arguments.text("title") or ""
    site.state.keep_session(replace(session, prompts=tuple(prompts), prompts_title=title))
    return {}


def set_title(site: Site, arguments: Arguments) -> Json:
    """assistant.threads.setTitle: name a thread."""
    channel = joined_channel(site, arguments.required("channel_id"))
    session = site.state.session(channel.id, arguments.required("thread_ts"))
    site.state.keep_session(replace(session, title=arguments.required("title")[:_TITLE_LIMIT]))
    return {}


def set_lifecycle(site: Site, arguments: Arguments) -> Json:
    """agents.sessions.setStatus: say whether the bot works; Stop is shown while `processing`."""
    status = arguments.required("status")
    channel = joined_channel(site, arguments.required("channel_id"))
    if status not in LIFECYCLES:
        raise Refusal("invalid_arguments")
    session = site.state.session(channel.id, arguments.required("thread_ts"))
    title = session.title or (arguments.text("title") or "")[:_TITLE_LIMIT]
    site.state.keep_session(replace(session, lifecycle=status, title=title))
    heard = "agent_session_stopped" in site.manifest.events
    warning = {} if heard else {"warning": "missing_agent_session_stopped_event_subscription"}
    return {"status": status, "agent_status": status, "title": title, **warning}


def add_reaction(site: Site, arguments: Arguments) -> Json:
    """reactions.add: react to a message with an emoji."""
    return _react(site, arguments, added=True)


def remove_reaction(site: Site, arguments: Arguments) -> Json:
    """reactions.remove: take a reaction back."""
    return _react(site, arguments, added=False)


def _react(site: Site, arguments: Arguments, *, added: bool) -> Json:
    channel = joined_channel(site, arguments.required("channel"))
    message = known_message(site, channel.id, arguments.required("timestamp"))
    name = arguments.required("name")
    if not _EMOJI.fullmatch(name):
        raise Refusal("invalid_name")
    mine = (name, site.state.bot)
    if (mine in message.reactions) is added:
        raise Refusal("already_reacted" if added else "no_reaction")
    others = tuple(one for one in message.reactions if one != mine)
    site.state.put(replace(message, reactions=(*others, mine) if added else others))
    return {}
