"""The addresses at which an app may answer an act without a token (`response_url`)."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.api.arguments import Arguments
from bot.playground.api.chat import take_away, words_of
from bot.playground.records import Json, Message, ResponseUrl
from bot.playground.refusals import Refusal
from bot.playground.site import Site


def respond(site: Site, address: str, body: Json) -> None:
    """Carry an answer out; raises Refusal where the address is unknown, too old or used up."""
    known = _spent_once(site, address)
    arguments = Arguments(body)
    shown = site.state.message(known.channel, known.message) if known.message else None
    if arguments.flag("delete_original"):
        _delete(site, shown)
    elif arguments.flag("replace_original"):
        _replace(site, shown, arguments)
    else:
        _post(site, known, arguments)


def _spent_once(site: Site, address: str) -> ResponseUrl:
    """Return an address after counting one more use."""
    with site.state.changing():
        known = site.state.response_urls.get(address)
        if known is None:
            raise Refusal("invalid_url")
        if known.uses >= site.patience.response_uses:
            raise Refusal("used_url")
        if site.state.clock() - known.made_at > site.patience.response_url:
            raise Refusal("expired_url")
        spent = replace(known, uses=known.uses + 1)
        site.state.response_urls[address] = spent
        return spent


def _delete(site: Site, shown: Message | None) -> None:
    if shown is None:
        raise Refusal("message_not_found")
    if shown.only_for is None:
        take_away(site, shown)
    else:
        site.state.drop(shown.channel, shown.ts)


def _replace(site: Site, shown: Message | None, arguments: Arguments) -> None:
    if shown is None:
        raise Refusal("message_not_found")
    text, blocks = words_of(site.state, arguments)
    edited = site.state.next_ts()
    changed = site.state.put(replace(shown, text=text, blocks=blocks, edited=edited))
    if shown.only_for is None:
        site.observer.changed(changed, shown)


def _post(site: Site, known: ResponseUrl, arguments: Arguments) -> None:
    """Post a message: to the person alone, unless it says `in_channel`."""
    public = arguments.text("response_type") == "in_channel"
    text, blocks = words_of(site.state, arguments)
    message = Message(
        ts=site.state.next_ts(),
        channel=known.channel,
        author=site.state.bot,
        text=text,
        blocks=blocks,
        thread=arguments.text("thread_ts") or known.thread,
        by_app=True,
        only_for=None if public else known.person,
    )
    site.state.put(message)
    if public:
        site.observer.posted(message)
