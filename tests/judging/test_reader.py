"""The offline reader over a small rulebook of our own: decisive where it is clear, else silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.judging.judge import Judge
from knowledge.judging.reader import Reader, Thresholds
from knowledge.judging.verdicts import verdict_from
from knowledge.models import Basis, Outcome, Question, Ruling
from tests.judging.cases import EDITION, passage, shown

READER = Reader()


def rule(text, outcome, name, dense=0.3, **fields):
    """A clause with an author's marker, found with this cosine."""
    clause = passage(text, outcome, name=name, basis=Basis.MARKER, **fields)
    return shown(clause, score=dense, dense=dense, late=dense)


RULES = (
    rule("**Not allowed.** Sharing an API key between teams.", Outcome.PROHIBITS, "share-key"),
    rule("**Allowed.** Reading a key from the company vault.", Outcome.PERMITS, "vault"),
    rule(
        "**Allowed if** everybody has agreed: recording an internal meeting.",
        Outcome.CONDITIONS,
        "record",
    ),
    rule("**Ask first.** Raising a monthly budget.", Outcome.CONDITIONS, "budget"),
    rule("**Allowed.** Caching answers for up to 30 days.", Outcome.PERMITS, "cache"),
    rule("Every service has an owner.", Outcome.NONE, "owner"),
)


def decide(text, rules=RULES, reader=READER):
    question = Question(text=text)
    opinion = reader.opinion(question, rules)
    return opinion, verdict_from(opinion, rules, edition=EDITION, question=question)


def test_the_reader_is_a_judge():
    judge: Judge = READER

    assert judge.fingerprint == Reader().fingerprint


@pytest.mark.parametrize(
    ("text", "ruling", "section"),
    [
        ("may two teams share one api token", Ruling.NOT_ALLOWED, "share-key"),
        ("Can I read the token from the vault?", Ruling.ALLOWED, "vault"),
        ("can i record the team meeting", Ruling.CONDITIONAL, "record"),
        ("Everybody agreed. May I record the meeting?", Ruling.ALLOWED, "record"),
        ("Nobody has agreed. May I record the meeting?", Ruling.NOT_ALLOWED, "record"),
        ("bump the monthly budget?", Ruling.CONDITIONAL, "budget"),
        ("May we cache the answers for two weeks?", Ruling.ALLOWED, "cache"),
    ],
)
def test_a_clear_marked_clause_decides(text, ruling, section):
    opinion, told = decide(text)

    assert (told.ruling, told.quotes[0].passage_id) == (ruling, section)
    assert 0 < opinion.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "may i bring my dog to the office",
        "What is the notice period for interns?",
        "May we cache the answers for two years?",
    ],
)
def test_the_reader_abstains_where_no_clause_speaks_to_it_and_shows_the_closest(text):
    _, told = decide(text)

    assert told.ruling is Ruling.NOT_COVERED
    assert told.closest


def test_every_clause_shown_is_classified():
    opinion, _ = decide("may two teams share one api token")

    assert [one.passage_id for one in opinion.findings] == [one.unit.clause.id for one in RULES]


def test_nothing_shown_is_nothing_found():
    opinion, told = decide("May I?", rules=())

    assert (opinion.findings, opinion.confidence) == ((), 0.0)
    assert told.ruling is Ruling.NOT_COVERED


def test_a_fact_that_met_a_condition_is_repeated():
    _, told = decide("Everybody agreed. May I record the meeting?")

    assert told.met == ("Everybody agreed",)


def test_an_open_condition_is_the_deciding_words_and_is_asked():
    _, told = decide("can i record the team meeting")

    assert told.deciding == "everybody has agreed"
    assert told.missing == ("everybody has agreed",)


def test_a_subject_far_from_every_rule_is_never_ruled_on():
    far = tuple(replace(one, hit=replace(one.hit, dense=0.05)) for one in RULES)

    _, told = decide("Can I read the token from the vault?", rules=far)

    assert told.ruling is Ruling.NOT_COVERED


def test_the_reader_works_on_words_alone_where_there_are_no_vectors():
    bare = tuple(replace(one, hit=replace(one.hit, dense=None, late=None)) for one in RULES)

    _, told = decide("may two teams share one api token", rules=bare)

    assert told.ruling is Ruling.NOT_ALLOWED


def test_two_near_clauses_that_disagree_decide_nothing():
    twins = (
        rule("**Allowed.** Sharing slides with a partner.", Outcome.PERMITS, "yes"),
        rule("**Not allowed.** Sharing slides with a partner.", Outcome.PROHIBITS, "no"),
    )

    _, told = decide("May I share slides with a partner?", rules=twins)

    assert told.ruling is not Ruling.ALLOWED


def test_a_stricter_clause_about_what_the_permission_leaves_unsaid_holds_it_back():
    rules = (
        rule("**Allowed.** Uploading files to the vendor's service.", Outcome.PERMITS, "files"),
        rule("**Ask first.** Uploading patient data.", Outcome.CONDITIONS, "patients"),
    )

    _, told = decide("May I upload files about patients to the vendor's service?", rules=rules)

    assert told.ruling is not Ruling.ALLOWED


def read(text, outcome, name, *, promise=False):
    """A clause whose outcome was read from its words, alone of its subject."""
    clause = replace(passage(text, outcome, name=name), promise=promise)
    return shown(clause, score=0.6, dense=0.6, late=0.6)


@pytest.mark.parametrize(
    ("text", "clause", "ruling"),
    [
        ("May I publish test results?", "You may publish test results.", Ruling.ALLOWED),
        ("May I copy test results?", "You may publish test results.", Ruling.NOT_COVERED),
        ("May I publish test results?", "Auditors may publish test results.", Ruling.NOT_COVERED),
    ],
)
def test_a_read_permission_allows_its_own_act_to_its_own_people_alone(text, clause, ruling):
    _, told = decide(text, rules=(read(clause, Outcome.PERMITS, "grant"),))

    assert told.ruling is ruling


def test_a_promise_answers_whether_one_may_rely_on_it_and_permits_no_act():
    promise = (read("We will not sell your prompts.", Outcome.PERMITS, "p", promise=True),)

    _, relying = decide("Does the vendor sell our prompts?", rules=promise)
    _, acting = decide("May I sell our prompts?", rules=promise)

    assert (relying.ruling, acting.ruling) == (Ruling.ALLOWED, Ruling.NOT_COVERED)


def test_a_read_duty_decides_nothing():
    duty = (read("You must keep test results for a year.", Outcome.REQUIRES, "duty"),)

    _, told = decide("May I keep test results?", rules=duty)

    assert told.ruling is Ruling.NOT_COVERED


def test_a_read_prohibition_forbids_an_act_and_answers_no_question_about_a_right():
    rules = (read("You may not copy our manual.", Outcome.PROHIBITS, "copy"),)

    _, acting = decide("May I copy the manual?", rules=rules)
    _, relying = decide("Does the vendor share the manual?", rules=rules)

    assert (acting.ruling, relying.ruling) == (Ruling.NOT_ALLOWED, Ruling.NOT_COVERED)


def test_advice_read_from_words_makes_an_answer_conditional():
    clause = replace(passage("Avoid copying the manual.", Outcome.PROHIBITS), advice=True)
    soft = shown(clause, score=0.6, dense=0.6, late=0.6)

    _, told = decide("May I copy the manual?", rules=(soft,))

    assert told.ruling is Ruling.CONDITIONAL


def test_a_permission_whose_own_condition_the_question_denies_decides_nothing():
    rules = (
        rule("**Allowed.** Publishing our scores, when no vendor is named.", Outcome.PERMITS, "s"),
    )

    _, told = decide("May I publish our scores next to the vendor named Acme?", rules=rules)

    assert told.ruling is Ruling.NOT_COVERED


@pytest.mark.parametrize(
    ("clause", "ruling"),
    [
        ("You may copy the manual only with our consent.", Ruling.CONDITIONAL),
        ("The manual is renewed when you copy it.", Ruling.NOT_COVERED),
    ],
)
def test_a_read_condition_decides_only_where_its_words_gate_the_act(clause, ruling):
    _, told = decide("May I copy the manual?", rules=(read(clause, Outcome.CONDITIONS, "c"),))

    assert told.ruling is ruling


def test_a_prohibition_nearer_by_meaning_contests_a_looser_clause_of_its_document():
    rules = (
        rule("**Ask first.** Copying the manual for a partner.", Outcome.CONDITIONS, "ask", 0.5),
        rule("**Not allowed.** Copying a whole manual.", Outcome.PROHIBITS, "no", 0.55),
    )

    _, told = decide("May I copy the whole manual for a partner?", rules=rules)

    assert told.ruling is not Ruling.CONDITIONAL


def test_leave_to_act_answers_no_question_about_what_the_other_side_does():
    _, told = decide("Does Acme keep the key in the company vault?")

    assert told.ruling is Ruling.NOT_COVERED


def test_a_read_clause_that_shares_only_generic_words_decides_nothing():
    clause = passage("Illegal fireworks may not be used in the office.", Outcome.PROHIBITS)
    rules = (shown(clause, score=0.5, dense=0.3, late=0.4),)

    _, told = decide("May we put a crate of lemonade into the office kitchen?", rules=rules)

    assert told.ruling is Ruling.NOT_COVERED


def test_only_the_sentence_that_rules_lets_a_read_clause_decide():
    text = "Test results are published every Monday. You may not sell the furniture."

    _, told = decide("May I publish test results?", rules=(read(text, Outcome.PROHIBITS, "x"),))

    assert told.ruling is Ruling.NOT_COVERED


def test_a_carve_out_beats_the_clause_it_limits():
    carve_out = passage(
        "**Allowed.** Training an internal classifier on vendor output.",
        Outcome.PERMITS,
        name="classifier",
        basis=Basis.MARKER,
    )
    general = passage(
        "**Not allowed.** Training a model on vendor output, except as permitted below.",
        Outcome.PROHIBITS,
        name="general",
        basis=Basis.MARKER,
        carve_outs=(carve_out,),
    )
    rules = (
        shown(general, carve_outs=(carve_out,), score=0.5, dense=0.5, late=0.5),
        shown(carve_out, score=0.5, dense=0.5, late=0.5),
    )

    _, told = decide("May we train an internal classifier on vendor output?", rules=rules)

    assert told.ruling is Ruling.ALLOWED


def test_other_thresholds_are_another_fingerprint():
    strict = Reader(thresholds=Thresholds(marked=0.9))

    assert strict.fingerprint != READER.fingerprint


@given(st.text(max_size=200))
def test_any_question_gets_a_verdict_with_the_rules_own_words_or_none(text):
    opinion, told = decide(text)

    stored = {one.unit.clause.id: one.unit.clause.text for one in RULES}
    assert len(opinion.findings) == len(RULES)
    assert all(quote.text in stored[quote.passage_id] for quote in told.quotes)


@given(st.lists(st.sampled_from(RULES), unique_by=lambda one: one.unit.clause.id))
def test_the_order_in_which_clauses_are_shown_changes_no_ruling(rules):
    question = "Can I read the token from the vault?"

    assert decide(question, rules)[1].ruling is decide(question, rules[::-1])[1].ruling
