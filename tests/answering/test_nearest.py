"""*Same situation*: the asker applies a closest rule, and our code says what follows."""

from __future__ import annotations

import pytest

from knowledge.answering import deciding, nearest
from knowledge.answering.feedback import Situation
from knowledge.answering.nearest import YOU_SAY
from knowledge.database import Database
from knowledge.models import Answer, Ruling
from tests.answering.rules import Company, guideline
from tests.fakes.judge import SilentJudge

RULES = guideline(
    "rules",
    "## Output\n\n"
    "**Not allowed.** Training on output, except as permitted in [Trials](#trials).\n\n"
    "**Allowed.** Comparing the output of two models.\n\n"
    "**Allowed if** Legal agrees: selling output.\n\n"
    "## Trials {#trials}\n\n"
    "**Allowed if** the model is thrown away after a week: trying it out on a small scale.\n",
)
ASKED = "What about output and a thing that we have in mind?"


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    made = Company(sqlite_database, judge=SilentJudge())
    made.publish(RULES)
    return made


def closest(answer: Answer, words: str) -> str:
    """Return the id of the closest rule that says this."""
    return next(each.passage_id for each in answer.verdict.closest if words in each.text)


def applied(company: Company, words: str) -> Answer:
    answer = company.ask(ASKED)
    assert answer.verdict.ruling is Ruling.NOT_COVERED
    made = company.answerer.same_situation(answer, closest(answer, words))
    assert made is not None
    return made


def test_a_prohibition_that_is_applied_forbids_and_shows_its_carve_outs(company: Company):
    answer = applied(company, "Training on")

    assert answer.verdict.ruling is Ruling.NOT_ALLOWED
    assert [quote.section_id for quote in answer.verdict.quotes] == [
        "rules#output",
        "rules#trials",
    ]
    assert {unit.section_id for unit in answer.cited} == {"rules#output", "rules#trials"}
    assert all(quote.text in RULES.text for quote in answer.verdict.quotes)


def test_a_permission_that_is_applied_is_conditional_on_the_situation_being_the_same(
    company: Company,
):
    verdict = applied(company, "Comparing").verdict

    assert verdict.ruling is Ruling.CONDITIONAL
    assert verdict.conditions == (YOU_SAY,)
    assert deciding.facts_to_ask(verdict) == ()


def test_a_condition_that_is_applied_stays_open_beside_it(company: Company):
    verdict = applied(company, "Legal agrees").verdict

    assert verdict.ruling is Ruling.CONDITIONAL
    assert verdict.conditions == ("Legal agrees", YOU_SAY)


def test_the_answer_says_that_the_asker_applied_the_rule(company: Company):
    answer = applied(company, "Comparing")

    assert answer.fingerprint.startswith(f"{nearest.APPLIED} ")
    assert answer.id != company.ask(ASKED).id
    assert answer.question.text == ASKED
    company.keep(answer)


def test_a_rule_that_was_not_offered_cannot_be_applied(company: Company):
    answer = company.ask(ASKED)
    settled = applied(company, "Training on")

    assert company.answerer.same_situation(answer, "rules#nothing.1") is None
    assert company.answerer.same_situation(settled, closest(answer, "Comparing")) is None


def test_a_rule_that_changed_since_cannot_be_applied(company: Company):
    answer = company.ask(ASKED)
    rule = closest(answer, "Comparing")
    company.publish(guideline("rules", RULES.text.replace("two models", "many models")))

    assert company.answerer.same_situation(answer, rule) is None


def test_a_rule_that_the_asker_may_not_read_any_more_cannot_be_applied(company: Company):
    answer = company.ask(ASKED)
    company.publish(guideline("rules", RULES.text, audience=frozenset({"legal"})))

    assert company.answerer.same_situation(answer, closest(answer, "Comparing")) is None


def test_a_rule_that_is_about_something_else_is_not_offered_again(company: Company):
    answer = company.ask(ASKED)
    rule = closest(answer, "Comparing")

    left = nearest.remaining(answer, {rule: Situation.DIFFERENT})

    assert len(left) == len(answer.verdict.closest) - 1
    assert rule not in {quote.passage_id for quote in left}
    assert nearest.remaining(answer, {rule: Situation.SAME}) == answer.verdict.closest
