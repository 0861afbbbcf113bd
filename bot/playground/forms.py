"""Forms as people fill them in and send them, and what the app's answer makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.playground import interaction
from bot.playground.api.arguments import Arguments
from bot.playground.api.chat import words_of
from bot.playground.api.views import pushed_view, redrawn
from bot.playground.deliveries import Acknowledgement, Deliveries
from bot.playground.inputs import Choice, found_element, input_of, missing_inputs
from bot.playground.records import Json, Message, View
from bot.playground.refusals import Refusal
from bot.playground.rules.views import checked_view
from bot.playground.site import Site
from bot.playground.state import State

TROUBLE = "We had some trouble connecting. Try again?"


def filled(view: View, values: Mapping[str, Choice]) -> View:
    """Return a view with what somebody chose or typed: action id → choice."""
    inputs = {block: dict(acts) for block, acts in view.inputs.items()}
    for action_id, choice in values.items():
        block, element = found_element(view.content["blocks"], action_id)
        inputs.setdefault(block["block_id"], {})[action_id] = input_of(element, choice)
    return replace(view, inputs=inputs)


def submit(
    site: Site, deliveries: Deliveries, view: View, values: Mapping[str, Choice]
) -> Acknowledgement:
    """Send a form, and show what the app answers."""
    sent = filled(view, values)
    missing = missing_inputs(sent.content, sent.inputs)
    sent = site.state.keep_view(replace(sent, errors=missing, trouble=""))
    if missing:
        return Acknowledgement(reached=False, reason="incomplete")
    answered = deliveries.ask(interaction.submission(site, sent))
    if not answered.reached:
        show_trouble(site.state, view.id)
        return answered
    try:
        _follow(site.state, sent, answered.body)
    except Refusal:
        show_trouble(site.state, view.id)
        raise
    return answered


def close(site: Site, deliveries: Deliveries, view: View, *, cleared: bool) -> None:
    """Close a modal and those above it, or all; the app hears of it if it asked to."""
    stack = site.state.modals_of(view.person)
    place = 0 if cleared else next(i for i, one in enumerate(stack) if one.id == view.id)
    _take_off(site.state, view.person, stack[place:])
    if view.content.get("notify_on_close"):
        deliveries.ask(interaction.closing(site, view, cleared=cleared))


def show_trouble(state: State, view_id: str) -> None:
    """Show in a view that the app did not answer."""
    view = state.views.get(view_id)
    if view is not None:
        state.keep_view(replace(view, trouble=TROUBLE))


def show_answer(site: Site, person: str, channel: str, body: Json | str | None) -> None:
    """Show what the app answered a command with; nothing if it did not say anything."""
    if not body:
        return
    said = {"text": body} if isinstance(body, str) else body
    text, blocks = words_of(site.state, Arguments(said))
    public = said.get("response_type") == "in_channel"
    message = Message(
        ts=site.state.next_ts(),
        channel=channel,
        author=site.state.bot,
        text=text,
        blocks=blocks,
        by_app=True,
        only_for=None if public else person,
    )
    site.state.put(message)
    if public:
        site.observer.posted(message)


def _follow(state: State, view: View, body: Json | str | None) -> None:
    """Do what the app answered a form with (`response_action`); refuses what makes no sense."""
    answer = body if isinstance(body, dict) else {}
    action = answer.get("response_action")
    if action is None:
        _take_off(state, view.person, _from(state, view))
        return
    if action not in _ACTIONS:
        raise Refusal("invalid_response_action")
    _ACTIONS[action](state, view, answer)


def _show_errors(state: State, view: View, answer: Json) -> None:
    errors = answer.get("errors")
    known = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not known.issuperset(errors):
        raise Refusal("invalid_errors")
    state.keep_view(replace(view, errors=errors))


def _update(state: State, view: View, answer: Json) -> None:
    redrawn(state, view, checked_view(answer.get("view"), kind="modal"))


def _push(state: State, view: View, answer: Json) -> None:
    content = checked_view(answer.get("view"), kind="modal")
    pushed_view(state, state.modals_of(view.person), content)


def _clear(state: State, view: View, _answer: Json) -> None:
    _take_off(state, view.person, state.modals_of(view.person))


_ACTIONS: dict[str, Callable[[State, View, Json], None]] = {
    "errors": _show_errors,
    "update": _update,
    "push": _push,
    "clear": _clear,
}


def _from(state: State, view: View) -> tuple[View, ...]:
    """Return a modal and those above it."""
    stack = state.modals_of(view.person)
    ids = [one.id for one in stack]
    return stack[ids.index(view.id) :] if view.id in ids else ()


def _take_off(state: State, person: str, gone: tuple[View, ...]) -> None:
    """Take modals off the screen; a closed view cannot be updated any more."""
    ids = {one.id for one in gone}
    with state.changing():
        kept = tuple(one for one in state.modals.get(person, ()) if one not in ids)
        state.modals[person] = kept
        for view_id in ids:
            state.views.pop(view_id, None)
