"""From a question nobody's rule settles to compliance's answer, a ruling, and an exception."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.playground.records import Message, View
from bot.playground.scenario import CARA, COMPLIANCE, GENERAL, MAYA, MODELS, TOM
from jobs import conversations, erasure
from knowledge import chain
from knowledge.answering import cases
from tests.flows.company import Company, elements, labels, texts, utc_now, words

SHARE = "may I share prompts with a partner company?"
TRAIN = "may I train a competing model on a vendor's output?"
BESIDE = "may I bring my llama to the office?"


def answered(acme: Company, text: str, channel: str = MODELS) -> Message:
    asked = acme.ask(MAYA, channel, f"@mayi {text}")
    return next(one for one in acme.said(MAYA, channel, asked.ts) if one.only_for is None)


def case_opened(acme: Company, text: str, channel: str = MODELS) -> tuple[Message, Message]:
    """Ask as Maya and ask compliance; return the answer and the card."""
    answer = answered(acme, text, channel)
    acme.press(MAYA, answer, "Ask compliance")
    return answer, acme.said(CARA, COMPLIANCE)[-1]


def again(acme: Company, message: Message) -> Message:
    now = acme.workspace.state.message(message.channel, message.ts)
    assert now is not None
    return now


def window(acme: Company, person: str) -> View:
    """Return the window that the person has open."""
    views = acme.workspace.state.views.values()
    return [one for one in views if one.person == person and one.kind == "modal"][-1]


def open_window(acme: Company, person: str, message: Message, label: str) -> View:
    acme.press(person, message, label)
    return window(acme, person)


def submit(acme: Company, view: View, **values: Any) -> None:
    acme.workspace.submit(view.person, view.id, values)
    acme.settle()


@contextmanager
def in_compliance(acme: Company, person: str) -> Iterator[None]:
    """Let somebody belong to compliance until the block ends."""
    groups = acme.workspace.state.groups
    before = groups["S0COMPLIANCE"]
    groups[before.id] = replace(before, members=before.members | {person})
    acme.workspace.join(person, COMPLIANCE)
    yield
    acme.workspace.leave(person, COMPLIANCE)
    groups[before.id] = before


def said_in(view: View) -> str:
    return " ".join(texts(view.content))


# ---------------------------------------------------------------- a case


def test_a_case_goes_to_compliance_with_the_question_and_its_openers_name(acme: Company):
    answer, card = case_opened(acme, BESIDE)

    assert BESIDE in words(card)
    assert "Asked by maya" in words(card)
    assert {"Claim", "Answer"} <= set(labels(card))
    assert any("archives" in str(one) for one in card.blocks)
    assert "Compliance has this: case" in words(again(acme, answer))
    assert "Ask compliance" not in labels(again(acme, answer))


def test_pressing_twice_opens_one_case(acme: Company):
    answer, card = case_opened(acme, BESIDE)
    stale = acme.workspace.state.put(answer)

    acme.press(MAYA, stale, "Ask compliance")

    assert acme.said(CARA, COMPLIANCE)[-1].ts == card.ts


def test_a_claimed_case_says_who_has_it_on_the_card_and_under_the_answer(acme: Company):
    answer, card = case_opened(acme, BESIDE)

    acme.press(CARA, card, "Claim")

    assert "cara has it" in words(again(acme, card))
    assert "with cara" in words(again(acme, answer))
    assert "Claim" not in labels(again(acme, card))


def test_the_answer_goes_back_into_the_thread_and_to_whoever_asked(acme: Company):
    answer, card = case_opened(acme, BESIDE)
    view = open_window(acme, CARA, card, "Answer")

    submit(acme, view, reply="Llamas are welcome on Fridays.")

    in_thread = acme.said(TOM, MODELS, answer.thread)[-1]
    directly = acme.said(MAYA, acme.direct(MAYA))[-1]
    assert "Llamas are welcome on Fridays." in words(in_thread)
    assert "Llamas are welcome on Fridays." in words(directly)
    assert BESIDE in words(directly)
    assert "answered by cara" in words(again(acme, card))
    assert "Compliance has answered" in words(again(acme, answer))


def test_a_private_question_gets_its_case_answered_privately(acme: Company):
    asked = acme.ask(MAYA, acme.direct(MAYA), SHARE)
    (answer,) = acme.said(MAYA, asked.channel, asked.ts)
    acme.press(MAYA, answer, "Ask compliance")
    card = acme.said(CARA, COMPLIANCE)[-1]

    submit(acme, open_window(acme, CARA, card, "Answer"), reply="Not this time.")

    assert "Not this time." in words(acme.said(MAYA, asked.channel, asked.ts)[-1])
    assert "archives" not in str(card.blocks)


def test_the_facts_asked_for_fill_the_case(acme: Company):
    answer = answered(acme, "may I juggle at lunch?")
    button = "Tell compliance the facts"
    while "Different" in labels(answer):
        acme.press(MAYA, answer, "Different")
        answer = again(acme, answer)
    view = open_window(acme, MAYA, answer, button)
    fields = [one for one in elements(view.content) if one["type"] == "plain_text_input"]

    submit(acme, view, **{fields[0]["action_id"]: "Five balls, in the canteen."})

    card = acme.said(CARA, COMPLIANCE)[-1]
    assert "Five balls, in the canteen." in words(card)


def test_a_case_whose_owner_is_away_is_taken_over_and_answered_by_another(acme: Company):
    _, card = case_opened(acme, BESIDE)
    acme.press(CARA, card, "Claim")

    with in_compliance(acme, TOM):
        assert "take it over" in said_in(open_window(acme, TOM, again(acme, card), "Answer"))
        acme.press(TOM, again(acme, card), "Take over")
        assert "tom has it" in words(again(acme, card))
        view = open_window(acme, TOM, again(acme, card), "Answer")
        submit(acme, view, reply="Llamas may come.")

    assert "answered by tom" in words(again(acme, card))


def test_whoever_opened_a_case_withdraws_it_from_home_and_may_ask_again(acme: Company):
    answer, card = case_opened(acme, BESIDE)
    acme.workspace.open_home(MAYA)
    acme.settle()
    home = acme.workspace.state.home_of(MAYA)
    assert home is not None
    newest = next(one for one in elements(home.content) if "withdraw_case" in one["action_id"])

    acme.workspace.press_in_view(MAYA, home.id, newest["action_id"])
    acme.settle()

    assert "withdrawn by whoever opened it" in words(again(acme, card))
    assert labels(again(acme, card)) == []
    assert "Ask compliance" in labels(again(acme, answer))


# ---------------------------------------------------------------- who may


def test_a_button_that_another_presses_changes_nothing_and_says_so(acme: Company):
    acme.workspace.join(TOM, COMPLIANCE)
    _, card = case_opened(acme, BESIDE)

    acme.press(TOM, card, "Claim")
    acme.press(TOM, card, "Answer")

    assert again(acme, card) == card
    told = [words(one) for one in acme.said(TOM, COMPLIANCE) if one.only_for == TOM]
    assert any("Only compliance" in one for one in told)
    assert "Only compliance" in said_in(window(acme, TOM))
    acme.workspace.leave(TOM, COMPLIANCE)


def test_a_form_opened_by_compliance_is_refused_to_whoever_left_it_since(acme: Company):
    _, card = case_opened(acme, BESIDE)
    view = open_window(acme, CARA, card, "Answer")
    state = acme.workspace.state
    group = state.groups["S0COMPLIANCE"]
    state.groups[group.id] = type(group)(
        id=group.id, handle=group.handle, name=group.name, members=frozenset({TOM})
    )

    submit(acme, view, reply="Yes.")

    errors = acme.workspace.state.views[view.id].errors
    assert "Only compliance" in str(errors)
    state.groups[group.id] = group
    with acme.database.read() as tx:
        assert cases.open_cases(tx)[-1].reply is None


def test_nobody_answers_their_own_case(acme: Company):
    asked = acme.ask(CARA, GENERAL, f"@mayi {BESIDE}")
    answer = next(one for one in acme.said(CARA, GENERAL, asked.ts) if one.only_for is None)
    acme.press(CARA, answer, "Ask compliance")
    card = acme.said(CARA, COMPLIANCE)[-1]

    acme.press(CARA, card, "Claim")

    assert "opened this case yourself" in said_in(open_window(acme, CARA, card, "Answer"))
    with acme.database.read() as tx:
        assert cases.mine(tx, CARA)[0].state is cases.CaseState.OPEN
        assert chain.broken_at(tx) is None


# ---------------------------------------------------------------- rulings and exceptions


def test_an_answer_saved_as_a_ruling_is_what_the_next_person_gets(acme: Company):
    question = "may I fly a kite on the roof terrace?"
    _, card = case_opened(acme, question)
    submit(acme, open_window(acme, CARA, card, "Answer"), reply="Yes, off hours.")
    view = open_window(acme, CARA, again(acme, card), "Save as ruling")

    submit(
        acme,
        view,
        title="Kites",
        marker="Allowed.",
        text="You may fly a kite on the roof terrace.",
    )

    asked = acme.ask(TOM, MODELS, f"@mayi {question}")
    (answer,) = (one for one in acme.said(TOM, MODELS, asked.ts) if one.only_for is None)
    assert "\u2705 Allowed" in answer.text
    assert "You may fly a kite on the roof terrace." in words(answer)
    assert "Saved as a ruling: Kites" in words(again(acme, card))


def test_a_ruling_that_cannot_be_taken_says_why_beside_its_field(acme: Company):
    _, card = case_opened(acme, BESIDE)
    submit(acme, open_window(acme, CARA, card, "Answer"), reply="Yes.")
    view = open_window(acme, CARA, again(acme, card), "Save as ruling")

    yesterday = (utc_now() - timedelta(days=1)).date().isoformat()
    submit(acme, view, title="Llamas", marker="Allowed.", text="You may.", expires=yesterday)
    assert "would end before it begins" in acme.workspace.state.views[view.id].errors["expires"]
    submit(acme, view, title="Llamas", marker="Allowed if", text="You may.")
    assert "needs a condition" in acme.workspace.state.views[view.id].errors["condition"]


def test_an_exception_is_named_in_answers_to_whom_it_is_for(acme: Company):
    _, card = case_opened(acme, TRAIN)
    view = open_window(acme, CARA, card, "Grant exception")

    submit(
        acme,
        view,
        people=[MAYA],
        rule="vendor-output#training",
        purpose="the spam filter study",
    )

    news = acme.said(MAYA, acme.direct(MAYA))[-1]
    assert "granted you exception" in words(news)
    mine = acme.ask(MAYA, acme.direct(MAYA), f"{TRAIN} It is for the spam filter study.")
    (answer,) = acme.said(MAYA, mine.channel, mine.ts)
    assert "Exception 1, granted by" in words(answer)
    assert "by an exception for the spam filter study" in answer.text
    toms = acme.ask(TOM, acme.direct(TOM), f"{TRAIN} It is for the spam filter study.")
    (answer,) = acme.said(TOM, toms.channel, toms.ts)
    assert "exception" not in words(answer)


def test_an_exception_for_nobody_is_refused_beside_the_field(acme: Company):
    _, card = case_opened(acme, TRAIN)
    view = open_window(acme, CARA, card, "Grant exception")

    submit(acme, view, people=[], rule="vendor-output#training", purpose="a study")

    assert "nobody" in acme.workspace.state.views[view.id].errors["people"]


# ---------------------------------------------------------------- Home


def test_home_shows_my_answers_and_cases_and_takes_a_question(acme: Company):
    case_opened(acme, BESIDE)
    acme.workspace.open_home(MAYA)
    acme.settle()
    home = acme.workspace.state.home_of(MAYA)
    assert home is not None
    assert BESIDE in said_in(home)
    assert "My open cases" in said_in(home)
    assert "Compliance: open cases" not in said_in(home)

    field = next(
        one for one in elements(home.content["blocks"]) if one["type"] == "plain_text_input"
    )
    acme.workspace.press_in_view(MAYA, home.id, field["action_id"], choice=TRAIN)
    acme.settle()

    answer = acme.said(MAYA, acme.direct(MAYA))[-1]
    assert TRAIN in words(answer)
    home = acme.workspace.state.home_of(MAYA)
    assert home is not None
    assert TRAIN in said_in(home)
    emptied = next(one["block_id"] for one in home.content["blocks"] if one["type"] == "input")
    assert [each["value"] for each in home.inputs[emptied].values()] == [None]
    more = acme.ask(MAYA, answer.channel, "and with their consent?", thread=answer.ts)
    with acme.database.read() as tx:
        asked = conversations.at_message(tx, channel=more.channel, ts=more.ts)
        assert asked is not None
        assert conversations.conversation(tx, asked) == (TRAIN,)


def test_home_shows_compliance_all_open_cases_without_names(acme: Company):
    case_opened(acme, BESIDE)
    acme.workspace.open_home(CARA)
    acme.settle()

    home = acme.workspace.state.home_of(CARA)
    assert home is not None
    assert "Compliance: open cases" in said_in(home)
    assert "maya" not in said_in(home)


def test_an_answer_is_shown_from_home_to_its_asker(acme: Company):
    answered(acme, TRAIN)
    acme.workspace.open_home(MAYA)
    acme.settle()
    home = acme.workspace.state.home_of(MAYA)
    assert home is not None
    show = next(
        one for one in elements(home.content["blocks"]) if one["action_id"].startswith("show")
    )

    acme.workspace.press_in_view(MAYA, home.id, show["action_id"])
    acme.settle()

    assert "Nobody may train a model" in said_in(window(acme, MAYA))


def test_an_empty_conversation_offers_questions_to_ask(acme: Company):
    acme.workspace.open_home(TOM, tab="messages")
    acme.settle()

    session = acme.workspace.state.session(acme.direct(TOM), None)
    assert len(session.prompts) == 3


# ---------------------------------------------------------------- erased


def test_an_erased_answer_goes_from_view_with_the_reply_and_the_card_forgets_whose_it_was(
    acme: Company,
):
    answer, card = case_opened(acme, BESIDE)
    submit(acme, open_window(acme, CARA, card, "Answer"), reply="Ask the landlord.")
    assert any("landlord" in words(one) for one in acme.said(MAYA, MODELS, answer.thread))
    with acme.database.read() as tx:
        asked = conversations.at_message(tx, channel=MODELS, ts=str(answer.thread))
    assert asked is not None

    with acme.database.begin() as tx:
        assert erasure.erase(tx, str(asked.answer), now=utc_now(), by=CARA)
        assert not erasure.erase(tx, str(asked.answer), now=utc_now(), by=CARA)
    acme.settle()

    left = " ".join(words(one) for one in acme.said(MAYA, MODELS, answer.thread))
    assert acme.workspace.state.message(answer.channel, answer.ts) is None
    assert "landlord" not in left
    assert BESIDE not in words(again(acme, card))
    assert "maya" not in words(again(acme, card))
    assert "The question is erased." in words(again(acme, card))


def test_all_that_a_person_asked_goes_from_view_and_what_others_asked_stays(acme: Company):
    asked = acme.ask(TOM, MODELS, f"@mayi {TRAIN}")
    mine = acme.said(TOM, MODELS, asked.ts)[-1]
    acme.press(TOM, mine, "Ask compliance")
    card = acme.said(CARA, COMPLIANCE)[-1]
    theirs = answered(acme, SHARE)

    with acme.database.begin() as tx:
        assert erasure.erase_person(tx, TOM, now=utc_now(), by=CARA) >= 1
    acme.settle()

    assert acme.workspace.state.message(mine.channel, mine.ts) is None
    assert "tom" not in words(again(acme, card))
    assert again(acme, theirs) == theirs
