"""An exception lifts one rule of ours, for some people and one purpose, until a day. No more."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from knowledge import chain
from knowledge.answering import answers, deciding, exceptions
from knowledge.answering.exceptions import ExceptionRefused
from knowledge.database import Database
from knowledge.models import Answer, Kind, Ruling, Waiver
from tests.answering.rules import DAY, TODAY, Company, guideline, terms
from tests.fakes.judge import PlainJudge

JAILBREAKING = (
    "## Probing\n\n"
    "**Not allowed.** Jailbreaking a chat model, or getting round its safety filters.\n\n"
    "**Not allowed.** Sharing a jailbreak prompt with anybody outside the company.\n"
)
PROBING = guideline("models", JAILBREAKING)
PURPOSE = "the spring red-team study of the support bot"
ASKED = "May I jailbreak our chat model?"
STATED = "For the spring red-team study of the support bot, may I jailbreak our chat model?"


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    made = Company(sqlite_database)
    made.publish(PROBING)
    return made


def used(answer: Answer) -> list[tuple[int, bool]]:
    return [(each.id, each.stated) for each in answer.verdict.exceptions]


# ------------------------------------------------------------------ what it lifts


def test_for_its_purpose_an_exception_lets_its_people_do_what_the_rule_forbids(company: Company):
    assert company.ask(STATED, person="ursula").verdict.ruling is Ruling.NOT_ALLOWED
    waiver = company.grant("models#probing", PURPOSE)

    verdict = company.ask(STATED, person="ursula").verdict

    assert verdict.ruling is Ruling.ALLOWED
    named = verdict.exceptions[0]
    assert (named.id, named.purpose, named.until, named.by) == (
        waiver.id,
        PURPOSE,
        waiver.until,
        "grace",
    )
    assert verdict.deciding == f"by an exception for {PURPOSE}, until 30 April 2026"
    assert verdict.quotes[0].text in JAILBREAKING  # the rule that it lifts, in its own words
    assert "an exception lifts the rule" in verdict.reason


def test_where_the_purpose_is_not_said_the_answer_turns_on_it(company: Company):
    waiver = company.grant("models#probing", PURPOSE)

    verdict = company.ask(ASKED, person="ursula").verdict

    assert verdict.ruling is Ruling.CONDITIONAL
    assert verdict.conditions == (f"this is for {PURPOSE}",)
    assert [(each.id, each.stated) for each in verdict.exceptions] == [(waiver.id, False)]


@pytest.mark.parametrize(("place", "ruling"), [(0, Ruling.ALLOWED), (1, Ruling.NOT_ALLOWED)])
def test_a_press_says_whether_it_is_for_the_purpose(company: Company, place: int, ruling: Ruling):
    company.grant("models#probing", PURPOSE)
    (fact,) = deciding.facts_to_ask(company.ask(ASKED, person="ursula").verdict)

    pressed = company.ask(fact.options[place].words, thread=(ASKED,), person="ursula")

    assert pressed.verdict.ruling is ruling


def test_it_helps_nobody_else(company: Company):
    company.grant("models#probing", PURPOSE)

    for person in ("rosalind", None):
        answer = company.ask(STATED, person=person)
        assert answer.verdict.ruling is Ruling.NOT_ALLOWED
        assert used(answer) == []


def test_it_may_be_for_a_group_and_then_counts_where_all_who_read_are_in_it(company: Company):
    company.grant("models#probing", PURPOSE, people=frozenset(), groups=frozenset({"red-team"}))
    members = frozenset({"red-team", "ml"})

    assert company.ask(STATED, groups=members).verdict.ruling is Ruling.ALLOWED
    assert company.ask(STATED, groups=frozenset({"ml"})).verdict.ruling is Ruling.NOT_ALLOWED


def test_a_question_that_is_for_something_else_is_answered_as_ever(company: Company):
    company.grant("models#probing", PURPOSE)

    asked = "May I jailbreak our chat model? It is not for the red-team study of the support bot."

    assert company.ask(asked, person="ursula").verdict.ruling is Ruling.NOT_ALLOWED


def test_it_lifts_no_other_rule(company: Company):
    sharing = "## Keys\n\n**Not allowed.** Sharing an API key with another team.\n"
    company.publish(PROBING, guideline("keys", sharing), allow_removals=True)
    company.grant("keys#keys", PURPOSE)

    assert company.ask(STATED, person="ursula").verdict.ruling is Ruling.NOT_ALLOWED


def test_it_may_lift_one_clause_of_a_section_and_leave_the_other(company: Company):
    clause = next(each for each in company.book().passages if "Sharing" in each.text)
    waiver = company.grant("models#probing", PURPOSE, passages=frozenset({clause.id}))

    assert waiver.clauses == {clause.hash}
    assert company.ask(STATED, person="ursula").verdict.ruling is Ruling.NOT_ALLOWED


def test_what_was_reworded_since_binds_anew_and_is_found(company: Company):
    waiver = company.grant("models#probing", PURPOSE)
    assert exceptions.unmoored([waiver], company.book()) == ()

    stricter = JAILBREAKING.replace("a chat model", "any chat model whatever")
    company.publish(guideline("models", stricter.replace("a jailbreak", "any jailbreak")))

    assert company.ask(STATED, person="ursula").verdict.ruling is Ruling.NOT_ALLOWED
    assert exceptions.unmoored([waiver], company.book()) == (waiver,)


def test_a_vendors_term_stands_and_the_answer_says_that_the_two_disagree(company: Company):
    forbids = (
        "## Safety\n\nYou may not jailbreak Claude or get round the safety filters of Claude.\n"
    )
    ours = "## Probing\n\n**Not allowed.** Jailbreaking Claude, or getting round its filters.\n"
    vendor = terms("claude", forbids, "Anthropic", title="Usage policy")
    company.judge = PlainJudge(every=True)
    company.publish(guideline("models", ours), vendor)
    asked = f"For {PURPOSE}, may I jailbreak Claude and get round its safety filters?"
    company.grant("models#probing", PURPOSE)

    verdict = company.ask(asked, person="ursula").verdict

    assert verdict.ruling is Ruling.NOT_ALLOWED
    assert verdict.conflict
    assert {quote.document_id for quote in verdict.quotes} == {"claude", "models"}


# ------------------------------------------------------------------ how long it lives


def test_from_the_day_it_ends_the_rule_binds_again(company: Company):
    waiver = company.grant("models#probing", PURPOSE, until=TODAY + 2 * DAY)
    company.now += DAY
    assert company.ask(STATED, person="ursula").verdict.ruling is Ruling.ALLOWED

    company.now += DAY

    assert company.today == waiver.until
    assert company.ask(STATED, person="ursula").verdict.ruling is Ruling.NOT_ALLOWED
    was = company.ask(STATED, person="ursula", as_of=waiver.until - DAY)
    assert was.verdict.ruling is Ruling.ALLOWED
    before = company.ask(STATED, person="ursula", as_of=TODAY - DAY)
    assert used(before) == []


def test_revoked_it_ends_at_once_and_only_once(company: Company):
    waiver = company.grant("models#probing", PURPOSE)
    company.now += timedelta(minutes=1)

    with company.database.begin() as tx:
        assert exceptions.revoke(tx, waiver.id, by="grace", now=company.now)
        assert not exceptions.revoke(tx, waiver.id, by="hedy", now=company.now)

    assert company.ask(STATED, person="ursula").verdict.ruling is Ruling.NOT_ALLOWED
    with company.database.read() as tx:
        kept = exceptions.get(tx, waiver.id)
        assert kept is not None
        assert kept.revoked_by == "grace"
        acts = [(e.who, e.what) for e in chain.entries(tx)]
        told = json.dumps([dict(e.about) for e in chain.entries(tx)])
    assert acts[-2:] == [("grace", "granted an exception"), ("grace", "revoked an exception")]
    assert "ursula" not in told


def test_answers_that_rest_on_an_exception_are_found_by_it(database: Database):
    company = Company(database)
    company.publish(PROBING)
    waiver = company.grant("models#probing", PURPOSE)
    other = company.grant("models#probing", "another study", people=frozenset({"ida"}))
    answer = company.keep(company.ask(STATED, person="ursula"))
    company.keep(company.ask(STATED, person="rosalind"))

    with database.begin() as tx:
        assert exceptions.answers_resting_on(tx, waiver.id) == (answer.id,)
        assert exceptions.answers_resting_on(tx, other.id) == ()
        answers.erase(tx, answer.id, company.now)
        assert exceptions.answers_resting_on(tx, waiver.id) == ()


# ------------------------------------------------------------------ who learns of it


@pytest.mark.parametrize("asked", [ASKED, STATED])
def test_lists_and_exports_do_not_tell_whose_exception_it_was(company: Company, asked: str):
    company.grant("models#probing", PURPOSE)
    given = company.keep(company.ask(asked, person="ursula"))
    assert given.verdict.exceptions

    with company.database.read() as tx:
        listed = answers.recent(tx, 5)[0]
        exported = next(answers.export(tx))
        own = answers.asked_by(tx, "ursula", 5)[0]

    shown = json.dumps(exported["verdict"]) + repr(listed.verdict)
    assert "red-team" not in shown
    assert "ursula" not in shown
    assert listed.verdict.exceptions == ()
    assert listed.verdict.ruling is given.verdict.ruling
    assert own.verdict == given.verdict


# ------------------------------------------------------------------ what may be granted


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"rule": "models#nothing"}, "rule"),
        ({"rule": "terms#terms"}, "rule"),
        ({"rule": "models#words"}, "rule"),
        ({"people": frozenset()}, "people"),
        ({"people": frozenset({"grace"})}, "people"),
        ({"purpose": " … "}, "purpose"),
        ({"purpose": "x" * 201}, "purpose"),
        ({"until": TODAY}, "until"),
    ],
)
def test_what_may_not_be_granted_is_refused_with_its_reason(company: Company, change, place):
    words = "## Words\n\nA model is a set of weights.\n\n"
    vendor = terms("terms", "## Terms\n\nYou may not resell it.\n", "OpenAI")
    company.publish(guideline("models", words + JAILBREAKING), vendor)

    with pytest.raises(ExceptionRefused) as refused:
        company.grant(**({"rule": "models#probing", "purpose": PURPOSE} | change))

    assert [problem.place for problem in refused.value.problems] == [place]
    with company.database.read() as tx:
        assert exceptions.get(tx, 1) is None


def test_an_exception_comes_back_as_it_was_granted(database: Database):
    company = Company(database)
    company.publish(PROBING)

    granted: Waiver = company.grant(
        "models#probing", f"  {PURPOSE}\n", groups=frozenset({"red-team"})
    )

    with database.read() as tx:
        assert exceptions.get(tx, granted.id) == granted
    assert granted.purpose == PURPOSE
    assert company.book().documents["models"].kind is Kind.GUIDELINE
