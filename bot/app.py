"""From Slack to our listeners: the table of what is done about which delivery.

A request passes Bolt's own checks, is journalled (`bot.inbox`), and only then confirmed. What
must be there within three seconds, a form above all, is done at once; the rest is worked off from
the journal. Whatever goes wrong before the receipt is a 500, and in Socket Mode no receipt: Slack
brings the delivery again, and the journal knows it if it was written down after all.

Slack's signature is checked before Bolt (`bot.web`): Bolt would log the bodies it refuses.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot import deliveries
from bot.blocks import forms
from bot.blocks.hints import HINTS, HintName, hint
from bot.deliveries import HOME_OPENED, Brought, Other
from bot.forms import change_form, open_form
from bot.inbox import ASKED, DELETED, Admission, Apply, Listener, Turn, told
from bot.listeners import cases, feedback, home, presses, questions
from bot.payloads import (
    Action,
    Callback,
    Command,
    Input,
    Press,
    PressRefused,
    Submission,
)
from bot.services import Services
from jobs import outbox
from jobs.notices import Hint
from knowledge.errors import Refused, StoreRefused

log = logging.getLogger("mayi.app")

COMMAND = "/mayi"

MOMENT = "One moment\u2026"
"""What a window says until it is known what it shows."""

LISTENERS: Mapping[str, Callable[[Turn, Services], None]] = {
    ASKED: questions.answer_question,
    DELETED: questions.withdraw_answer,
    HOME_OPENED: home.welcome,
    Action.PICK_FACT: feedback.settle_fact,
    Action.SAME_SITUATION: feedback.apply_rule,
    Action.DIFFERENT: feedback.set_rule_aside,
    Action.GIVE_FEEDBACK: feedback.take_feedback,
    Action.SHARE: feedback.share,
    Action.ANSWER_PRIVATELY: feedback.answer_privately,
    Action.ASK_COMPLIANCE: cases.ask_compliance,
    Action.CLAIM_CASE: cases.claim_case,
    Action.TAKE_OVER_CASE: cases.take_over_case,
    Action.WITHDRAW_CASE: cases.withdraw_case,
    cases.ISSUE: cases.issue_ruling,
    cases.TAKEN: cases.nothing_left,
}
"""What is done about a delivery of each kind, from the journal."""

WINDOWS: Mapping[Action, Callable[[Press, Services], dict[str, Any]]] = {
    Action.TELL_FACTS: cases.show_facts_form,
    Action.ANSWER_CASE: cases.show_answer_form,
    Action.SAVE_RULING: cases.show_ruling_form,
    Action.GRANT_EXCEPTION: cases.show_exception_form,
    Action.SHOW_ANSWER: home.show_answer,
}
"""What opens when a button is pressed, at once: a trigger lives three seconds."""

FORMS: Mapping[Callback, Callable[[Submission, Services], Apply]] = {
    Callback.TELL_FACTS: cases.take_facts,
    Callback.ANSWER_CASE: cases.take_reply,
    Callback.SAVE_RULING: cases.take_ruling,
    Callback.GRANT_EXCEPTION: cases.take_exception,
}
"""What a form does when it is sent, at once: what is wrong is shown beside its field."""

_EVERYTHING = re.compile("")


def listeners_with(services: Services) -> dict[str, Listener]:
    """Return the listeners with the parts they use, for `bot.inbox.Workers`."""
    return {kind: partial(_listen, listen, services) for kind, listen in LISTENERS.items()}


def _listen(listen: Callable[[Turn, Services], None], services: Services, turn: Turn) -> None:
    """Have the listener work; what was pressed and says nothing to us is told so."""
    try:
        listen(turn, services)
    except PressRefused:
        presses.just_tell(turn, presses.pressed(turn), HintName.EXPIRED)


def build_app(services: Services, admission: Admission) -> App:
    """Return the app that takes Slack's deliveries, over HTTP and Socket Mode alike.

    Slack is asked whose the token is. Raises BoltError where it is nobody's.
    """
    app = App(
        client=services.client,
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    app.error(_report)
    app.middleware(partial(_journal, admission=admission))
    app.command(COMMAND)(_confirm_command)
    for action, show in WINDOWS.items():
        app.action(re.compile(rf"{action}(:\d+)?"))(partial(_open, show=show, services=services))
    for callback, take in FORMS.items():
        app.view(callback.value)(partial(_take, take=take, services=services, admission=admission))
    for route in (app.event, app.command, app.action, app.shortcut, app.view, app.options):
        route(_EVERYTHING)(_confirm)
    app.view_closed(_EVERYTHING)(_confirm)
    return app


def _journal(
    body: dict[str, Any], context: BoltContext, next_: Callable[[], None], *, admission: Admission
) -> None:
    """Write down what a delivery means before its receipt is confirmed."""
    brought = deliveries.read(body, us=str(context.bot_user_id))
    if brought is not None and not _opens_window(brought):
        admission.admit(brought)
    next_()


def _opens_window(brought: Brought) -> bool:
    """Tell whether something is shown at once, so that nothing is left to work off."""
    return isinstance(brought, Other) and brought.kind in WINDOWS


def _confirm(ack: Ack) -> None:
    """Confirm the receipt of what is worked off later, or means nothing to us."""
    ack()


def _confirm_command(ack: Ack, body: dict[str, Any]) -> None:
    """Say at once that a question is looked into, or how one is asked."""
    name = HintName.LOOKING if Command.model_validate(body).text.strip() else HintName.USAGE
    said = hint(name)
    ack(text=said.text, blocks=list(said.blocks), response_type="ephemeral")


def _open(
    ack: Ack,
    body: dict[str, Any],
    *,
    show: Callable[[Press, Services], dict[str, Any]],
    services: Services,
) -> None:
    """Open a window while its trigger lives, then show in it what was asked for.

    What is shown depends on who presses, and Slack may take its time to say who that is.
    """
    press = Press.model_validate(body)
    opened = open_form(services.client, press.trigger_id, forms.said("May I", MOMENT))
    if opened is None:
        _ask_to_press_again(press, services)
    else:
        change_form(services.client, opened, partial(_drawn, show, press, services))
    ack()


def _ask_to_press_again(press: Press, services: Services) -> None:
    key = f"{HintName.PRESS_AGAIN}:{press.trigger_id}"
    with services.database.begin() as tx:
        notice, to = Hint(name=HintName.PRESS_AGAIN), presses.beside(press)
        outbox.plan(tx, notice, to, key=key, now=services.clock())


def _drawn(
    show: Callable[[Press, Services], dict[str, Any]], press: Press, services: Services
) -> dict[str, Any]:
    """Return what is to be shown, or in its place why it cannot be."""
    try:
        return show(press, services)
    except PressRefused:
        return forms.said("Nothing was changed", HINTS[HintName.EXPIRED])
    except Exception as error:  # noqa: BLE001 - whoever looks at the window is told
        reference = _log(error, "a window was not drawn")
        sorry = f"{HINTS[HintName.WENT_WRONG]} Reference {reference}."
        return forms.said("That did not work", sorry)


def _take(
    ack: Ack,
    body: dict[str, Any],
    *,
    take: Callable[[Submission, Services], Apply],
    services: Services,
    admission: Admission,
) -> None:
    """Do what a form says, or show what is wrong beside its fields."""
    sent = Submission.model_validate(body)
    try:
        admission.once(f"view:{sent.view.id}", take(sent, services))
    except StoreRefused:
        raise
    except Refused as refused:
        ack(**forms.complaints(*_beside_fields(refused, sent)))
    else:
        ack()


def _beside_fields(refused: Refused, sent: Submission) -> list[tuple[Input, str]]:
    """Return each problem with the field it is about, or else the first field of the form."""
    first = next(iter(sent.view.state.values), Input.REPLY).partition(":")[0]
    fields = frozenset(map(str, Input))
    return [
        (Input(each.place if each.place in fields else first), f"{each.what} {each.mend}".strip())
        for each in refused.problems
    ]


def _report(error: Exception) -> None:
    """Log what kept a delivery from being taken, without what it holds."""
    _log(error, "a delivery was not taken")


def _log(error: Exception, what: str) -> str:
    """Log an error under a reference, and return that."""
    reference = secrets.token_hex(4)
    log.error("%s, reference %s: %s", what, reference, told(error))
    return reference
