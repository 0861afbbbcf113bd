"""users.*, usergroups.*, team.info, bots.info: who is who."""

from __future__ import annotations

from bot.playground.api.arguments import Arguments, page_of
from bot.playground.api.places import known_person
from bot.playground.portraits import bot_profile, group_as_seen, portrait_of
from bot.playground.records import Json, Person
from bot.playground.refusals import Refusal
from bot.playground.scenario import BOT_PROFILE
from bot.playground.site import Site


def info(site: Site, arguments: Arguments) -> Json:
    """users.info: one person."""
    return {"user": _seen(site, known_person(site, arguments.required("user")))}


def list_all(site: Site, arguments: Arguments) -> Json:
    """users.list: everybody of our company."""
    ours = [one for one in site.state.people.values() if one.team == site.state.team.id]
    page, metadata = page_of(ours, arguments, default=1000)
    return {
        "members": [_seen(site, one) for one in page],
        "cache_ts": int(site.state.clock()),
        "response_metadata": metadata,
    }


def look_up_by_email(site: Site, arguments: Arguments) -> Json:
    """users.lookupByEmail: the person of our company with an address."""
    email = arguments.required("email").casefold()
    for person in site.state.people.values():
        ours = person.team == site.state.team.id and not person.deactivated
        if ours and person.email and person.email.casefold() == email:
            return {"user": _seen(site, person)}
    raise Refusal("users_not_found")


def groups(site: Site, arguments: Arguments) -> Json:
    """usergroups.list: the user groups, with who is in them if asked."""
    whole = arguments.flag("include_users")
    known = site.state.groups.values()
    return {"usergroups": [group_as_seen(one, site.state, with_users=whole) for one in known]}


def group_members(site: Site, arguments: Arguments) -> Json:
    """usergroups.users.list: who is in a user group."""
    group = site.state.groups.get(arguments.required("usergroup"))
    if group is None:
        raise Refusal("no_such_subteam")
    return {"users": sorted(group.members)}


def team(site: Site, _arguments: Arguments) -> Json:
    """team.info: our company."""
    ours = site.state.team
    return {"team": {"id": ours.id, "name": ours.name, "domain": ours.domain, "icon": {}}}


def bot(site: Site, arguments: Arguments) -> Json:
    """bots.info: the app's bot."""
    if arguments.text("bot") not in (None, BOT_PROFILE):
        raise Refusal("bot_not_found")
    profile = bot_profile(site.state)
    del profile["team_id"]
    return {"bot": {**profile, "user_id": site.state.bot}}


def _seen(site: Site, person: Person) -> Json:
    emails = "users:read.email" in site.manifest.scopes
    return portrait_of(person, site.state, with_email=emails)
