"""views.*: modals and Home tabs."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.api.arguments import Arguments
from bot.playground.api.chat import with_ids
from bot.playground.api.places import known_person
from bot.playground.inputs import carried, initial_inputs
from bot.playground.portraits import view_as_seen
from bot.playground.records import Json, Trigger, View
from bot.playground.refusals import Refusal
from bot.playground.rules.views import checked_view
from bot.playground.site import Site
from bot.playground.state import State

MODALS_LIMIT = 3  # Slack's `push_limit_reached`


def open_modal(site: Site, arguments: Arguments) -> Json:
    """views.open: answer an act with a modal."""
    trigger = _fresh_trigger(site, arguments)
    view = new_view(site.state, trigger.person, checked_view(arguments.raw("view"), kind="modal"))
    _spend(site, trigger)
    stack(site.state, view, on=())
    return {"view": view_as_seen(view, site.state)}


def push_modal(site: Site, arguments: Arguments) -> Json:
    """views.push: lay a modal on the one that was acted in."""
    trigger = _fresh_trigger(site, arguments)
    below = site.state.modals_of(trigger.person)
    content = checked_view(arguments.raw("view"), kind="modal")
    if not below:
        raise Refusal("not_found")
    view = pushed_view(site.state, below, content)
    _spend(site, trigger)
    return {"view": view_as_seen(view, site.state)}


def update(site: Site, arguments: Arguments) -> Json:
    """views.update: draw a view anew."""
    view = _named_view(site, arguments)
    _check_hash(view, arguments)
    content = checked_view(arguments.raw("view"), kind=view.kind)
    return {"view": view_as_seen(redrawn(site.state, view, content), site.state)}


def publish(site: Site, arguments: Arguments) -> Json:
    """views.publish: draw somebody's Home tab."""
    person = known_person(site, arguments.required("user_id"))
    if not site.manifest.home:
        raise Refusal("not_enabled")
    content = checked_view(arguments.raw("view"), kind="home")
    view = site.state.home_of(person.id)
    if view is not None:
        _check_hash(view, arguments)
        return {"view": view_as_seen(redrawn(site.state, view, content), site.state)}
    view = new_view(site.state, person.id, content)
    with site.state.changing():
        site.state.views[view.id] = view
        site.state.homes[person.id] = view.id
    return {"view": view_as_seen(view, site.state)}


def new_view(state: State, person: str, content: Json, *, below: View | None = None) -> View:
    """Return a view of what the app drew, not shown yet."""
    check_external_id(state, content)
    view_id = state.next_id("V")
    kept = with_block_ids(state, content)
    return View(
        id=view_id,
        person=person,
        kind=content["type"],
        content=kept,
        hash=_hash(state),
        root=below.root if below else view_id,
        previous=below.id if below else None,
        inputs=initial_inputs(kept["blocks"]),
    )


def pushed_view(state: State, below: tuple[View, ...], content: Json) -> View:
    """Return a modal laid on others."""
    if len(below) >= MODALS_LIMIT:
        raise Refusal("push_limit_reached")
    view = new_view(state, below[-1].person, content, below=below[-1])
    stack(state, view, on=tuple(one.id for one in below))
    return view


def redrawn(state: State, view: View, content: Json) -> View:
    """Return a view drawn anew; what was filled in stays where block and action are the same."""
    check_external_id(state, content, besides=view.id)
    kept = with_block_ids(state, content)
    inputs = carried(initial_inputs(kept["blocks"]), view.inputs)
    return state.keep_view(
        replace(view, content=kept, hash=_hash(state), inputs=inputs, errors={}, trouble="")
    )


def stack(state: State, view: View, *, on: tuple[str, ...]) -> None:
    """Show a modal, on others or alone."""
    with state.changing():
        state.views[view.id] = view
        state.modals[view.person] = (*on, view.id)


def with_block_ids(state: State, content: Json) -> Json:
    """Return a view whose blocks and elements all have ids."""
    return {**content, "blocks": list(with_ids(state, tuple(content["blocks"])))}


def check_external_id(state: State, content: Json, *, besides: str | None = None) -> None:
    """Refuse a name of the app's own that another view bears."""
    name = content.get("external_id")
    taken = (one for one in state.views.values() if one.id != besides)
    if name and any(one.content.get("external_id") == name for one in taken):
        raise Refusal("duplicate_external_id")


def _fresh_trigger(site: Site, arguments: Arguments) -> Trigger:
    """Return the act that a call answers; refuses what is unknown, answered or too long ago."""
    name = arguments.text("trigger_id") or arguments.text("interactivity_pointer")
    if name is None:
        raise Refusal("invalid_arguments")
    trigger = site.state.triggers.get(name)
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.spent:
        raise Refusal("exchanged_trigger_id")
    if site.state.clock() - trigger.made_at > site.patience.trigger:
        raise Refusal("expired_trigger_id")
    return trigger


def _spend(site: Site, trigger: Trigger) -> None:
    with site.state.changing():
        site.state.triggers[trigger.id] = replace(trigger, spent=True)


def _named_view(site: Site, arguments: Arguments) -> View:
    """Return the view that a call names by id or by the app's own name for it."""
    view_id, name = arguments.text("view_id"), arguments.text("external_id")
    for view in site.state.views.values():
        if view.id == view_id or (name and view.content.get("external_id") == name):
            return view
    raise Refusal("not_found" if view_id or name else "invalid_arguments")


def _check_hash(view: View, arguments: Arguments) -> None:
    if arguments.text("hash") not in (None, view.hash):
        raise Refusal("hash_conflict")


def _hash(state: State) -> str:
    return f"{int(state.clock())}.{state.next_id('h')}"
