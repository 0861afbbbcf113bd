"""The table of methods, who may call what, and carrying a call out.

Scopes are those of each method's page at docs.slack.dev/reference/methods. Where several would
do, one is enough; where they hang on the kind of channel, the method itself asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.api import apps, assistant, chat, conversations, people, streams, views
from bot.playground.api.arguments import Arguments
from bot.playground.api.places import need_scope
from bot.playground.records import Json, Request
from bot.playground.refusals import Refusal
from bot.playground.site import Site

Run = Callable[[Site, Arguments], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: `scopes` of which one suffices, and the sort of token: `bot`, `app` or none."""

    run: Run
    scopes: tuple[str, ...] = ()
    token: str = "bot"  # noqa: S105 - the sort, not a secret


_WRITE = ("chat:write",)
_AGENT = ("assistant:write",)

METHODS: dict[str, Method] = {
    "api.test": Method(apps.try_api, token=""),
    "auth.test": Method(apps.who_am_i),
    "apps.connections.open": Method(apps.open_connection, token="app"),  # noqa: S106 - the sort
    "chat.postMessage": Method(chat.post_message, _WRITE),
    "chat.postEphemeral": Method(chat.post_ephemeral, _WRITE),
    "chat.update": Method(chat.update, _WRITE),
    "chat.delete": Method(chat.delete, _WRITE),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.startStream": Method(streams.start, _WRITE),
    "chat.appendStream": Method(streams.append, _WRITE),
    "chat.stopStream": Method(streams.stop, _WRITE),
    "conversations.info": Method(conversations.info),
    "conversations.list": Method(conversations.list_all),
    "conversations.members": Method(conversations.members),
    "conversations.history": Method(conversations.history),
    "conversations.replies": Method(conversations.replies),
    "conversations.open": Method(conversations.open_direct, ("im:write",)),
    "users.conversations": Method(conversations.list_of_person),
    "users.info": Method(people.info, ("users:read",)),
    "users.list": Method(people.list_all, ("users:read",)),
    "users.lookupByEmail": Method(people.look_up_by_email, ("users:read.email",)),
    "usergroups.list": Method(people.groups, ("usergroups:read",)),
    "usergroups.users.list": Method(people.group_members, ("usergroups:read",)),
    "team.info": Method(people.team, ("team:read",)),
    "bots.info": Method(people.bot, ("users:read",)),
    "views.open": Method(views.open_modal),
    "views.push": Method(views.push_modal),
    "views.update": Method(views.update),
    "views.publish": Method(views.publish),
    "assistant.threads.setStatus": Method(assistant.set_status, (*_WRITE, *_AGENT)),
    "assistant.threads.setSuggestedPrompts": Method(assistant.set_prompts, _AGENT),
    "assistant.threads.setTitle": Method(assistant.set_title, _AGENT),
    "agents.sessions.setStatus": Method(assistant.set_lifecycle, _WRITE),
    "reactions.add": Method(assistant.add_reaction, ("reactions:write",)),
    "reactions.remove": Method(assistant.remove_reaction, ("reactions:write",)),
    "files.info": Method(apps.file, ("files:read",)),
}


def answer(site: Site, name: str, arguments: Arguments, token: str | None) -> Json:
    """Carry a call out and return Slack's answer; what is refused is answered too."""
    try:
        response = {"ok": True, **_allowed(site, name, token).run(site, arguments)}
    except Refusal as refusal:
        response = refusal.answer()
    with site.state.lock:
        made = Request(method=name, arguments=arguments.values, response=response)
        site.state.requests.append(made)
    return response


def _allowed(site: Site, name: str, token: str | None) -> Method:
    """Return a method that the token's bearer may call."""
    method = METHODS.get(name)
    if method is None:
        raise Refusal("unknown_method", req_method=name)
    _check_token(site, method, token)
    need_scope(site, *method.scopes)
    return method


def _check_token(site: Site, method: Method, token: str | None) -> None:
    """Refuse a call without a token, with a wrong one, or with one of another sort."""
    if not method.token:
        return
    if token is None:
        raise Refusal("not_authed")
    sorts = {site.keys.bot: "bot", site.keys.app: "app"}
    if token not in sorts:
        raise Refusal("invalid_auth")
    if sorts[token] != method.token:
        raise Refusal("not_allowed_token_type")
