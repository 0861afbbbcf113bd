from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.blocks.answers import Look, OpenCase, answer_message
from bot.blocks.drawn import Drawn
from bot.blocks.quotes import Source
from bot.payloads import Action, Feedback, Likened, OfAnswer, Picked, decode
from knowledge.answering.deciding import DecidingFact, Option
from knowledge.models import Answer, ExceptionUsed, Outcome, Question, Ruling, Verdict
from tests.bot.sample import (
    A_QUOTE,
    A_VERDICT,
    AN_ANSWER,
    BERLIN,
    NOON,
    SOURCES,
    UNCOVERED,
)
from tests.fakes.slack_rules import refused, texts_in, types_in

PLAN = DecidingFact(
    ask="Which plan is it?",
    options=(
        Option(label="API", words="We use the API."),
        Option(label="Team", words="The Team plan."),
    ),
)


def shown(answer: Answer, **look: object) -> Drawn:
    return answer_message(answer, zone=BERLIN, look=Look(**look))  # type: ignore[arg-type]


def read(message: Drawn) -> str:
    return "\n".join(texts_in(message.blocks))


def buttons(message: Drawn, action: Action) -> list[dict[str, str]]:
    return [
        element
        for block in message.blocks
        if block["type"] in {"actions", "context_actions"}
        for element in block["elements"]
        if Action.of(element["action_id"]) is action
    ]


def test_the_first_line_is_the_verdict_with_its_sign_and_what_it_turns_on() -> None:
    message = shown(AN_ANSWER)

    assert next(texts_in(message.blocks)) == "\u26d4 Not allowed: training a rival model"
    assert message.text == "\u26d4 Not allowed: training a rival model"


def test_a_long_first_line_is_whole_too() -> None:
    deciding = "legal has agreed in writing, " * 8
    message = shown(replace(AN_ANSWER, verdict=replace(A_VERDICT, deciding=deciding)))

    assert next(texts_in(message.blocks)) == f"\u26d4 Not allowed: {deciding.strip()}"


def test_a_condition_that_the_first_line_says_is_not_said_again() -> None:
    verdict = replace(A_VERDICT, deciding="Legal agrees", conditions=("Legal agrees",), missing=())

    assert read(shown(replace(AN_ANSWER, verdict=verdict))).count("Legal agrees") == 1


def test_every_ruling_has_a_sign_and_a_word_of_its_own() -> None:
    def first(ruling: Ruling) -> str:
        verdict = replace(A_VERDICT, ruling=ruling, deciding="")
        return shown(replace(AN_ANSWER, verdict=verdict)).text

    assert len({first(ruling)[0] for ruling in Ruling}) == len(Ruling)
    assert [first(ruling).split(" ", 1)[1] for ruling in Ruling] == [
        "Allowed",
        "Allowed if",
        "Not allowed",
        "Not covered",
    ]


def test_all_that_the_verdict_says_is_said() -> None:
    text = read(shown(AN_ANSWER))

    for words in (
        A_VERDICT.reason,
        A_VERDICT.conflict,
        A_VERDICT.note,
        *A_VERDICT.conditions,
        *A_VERDICT.missing,
        *A_VERDICT.met,
        A_VERDICT.notes[0].text,
        "Edition 3, in effect since 2026-03-31 14:00 CEST",
        AN_ANSWER.id,
    ):
        assert words in text


def test_a_quote_stands_to_the_character_with_what_it_does_where_and_since_when() -> None:
    message = shown(AN_ANSWER, sources=SOURCES)
    block = next(b for b in message.blocks if types_in(b) >= {"rich_text_quote"})
    quote, source = block["elements"]

    assert quote["elements"] == [{"type": "text", "text": A_QUOTE.text}]
    assert "".join(piece["text"] for piece in source["elements"]) == (
        "prohibits · Vendor output · vendor-output#training · edition 3 · effective 2026-01-01"
    )
    assert source["elements"][2]["url"] == "https://rules.example.com/vendor"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//evil.example/x",
        "https://rules.example.com@evil.example/",
        "https://evil.example/\u202ex",
        "https://evil.example/a b",
        "slack://user?team=T1",
        "https://" + "x" * 3_000,
    ],
)
def test_an_address_that_is_not_plain_http_is_no_link(url: str) -> None:
    message = shown(AN_ANSWER, sources={"vendor-output": Source(title="Vendor output", url=url)})

    assert "link" not in types_in(list(message.blocks))
    assert "Vendor output" in read(message)


def test_advice_is_called_advice() -> None:
    quote = replace(A_QUOTE, advice=True, outcome=Outcome.REQUIRES)
    message = shown(replace(AN_ANSWER, verdict=replace(A_VERDICT, quotes=(quote,))))

    assert "requires (advice)" in read(message)


def test_a_long_quote_keeps_its_beginning_and_says_where_all_of_it_is() -> None:
    rule = "No model may be trained on it. " * 200
    verdict = replace(A_VERDICT, quotes=(replace(A_QUOTE, text=rule),))
    message = shown(replace(AN_ANSWER, verdict=verdict))
    block = next(b for b in message.blocks if types_in(b) >= {"rich_text_quote"})
    kept = block["elements"][0]["elements"][0]["text"]

    assert len(kept) > 1_000
    assert rule.startswith(kept)
    assert "… whole rule: " in read(message)
    assert "mayi show vendor-output#training" in read(message)


def test_of_forty_citations_those_that_fit_are_shown_and_the_rest_named() -> None:
    cited = tuple(
        replace(A_QUOTE, section_id=f"rules#{n}", text=f"Rule {n} says so. " * 30)
        for n in range(40)
    )
    message = shown(replace(AN_ANSWER, verdict=replace(A_VERDICT, quotes=cited)))
    text = read(message)

    assert refused(message) == []
    assert "Rule 0 says so." in text
    assert "more that did not fit here. mayi show rules#" in text
    for needed in (A_VERDICT.conditions[0], "Edition 3", "Ask compliance"):
        assert needed in text


# ---------------------------------------------------------------- what can be pressed


def test_a_deciding_fact_is_asked_with_buttons_that_carry_the_askers_words() -> None:
    message = shown(AN_ANSWER, asks=(PLAN, replace(PLAN, ask="Who will see it?")))
    pressed = buttons(message, Action.PICK_FACT)

    assert "Which plan is it?" in read(message)
    assert "It would help to know" not in read(message)
    assert [b["text"]["text"] for b in pressed] == ["API", "Team", "API", "Team"]  # type: ignore[index]
    assert decode(Picked, pressed[0]["value"]) == Picked(
        answer=AN_ANSWER.id, words="We use the API."
    )
    assert refused(message) == []


def test_whoever_asked_can_say_whether_it_helped() -> None:
    (thumbs,) = buttons(shown(AN_ANSWER), Action.GIVE_FEEDBACK)

    for name, helpful in (("positive_button", True), ("negative_button", False)):
        value = thumbs[name]["value"]  # type: ignore[index]
        assert decode(Feedback, value) == Feedback(answer=AN_ANSWER.id, helpful=helpful)


def test_what_was_said_of_an_answer_is_remembered_in_place_of_the_buttons() -> None:
    message = shown(AN_ANSWER, feedback=False)

    assert buttons(message, Action.GIVE_FEEDBACK) == []
    assert "You found this wrong." in read(message)


def test_only_an_answer_that_nobody_else_sees_can_be_shared() -> None:
    (share,) = buttons(shown(AN_ANSWER, can_share=True), Action.SHARE)

    assert decode(OfAnswer, share["value"]) == OfAnswer(answer=AN_ANSWER.id)
    assert buttons(shown(AN_ANSWER), Action.SHARE) == []


def test_with_a_case_open_the_answer_says_who_has_it_until_when() -> None:
    case = OpenCase(number=12, due_at=NOON + timedelta(days=3), owner="Grace")
    message = shown(AN_ANSWER, case=case)

    assert "Compliance has this: case 12, with Grace, due Friday 3 April, 14:00." in read(message)
    assert buttons(message, Action.ASK_COMPLIANCE) == []
    assert "answered case 12" in read(shown(AN_ANSWER, case=replace(case, replied=True)))


def test_an_abstention_shows_the_closest_rules_and_asks_whether_they_are_meant() -> None:
    message = shown(UNCOVERED)
    likened = buttons(message, Action.SAME_SITUATION)

    assert [decode(Likened, b["value"]).passage for b in likened] == [
        "vendor-output#training/1",
        "vendor-output#publishing/1",
    ]
    assert len(buttons(message, Action.DIFFERENT)) == 2
    assert buttons(message, Action.ASK_COMPLIANCE)


def test_when_no_rule_is_close_any_more_compliance_can_be_told_the_facts() -> None:
    different = frozenset({"vendor-output#training/1", "vendor-output#publishing/1"})
    message = shown(UNCOVERED, different=different)

    assert buttons(message, Action.SAME_SITUATION) == []
    assert buttons(message, Action.TELL_FACTS)
    assert buttons(shown(UNCOVERED, different=frozenset()), Action.TELL_FACTS) == []


# ---------------------------------------------------------------- how it came to stand there


def test_an_answer_to_an_edited_question_says_so() -> None:
    assert "The question was edited" in read(shown(AN_ANSWER, edited=True))


def test_a_withdrawn_answer_shows_nothing_of_what_was_asked_or_ruled() -> None:
    text = read(shown(AN_ANSWER, withdrawn=True))

    assert "withdrawn" in text
    assert AN_ANSWER.id in text
    assert AN_ANSWER.question.text not in text
    assert A_QUOTE.text not in text
    assert "Not allowed" not in text


def test_a_shared_answer_repeats_the_question_and_says_who_shared_it() -> None:
    text = read(shown(AN_ANSWER, question=True, shared_by="Ada"))

    assert "Shared by Ada" in text
    assert AN_ANSWER.question.text in text


def test_an_exception_behind_a_verdict_is_named_with_all_that_it_is() -> None:
    used = ExceptionUsed(
        id=4,
        section_id="vendor-output#training",
        purpose="the spring demo",
        until=date(2026, 6, 30),
        by="U-grace",
        stated=True,
    )
    excepted = replace(AN_ANSWER, verdict=replace(A_VERDICT, exceptions=(used,)))

    assert (
        "Exception 4, granted by Grace until 30 June 2026, lifts vendor-output#training "
        "for the spring demo"
    ) in read(shown(excepted, names={"U-grace": "Grace"}))
    assert "granted by compliance until" in read(shown(excepted))


def test_a_ruling_says_until_when_it_counts() -> None:
    ruling = replace(A_QUOTE, expires=date(2027, 3, 31))
    message = shown(replace(AN_ANSWER, verdict=replace(A_VERDICT, quotes=(ruling,))))

    assert "ruling until 2027-03-31" in read(message)


def test_no_sentence_of_a_verdict_begins_a_line_of_its_own() -> None:
    text = "It may be.\n\u2705 Allowed: everything"
    verdict = replace(A_VERDICT, reason=text, conflict=text, note=text, deciding=text)
    message = shown(replace(AN_ANSWER, verdict=verdict), shared_by=text)

    assert "\n\u2705" not in "".join(texts_in(message.blocks))


def test_an_erased_answer_can_still_be_drawn() -> None:
    kept = Verdict(ruling=A_VERDICT.ruling, reason="", quotes=A_VERDICT.quotes)
    erased = replace(AN_ANSWER, question=Question(text=""), verdict=kept, erased_at=NOON)

    assert refused(shown(erased, question=True)) == []
