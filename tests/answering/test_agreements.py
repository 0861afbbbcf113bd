"""Which documents bind: guidelines by entity, terms by what is used, agreements before terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from knowledge.answering import asking
from knowledge.answering.agreements import Binding, binding, plans
from knowledge.models import Agreement, Document, Edition, Kind, Question, Rulebook
from knowledge.retrieval.glossary import Glossary

TODAY = date(2026, 3, 2)
GLOSSARY = Glossary.load()


def document(name: str, kind: Kind = Kind.GUIDELINE, **more: object) -> Document:
    return Document(id=name, title=name, kind=kind, text="", path=f"{name}.md", **more)


def terms(name: str, vendor: str, **more: object) -> Document:
    return document(name, Kind.TERMS, vendor=vendor, **more)


def contract(name: str, vendor: str, **more: object) -> Document:
    return document(name, Kind.CONTRACT, vendor=vendor, **more)


def bound(
    *documents: Document,
    text: str = "May we train on GPT-4o output?",
    agreements: tuple[Agreement, ...] = (),
    day: date = TODAY,
    **asked: object,
) -> Binding:
    question = Question(text=text, **asked)
    return binding(rules_of(documents, agreements), question, GLOSSARY, day=day)


def rules_of(documents: Iterable[Document], agreements: tuple[Agreement, ...] = ()) -> Rulebook:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    edition = Edition(number=1, published_at=at, published_by="ada", effective_at=at)
    return Rulebook(
        edition=edition,
        documents={one.id: one for one in documents},
        sections={},
        passages=(),
        agreements=agreements,
    )


def voting(*documents: Document, **more: object) -> set[str]:
    found = bound(*documents, **more)
    return {one.id for one in documents if found.votes(one.id)}


# ------------------------------------------------------------------ our own guidelines


def test_a_guideline_binds_everybody_whatever_the_question_names():
    assert voting(document("output")) == {"output"}
    assert voting(document("output"), text="May I park here?") == {"output"}


def test_a_guideline_of_another_entity_binds_nobody_else():
    rules = (document("uk", entity="Acme UK"), document("de", entity="Acme DE"), document("all"))

    assert voting(*rules, entity="Acme UK") == {"uk", "all"}
    assert voting(*rules, entity="acme uk") == {"uk", "all"}
    assert voting(*rules, text="Can we at Acme DE do this?") == {"de", "all"}


def test_a_question_that_names_no_entity_is_bound_by_whatever_speaks_to_it():
    rules = (document("uk", entity="Acme UK"), document("de", entity="Acme DE"))

    assert voting(*rules) == {"uk", "de"}


def test_the_askers_entity_and_the_one_named_both_bind():
    rules = (document("uk", entity="Acme UK"), document("de", entity="Acme DE"))

    assert voting(*rules, entity="Acme UK", text="What would Acme DE say?") == {"uk", "de"}


@pytest.mark.parametrize("kind", [Kind.GUIDELINE, Kind.TERMS])
def test_nothing_binds_before_it_takes_effect(kind):
    rule = document("rule", kind, vendor="OpenAI", effective=date(2026, 3, 3))

    assert voting(rule, day=date(2026, 3, 2)) == set()
    assert voting(rule, day=date(2026, 3, 3)) == {"rule"}


# ------------------------------------------------------------------ vendors' terms


def test_terms_bind_where_the_vendor_or_its_product_is_named():
    ours = (terms("openai", "OpenAI"), terms("anthropic", "Anthropic"))

    assert voting(*ours) == {"openai"}
    assert voting(*ours, text="Is Claude output fine?") == {"anthropic"}


def test_terms_do_not_bind_where_no_vendor_is_meant():
    assert voting(terms("openai", "OpenAI"), text="May I share my password?") == set()


def test_an_ambiguous_name_means_all_its_bearers():
    ours = (terms("github", "GitHub"), terms("microsoft", "Microsoft"), terms("openai", "OpenAI"))

    assert voting(*ours, text="Can Copilot see our code?") == {"github", "microsoft"}


def test_a_model_used_through_a_cloud_is_bound_by_maker_and_channel():
    ours = (terms("openai", "OpenAI"), terms("microsoft", "Microsoft"), terms("aws", "AWS"))

    assert voting(*ours, text="GPT-4o on Azure OpenAI for chats?") == {"openai", "microsoft"}


def test_a_vendor_that_no_glossary_knows_is_recognised_by_its_name():
    ours = (terms("zorblatt", "Zorblatt Labs"),)

    assert voting(*ours, text="May we use zorblatt labs for this?") == {"zorblatt"}
    assert voting(*ours, text="May we use labs for this?") == set()


def test_a_question_that_points_at_documents_is_bound_by_them():
    ours = (terms("nda", "Widgets"), terms("openai", "OpenAI"))

    found = voting(*ours, text="May they keep copies?", documents=frozenset({"nda"}))

    assert found == {"nda"}


def test_a_product_named_earlier_in_the_conversation_is_still_meant():
    asked = {"text": "And for internal use only?", "thread": ("Train on Claude output?",)}

    assert voting(terms("anthropic", "Anthropic"), **asked) == {"anthropic"}


# ------------------------------------------------------------------ agreements


def test_a_recorded_agreement_takes_the_place_of_public_terms():
    ours = (terms("openai", "OpenAI"), contract("msa", "OpenAI"), contract("dpa", "OpenAI"))
    recorded = (Agreement(vendor="OpenAI", documents=("msa", "dpa")),)

    found = bound(*ours, agreements=recorded)

    assert {name for name in ("openai", "msa", "dpa") if found.votes(name)} == {"msa", "dpa"}
    assert found.rank("msa") < found.rank("dpa")


def test_an_agreement_of_one_vendor_leaves_the_others_alone():
    ours = (terms("openai", "OpenAI"), contract("msa", "OpenAI"), terms("anthropic", "Anthropic"))
    recorded = (Agreement(vendor="OpenAI", documents=("msa",)),)

    found = voting(*ours, agreements=recorded, text="GPT-4o answers into Claude?")

    assert found == {"msa", "anthropic"}


def test_an_agreement_binds_only_from_its_day_on():
    ours = (terms("openai", "OpenAI"), contract("msa", "OpenAI"))
    recorded = (Agreement(vendor="OpenAI", documents=("msa",), since=date(2026, 3, 2)),)

    assert voting(*ours, agreements=recorded, day=date(2026, 3, 1)) == {"openai"}
    assert voting(*ours, agreements=recorded, day=date(2026, 3, 2)) == {"msa"}


def test_an_agreement_for_one_channel_leaves_the_public_terms_of_another():
    ours = (terms("openai", "OpenAI"), contract("msa", "OpenAI"))
    recorded = (Agreement(vendor="OpenAI", documents=("msa",), channel="API"),)

    assert voting(*ours, agreements=recorded, text="OpenAI's API for this?") == {"msa"}
    assert voting(*ours, agreements=recorded, text="ChatGPT app for this?") == {"openai"}
    assert voting(*ours, agreements=recorded, text="OpenAI for this?") == {"msa"}


def test_an_agreement_of_one_entity_is_not_anothers():
    ours = (terms("openai", "OpenAI"), contract("msa", "OpenAI"))
    recorded = (Agreement(vendor="OpenAI", documents=("msa",), entity="Acme UK"),)

    assert voting(*ours, agreements=recorded, entity="Acme UK") == {"msa"}
    assert voting(*ours, agreements=recorded, entity="Acme DE") == {"openai"}


def test_an_agreement_may_list_the_terms_of_a_cloud():
    ours = (terms("openai", "OpenAI"), terms("azure-terms", "Microsoft"))
    recorded = (Agreement(vendor="OpenAI", documents=("azure-terms",), channel="azure"),)

    assert voting(*ours, agreements=recorded) == {"azure-terms"}


# ------------------------------------------------------------------ plans

PLANS = (
    terms("business", "OpenAI", plans=frozenset({"api", "team", "enterprise"})),
    terms("private", "OpenAI", plans=frozenset({"consumer"})),
    terms("usage", "OpenAI"),
)


@pytest.mark.parametrize(
    ("text", "votes"),
    [
        ("May I paste code on ChatGPT Team?", {"business", "usage"}),
        ("May I paste code through the OpenAI API?", {"business", "usage"}),
        ("May I paste code on my ChatGPT Plus?", {"private", "usage"}),
        ("API of OpenAI, or my personal ChatGPT?", {"business", "private", "usage"}),
        ("May I paste code into the ChatGPT app?", {"business", "private", "usage"}),
        ("GPT-4o on Azure?", {"usage"}),
        ("May I paste code into ChatGPT?", {"business", "private", "usage"}),
    ],
)
def test_terms_for_some_plans_bind_where_one_of_them_is_named_or_none(text, votes):
    assert voting(*PLANS, text=text) == votes


def test_a_plan_that_may_be_another_vendors_silences_nobody_who_has_no_such_plan():
    claude = terms("claude", "Anthropic", plans=frozenset({"api"}))

    both = voting(*PLANS, claude, text="May I train Claude on output of ChatGPT Team?")
    assert both == {"business", "usage", "claude"}
    assert bound(claude, text="May I paste code into Claude Team?").missing != ()


def test_a_plan_named_earlier_in_the_conversation_is_still_meant():
    thread = ("May I paste code on ChatGPT Team?",)

    assert voting(*PLANS, text="And secrets?", thread=thread) == {"business", "usage"}


def test_the_plan_that_is_pressed_last_is_the_one_on_which_it_is_used():
    asked = f"Is the ChatGPT app fine? {asking.plan('Consumer')} {asking.plan('Team')}"

    assert voting(*PLANS, text=asked) == {"business", "usage"}


def test_what_an_agreement_lists_binds_whatever_plans_it_says_it_is_for():
    recorded = (Agreement(vendor="OpenAI", documents=("business",)),)

    assert voting(*PLANS, agreements=recorded, text="On ChatGPT Plus?") == {"business"}


def test_a_question_that_points_at_terms_is_bound_by_them_on_any_plan():
    asked = {"text": "On ChatGPT Team?", "documents": frozenset({"private"})}

    assert voting(*PLANS, **asked) >= {"private"}


def test_terms_of_other_plans_alone_are_missing_those_of_this_one():
    private = PLANS[1]

    assert bound(private, text="On ChatGPT Team?").missing == ("the terms of OpenAI for this plan",)
    assert bound(private, text="On ChatGPT Plus?").missing == ()
    azure = terms("azure", "Microsoft")
    assert bound(private, azure, text="GPT-4o on Azure?").missing == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("May I paste code into ChatGPT?", ("api", "consumer", "team", "enterprise")),
        ("May I paste code into the ChatGPT app?", ("consumer", "team", "enterprise")),
        ("May I paste code on ChatGPT Team?", ()),
        ("May I paste code into Claude?", ()),
    ],
)
def test_the_plans_to_ask_about_are_those_that_documents_tell_apart(text, asked):
    assert plans(rules_of(PLANS), Question(text=text), GLOSSARY, day=TODAY) == asked


def test_an_agreement_leaves_no_plan_of_public_terms_to_ask_about():
    recorded = (Agreement(vendor="OpenAI", documents=("business",)),)
    question = Question(text="May I paste code into ChatGPT?")

    assert plans(rules_of(PLANS, recorded), question, GLOSSARY, day=TODAY) == ()


# ------------------------------------------------------------------ what is missing


def test_a_governing_document_that_is_not_published_is_named():
    recorded = (
        Agreement(vendor="OpenAI", documents=("msa", "dpa"), missing=("Order form of March",)),
    )

    found = bound(contract("dpa", "OpenAI"), agreements=recorded)

    assert found.missing == ("msa", "Order form of March")


def test_public_terms_do_not_step_in_for_an_agreement_that_is_missing():
    recorded = (Agreement(vendor="OpenAI", documents=(), missing=("Master agreement",)),)

    assert voting(terms("openai", "OpenAI"), agreements=recorded) == set()


def test_a_vendor_without_any_document_is_named():
    assert bound(document("output"), text="May we use Figma AI?").missing == ("the terms of Figma",)
    assert bound(terms("openai", "OpenAI")).missing == ()


def test_a_company_whose_guidelines_bear_its_name_is_no_vendor():
    assert bound(document("Sourcegraph travel tips"), text="Sourcegraph laptop?").missing == ()


def test_the_reason_names_what_binds():
    assert bound(document("a"), terms("openai", "OpenAI")).reason == (
        "Bound by 1 internal guidelines, openai."
    )
    assert bound().reason == "No document in force binds this question."


# ------------------------------------------------------------------ where a search need look


def test_a_search_stays_with_what_binds():
    ours = (document("output"), terms("openai", "OpenAI"), terms("anthropic", "Anthropic"))

    assert bound(*ours).within == {"output", "openai"}
    assert bound(*ours, text="May I share a password?").within == {"output"}
    assert bound(*ours, documents=frozenset({"output"})).within == {"output"}


def test_a_search_goes_everywhere_it_may_where_nothing_binds():
    ours = (terms("openai", "OpenAI"), document("later", effective=date(2027, 1, 1)))

    assert bound(*ours, text="May I share a password?").within is None
    assert bound(*ours, text="?", documents=frozenset({"later"})).within == {"later"}
