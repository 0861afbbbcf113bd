from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.playground.inputs import Impossible
from bot.playground.refusals import Refusal
from bot.playground.scenario import MAYA, MODELS, TOM
from bot.playground.workspace import Workspace
from tests.playground.conftest import client_of
from tests.playground.ears import SILENT, Ear, listening

Json = dict[str, Any]


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    return {"text": words(value.title()), "value": value}


BUTTONS = [
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {"type": "button", "action_id": "go", "text": words("Go"), "value": "1"},
            {
                "type": "static_select",
                "action_id": "plan",
                "options": [option("api"), option("team")],
            },
        ],
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": words("Helpful"), "value": "yes"},
                "negative_button": {"text": words("Wrong"), "value": "no"},
            }
        ],
    },
]


def form(title: str = "Ask compliance", **more: object) -> Json:
    return {
        "type": "modal",
        "callback_id": "case",
        "title": words(title),
        "submit": words("Send"),
        "blocks": [
            {
                "type": "input",
                "block_id": "why",
                "label": words("Why?"),
                "element": {"type": "plain_text_input", "action_id": "why", "max_length": 20},
            },
            {
                "type": "input",
                "block_id": "when",
                "optional": True,
                "label": words("Until"),
                "element": {"type": "datepicker", "action_id": "when"},
            },
            {
                "type": "input",
                "block_id": "who",
                "optional": True,
                "label": words("Who"),
                "element": {
                    "type": "checkboxes",
                    "action_id": "who",
                    "options": [option("us"), option("them")],
                },
            },
        ],
        **more,
    }


@dataclass
class App(Ear):
    """Opens a form when a button is pressed, and answers it as it is told to."""

    client: WebClient = field(default_factory=WebClient)
    reply: object = None

    def __post_init__(self) -> None:
        self.answer = self.respond

    def respond(self, envelope: Json) -> object:
        payload = envelope["payload"]
        if payload.get("type") == "block_actions":
            self.client.views_open(trigger_id=payload["trigger_id"], view=form())
            return None
        return self.reply

    @property
    def last(self) -> Json:
        return dict(self.heard[-1]["payload"])


def opened(workspace: Workspace, client: WebClient) -> str:
    """Let Maya press the button, and return the id of the form she gets."""
    posted = client.chat_postMessage(channel=MODELS, text="Press", blocks=BUTTONS)
    assert workspace.settle()
    assert workspace.press(MAYA, MODELS, posted["ts"], "go").reached
    return workspace.state.modals_of(MAYA)[0].id


def test_a_button_opens_a_form_and_what_is_filled_in_arrives(
    workspace: Workspace, client: WebClient
) -> None:
    with listening(workspace, App(client=client)) as ear:
        view_id = opened(workspace, client)
        pressed = ear.last
        filled = {"why": "To ship", "when": "2026-12-24", "who": ["us"]}
        assert workspace.submit(MAYA, view_id, filled).reached
    assert pressed["actions"][0]["value"] == "1"
    assert pressed["user"]["id"] == MAYA
    assert pressed["container"]["channel_id"] == MODELS
    values = ear.heard[-1]["payload"]["view"]["state"]["values"]
    assert values["why"]["why"] == {"type": "plain_text_input", "value": "To ship"}
    assert values["when"]["when"]["selected_date"] == "2026-12-24"
    assert [one["value"] for one in values["who"]["who"]["selected_options"]] == ["us"]
    assert workspace.state.modals_of(MAYA) == ()


def test_what_a_form_lacks_is_asked_for_before_anything_is_sent(
    workspace: Workspace, client: WebClient
) -> None:
    with listening(workspace, App(client=client)) as ear:
        view_id = opened(workspace, client)
        assert not workspace.submit(MAYA, view_id, {}).reached
        assert not workspace.submit(MAYA, view_id, {"why": "x" * 21}).reached
    assert ear.last["type"] == "block_actions"
    assert workspace.state.views[view_id].errors == {
        "why": "This field must be no more than 20 characters."
    }


def test_the_app_may_find_faults_redraw_lay_on_top_or_clear(
    workspace: Workspace, client: WebClient
) -> None:
    app = App(client=client)
    with listening(workspace, app):
        view_id = opened(workspace, client)
        app.reply = {"response_action": "errors", "errors": {"why": "Say more"}}
        workspace.submit(MAYA, view_id, {"why": "no"})
        assert workspace.state.views[view_id].errors == {"why": "Say more"}
        app.reply = {"response_action": "update", "view": form("Anew")}
        workspace.submit(MAYA, view_id)
        assert workspace.state.views[view_id].content["title"]["text"] == "Anew"
        assert workspace.state.views[view_id].inputs["why"]["why"]["value"] == "no"
        app.reply = {"response_action": "push", "view": form("Above")}
        workspace.submit(MAYA, view_id)
        below, above = workspace.state.modals_of(MAYA)
        assert (above.root, above.previous) == (below.id, below.id)
        app.reply = {"response_action": "clear"}
        workspace.submit(MAYA, above.id, {"why": "done"})
    assert workspace.state.modals_of(MAYA) == ()


def test_an_answer_to_a_form_that_makes_no_sense_shows_trouble(
    workspace: Workspace, client: WebClient
) -> None:
    app = App(client=client)
    with listening(workspace, app):
        view_id = opened(workspace, client)
        app.reply = {"response_action": "errors", "errors": {"nowhere": "?"}}
        with pytest.raises(Refusal):
            workspace.submit(MAYA, view_id, {"why": "x"})
    assert workspace.state.views[view_id].trouble


def test_an_act_the_app_does_not_acknowledge_in_time_shows_trouble(
    hasty_workspace: Workspace,
) -> None:
    posted = client_of(hasty_workspace).chat_postMessage(
        channel=MODELS, text="Press", blocks=BUTTONS
    )
    with listening(hasty_workspace, Ear(lambda _: SILENT)):
        assert not hasty_workspace.press(MAYA, MODELS, posted["ts"], "go").reached
        assert not hasty_workspace.command(TOM, MODELS, "/mayi", "may I?").reached
    assert hasty_workspace.history(MAYA, MODELS)[-1].trouble
    note = hasty_workspace.history(TOM, MODELS)[-1]
    assert note.text == "/mayi failed with the error “operation_timeout”"


def test_choosing_in_a_menu_and_giving_feedback_tell_what_was_chosen(
    workspace: Workspace, client: WebClient
) -> None:
    posted = client.chat_postMessage(channel=MODELS, text="Choose", blocks=BUTTONS)
    with listening(workspace) as ear:
        workspace.press(MAYA, MODELS, posted["ts"], "plan", choice="team")
        workspace.press(TOM, MODELS, posted["ts"], "feedback", choice="negative")
    chosen, feedback = (one["payload"] for one in ear.heard if one["type"] == "interactive")
    assert chosen["actions"][0]["selected_option"]["value"] == "team"
    assert chosen["state"]["values"]["acts"]["plan"]["selected_option"]["value"] == "team"
    assert feedback["actions"][0]["value"] == "no"
    with pytest.raises(Impossible):
        workspace.press(MAYA, MODELS, posted["ts"], "plan", choice="enterprise")
    with pytest.raises(Impossible):
        workspace.press(MAYA, MODELS, posted["ts"], "gone")


def test_a_trigger_opens_one_form_and_only_soon(workspace: Workspace, client: WebClient) -> None:
    fresh = workspace.state.make_trigger(MAYA)
    client.views_open(trigger_id=fresh.id, view=form())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=fresh.id, view=form())
    for _ in range(2):
        client.views_push(trigger_id=workspace.state.make_trigger(MAYA).id, view=form())
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=workspace.state.make_trigger(MAYA).id, view=form())
    old = workspace.state.make_trigger(MAYA)
    workspace.state.clock = lambda: old.made_at + 3.1
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=old.id, view=form())


def test_a_view_is_redrawn_by_id_or_name_unless_it_changed_meanwhile_or_is_closed(
    workspace: Workspace, client: WebClient
) -> None:
    trigger = workspace.state.make_trigger(MAYA)
    view = client.views_open(trigger_id=trigger.id, view=form(external_id="mine"))["view"]
    redrawn = client.views_update(external_id="mine", view=form("B", external_id="mine"))["view"]
    assert redrawn["id"] == view["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=view["id"], hash=view["hash"], view=form("C"))
    another = workspace.state.make_trigger(TOM)
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        client.views_open(trigger_id=another.id, view=form(external_id="mine"))
    workspace.close(MAYA, view["id"])
    with pytest.raises(SlackApiError, match="not_found"):
        client.views_update(view_id=view["id"], view=form("C"))


def test_closing_is_told_only_if_the_app_asked(workspace: Workspace, client: WebClient) -> None:
    with listening(workspace) as ear:
        for asked in (False, True):
            trigger = workspace.state.make_trigger(MAYA)
            shown = form(notify_on_close=asked)
            view = client.views_open(trigger_id=trigger.id, view=shown)["view"]
            workspace.close(MAYA, view["id"])
    assert [one["payload"]["type"] for one in ear.heard] == ["view_closed"]


def test_the_home_tab_is_each_persons_own(workspace: Workspace, client: WebClient) -> None:
    home = {"type": "home", "blocks": [BUTTONS[0]]}
    client.views_publish(user_id=MAYA, view=home)
    first = workspace.state.home_of(MAYA)
    client.views_publish(user_id=MAYA, view=home)
    again = workspace.state.home_of(MAYA)
    assert first is not None
    assert again is not None
    assert (again.id, again.hash != first.hash) == (first.id, True)
    assert workspace.state.home_of(TOM) is None
    with listening(workspace) as ear:
        workspace.press_in_view(MAYA, again.id, "go")
    assert ear.heard[0]["payload"]["container"] == {"type": "view", "view_id": again.id}


def test_a_command_and_a_shortcut_are_answered_without_a_token_five_times(
    workspace: Workspace, client: WebClient
) -> None:
    asked = workspace.post(TOM, MODELS, "I shall train on it")
    with listening(workspace) as ear:
        workspace.command(MAYA, MODELS, "/mayi", "may I?")
        workspace.shortcut(MAYA, MODELS, asked.ts, "ask_about_message")
    command, shortcut = (one["payload"] for one in ear.heard if one["type"] != "events_api")
    assert (command["text"], command["command"]) == ("may I?", "/mayi")
    assert shortcut["message"]["text"] == "I shall train on it"
    hook = WebhookClient(command["response_url"])
    assert hook.send(text="psst").status_code == 200
    assert hook.send(text="all", response_type="in_channel").status_code == 200
    assert [one.text for one in workspace.history(TOM, MODELS)] == [asked.text, "all"]
    assert workspace.history(MAYA, MODELS)[1].text == "psst"
    statuses = [hook.send(text=str(number)).status_code for number in range(4)]
    assert statuses == [200, 200, 200, 404]


def test_an_answer_may_replace_or_delete_what_was_pressed_even_if_only_one_sees_it(
    workspace: Workspace, client: WebClient
) -> None:
    shown = client.chat_postEphemeral(channel=MODELS, user=MAYA, text="P", blocks=BUTTONS)
    with listening(workspace) as ear:
        workspace.press(MAYA, MODELS, shown["message_ts"], "go")
    payload = ear.heard[0]["payload"]
    assert "message" not in payload
    hook = WebhookClient(payload["response_url"])
    hook.send(text="replaced", replace_original=True)
    assert [one.text for one in workspace.history(MAYA, MODELS)] == ["replaced"]
    hook.send(delete_original=True)
    assert workspace.history(MAYA, MODELS) == ()


@pytest.mark.parametrize(
    "broken",
    [
        form("A title that is far too long"),
        {name: value for name, value in form().items() if name != "submit"},
        form(private_metadata="x" * 3001),
        form(colour="red"),
        {"type": "home", "blocks": []},
        {**form(), "blocks": [{"type": "markdown", "text": "no"}]},
        {**form(), "blocks": [{"type": "divider"}] * 101},
    ],
)
def test_a_view_slack_would_not_show_is_refused(
    workspace_of_module: Workspace, shared_client: WebClient, broken: Json
) -> None:
    trigger = workspace_of_module.state.make_trigger(MAYA)
    with pytest.raises(SlackApiError) as refused:
        shared_client.views_open(trigger_id=trigger.id, view=broken)
    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"]


def test_a_command_may_be_answered_with_its_receipt(workspace: Workspace) -> None:
    app = Ear()
    with listening(workspace, app):
        for receipt in ({"text": "psst"}, {"text": "all", "response_type": "in_channel"}, {}):
            app.answer = lambda _, receipt=receipt: receipt
            assert workspace.command(MAYA, MODELS, "/mayi", "may I?").reached
    assert [one.text for one in workspace.history(MAYA, MODELS)] == ["psst", "all"]
    assert [one.text for one in workspace.history(TOM, MODELS)] == ["all"]
    with pytest.raises(Impossible):
        workspace.command(MAYA, MODELS, "/other")
    with pytest.raises(Impossible):
        workspace.shortcut(MAYA, MODELS, "1.1", "other")


def test_what_is_chosen_in_a_view_is_kept_and_told_at_once_only_if_the_app_asked(
    workspace: Workspace, client: WebClient
) -> None:
    blocks = form()["blocks"]
    blocks[1]["dispatch_action"] = True
    trigger = workspace.state.make_trigger(MAYA)
    view = client.views_open(trigger_id=trigger.id, view=form(blocks=blocks))["view"]
    with listening(workspace) as ear:
        workspace.press_in_view(MAYA, view["id"], "who", choice=["them"])
        workspace.press_in_view(MAYA, view["id"], "when", choice="2026-12-01")
    (told,) = (one["payload"] for one in ear.heard)
    assert told["actions"][0]["selected_date"] == "2026-12-01"
    kept = told["view"]["state"]["values"]
    assert [one["value"] for one in kept["who"]["who"]["selected_options"]] == ["them"]
    with pytest.raises(Impossible):
        workspace.press_in_view(TOM, view["id"], "who", choice=["us"])
    with pytest.raises(Impossible):
        workspace.press_in_view(MAYA, view["id"], "who", choice="us")


def test_what_happens_in_a_view_without_an_answer_shows_trouble(
    hasty_workspace: Workspace,
) -> None:
    client = client_of(hasty_workspace)
    posted = hasty_workspace.post(TOM, MODELS, "I shall")
    trigger = hasty_workspace.state.make_trigger(MAYA)
    view = client.views_open(trigger_id=trigger.id, view=form())["view"]["id"]
    with listening(hasty_workspace, Ear(lambda _: SILENT)):
        assert not hasty_workspace.submit(MAYA, view, {"why": "x"}).reached
        assert hasty_workspace.state.views[view].trouble
        assert not hasty_workspace.shortcut(MAYA, MODELS, posted.ts, "ask_about_message").reached
    assert hasty_workspace.history(MAYA, MODELS)[-1].trouble
