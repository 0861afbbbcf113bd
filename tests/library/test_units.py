"""Which carve-outs and definitions a clause is tied to."""

from __future__ import annotations

import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library import units
from knowledge.models import Outcome, Passage, Shape


def passage(number: int, text: str, **more: object) -> Passage:
    made = Passage(
        id=f"d#s:{number}",
        section_id="d#s",
        document_id="d",
        start=number * 10,
        end=number * 10 + 9,
        text=text,
        outcome=Outcome.PROHIBITS,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_the_named_exception_is_tied_as_a_carve_out_and_the_terms_as_definitions() -> None:
    clause = passage(1, "except for a Permitted Exception, use Output to rival us;")
    exception = passage(2, "“Permitted Exception” means sorting data.", outcome=Outcome.NONE)
    output = passage(3, "“Output” means what the model returns.", outcome=Outcome.NONE)

    tied = units.tie([clause, exception, output])[0]

    assert tied.carve_outs == (exception.id,)
    assert tied.definitions == (output.id,)


def test_a_term_is_used_where_it_is_capitalised_or_has_several_words() -> None:
    clause = passage(1, "No output of a key may train a competing model.")
    key = passage(2, "“Key” means a secret.", outcome=Outcome.NONE)
    rival = passage(3, "**Competing model** means a rival product.", outcome=Outcome.NONE)

    assert units.tie([clause, key, rival])[0].definitions == (rival.id,)


def test_commonplace_terms_and_clauses_that_rule_nothing_stay_untied() -> None:
    definition = passage(1, "“Services” means our services.", outcome=Outcome.NONE)
    clause = passage(2, "You may not resell the Services.")
    idle = passage(3, "The Output of the Services is text.", outcome=Outcome.NONE)
    output = passage(4, "“Output” means text.", outcome=Outcome.NONE)

    tied = units.tie([definition, clause, idle, output])

    assert [one.definitions for one in tied] == [(), (), (), ()]


def test_at_most_three_definitions_the_longer_term_first() -> None:
    names = ["Alpha", "Beta", "Gamma", "Delta Value"]
    clause = passage(0, "Do not mix Alpha, Beta, Gamma and Delta Value.")
    others = [
        passage(i, f"“{name}” means something.", outcome=Outcome.NONE)
        for i, name in enumerate(names, start=1)
    ]

    definitions = units.tie([clause, *others])[0].definitions

    assert len(definitions) == units.MOST_DEFINITIONS
    assert definitions[0] == others[3].id


def test_a_section_named_in_an_exception_is_tied() -> None:
    clause = passage(1, "You may not copy it, except as set out in Section 4.2.")
    exception = passage(2, "4.2 You may keep one copy.", outcome=Outcome.PERMITS)
    other = passage(3, "4.3 You may keep a list.", outcome=Outcome.PERMITS)

    assert units.tie([clause, exception, other])[0].carve_outs == (exception.id,)


def test_a_section_named_with_another_title_is_not_tied() -> None:
    clause = passage(1, "You may not copy it, except under Section 4.2 (Backups).")
    exception = passage(2, "4.2 Fees. You must pay.", outcome=Outcome.REQUIRES)

    assert units.tie([clause, exception])[0].carve_outs == ()


def test_a_lettered_clause_named_in_an_exception_is_tied() -> None:
    lead = {"lead_ins": ("You may not:",), "shape": Shape.ITEM}
    clause = passage(1, "(a) copy it, other than as set out in (c)", **lead)
    exception = passage(2, "(c) copy it without a backup", **lead)

    assert units.tie([clause, exception])[0].carve_outs == (exception.id,)


def test_what_lifts_the_foregoing_is_tied_to_the_whole_list_before_it() -> None:
    lead = {"lead_ins": ("You may not:",), "shape": Shape.ITEM}
    one, two = passage(1, "copy it", **lead), passage(2, "sell it", **lead)
    lifting = passage(3, "The foregoing does not apply to tests.", outcome=Outcome.PERMITS)

    tied = units.tie([one, two, lifting])

    assert [clause.carve_outs for clause in tied] == [(lifting.id,), (lifting.id,), ()]


def test_notwithstanding_a_section_limits_that_section() -> None:
    clause = passage(1, "4.2 You may not copy it.")
    lifting = passage(
        2, "Notwithstanding Section 4.2, you may keep a copy.", outcome=Outcome.PERMITS
    )

    assert units.tie([clause, lifting])[0].carve_outs == (lifting.id,)


def test_the_list_below_an_exception_is_its_carve_out() -> None:
    text = "Police work. Except for the following permitted uses:"
    clause = passage(1, text, outcome=Outcome.CONDITIONS)
    item = passage(2, "filing;", lead_ins=(text,), shape=Shape.ITEM, outcome=Outcome.PERMITS)

    assert units.tie([clause, item])[0].carve_outs == (item.id,)


@given(st.lists(st.text(max_size=80), max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_passage_is_never_tied_to_itself_and_only_to_its_document(texts: list[str]) -> None:
    passages = [passage(i, text) for i, text in enumerate(texts)]
    known = {one.id for one in passages}

    for one in units.tie(passages):
        linked = {*one.carve_outs, *one.definitions}
        assert one.id not in linked
        assert linked <= known


def test_a_document_of_many_terms_is_tied_in_moments() -> None:
    passages = [
        passage(i, f"“Term {i}” means Term {i + 1} unless Section {i}.") for i in range(3000)
    ]
    started = time.perf_counter()

    units.tie(passages)

    assert time.perf_counter() - started < 10
