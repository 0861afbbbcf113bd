"""What a statement about a contract becomes as a question, and how its answer is counted."""

from __future__ import annotations

import pytest

from benchmarks import contractnli
from knowledge.models import Ruling


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("Receiving Party may lend the samples.", "May the Receiving Party lend the samples?"),
        ("Receiving Party shall not film them.", "May the Receiving Party film them?"),
    ],
)
def test_leave_and_refusal_are_asked_about_in_the_same_way(statement, question):
    assert contractnli.asked(statement) == question


def test_what_is_no_statement_of_leave_is_refused():
    with pytest.raises(ValueError, match="no statement"):
        contractnli.asked("The samples are blue.")


def test_a_conditional_answer_counts_as_leave_for_better_and_for_worse():
    cases = [
        case(Ruling.ALLOWED, Ruling.CONDITIONAL),
        case(Ruling.NOT_COVERED, Ruling.CONDITIONAL),
        case(Ruling.NOT_ALLOWED, Ruling.NOT_ALLOWED),
    ]

    assert contractnli.false_allow(cases) == 1 / 2
    assert contractnli.scores(cases, Ruling.ALLOWED).precision == 1 / 2
    assert contractnli.scores(cases, Ruling.ALLOWED).recall == 1
    assert contractnli.macro_f1(cases) == pytest.approx((2 / 3 + 1 + 0) / 3)


def case(gold, answer):
    return contractnli.Case(id="1", agreement="nda", statement="nda-1", gold=gold, answer=answer)
