from __future__ import annotations

import pytest

from bot.conversation import converse
from knowledge.errors import Problem, QuestionRefused

Asked = list[tuple[str, tuple[str, ...]]]


def held(*lines: str, thread: tuple[str, ...] = ()) -> Asked:
    """Hold a conversation of these lines; return what was asked and after what."""
    asked: Asked = []
    converse(iter(lines), lambda *each: asked.append(each), lambda _refusal: None, thread)
    return asked


def test_a_follow_up_carries_the_questions_before_it() -> None:
    asked = held("May I share it?", "And with a partner?", "Why?")

    assert asked[2] == ("Why?", ("May I share it?", "And with a partner?"))


def test_a_conversation_may_go_on_from_an_earlier_question() -> None:
    assert held("Why?", thread=("May I?",)) == [("Why?", ("May I?",))]


def test_new_starts_another_thread() -> None:
    assert held("One?", "NEW", "Two?")[1] == ("Two?", ())


@pytest.mark.parametrize("word", ["exit", " Quit ", "bye"])
def test_a_goodbye_ends_it(word: str) -> None:
    assert held("One?", word, "Two?") == [("One?", ())]


def test_blank_lines_ask_nothing() -> None:
    assert held("", "   ", "One?") == [("One?", ())]


def test_a_refused_question_is_complained_about_and_left_out_of_the_thread() -> None:
    complaints: list[QuestionRefused] = []
    asked: Asked = []

    def ask(text: str, thread: tuple[str, ...]) -> None:
        if text == "bad":
            raise QuestionRefused(Problem(place="question", what="bad", mend="ask better"))
        asked.append((text, thread))

    converse(iter(["bad", "good"]), ask, complaints.append)

    assert asked == [("good", ())]
    assert len(complaints) == 1
