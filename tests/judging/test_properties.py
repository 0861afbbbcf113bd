"""What holds of every verdict, whatever the judge says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.judging.quoting import members
from knowledge.judging.verdicts import verdict_from
from knowledge.models import Bearing, Finding, Kind, Outcome, Question, Ruling
from tests.judging.cases import EDITION, document, opinion, passage, shown

STRICTNESS = {Ruling.ALLOWED: 0, Ruling.CONDITIONAL: 1, Ruling.NOT_ALLOWED: 2}
TEXTS = (
    "You may not train a model on the output.",
    "You may train a model that stays inside.",
    "You must obtain approval before training.",
    "You own what you generate with the tool.",
    "You must comply with all applicable laws.",
)
QUESTIONS = (
    "May we train a model on the output with the approval we have?",
    "Do we own what we generate?",
)
WORDS = st.lists(st.sampled_from((*TEXTS, "made up words of nobody", "approval", "")), max_size=2)


@st.composite
def units(draw, *, carve_outs=False):
    made = []
    for number in range(draw(st.integers(0, 4))):
        relief = passage(
            draw(st.sampled_from(TEXTS)), draw(st.sampled_from(Outcome)), name=f"c{number}"
        )
        clause = passage(
            draw(st.sampled_from(TEXTS)),
            draw(st.sampled_from(Outcome)),
            name=f"p{number}",
            advice=draw(st.booleans()),
            carve_outs=(relief,) if carve_outs else (),
        )
        kind = draw(st.sampled_from(Kind))
        made.append(
            shown(
                clause,
                carve_outs=(relief,) if carve_outs else (),
                document_=document(str(kind), kind=kind),
            )
        )
    return made


@st.composite
def opinions(draw):
    found = []
    for passage_id in draw(
        st.lists(st.sampled_from([f"{kind}{n}" for kind in "pc" for n in range(5)]), max_size=8)
    ):
        applies = draw(st.booleans())
        found.append(
            Finding(
                passage_id=passage_id,
                applies=applies,
                bearing=draw(st.sampled_from(Bearing)) if applies else None,
                quotes=tuple(draw(WORDS)),
                met=tuple(draw(WORDS)),
                missing=tuple(draw(WORDS)),
                conditions=tuple(draw(WORDS)),
            )
        )
    return opinion(*found, reason=draw(st.sampled_from(("", "Because."))))


def decide(heard, on, text):
    return verdict_from(heard, on, edition=EDITION, question=Question(text=text))


def loosest(quote, met):
    """The loosest ruling that a cited clause of this stored outcome may ever carry."""
    if quote.outcome is Outcome.PROHIBITS:
        return Ruling.CONDITIONAL if quote.advice else Ruling.NOT_ALLOWED
    if quote.outcome in {Outcome.REQUIRES, Outcome.CONDITIONS}:
        return Ruling.ALLOWED if met else Ruling.CONDITIONAL
    return Ruling.ALLOWED


@given(heard=opinions(), on=units(), text=st.sampled_from(QUESTIONS))
def test_a_verdict_is_never_looser_than_the_strictest_rule_it_cites(heard, on, text):
    told = decide(heard, on, text)

    if told.ruling is not Ruling.NOT_COVERED:
        floor = max(STRICTNESS[loosest(quote, told.met)] for quote in told.quotes)
        assert STRICTNESS[told.ruling] >= floor


@given(heard=opinions(), on=units(carve_outs=True), text=st.sampled_from(QUESTIONS))
def test_every_quote_is_verbatim_in_the_unit_it_is_ascribed_to(heard, on, text):
    told = decide(heard, on, text)

    stored = {one.id: one.text for each in on for one in members(each.unit)}
    for quote in (*told.quotes, *told.notes, *told.closest):
        assert quote.text.strip()
        assert quote.text in stored[quote.passage_id]


@given(heard=opinions(), on=units(carve_outs=True), text=st.sampled_from(QUESTIONS))
def test_only_not_covered_stands_without_a_quote_and_only_it_shows_the_closest(heard, on, text):
    told = decide(heard, on, text)

    assert bool(told.quotes) == (told.ruling is not Ruling.NOT_COVERED)
    assert not (told.quotes and told.closest)


@given(heard=opinions(), on=units(carve_outs=True), text=st.sampled_from(QUESTIONS))
def test_allowed_rests_on_something_that_permits_or_on_facts_of_the_question(heard, on, text):
    told = decide(heard, on, text)

    if told.ruling is Ruling.ALLOWED:
        permits = any(q.outcome in {Outcome.PERMITS, Outcome.NONE} for q in told.quotes)
        assert permits or told.met


@given(heard=opinions(), on=units(carve_outs=True), text=st.sampled_from(QUESTIONS))
def test_a_prohibition_is_relieved_only_by_a_carve_out_of_its_own_unit(heard, on, text):
    told = decide(heard, on, text)

    if told.ruling is Ruling.ALLOWED:
        cited = {quote.passage_id for quote in told.quotes}
        for quote in told.quotes:
            if (
                quote.outcome is Outcome.PROHIBITS
                and quote.passage_id.startswith("p")
                and not quote.advice
            ):
                assert f"c{quote.passage_id[1:]}" in cited


@given(heard=opinions(), on=units(carve_outs=True), text=st.sampled_from(QUESTIONS))
def test_a_conditional_verdict_names_its_condition(heard, on, text):
    told = decide(heard, on, text)

    if told.ruling is Ruling.CONDITIONAL:
        assert told.conditions
        assert told.deciding == told.conditions[0]
