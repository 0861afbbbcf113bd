"""What an answer turns on is asked with buttons, and a press settles just that."""

from __future__ import annotations

import pytest

from knowledge.answering import asking, deciding
from knowledge.answering.asking import THREAD_KEPT, Said
from knowledge.answering.deciding import facts_to_ask
from knowledge.database import Database
from knowledge.models import Agreement, Answer, Question, Ruling, Verdict
from tests.answering.rules import GLOSSARY, Company, guideline, terms
from tests.fakes.judge import PlainJudge

RULES = guideline(
    "rules",
    "## Keys\n\n"
    "**Allowed if** the key is in the vault and the vendor is approved: calling a model.\n\n"
    "**Ask first.** Publishing a benchmark that names a vendor. Legal reads the terms.\n\n"
    "**Allowed if** no vendor output goes into its training: building a chat model to sell.\n\n"
    "**Not allowed.** Sharing a password.\n",
)
CALLING = "May I call a model from a nightly script?"
NEGATIVE = "May we build a chat model to sell?"
PUBLISHING = "Can I publish a benchmark that names a vendor?"


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    made = Company(sqlite_database)
    made.publish(RULES)
    return made


def press(company: Company, asked: str, label: str, *before: str) -> Answer:
    """Press a button under the answer that the conversation has led to."""
    *thread, last = (asked, *before)
    verdict = company.ask(last, thread=tuple(thread)).verdict
    fact = facts_to_ask(verdict)[0]
    words = next(each.words for each in fact.options if each.label == label)
    return company.ask(words, thread=(*thread, last))


@pytest.mark.parametrize("asked", [CALLING, NEGATIVE, PUBLISHING])
def test_yes_allows_what_turned_on_that_alone_and_no_forbids_it(company: Company, asked: str):
    assert company.ask(asked).verdict.ruling is Ruling.CONDITIONAL

    yes, no = press(company, asked, "Yes").verdict, press(company, asked, "No").verdict

    assert yes.ruling is Ruling.ALLOWED
    assert no.ruling is Ruling.NOT_ALLOWED
    assert yes.quotes == no.quotes == company.ask(asked).verdict.quotes
    assert facts_to_ask(yes) == facts_to_ask(no) == ()


def test_the_question_is_asked_in_the_rules_own_words(company: Company):
    calling = facts_to_ask(company.ask(CALLING).verdict)
    publishing = facts_to_ask(company.ask(PUBLISHING).verdict)

    assert [each.ask for each in calling] == [
        "Is it so that the key is in the vault and the vendor is approved?"
    ]
    assert publishing[0].ask.startswith("Has this been approved: Publishing a benchmark")
    assert [option.label for option in calling[0].options] == ["Yes", "No"]


def test_what_was_pressed_last_counts(company: Company):
    (fact,) = facts_to_ask(company.ask(CALLING).verdict)
    yes, no = (option.words for option in fact.options)

    answer = company.ask(no, thread=(CALLING, yes))
    again = company.ask(yes, thread=(CALLING, yes, no))

    assert answer.verdict.ruling is Ruling.NOT_ALLOWED
    assert again.verdict.ruling is Ruling.ALLOWED


def test_yes_settles_one_condition_and_leaves_the_other(sqlite_database: Database):
    company = Company(sqlite_database, judge=PlainJudge(every=True))
    company.publish(
        guideline("a", "## A\n\n**Allowed if** the key is in the vault: calling a model.\n"),
        guideline("b", "## B\n\n**Allowed if** the vendor is approved: calling a model.\n"),
    )

    first = press(company, CALLING, "Yes")
    assert first.verdict.ruling is Ruling.CONDITIONAL
    assert len(facts_to_ask(first.verdict)) == 1

    pressed = first.question.text
    assert press(company, CALLING, "Yes", pressed).verdict.ruling is Ruling.ALLOWED
    assert press(company, CALLING, "No", pressed).verdict.ruling is Ruling.NOT_ALLOWED


def test_nothing_said_to_one_rule_meets_another(company: Company):
    words = asking.yes("the moon is full")

    answer = company.ask(words, thread=(CALLING,))

    assert answer.verdict.ruling is Ruling.CONDITIONAL
    fine = company.ask(asking.yes("it is fine"), thread=("May I share a password?",))
    assert fine.verdict.ruling is Ruling.NOT_ALLOWED


def test_what_is_taken_back_is_not_settled(company: Company):
    (fact,) = facts_to_ask(company.ask(CALLING).verdict)
    yes = fact.options[0].words

    taken_back = "and without the vault?"
    answer = company.ask(taken_back, thread=(CALLING, yes))

    assert answer.verdict.ruling is not Ruling.ALLOWED
    later = Question(text=yes, thread=(CALLING, yes, taken_back))
    assert [each.holds for each in asking.said(later)] == [True]
    assert asking.takes_back(later)
    assert asking.said(Question(text=taken_back, thread=(CALLING, yes))) == ()


def test_a_press_is_judged_by_what_was_asked_before_it(company: Company):
    company.judge = judge = PlainJudge()
    company.ask(asking.no("the vendor is approved"), thread=(CALLING,))

    assert judge.asked[0].text == CALLING


def test_many_presses_do_not_push_the_question_out():
    presses = tuple(asking.yes(f"condition {n} is met") for n in range(3 * THREAD_KEPT))
    question = asking.guard(Question(text=presses[-1], thread=(CALLING, *presses[:-1])))

    assert asking.as_asked(question).text == CALLING
    assert len(asking.said(question)) == len(presses)


def test_without_a_conversation_a_press_says_nothing():
    question = Question(text=asking.yes("the key is in the vault"))

    assert asking.said(question) == ()
    assert asking.as_asked(question).text == question.text


def test_what_people_type_is_no_press():
    thread = (CALLING,)
    for typed in ("Yes: it is approved.", "No, it is not so: what now?", "yes, it is so: x"):
        assert asking.said(Question(text=typed, thread=thread)) == ()
    assert asking.said(Question(text=asking.no("a is b"), thread=thread)) == (
        Said(condition="a is b", holds=False),
    )


# ------------------------------------------------------------------ which plan


SELLING = "May I resell the output of ChatGPT to customers?"


def _vendor(company: Company, *, api: str, app: str) -> None:
    company.publish(
        terms("api-terms", f"## Output\n\n{api}\n", "OpenAI"),
        terms("app-terms", f"## Output\n\n{app}\n", "OpenAI"),
        agreements=(
            Agreement(vendor="OpenAI", documents=("api-terms",), channel="api"),
            Agreement(vendor="OpenAI", documents=("app-terms",), channel="enterprise"),
        ),
    )


FORBIDS = "**Not allowed.** Reselling the output of ChatGPT to customers."
PERMITS = "**Allowed.** Reselling the output of ChatGPT to customers."


def test_the_plan_is_asked_where_it_decides_and_a_press_takes_it(sqlite_database: Database):
    company = Company(sqlite_database, judge=PlainJudge(every=True))
    _vendor(company, api=PERMITS, app=FORBIDS)

    answer = company.ask(SELLING)

    assert answer.verdict.ruling is Ruling.NOT_ALLOWED  # the stricter one, until it is known
    (fact,) = facts_to_ask(answer.verdict)
    assert fact.ask == "Which plan: API, Enterprise?"
    api, enterprise = (
        company.ask(option.words, thread=(SELLING,)).verdict for option in fact.options
    )
    assert (api.ruling, enterprise.ruling) == (Ruling.ALLOWED, Ruling.NOT_ALLOWED)
    assert {quote.document_id for quote in api.quotes} == {"api-terms"}
    assert api.plans == ()


def test_the_plan_is_not_asked_where_all_say_the_same(sqlite_database: Database):
    company = Company(sqlite_database, judge=PlainJudge(every=True))
    _vendor(company, api=FORBIDS, app=FORBIDS)

    assert company.ask(SELLING).verdict.plans == ()
    assert company.ask("May I share a password?").verdict.plans == ()


def test_terms_of_several_plans_are_asked_apart_where_nothing_is_signed(sqlite_database: Database):
    company = Company(sqlite_database, judge=PlainJudge(every=True))
    company.publish(
        terms("business", f"## Output\n\n{PERMITS}\n", "OpenAI", plans=frozenset({"api", "team"})),
        terms("private", f"## Output\n\n{FORBIDS}\n", "OpenAI", plans=frozenset({"consumer"})),
    )

    first = company.ask(SELLING).verdict
    (fact,) = facts_to_ask(first)
    pressed = [company.ask(option.words, thread=(SELLING,)).verdict for option in fact.options]

    assert first.ruling is Ruling.NOT_ALLOWED  # the strictest, until it is known
    assert fact.ask == "Which plan: API, Consumer, Team?"
    assert [one.ruling for one in pressed] == [
        Ruling.ALLOWED,
        Ruling.NOT_ALLOWED,
        Ruling.ALLOWED,
    ]
    assert [one.plans for one in pressed] == [(), (), ()]
    assert {quote.document_id for quote in pressed[2].quotes} == {"business"}
    named = company.ask("May I resell what ChatGPT Team writes to customers?").verdict
    assert (named.ruling, named.plans) == (Ruling.ALLOWED, ())


def test_every_plan_we_name_is_understood_when_it_is_pressed():
    verdict = Verdict(
        ruling=Ruling.NOT_COVERED,
        reason="",
        plans=GLOSSARY.channels,
    )
    (fact,) = facts_to_ask(verdict)

    understood = [GLOSSARY.channels_in(option.words) for option in fact.options]
    assert understood == [frozenset({plan}) for plan in verdict.plans]


def test_facts_are_asked_of_a_conditional_answer_alone():
    open_ = Verdict(ruling=Ruling.NOT_COVERED, reason="", conditions=("x",), missing=("y",))

    assert deciding.facts_to_ask(open_) == ()
