"""Names and jargon: who is meant, and what rules call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import SourceRefused
from knowledge.retrieval.glossary import Glossary


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary.load()


@pytest.mark.parametrize(
    ("text", "vendors"),
    [
        ("fine-tune on GPT-4o output", {"openai"}),
        ("is o3 fine for this?", {"openai"}),
        ("gpt5-mini and claude3 side by side", {"openai", "anthropic"}),
        ("we call azure openai", {"microsoft", "openai"}),
        ("copilot wrote it", {"github", "microsoft"}),
        ("GitHub Copilot wrote it", {"github"}),
        ("summaries by le chat", {"mistral"}),
        ("Claude on Bedrock", {"amazon", "anthropic"}),
        ("Vertex hosts it", {"google"}),
        ("Llama-3.1 weights", {"meta"}),
        ("which model may I use?", set()),
    ],
)
def test_a_name_means_its_makers(glossary: Glossary, text: str, vendors: set[str]):
    assert glossary.vendors_in(text) == vendors


def test_an_everyday_word_is_a_name_only_with_a_capital_inside_a_sentence(glossary: Glossary):
    assert glossary.vendors_in("our endpoint on Together is slow") == {"together"}
    assert glossary.vendors_in("we work together on it") == set()
    assert glossary.vendors_in("Together we ship. Replicate the bug first.") == set()


def test_vendors_are_compared_without_legal_form(glossary: Glossary):
    assert glossary.vendor("Together AI") == glossary.vendor("together")
    assert glossary.vendor("OpenAI, L.L.C.") == glossary.vendor("openai")
    assert glossary.vendor("AWS") == glossary.vendor("Amazon Web Services, Inc.")
    assert glossary.vendor("Acme Robotics Ltd") == "acmerobotics"


def test_channels_are_told(glossary: Glossary):
    assert "azure" in glossary.channels_in("through Azure OpenAI")
    assert "api" in glossary.channels_in("with my API key")
    assert "consumer" in glossary.channels_in("from my personal account")
    assert glossary.channels_in("may I?") == frozenset()


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("May I paste code into this on ChatGPT Team?", {"team"}),
        ("we pay for ChatGPT Business", {"team"}),
        ("Claude for Work", {"team", "enterprise"}),
        ("on the Business plan", {"team"}),
        ("with ChatGPT Enterprise", {"enterprise"}),
        ("now that we are on Enterprise", {"enterprise"}),
        ("my own ChatGPT Plus", {"consumer"}),
        ("ChatGPT Free or Claude Pro?", {"consumer"}),
        ("from a free account", {"consumer"}),
        ("through the API of OpenAI", {"api"}),
        ("Claude on Bedrock or Vertex", {"bedrock", "vertex"}),
        ("GPT-4o on Azure", {"azure"}),
        ("in the ChatGPT app", {"app", "consumer", "team", "enterprise"}),
    ],
)
def test_a_plan_is_told_by_the_names_people_give_it(
    glossary: Glossary, text: str, channels: set[str]
):
    assert glossary.channels_in(text) == channels


@pytest.mark.parametrize(
    "text",
    [
        "may my team paste it?",
        "in our mobile app",
        "consumer data of our customers",
        "code of enterprise customers",
        "our business depends on it",
        "is it free?",
    ],
)
def test_words_about_ourselves_are_no_plan(glossary: Glossary, text: str):
    assert glossary.channels_in(text) == frozenset()


def test_a_plan_that_compliance_adds_is_named_by_its_own_word(tmp_path: Path):
    extra = tmp_path / "glossary.yaml"
    extra.write_text("channels: {Edu: [chatgpt edu]}\n", encoding="utf-8")

    glossary = Glossary.load(extra)

    assert glossary.channels[-1] == "edu"
    assert glossary.channels_in("On the Edu plan.") == {"edu"}
    assert glossary.channels_in("with ChatGPT Edu") == {"edu"}


@pytest.mark.parametrize(
    "text", ["sft on their outputs", "we distilled it", "can I scrape the site", "finetuning"]
)
def test_jargon_has_words_of_rules(glossary: Glossary, text: str):
    assert glossary.expand(text)


def test_plain_words_are_left_alone(glossary: Glossary):
    assert glossary.expand("the weather in Berlin") == ()


def test_compliance_may_add_names_and_jargon(tmp_path: Path):
    extra = tmp_path / "glossary.yaml"
    extra.write_text(
        "vendors:\n  Initech: [tps bot]\n  OpenAI: [our blue bot]\n"
        "jargon:\n  - {says: [tps it], means: file a report}\n"
    )

    glossary = Glossary.load(extra)

    assert glossary.vendors_in("ask the TPS-bot") == {"initech"}
    assert glossary.vendors_in("ask our blue bot or chatgpt") == {"openai"}
    assert glossary.expand("just TPS it") == ("file a report",)
    assert glossary.fingerprint != Glossary.load().fingerprint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vendors: [a, b]", "not a glossary"),
        ("nonsense: {}", "not a glossary"),
        ("vendors: {a: [*x]}", "aliases"),
        ("vendors: {a: [", r"glossary\.yaml:\d: not YAML"),
        ("vendors: {A: &x [b]}\nshared: {c: *x}", "aliases"),
        ("vendors: {A: [b]}\nvendors: {C: [d]}", r"yaml:2: .*vendors stands there twice"),
        ("vendors: {A: [b]}" + " " * 2_000_000, "larger than"),
    ],
)
def test_a_file_that_is_no_glossary_is_refused_with_its_place(tmp_path: Path, text: str, said: str):
    extra = tmp_path / "glossary.yaml"
    extra.write_text(text)

    with pytest.raises(SourceRefused, match=said) as refused:
        Glossary.load(extra)
    assert str(extra) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(SourceRefused, match="cannot be read"):
        Glossary.load(tmp_path / "none.yaml")


def test_equal_files_have_one_fingerprint(glossary: Glossary):
    assert glossary.fingerprint == Glossary.load().fingerprint


def test_a_vendor_found_is_named_as_people_write_it():
    glossary = Glossary.load()
    (vendor,) = glossary.vendors_in("may i paste this into chatgpt")

    assert glossary.title(vendor) == "OpenAI"
    assert glossary.title("somebody nobody listed") == "somebody nobody listed"
