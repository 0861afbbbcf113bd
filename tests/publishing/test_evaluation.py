"""The figures are what docs/verdicts.md says they are, and bad files are refused by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import MaterialRefused
from knowledge.models import Ruling
from knowledge.publishing.evaluation.figures import (
    Extract,
    GoldQuote,
    Judged,
    confusion,
    coverage_at,
    figures_of,
    fitting,
    macro_f1,
    risk_coverage,
)
from knowledge.publishing.evaluation.matching import holds, plain_words
from knowledge.publishing.evaluation.material import QueryLine, QuestionLine, read_lines

ALLOWED, CONDITIONAL = Ruling.ALLOWED, Ruling.CONDITIONAL
NOT_ALLOWED, NOT_COVERED = Ruling.NOT_ALLOWED, Ruling.NOT_COVERED


def passage(text: str, document: str = "rules") -> Extract:
    return Extract(document=document, section=f"{document}#s", text=text)


def judged(ruling: Ruling, gold: Ruling | None, **more: object) -> Judged:
    values = {"id": "q", "ruling": ruling, "gold": gold, **more}
    return Judged(**values)


# ------------------------------------------------------------------ when a passage holds a quote


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("You must never do this at work.", "never do this"),
        ("You  must\nnever\tdo this", "must never do"),
        ("You must **never** do `this`", "must never do this"),
        ("see [our register](https://example.org/x) first", "see our register first"),
        ("see [our register](https://example.org/a_(b)) first", "[our register](other) first"),
        ("- one\n- two", "one two"),
        ("| a | b |", "a b"),
        ("## 3. Training", "3. Training"),
        ("fine\\_tune it", "fine_tune it"),
    ],
)
def test_marks_white_space_and_link_targets_are_ignored(text, quote):
    assert holds(text, quote)


def test_half_of_the_words_as_one_run_suffice():
    quote = "one two three four five six"

    assert holds("so three four five it is", quote)
    assert not holds("so three four and five six", quote)


def test_half_of_an_odd_number_of_words_is_rounded_up():
    assert not holds("x one two y", "one two three four five")
    assert holds("x one two three y", "one two three four five")


def test_another_case_is_another_word():
    assert not holds("YOU MUST NEVER", "you must never")


def test_nothing_holds_an_empty_quote_or_is_held_by_an_empty_passage():
    assert not holds("words", "** **")
    assert not holds("", "words")


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_a_passage_holds_every_quote_cut_from_it_at_white_space(quote, before, after):
    if plain_words(quote):
        assert holds(" ".join(plain_words(quote)), quote)
        words = ("x", *plain_words(quote), "y")
        assert holds(" ".join(words), " ".join(plain_words(quote)))


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8), st.text("abcd ", max_size=20))
def test_holding_agrees_with_the_definition_written_out(words, text):
    quote, found = " ".join(words), text.split()
    need = (len(words) + 1) // 2
    runs = [words[i : i + need] for i in range(len(words) - need + 1)]
    by_hand = any(found[i : i + need] in runs for i in range(len(found) - need + 1))

    assert holds(text, quote) == (by_hand or quote in " ".join(found))


# ------------------------------------------------------------------ recall


def test_recall_counts_from_the_rank_at_which_the_quote_is_found():
    gold = (GoldQuote(document="rules", quote="never share a login"),)
    passages = (passage("something else"), passage("You may never share a login here"))
    figures = figures_of(
        [
            judged(NOT_ALLOWED, NOT_ALLOWED, gold_quotes=gold, passages=passages),
            judged(NOT_COVERED, NOT_ALLOWED, gold_quotes=gold, passages=passages[:1]),
            judged(NOT_COVERED, NOT_COVERED),
        ]
    )

    assert figures.recall == {1: 0.0, 5: 0.5, 10: 0.5, 20: 0.5}


def test_a_quote_of_another_document_is_not_found():
    gold = (GoldQuote(document="rules", quote="never share a login"),)
    other = (passage("never share a login", document="terms"),)

    figures = figures_of([judged(NOT_ALLOWED, NOT_ALLOWED, gold_quotes=gold, passages=other)])

    assert figures.recall[20] == 0.0


def test_reading_stops_at_the_first_passage_that_no_longer_fits():
    passages = (passage("a " * 400), passage("b " * 201), passage("c"))

    assert fitting(passages, 600) == passages[:1]
    assert fitting((passage("a " * 400), passage("b " * 200)), 600)[-1].text.startswith("b")


def test_recall_within_600_words_leaves_out_what_a_long_passage_pushes_away():
    gold = (GoldQuote(document="rules", quote="never share a login"),)
    near = (passage("a " * 590), passage("never share a login"))
    far = (passage("a " * 599), passage("never share a login"))
    figures = figures_of(
        [
            judged(NOT_ALLOWED, NOT_ALLOWED, gold_quotes=gold, passages=near),
            judged(NOT_ALLOWED, NOT_ALLOWED, gold_quotes=gold, passages=far),
        ]
    )

    assert figures.recall_600w == 0.5


# ------------------------------------------------------------------ verdicts


def test_macro_f1_and_confusion_agree_with_a_matrix_worked_out_by_hand():
    # allowed: 3 gold, 3 answers, 2 right, so 4/6. not_allowed: 2 gold, 1 answer, 1 right: 2/3.
    # conditional: no gold, 1 answer: 0. not_covered: 1 gold, 1 answer, right: 1.
    given_answers = [
        judged(ALLOWED, ALLOWED),
        judged(ALLOWED, ALLOWED),
        judged(CONDITIONAL, ALLOWED),
        judged(NOT_ALLOWED, NOT_ALLOWED),
        judged(ALLOWED, NOT_ALLOWED),
        judged(NOT_COVERED, NOT_COVERED),
    ]

    figures = figures_of(given_answers)

    assert figures.accuracy == pytest.approx(4 / 6)
    assert figures.macro_f1 == pytest.approx((4 / 6 + 2 / 3 + 0 + 1) / 4)
    assert figures.confusion[NOT_ALLOWED, ALLOWED] == 1
    assert sum(figures.confusion.values()) == 6


def test_a_ruling_that_occurs_nowhere_does_not_enter_macro_f1():
    assert macro_f1(confusion([judged(ALLOWED, ALLOWED)])) == 1.0
    assert macro_f1(confusion([])) is None


def test_false_allow_counts_allowed_among_forbidden_and_uncovered_questions():
    figures = figures_of(
        [
            judged(ALLOWED, NOT_ALLOWED, id="bad"),
            judged(NOT_COVERED, NOT_ALLOWED),
            judged(CONDITIONAL, NOT_COVERED),
            judged(NOT_COVERED, NOT_COVERED),
            judged(ALLOWED, CONDITIONAL),
        ]
    )

    assert figures.false_allow == 0.25
    assert figures.wrongly_allowed == ("bad",)


@pytest.mark.parametrize(
    ("ruling", "gold", "looser"),
    [
        (ALLOWED, CONDITIONAL, True),
        (CONDITIONAL, NOT_ALLOWED, True),
        (CONDITIONAL, NOT_COVERED, True),
        (NOT_COVERED, NOT_ALLOWED, False),
        (NOT_COVERED, CONDITIONAL, False),
        (NOT_ALLOWED, NOT_COVERED, False),
        (NOT_ALLOWED, ALLOWED, False),
    ],
)
def test_a_verdict_given_is_looser_where_gold_is_stricter(ruling, gold, looser):
    assert judged(ruling, gold).looser is looser


def test_coverage_is_over_answerable_and_selective_over_all_verdicts_given():
    figures = figures_of(
        [
            judged(ALLOWED, ALLOWED),
            judged(NOT_COVERED, ALLOWED),
            judged(NOT_ALLOWED, NOT_COVERED),
            judged(NOT_COVERED, NOT_COVERED),
        ]
    )

    assert figures.coverage == 0.5
    assert figures.selective == 0.5


def test_unlabelled_questions_count_for_quotes_but_for_no_verdict():
    quotes = (passage("one"), passage("two"))
    figures = figures_of([judged(ALLOWED, None, quotes=quotes, verbatim=1)])

    assert figures.labelled == 0
    assert figures.accuracy is None
    assert figures.false_allow is None
    assert figures.verbatim == 0.5


def test_the_risk_coverage_curve_adds_answers_from_the_surest_on():
    answers = [
        judged(ALLOWED, ALLOWED, confidence=0.9),
        judged(NOT_ALLOWED, ALLOWED, confidence=0.5),
        judged(ALLOWED, NOT_COVERED, confidence=0.5),
        judged(NOT_ALLOWED, NOT_ALLOWED, confidence=0.2),
        judged(NOT_COVERED, NOT_ALLOWED, confidence=0.99),
    ]

    curve = risk_coverage(answers)

    assert [(p.coverage, p.selective) for p in curve] == [(0.25, 1.0), (0.5, 1 / 3), (0.75, 0.5)]
    assert coverage_at(curve, selective=0.8) == 0.25


def test_no_confidence_makes_no_curve():
    assert risk_coverage([judged(ALLOWED, ALLOWED)]) == ()


# ------------------------------------------------------------------ files


def test_a_bad_questions_file_is_refused_with_every_line(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"id": 1, "question": "May I?"}\n\n'
        "not json\n"
        '{"id": "1", "question": "Again?"}\n'
        '{"id": "2"}\n'
        '{"id": "3", "question": "x", "verdict": "perhaps"}\n'
    )

    with pytest.raises(MaterialRefused) as refused:
        read_lines(path, QuestionLine)

    places = [problem.place for problem in refused.value.problems]
    assert places == [f"{path}:{number}" for number in (3, 4, 5, 6)]
    assert all("\n" not in str(problem) for problem in refused.value.problems)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe", b"[" * 100_000, b'"text"\n'])
def test_a_file_that_is_no_material_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)

    with pytest.raises(MaterialRefused) as refused:
        read_lines(path, QuestionLine)

    assert str(refused.value).startswith(str(path))
    assert len(str(refused.value).splitlines()) == 1


def test_a_missing_file_is_refused_with_its_name(tmp_path):
    with pytest.raises(MaterialRefused, match="nowhere"):
        read_lines(tmp_path / "nowhere.jsonl", QuestionLine)


def test_a_scenario_is_asked_before_the_question():
    line = QueryLine(id="1", scenario="I am an apprentice.", text="Do I get the rate?")

    assert line.asked == "I am an apprentice. Do I get the rate?"
    assert QueryLine(id="2", text="Do I?").asked == "Do I?"
