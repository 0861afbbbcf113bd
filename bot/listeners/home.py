"""Home, and the empty direct messages with us."""

from __future__ import annotations

from bot.blocks import forms
from bot.blocks.cases import Around
from bot.blocks.hints import HINTS, PROMPTS, HintName
from bot.blocks.home import MOST_ANSWERS, MOST_CASES, home_view
from bot.inbox import Turn
from bot.payloads import HomeOpened, OfAnswer, Press
from bot.services import Services
from jobs import conversations
from knowledge.answering import answers, cases
from knowledge.answering.cases import Case

_MESSAGES = "messages"


def welcome(turn: Turn, services: Services) -> None:
    """Show Home as it is now, or offer questions to ask in the direct messages."""
    opened = HomeOpened.model_validate(turn.delivery.body)
    if opened.tab == _MESSAGES:
        _offer_prompts(services, opened.channel)
    else:
        publish(services, opened.user)


def publish(services: Services, person: str, *, fresh: str = "") -> None:
    """Draw somebody's Home anew; another `fresh` empties the field for the question.

    https://docs.slack.dev/reference/methods/views.publish
    """
    is_compliance = services.directory.is_compliance(person)
    with services.database.read() as tx:
        recent = [
            answers.get(tx, each) for each in conversations.recent(tx, person, limit=MOST_ANSWERS)
        ]
        mine = cases.mine(tx, person)
        open_cases = cases.open_cases(tx) if is_compliance else None
        about = {each.answer for each in (*mine, *(open_cases or ())[:MOST_CASES])}
        asked = {each: found for each in about if (found := answers.get(tx, each)) is not None}
    view = home_view(
        [each for each in recent if each is not None],
        around=Around(zone=services.zone, names=_owners(services, (*mine, *(open_cases or ())))),
        mine=mine,
        open_cases=open_cases,
        asked=asked,
        person=person,
        fresh=fresh,
    )
    services.client.views_publish(user_id=person, view=view)


def refresh(services: Services, press: Press) -> None:
    """Draw Home anew where it was Home that was pressed in."""
    if press.view is not None and press.channel is None:
        publish(services, press.user.id)


def show_answer(press: Press, services: Services) -> dict[str, object]:
    """Return an answer of one's own in a window."""
    wanted = press.value(OfAnswer).answer
    with services.database.read() as tx:
        asked = conversations.of_answer(tx, wanted)
    if asked is None or asked.place.person != press.user.id:
        return forms.said("Your answer", HINTS[HintName.EXPIRED])
    return forms.window("Your answer", services.drawing.answer(wanted).blocks)


def _offer_prompts(services: Services, channel: str) -> None:
    """Offer questions to ask.

    https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
    """
    services.client.assistant_threads_setSuggestedPrompts(
        channel_id=channel,
        prompts=[{"title": title, "message": message} for title, message in PROMPTS],
    )


def _owners(services: Services, shown: tuple[Case, ...]) -> dict[str, str]:
    owners = {case.owner for case in shown if case.owner is not None}
    return {each: services.directory.person(each).name for each in owners}
