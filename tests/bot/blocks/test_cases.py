from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.blocks.cases import (
    Around,
    case_answer,
    case_card,
    case_reminder,
    exception_granted,
)
from bot.payloads import Action, OfCase, decode
from knowledge.answering.cases import Case, CaseState
from knowledge.models import Question
from tests.bot.sample import (
    A_CASE,
    A_WAIVER,
    AN_ANSWER,
    ANSWERED,
    BERLIN,
    CLAIMED,
    NOON,
    SOURCES,
    UNCOVERED,
)
from tests.fakes.slack_rules import elements_in, texts_in, types_in

THREAD = "https://acme.example.com/archives/C1/p1"
AROUND = Around(
    zone=BERLIN, names={"U-ada": "Ada", "U-grace": "Grace"}, thread=THREAD, sources=SOURCES
)


def read(blocks: object) -> str:
    return "\n".join(texts_in(blocks))


def actions(blocks: object) -> list[Action | None]:
    return [Action.of(each["action_id"]) for each in elements_in(blocks)]


# ---------------------------------------------------------------- the card


def test_the_card_has_all_that_is_needed_to_decide() -> None:
    text = read(case_card(A_CASE, UNCOVERED, AROUND).blocks)

    for words in (
        "Case 12: nobody has it yet, due Friday 3 April, 14:00",
        UNCOVERED.question.text,
        "❓ Not covered",
        "Which plan? The API.",
        "Asked by Ada",
        "open the thread",
        UNCOVERED.verdict.closest[0].text,
    ):
        assert words in text


def test_the_card_says_who_has_the_case_and_who_answered() -> None:
    assert "Grace has it, due Friday" in read(case_card(CLAIMED, AN_ANSWER, AROUND).blocks)

    text = read(case_card(ANSWERED, AN_ANSWER, AROUND).blocks)
    assert "answered by Grace" in text
    assert "Yes, for the demo alone." in text


def test_what_can_be_done_goes_with_where_the_case_stands() -> None:
    def offered(case: Case) -> list[Action | None]:
        return actions(case_card(case, AN_ANSWER, AROUND).blocks)

    assert offered(A_CASE) == [Action.CLAIM_CASE, Action.ANSWER_CASE, Action.GRANT_EXCEPTION]
    assert offered(CLAIMED) == [Action.TAKE_OVER_CASE, Action.ANSWER_CASE, Action.GRANT_EXCEPTION]
    assert offered(ANSWERED) == [Action.SAVE_RULING, Action.GRANT_EXCEPTION]
    assert offered(replace(A_CASE, state=CaseState.WITHDRAWN)) == []


def test_every_button_of_a_case_names_the_case() -> None:
    for button in elements_in(case_card(A_CASE, AN_ANSWER, AROUND).blocks):
        assert decode(OfCase, button["value"]) == OfCase(case=12)


def test_whoever_opened_the_case_is_named_and_an_erased_one_is_not() -> None:
    assert "Asked by Ada" in read(case_card(A_CASE, AN_ANSWER, AROUND).blocks)

    text = read(case_card(replace(A_CASE, opened_by=None), AN_ANSWER, AROUND).blocks)
    assert "Asked by somebody" in text
    assert "Ada" not in text


def test_an_erased_question_is_said_to_be_erased() -> None:
    erased = replace(AN_ANSWER, question=Question(text=""), erased_at=NOON)

    assert "The question is erased." in read(case_card(A_CASE, erased, AROUND).blocks)


def test_a_thread_whose_address_is_none_is_not_linked() -> None:
    message = case_card(A_CASE, AN_ANSWER, replace(AROUND, thread=None, sources={}))

    assert "link" not in types_in(message.blocks)


# ---------------------------------------------------------------- its answer


def test_the_answer_comes_whole_with_the_name_of_whoever_gave_it() -> None:
    text = read(case_answer(ANSWERED, AROUND).blocks)

    assert "Compliance answered case 12" in text
    assert "Yes, for the demo alone." in text
    assert "Grace, compliance · It decides this case" in text
    assert "Ada" not in text


def test_an_answer_that_became_a_ruling_names_it() -> None:
    around = replace(AROUND, ruling="Demos, until 2027-03-31")

    for message in (
        case_answer(ANSWERED, around),
        case_card(ANSWERED, AN_ANSWER, around),
    ):
        assert "Saved as a ruling: Demos, until 2027-03-31" in read(message.blocks)


def test_the_question_is_repeated_where_no_message_holds_it() -> None:
    text = read(case_answer(ANSWERED, AROUND, asked="May I?").blocks)

    assert "May I?" in text


def test_an_erased_answer_is_said_to_be_erased() -> None:
    assert "erased" in read(case_answer(replace(ANSWERED, reply=None), AROUND).blocks)


def test_a_reminder_says_whether_the_case_is_due_or_overdue_and_whose_it_is() -> None:
    def reminder(case: Case, days: int) -> str:
        return read(case_reminder(case, AROUND, now=NOON + timedelta(days=days)).blocks)

    assert "Case 12 is due Friday 3 April, 14:00. You have it." in reminder(CLAIMED, 2)
    assert "Case 12 was due Friday 3 April, 14:00. Nobody has it yet." in reminder(A_CASE, 4)


def test_an_exception_says_what_for_from_what_and_until_when() -> None:
    text = read(exception_granted(A_WAIVER, AROUND).blocks)

    for words in (
        "exception 4",
        "the spring demo",
        "vendor-output#training",
        "Until: 30 June 2026",
        "Granted by: Grace",
    ):
        assert words in text
