from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from bot.terminal import Line
from bot.views.answers import answer_data, answer_lines, answers_lines
from bot.views.changes import changes_lines
from bot.views.figures import answer_figures_data, answer_figures_lines
from knowledge.library.diffing import differences
from knowledge.models import (
    Outcome,
    Question,
    Ruling,
    Section,
    Verdict,
)
from knowledge.publishing.evaluation.figures import Judged, figures_of
from tests.bot import sample
from tests.bot.sample import A_QUOTE, BERLIN, NOON

A_VERDICT = replace(sample.A_VERDICT, note="")
AN_ANSWER = replace(sample.AN_ANSWER, id="a1", question=Question(text="May I?"), verdict=A_VERDICT)


def printed(lines: tuple[Line, ...]) -> str:
    return "\n".join(line.text for line in lines)


def test_the_first_line_is_the_verdict_and_what_it_turns_on() -> None:
    assert answer_lines(AN_ANSWER, BERLIN)[0].text == "Not allowed: training a rival model"


@pytest.mark.parametrize(
    ("ruling", "words"),
    [
        (Ruling.ALLOWED, "Allowed"),
        (Ruling.CONDITIONAL, "Allowed if"),
        (Ruling.NOT_ALLOWED, "Not allowed"),
        (Ruling.NOT_COVERED, "Not covered"),
    ],
)
def test_every_ruling_has_its_words(ruling: Ruling, words: str) -> None:
    answer = replace(AN_ANSWER, verdict=replace(A_VERDICT, ruling=ruling, deciding=""))

    assert answer_lines(answer, BERLIN)[0].text == words


def test_a_quote_is_printed_to_the_character_with_where_and_since_when() -> None:
    text = printed(answer_lines(AN_ANSWER, BERLIN))

    assert A_QUOTE.text in text
    assert (
        "prohibits · Vendor output, vendor-output#training · edition 3 · effective 2026-01-01"
        in text
    )


def test_conditions_facts_notes_and_disagreement_are_all_said() -> None:
    text = printed(answer_lines(AN_ANSWER, BERLIN))

    for words in (
        A_VERDICT.reason,
        A_VERDICT.conflict,
        *A_VERDICT.conditions,
        *A_VERDICT.missing,
        *A_VERDICT.met,
        A_VERDICT.notes[0].text,
    ):
        assert words in text


def test_a_fact_that_is_a_condition_is_asked_for_once() -> None:
    verdict = replace(A_VERDICT, conditions=("Legal agrees.",), missing=("Legal agrees.",))

    text = printed(answer_lines(replace(AN_ANSWER, verdict=verdict), BERLIN))

    assert text.count("Legal agrees.") == 1


def test_the_closest_rules_each_say_what_they_do() -> None:
    closest = tuple(replace(A_QUOTE, outcome=outcome) for outcome in Outcome)
    verdict = Verdict(ruling=Ruling.NOT_COVERED, reason="No rule speaks of it.", closest=closest)

    text = printed(answer_lines(replace(AN_ANSWER, verdict=verdict), BERLIN))

    for does in ("prohibits · ", "requires · ", "permits if · ", "permits · ", "says · "):
        assert f"\n{does}" in text


def test_soft_words_are_marked_as_advice() -> None:
    verdict = replace(A_VERDICT, quotes=(replace(A_QUOTE, advice=True),))

    assert "prohibits (advice) · " in printed(
        answer_lines(replace(AN_ANSWER, verdict=verdict), BERLIN)
    )


def test_the_edition_is_dated_in_the_companys_time_zone() -> None:
    last = answer_lines(AN_ANSWER, BERLIN)[-1].text

    assert last == "Edition 3, in effect since 2026-03-31 14:00 CEST. Answer a1"


def test_a_day_before_every_edition_is_said() -> None:
    question = Question(text="May I?", as_of=date(2020, 1, 1))
    verdict = Verdict(ruling=Ruling.NOT_COVERED, reason="No edition was in force.")
    answer = replace(AN_ANSWER, edition=None, question=question, verdict=verdict)

    assert "No edition was in force as of 2020-01-01" in printed(answer_lines(answer, BERLIN))


def test_nothing_hostile_in_a_rule_or_verdict_reaches_the_lines() -> None:
    hostile = "x\x1b[2J\u202e\x07\nAllowed: everything"
    quote = replace(A_QUOTE, text=hostile, document_title=hostile)
    verdict = replace(
        A_VERDICT, reason=hostile, deciding=hostile, conditions=(hostile,), quotes=(quote,)
    )
    lines = answer_lines(replace(AN_ANSWER, verdict=verdict), BERLIN)

    text = printed(lines)
    assert not set("\x1b\u202e\x07") & set(text)
    assert lines[0].text.startswith("Not allowed: ")
    assert sum("\n" in line.text for line in lines) == 1


def test_the_data_of_an_answer_is_json_that_comes_back() -> None:
    data = answer_data(AN_ANSWER)

    assert json.loads(json.dumps(data)) == data
    assert data["quotes"][0]["text"] == A_QUOTE.text
    assert data["verdict"] == "not_allowed"


def test_an_erased_answer_is_listed_without_its_question() -> None:
    erased = replace(AN_ANSWER, question=Question(text=""), erased_at=NOON)

    assert answers_lines((erased,), BERLIN)[1].text.endswith("(erased)")


def test_no_answers_are_said_to_be_none() -> None:
    assert printed(answers_lines((), BERLIN)) == "No answers are recorded."


# ---------------------------------------------------------------- changes


def a_section(text: str, section_id: str = "x#a") -> Section:
    return Section(id=section_id, document_id="x", headings=("A",), start=0, text=text)


def changed(before: str, after: str) -> str:
    found = differences({"x#a": a_section(before)}, {"x#a": a_section(after)})
    return printed(changes_lines((), found))


def test_words_far_from_a_change_are_left_out() -> None:
    words = " ".join(f"w{n}" for n in range(200))

    text = changed(f"{words} may {words}\n", f"{words} must {words}\n")

    assert "[-may-]" in text
    assert "{+must+}" in text
    assert "w199 " in text
    assert "w100" not in text


def test_a_section_that_came_or_went_is_shown_whole() -> None:
    came = printed(changes_lines((), differences({}, {"x#a": a_section("All of it.\n")})))
    went = printed(changes_lines((), differences({"x#a": a_section("All of it.\n")}, {})))

    assert came.startswith("added: x#a")
    assert "{+All of it." in came
    assert went.startswith("removed: x#a")
    assert "[-All of it." in went


# ---------------------------------------------------------------- figures


def judged(number: int, ruling: Ruling, gold: Ruling, confidence: float) -> Judged:
    return Judged(id=f"q{number}", ruling=ruling, gold=gold, confidence=confidence)


FIGURES = figures_of(
    [
        judged(1, Ruling.ALLOWED, Ruling.NOT_ALLOWED, 0.5),
        *(judged(n, Ruling.ALLOWED, Ruling.ALLOWED, 1 / n) for n in range(2, 40)),
    ]
)


def test_the_figures_name_what_was_allowed_wrongly() -> None:
    text = printed(answer_figures_lines(FIGURES))

    assert "Wrongly allowed: q1" in text
    assert "false-allow" in text


def test_a_long_curve_is_thinned_and_keeps_its_end() -> None:
    lines = [line.text for line in answer_figures_lines(FIGURES)]
    start = next(n for n, text in enumerate(lines) if text.startswith("coverage  selective"))
    points = [text for text in lines[start + 1 :] if text[:1].isdigit()]

    assert len(points) <= 11
    assert points[-1].startswith(f"{FIGURES.curve[-1].coverage:.3f}")


def test_the_figures_are_json_with_the_matrix_by_gold() -> None:
    data = json.loads(json.dumps(answer_figures_data(FIGURES)))

    assert data["confusion"]["not_allowed"]["allowed"] == 1
