"""api.test, auth.test, apps.connections.open, files.info: the app itself."""

from __future__ import annotations

from bot.playground.api.arguments import Arguments
from bot.playground.records import Json
from bot.playground.refusals import Refusal
from bot.playground.scenario import BOT_PROFILE
from bot.playground.site import Site


def try_api(_site: Site, arguments: Arguments) -> Json:
    """api.test: answer with what was asked, or with the error asked for."""
    error = arguments.text("error")
    if error:
        raise Refusal(error, args=arguments.values)
    return {"args": arguments.values}


def who_am_i(site: Site, _arguments: Arguments) -> Json:
    """auth.test: whose token it is."""
    ours = site.state.team
    return {
        "url": f"{site.origin}/",
        "team": ours.name,
        "user": site.state.people[site.state.bot].name,
        "team_id": ours.id,
        "user_id": site.state.bot,
        "bot_id": BOT_PROFILE,
        "is_enterprise_install": False,
    }


def open_connection(site: Site, _arguments: Arguments) -> Json:
    """apps.connections.open: an address for one Socket Mode connection."""
    return {"url": site.socket_url()}


def file(_site: Site, arguments: Arguments) -> Json:
    """files.info: nobody keeps files in this workspace."""
    arguments.required("file")
    raise Refusal("file_not_found")
