"""What people do on the page, as acts of the workspace."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field

from bot.playground import composing
from bot.playground.inputs import KINDS, Choice, Impossible, found_element
from bot.playground.records import Json, View
from bot.playground.rendering.page import pressed
from bot.playground.rules.blocks import elements_of
from bot.playground.screens import may_see
from bot.playground.workspace import Workspace


class Gesture(BaseModel):
    """What the page's script tells.

    `ts` names a message, `view` a modal or the Home. `key` is the name of the control pressed and
    `value` what was chosen there; `inputs` is control's name → all that is chosen or typed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str = Field(alias="as")
    channel: str = Field(alias="in")
    thread: str = ""
    ts: str = ""
    view: str = ""
    text: str = ""
    key: str = ""
    value: str = ""
    callback: str = ""
    home: bool = False
    inputs: dict[str, list[str]] = Field(default_factory=dict)


def say(workspace: Workspace, done: Gesture) -> None:
    """Post what was typed, or give the command that it is."""
    given = composing.command(done.text)
    if given is not None:
        name, text = given
        workspace.command(done.person, done.channel, name, _with_marks(workspace, text))
        return
    text = _with_marks(workspace, done.text.strip())
    workspace.post(done.person, done.channel, text, thread=done.thread or None)


def edit(workspace: Workspace, done: Gesture) -> None:
    """Change a message of one's own."""
    text = _with_marks(workspace, done.text.strip())
    workspace.edit(done.person, done.channel, done.ts, text)


def delete(workspace: Workspace, done: Gesture) -> None:
    """Delete a message of one's own."""
    workspace.delete(done.person, done.channel, done.ts)


def dismiss(workspace: Workspace, done: Gesture) -> None:
    """Put away a message that nobody else sees."""
    workspace.dismiss(done.person, done.channel, done.ts)


def shortcut(workspace: Workspace, done: Gesture) -> None:
    """Use a shortcut on a message."""
    workspace.shortcut(done.person, done.channel, done.ts, done.callback)


def stop(workspace: Workspace, done: Gesture) -> None:
    """Stop the agent's work in a thread."""
    workspace.stop(done.person, done.channel, done.thread)


def press(workspace: Workspace, done: Gesture) -> None:
    """Press a button or choose something, in a message, a modal or the Home."""
    block_id, action_id = pressed(done.key)
    if not done.view:
        message = workspace.state.message(done.channel, done.ts)
        choice = _choice(message.blocks if message else (), done, done.key)
        workspace.press(
            done.person, done.channel, done.ts, action_id, block_id=block_id, choice=choice
        )
        return
    view = _view(workspace, done)
    _fill_in(workspace, view, done)
    choice = _choice(view.content["blocks"], done, done.key)
    workspace.press_in_view(done.person, view.id, action_id, block_id=block_id, choice=choice)


def submit(workspace: Workspace, done: Gesture) -> None:
    """Send a form."""
    view = _view(workspace, done)
    blocks = view.content["blocks"]
    values = {pressed(key)[1]: _choice(blocks, done, key) for key in done.inputs}
    workspace.submit(done.person, view.id, values)


def close(workspace: Workspace, done: Gesture) -> None:
    """Close a modal, or the whole stack where the app wants it so."""
    view = _view(workspace, done)
    cleared = bool(view.content.get("clear_on_close"))
    workspace.close(done.person, view.id, cleared=cleared)


def join(workspace: Workspace, done: Gesture) -> None:
    """Come into a public channel."""
    if not may_see(workspace.state, done.person, done.channel):
        raise Impossible("one has to be invited")
    workspace.join(done.person, done.channel)


def visit(workspace: Workspace, done: Gesture) -> None:
    """Come to a conversation; the app hears of it where it is the app's own."""
    if workspace.direct(done.person).id == done.channel:
        workspace.open_home(done.person, tab="home" if done.home else "messages")


def read(workspace: Workspace, done: Gesture) -> None:
    """Go on reading: nobody is told."""


GESTURES: dict[str, Callable[[Workspace, Gesture], None]] = {
    act.__name__: act
    for act in (
        *(say, edit, delete, dismiss, shortcut, stop, press, submit, close, join, visit, read),
    )
}


def _with_marks(workspace: Workspace, text: str) -> str:
    people = {one.id: one.real_name for one in workspace.state.people.values()}
    return composing.marked(text, people)


def _view(workspace: Workspace, done: Gesture) -> View:
    """Return the view, which its acts refuse if it is somebody else's."""
    return workspace.state.views[done.view]


def _fill_in(workspace: Workspace, view: View, done: Gesture) -> None:
    """Keep what stands in the fields, which the app reads with whatever is pressed."""
    blocks = view.content["blocks"]
    fields = (one for block in blocks if block["type"] == "input" for one in elements_of(block))
    known = {field["action_id"] for field in fields}
    values = {
        action_id: _choice(blocks, done, key)
        for key in done.inputs
        if (action_id := pressed(key)[1]) in known
    }
    workspace.fill_in(done.person, view.id, values)


def _choice(blocks: tuple[Json, ...] | list[Json], done: Gesture, key: str) -> Choice:
    """Return what was chosen at a control, in the form that its kind takes."""
    block_id, action_id = pressed(key)
    _, element = found_element(blocks, action_id, block_id)
    kind = KINDS.get(element["type"])
    chosen = done.inputs.get(key, [])
    if kind is not None and kind.many:
        return chosen
    given = [done.value] if key == done.key and done.value else chosen
    return (given[0] if given else "") or None
