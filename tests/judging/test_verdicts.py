"""Every guard between an opinion and a verdict, by the numbers of docs/verdicts.md."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.judging.verdicts import verdict_from
from knowledge.models import Bearing, Kind, Outcome, Question, Ruling
from tests.judging.cases import (
    ALLOWED,
    CONDITION,
    DATED,
    DUTY,
    EDITION,
    FORBIDDEN,
    MET,
    OPEN,
    QUESTION,
    STATEMENT,
    UNMET,
    Binding,
    aside,
    document,
    finding,
    opinion,
    passage,
    shown,
)

APPROVED = Question(text="Legal gave written approval: may we train our chat model on output?")
RIGHTS = Question(text="Do we own what the model writes for us?")


def verdict(opinion_, *units, question=QUESTION, binding=None):
    return verdict_from(opinion_, units, edition=EDITION, question=question, binding=binding)


# 1 who may read


def test_a_clause_outside_the_askers_audience_neither_votes_nor_shows():
    secret = shown(ALLOWED, document_=document(audience={"legal"}))

    told = verdict(opinion(finding(ALLOWED, Bearing.PERMITS)), secret)

    assert (told.ruling, told.closest) == (Ruling.NOT_COVERED, ())


def test_a_clause_of_a_document_not_asked_about_has_no_vote():
    elsewhere = replace(QUESTION, documents=frozenset({"other"}))

    told = verdict(opinion(finding(ALLOWED, Bearing.PERMITS)), shown(ALLOWED), question=elsewhere)

    assert told.ruling is Ruling.NOT_COVERED


# 2 what binds


def test_a_document_that_does_not_bind_has_no_vote():
    terms = replace(FORBIDDEN, document_id="terms")
    units = (shown(ALLOWED), shown(terms, document_=document("terms", kind=Kind.TERMS)))
    heard = opinion(finding(ALLOWED, Bearing.PERMITS), finding(terms, Bearing.FORBIDS))

    bound = verdict(heard, *units, binding=Binding())
    free = verdict(heard, *units, binding=Binding(but=frozenset({"terms"})))

    assert (bound.ruling, free.ruling) == (Ruling.NOT_ALLOWED, Ruling.ALLOWED)


def test_not_covered_names_the_governing_document_that_is_missing():
    told = verdict(opinion(aside(FORBIDDEN)), shown(FORBIDDEN), binding=Binding(missing=("MSA",)))

    assert told.ruling is Ruling.NOT_COVERED
    assert "MSA" in told.reason


# 3 what applies


def test_a_finding_on_a_passage_that_was_not_shown_is_dropped():
    told = verdict(opinion(finding(ALLOWED, Bearing.PERMITS), aside(DUTY)), shown(DUTY))

    assert told.ruling is Ruling.NOT_COVERED


@pytest.mark.parametrize(
    "quote",
    [
        "You may train any model on the output.",
        "you may train an internal model on the output.",
        "You may train an  internal model",
        "You may",
        "",
        "   ",
    ],
)
def test_a_quote_that_is_not_the_rules_own_words_takes_its_finding_with_it(quote):
    told = verdict(opinion(finding(ALLOWED, Bearing.PERMITS, quotes=(quote,))), shown(ALLOWED))

    assert (told.ruling, told.quotes) == (Ruling.NOT_COVERED, ())


def test_an_invented_quote_beside_a_true_one_is_dropped_alone():
    heard = finding(ALLOWED, Bearing.PERMITS, quotes=("All training is free.", ALLOWED.text))

    told = verdict(opinion(heard), shown(ALLOWED))

    assert [quote.text for quote in told.quotes] == [ALLOWED.text]


def test_a_lead_in_that_matters_is_a_second_quote():
    item = passage("train a rival model;", name="item", lead_ins=("You may not:",))
    heard = finding(item, Bearing.FORBIDS, quotes=("You may not:", item.text))

    told = verdict(opinion(heard), shown(item))

    assert [quote.text for quote in told.quotes] == ["You may not:", item.text]


@pytest.mark.parametrize("left_out", [FORBIDDEN, CONDITION, DUTY])
def test_a_gating_clause_left_unclassified_means_no_verdict(left_out):
    told = verdict(opinion(finding(ALLOWED, Bearing.PERMITS)), shown(ALLOWED), shown(left_out))

    assert told.ruling is Ruling.NOT_COVERED
    assert "Training" in told.reason


def test_a_prohibition_whose_quotes_fell_away_is_not_thereby_out_of_the_way():
    heard = opinion(
        finding(ALLOWED, Bearing.PERMITS),
        finding(FORBIDDEN, Bearing.FORBIDS, quotes=("No training at all.",)),
    )

    told = verdict(heard, shown(ALLOWED), shown(FORBIDDEN))

    assert told.ruling is Ruling.NOT_COVERED


def test_an_unclassified_statement_leaves_the_verdict_standing():
    told = verdict(opinion(finding(ALLOWED, Bearing.PERMITS)), shown(ALLOWED), shown(STATEMENT))

    assert told.ruling is Ruling.ALLOWED


# 4 what a unit says


@pytest.mark.parametrize("bearing", [b for b in Bearing if b is not Bearing.LIFTED])
def test_no_bearing_makes_a_prohibition_anything_else(bearing):
    heard = finding(FORBIDDEN, bearing, met=("chat model",), missing=("who signs",))

    assert verdict(opinion(heard), shown(FORBIDDEN)).ruling is Ruling.NOT_ALLOWED


@pytest.mark.parametrize("clause", [CONDITION, passage(DUTY.text, Outcome.REQUIRES)])
@pytest.mark.parametrize(
    ("bearing", "ruling"),
    [
        (OPEN, Ruling.CONDITIONAL),
        (UNMET, Ruling.NOT_ALLOWED),
        (Bearing.FORBIDS, Ruling.NOT_ALLOWED),
        (Bearing.PERMITS, Ruling.CONDITIONAL),
    ],
)
def test_a_condition_is_open_unless_the_question_settles_it(clause, bearing, ruling):
    assert verdict(opinion(finding(clause, bearing)), shown(clause)).ruling is ruling


def test_a_condition_that_the_question_states_met_allows_and_the_fact_is_repeated():
    heard = finding(CONDITION, MET, met=("written approval by legal",))

    told = verdict(opinion(heard), shown(CONDITION), question=APPROVED)

    assert (told.ruling, told.met) == (Ruling.ALLOWED, ("written approval by legal",))


@pytest.mark.parametrize(
    "fields",
    [
        {"met": ()},
        {"met": ("the board signed",)},
        {"met": ("approval",), "missing": ("which model",)},
    ],
)
def test_a_condition_called_met_by_no_fact_of_the_question_stays_open(fields):
    heard = opinion(finding(CONDITION, MET, **fields))

    assert verdict(heard, shown(CONDITION), question=APPROVED).ruling is Ruling.CONDITIONAL


def test_a_fact_stated_earlier_in_the_thread_counts():
    later = Question(text="So may we?", thread=("Legal gave written approval yesterday.",))

    told = verdict(
        opinion(finding(CONDITION, MET, met=("written approval",))),
        shown(CONDITION),
        question=later,
    )

    assert told.ruling is Ruling.ALLOWED


def test_what_lifts_a_rule_permits_nothing():
    told = verdict(opinion(finding(FORBIDDEN, Bearing.LIFTED)), shown(FORBIDDEN))

    assert told.ruling is Ruling.NOT_COVERED
    assert "permits" in told.reason


@pytest.mark.parametrize("outcome", [Outcome.PROHIBITS, Outcome.REQUIRES])
def test_advice_makes_an_answer_conditional_at_most(outcome):
    soft = passage("You should not use your own laptop.", outcome, advice=True)

    told = verdict(opinion(finding(soft, Bearing.FORBIDS)), shown(soft))

    assert told.ruling is Ruling.CONDITIONAL
    assert told.quotes[0].advice
    assert "advises" in told.reason


def test_a_permission_with_an_unknown_deciding_fact_is_conditional_and_asks_for_it():
    told = verdict(
        opinion(finding(ALLOWED, Bearing.PERMITS, missing=("who uses the model",))),
        shown(ALLOWED),
    )

    assert (told.ruling, told.missing) == (Ruling.CONDITIONAL, ("who uses the model",))


# 5 what votes


def test_a_duty_nobody_asked_about_is_a_note():
    heard = opinion(finding(ALLOWED, Bearing.PERMITS), finding(DUTY, Bearing.ALSO_REQUIRED))

    told = verdict(heard, shown(ALLOWED), shown(DUTY))

    assert told.ruling is Ruling.ALLOWED
    assert [note.text for note in told.notes] == [DUTY.text]


@pytest.mark.parametrize(
    "gate",
    [
        CONDITION,
        passage("You must obtain approval from the council first.", Outcome.REQUIRES, name="gate"),
    ],
)
def test_a_condition_or_an_approval_is_never_a_mere_note(gate):
    heard = opinion(finding(ALLOWED, Bearing.PERMITS), finding(gate, Bearing.ALSO_REQUIRED))

    assert verdict(heard, shown(ALLOWED), shown(gate)).ruling is Ruling.CONDITIONAL


def test_boilerplate_does_not_vote():
    boilerplate = passage(
        "You must comply with all applicable laws.", Outcome.REQUIRES, name="boilerplate"
    )
    heard = opinion(finding(ALLOWED, Bearing.PERMITS), finding(boilerplate, OPEN))

    told = verdict(heard, shown(ALLOWED), shown(boilerplate))

    assert (told.ruling, len(told.notes)) == (Ruling.ALLOWED, 1)


# 6 precedence


def test_the_strictest_vote_wins_and_its_words_come_first():
    heard = opinion(
        finding(ALLOWED, Bearing.PERMITS),
        finding(CONDITION, OPEN),
        finding(FORBIDDEN, Bearing.FORBIDS),
    )

    told = verdict(heard, shown(ALLOWED), shown(CONDITION), shown(FORBIDDEN))

    assert told.ruling is Ruling.NOT_ALLOWED
    assert told.quotes[0].text == FORBIDDEN.text


CARVE_OUT = passage(
    "Classifiers that stay inside the company are excepted.", Outcome.PERMITS, name="carve-out"
)
LIMITED = passage(FORBIDDEN.text, name="limited", carve_outs=(CARVE_OUT,))
UNIT = shown(LIMITED, carve_outs=(CARVE_OUT,))
CLASSIFIER = Question(text="May we train an undistributed classifier inside the company on output?")


def test_a_carve_out_whose_facts_are_known_replaces_the_clause_it_limits():
    heard = opinion(
        finding(LIMITED, Bearing.FORBIDS),
        finding(CARVE_OUT, Bearing.PERMITS, met=("classifier inside the company",)),
    )

    told = verdict(heard, UNIT, question=CLASSIFIER)

    assert told.ruling is Ruling.ALLOWED
    assert {quote.passage_id for quote in told.quotes} == {"limited", "carve-out"}


def test_a_carve_out_quoted_with_its_clause_counts_as_found():
    heard = finding(
        LIMITED,
        Bearing.PERMITS,
        quotes=(LIMITED.text, CARVE_OUT.text),
        met=("classifier inside the company",),
    )

    assert verdict(opinion(heard), UNIT, question=CLASSIFIER).ruling is Ruling.ALLOWED


def test_a_carve_out_with_an_unknown_deciding_fact_is_conditional_and_the_fact_is_asked():
    heard = opinion(
        finding(LIMITED, Bearing.FORBIDS),
        finding(CARVE_OUT, OPEN, missing=("Does the model leave the company?",)),
    )

    told = verdict(heard, UNIT)

    assert told.ruling is Ruling.CONDITIONAL
    assert told.missing == ("Does the model leave the company?",)
    assert told.deciding == "Does the model leave the company?"


def test_a_carve_out_called_met_without_facts_is_asked_in_its_own_words():
    heard = opinion(finding(LIMITED, Bearing.FORBIDS), finding(CARVE_OUT, Bearing.PERMITS))

    told = verdict(heard, UNIT)

    assert told.ruling is Ruling.CONDITIONAL
    assert told.missing[0] in CARVE_OUT.text


@pytest.mark.parametrize("bearing", [UNMET, Bearing.FORBIDS, Bearing.LIFTED])
def test_a_carve_out_that_does_not_reach_leaves_the_clause_standing(bearing):
    heard = opinion(finding(LIMITED, Bearing.FORBIDS), finding(CARVE_OUT, bearing))

    assert verdict(heard, UNIT).ruling is Ruling.NOT_ALLOWED


def test_an_internal_rule_and_a_vendor_term_that_disagree_give_the_stricter_and_say_so():
    terms = replace(FORBIDDEN, document_id="terms")
    heard = opinion(finding(ALLOWED, Bearing.PERMITS), finding(terms, Bearing.FORBIDS))

    told = verdict(
        heard, shown(ALLOWED), shown(terms, document_=document("terms", kind=Kind.TERMS))
    )

    assert told.ruling is Ruling.NOT_ALLOWED
    assert "Rules" in told.conflict
    assert "Terms" in told.conflict
    assert {quote.document_id for quote in told.quotes} == {"rules", "terms"}


def test_rules_that_agree_show_no_conflict():
    terms = replace(FORBIDDEN, document_id="terms", id="theirs")
    heard = opinion(finding(FORBIDDEN, Bearing.FORBIDS), finding(terms, Bearing.FORBIDS))

    told = verdict(
        heard, shown(FORBIDDEN), shown(terms, document_=document("terms", kind=Kind.TERMS))
    )

    assert told.conflict == ""


# 8 allowed needs something that permits


def test_silence_is_not_covered_and_shows_the_closest_rules_with_what_they_do():
    told = verdict(
        opinion(aside(FORBIDDEN), aside(CONDITION)),
        shown(STATEMENT),
        shown(FORBIDDEN),
        shown(CONDITION),
    )

    assert told.ruling is Ruling.NOT_COVERED
    assert [quote.outcome for quote in told.closest] == [Outcome.PROHIBITS, Outcome.CONDITIONS]


def test_a_plain_statement_permits_nothing():
    told = verdict(opinion(finding(STATEMENT, Bearing.PERMITS)), shown(STATEMENT))

    assert told.ruling is Ruling.NOT_COVERED


def test_owning_an_output_permits_nothing_beyond_owning_it():
    owning = passage("You own all output.", Outcome.PERMITS)
    heard = opinion(finding(owning, Bearing.PERMITS))

    beyond = verdict(heard, shown(owning))
    owned = verdict(heard, shown(owning), question=RIGHTS)

    assert (beyond.ruling, owned.ruling) == (Ruling.NOT_COVERED, Ruling.ALLOWED)


def test_no_finding_at_all_is_not_covered():
    assert verdict(opinion()).ruling is Ruling.NOT_COVERED


# 9 rights and protections


@pytest.mark.parametrize(
    ("bearing", "ruling"),
    [
        (Bearing.PERMITS, Ruling.ALLOWED),
        (Bearing.FORBIDS, Ruling.NOT_ALLOWED),
        (OPEN, Ruling.CONDITIONAL),
    ],
)
def test_a_statement_confirms_or_denies_a_right_that_was_asked_about(bearing, ruling):
    told = verdict(opinion(finding(STATEMENT, bearing)), shown(STATEMENT), question=RIGHTS)

    assert told.ruling is ruling


# what people read first


def test_the_judges_reason_stands_only_where_the_judge_reached_the_verdict():
    agreed = verdict(
        opinion(finding(FORBIDDEN, Bearing.FORBIDS), reason="A chat model competes."),
        shown(FORBIDDEN),
    )
    overruled = verdict(
        opinion(finding(FORBIDDEN, Bearing.PERMITS), reason="All is well."), shown(FORBIDDEN)
    )

    assert agreed.reason == "A chat model competes."
    assert overruled.reason == "Our guideline “Rules” prohibits this, under “Training”."


def test_the_deciding_words_are_the_clauses_own():
    told = verdict(opinion(finding(FORBIDDEN, Bearing.FORBIDS)), shown(FORBIDDEN))

    assert told.deciding == "You may not train a competing model on the output"


def test_a_quote_names_section_edition_and_the_day_the_rule_took_effect():
    dated = shown(FORBIDDEN, document_=document(effective=DATED))
    heard = opinion(finding(FORBIDDEN, Bearing.FORBIDS))

    quotes = (verdict(heard, dated).quotes[0], verdict(heard, shown(FORBIDDEN)).quotes[0])

    assert [(q.section_id, q.edition) for q in quotes] == [("rules#training", 7)] * 2
    assert [q.effective for q in quotes] == [DATED, EDITION.effective_at.date()]


def test_a_vendors_promise_permits_relying_on_it_and_no_act_of_ours():
    promise = replace(
        passage("We will not train our models on your prompts.", Outcome.PERMITS), promise=True
    )
    heard = opinion(finding(promise, Bearing.PERMITS))
    relying = Question(text="Does the vendor train on our prompts?")

    asked = verdict(heard, shown(promise), question=relying)
    acting = verdict(heard, shown(promise))

    assert (asked.ruling, acting.ruling) == (Ruling.ALLOWED, Ruling.NOT_COVERED)
