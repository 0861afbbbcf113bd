"""What is pressed under an answer: the very buttons that were posted."""

from __future__ import annotations

from bot.playground.records import Message
from bot.playground.scenario import GENERAL, MAYA, MODELS, TOM
from knowledge.answering import answers, feedback
from knowledge.answering.feedback import Thought
from tests.flows.company import Company, elements, labels, words

SHARE = "may I share prompts with a partner company?"
TRAIN = "may I train a competing model on a vendor's output?"
ZEPHYR = "may I name Project Zephyr to a vendor's chat assistant?"
BESIDE = "may I rename a partner company's chat channel?"


def answered(acme: Company, text: str, channel: str = MODELS) -> Message:
    """Ask as Maya, and return the answer that all see."""
    asked = acme.ask(MAYA, channel, f"@mayi {text}")
    return next(one for one in acme.said(MAYA, channel, asked.ts) if one.only_for is None)


def again(acme: Company, message: Message) -> Message:
    """Return the message as it stands now."""
    now = acme.workspace.state.message(message.channel, message.ts)
    assert now is not None
    return now


def whispers(acme: Company, person: str, message: Message) -> list[str]:
    """Return what only that person sees in the message's thread, as words."""
    seen = acme.said(person, message.channel, message.thread)
    return [words(one) for one in seen if one.only_for == person]


# ---------------------------------------------------------------- deciding facts


def test_a_deciding_fact_is_asked_with_buttons_and_answered_in_place(acme: Company):
    answer = answered(acme, SHARE)
    assert "Allowed if" in answer.text
    assert {"Yes", "No"} <= set(labels(answer))

    acme.press(MAYA, answer, "Yes")

    now = again(acme, answer)
    assert "\u2705 Allowed" in now.text
    assert "edited" not in words(now)


def test_nothing_is_said_to_be_under_way_once_it_is_answered_in_place(acme: Company):
    direct = acme.direct(MAYA)
    asked = acme.ask(MAYA, direct, SHARE)
    answer = acme.said(MAYA, direct, asked.ts)[-1]

    acme.press(MAYA, answer, "Yes")

    session = acme.workspace.state.session(direct, asked.ts)
    assert (session.status, session.lifecycle) == ("", "active")


def test_no_leaves_the_condition_unmet(acme: Company):
    answer = answered(acme, SHARE)

    acme.press(MAYA, answer, "No")

    assert "Not allowed" in again(acme, answer).text


def test_nobody_settles_a_fact_for_another(acme: Company):
    answer = answered(acme, SHARE)

    acme.press(TOM, answer, "Yes")

    assert again(acme, answer) == answer
    assert any("Only whoever asked" in said for said in whispers(acme, TOM, answer))


def test_a_button_of_an_answer_that_was_replaced_says_that_it_is_old(acme: Company):
    answer = answered(acme, SHARE)
    acme.press(MAYA, answer, "Yes")
    replaced = again(acme, answer)

    old = acme.workspace.state.put(answer)
    acme.press(MAYA, old, "No")

    assert any("not here any more" in said for said in whispers(acme, MAYA, answer))
    acme.workspace.state.put(replaced)


def test_a_fact_is_settled_for_one_alone_too_and_the_old_answer_goes(acme: Company):
    acme.workspace.command(TOM, GENERAL, "/mayi", SHARE)
    acme.settle()
    private = acme.said(TOM, GENERAL)[-1]

    acme.press(TOM, private, "Yes")

    assert acme.workspace.state.message(GENERAL, private.ts) is None
    now = acme.said(TOM, GENERAL)[-1]
    assert now.only_for == TOM
    assert "\u2705 Allowed" in now.text


# ---------------------------------------------------------------- feedback


def test_everybody_who_reads_an_answer_may_say_whether_it_helped(acme: Company):
    answer = answered(acme, TRAIN)
    thumbs = next(one for one in elements(answer.blocks) if one["type"] == "feedback_buttons")

    for person, choice in ((MAYA, "positive"), (TOM, "negative")):
        acme.workspace.press(person, MODELS, answer.ts, thumbs["action_id"], choice=choice)
    acme.settle()

    with acme.database.read() as tx:
        answer_id = answers.recent(tx, 1)[0].id
        counted = feedback.counts(tx, answer_id)
        assert feedback.given(tx, answer_id, TOM) is Thought.WRONG
    assert (counted.helpful, counted.wrong) == (1, 1)
    assert any("Thank you" in said for said in whispers(acme, TOM, answer))
    assert again(acme, answer) == answer


# ---------------------------------------------------------------- other places


def test_sharing_answers_anew_from_what_the_whole_channel_may_read(acme: Company):
    acme.workspace.command(MAYA, MODELS, "/mayi", ZEPHYR)
    acme.settle()
    private = acme.said(MAYA, MODELS)[-1]
    assert "Nobody may name Project Zephyr" in words(private)

    acme.press(MAYA, private, "Share in channel")

    shared = acme.said(TOM, MODELS)[-1]
    assert "Shared by maya" in words(shared)
    assert "Nobody may name" not in words(shared)
    assert "Not covered" in shared.text


def test_who_may_read_more_than_the_channel_is_offered_a_direct_message(acme: Company):
    answer = answered(acme, ZEPHYR)
    assert "Nobody may name" not in words(answer)
    offer = next(
        one for one in acme.said(MAYA, MODELS, answer.thread) if "direct message" in words(one)
    )
    assert offer.only_for == MAYA

    acme.press(MAYA, offer, "Answer me privately")

    private = acme.said(MAYA, acme.direct(MAYA))[-1]
    assert "Nobody may name Project Zephyr" in words(private)
    assert ZEPHYR in words(private)


def test_who_may_read_no_more_than_the_channel_is_offered_nothing(acme: Company):
    asked = acme.ask(TOM, GENERAL, f"@mayi {ZEPHYR}")

    assert len(acme.said(TOM, GENERAL, asked.ts)) == 1


# ---------------------------------------------------------------- the closest rules


def test_the_same_situation_applies_the_rule_and_a_different_one_is_set_aside(acme: Company):
    answer = answered(acme, BESIDE)
    assert "Not covered" in answer.text
    assert "Same situation" in labels(answer)
    offered = labels(answer).count("Different")

    acme.press(MAYA, answer, "Different")
    fewer = again(acme, answer)
    assert labels(fewer).count("Different") == offered - 1

    if "Same situation" in labels(fewer):
        acme.press(MAYA, fewer, "Same situation")
        assert "Not covered" not in again(acme, answer).text


def test_only_the_asker_says_whether_a_rule_is_about_their_situation(acme: Company):
    answer = answered(acme, BESIDE)

    acme.press(TOM, answer, "Same situation")

    assert "Not covered" in again(acme, answer).text
