"""The sample guidelines, the golden questions and the writing manual are as good as they say."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from knowledge.library.rules import rules_of
from knowledge.library.sources.folder import Source, read_folder
from knowledge.library.sources.metadata import Fields
from knowledge.models import Basis, Document, Kind, Outcome, Passage
from knowledge.retrieval.glossary import Glossary

ROOT = Path(__file__).resolve().parents[1]
GUIDELINES = ROOT / "examples" / "guidelines"
GOLDEN = ROOT / "examples" / "golden.jsonl"
FRESH = ROOT / "examples" / "fresh.jsonl"
MANUAL = ROOT / "docs" / "writing-guidelines.md"

PROMISED_GUIDELINES = {
    "vendor-output",
    "distillation",
    "api-calls",
    "annotators",
    "evaluation",
    "customer-data",
    "code-assistants",
    "open-weights",
    "open-source",
    "personal-accounts",
    "retention",
    "incidents",
    "reselling",
    "learning",
    "re-evaluation",
}
MARKER = re.compile(r"\*\*(Not allowed\.|Allowed\.|Allowed if\*\* |Ask first\.)")
DUTY = re.compile(r"\bmust\b")
EXPLAINING = {"Words we use"}
DUTIES = {Outcome.REQUIRES, Outcome.CONDITIONS}


@pytest.fixture(scope="module")
def source() -> Source:
    return read_folder(GUIDELINES)


@pytest.fixture(scope="module")
def documents(source: Source) -> dict[str, Document]:
    return {document.id: document for document in source.documents}


@pytest.fixture(scope="module")
def passages(source: Source) -> list[Passage]:
    return [passage for document in source.documents for passage in rules_of(document).passages]


@pytest.fixture(scope="module")
def rules(passages: list[Passage]) -> list[Passage]:
    """All passages below a second-level heading that is not there to explain words."""
    return [
        passage
        for passage in passages
        if len(passage.headings) > 1 and passage.headings[-1] not in EXPLAINING
    ]


@pytest.fixture(scope="module", params=[GOLDEN, FRESH], ids=["golden", "fresh"])
def golden(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return [json.loads(line) for line in request.param.read_text("utf-8").splitlines()]


def quotes_of(question: dict[str, Any]) -> list[tuple[str, str]]:
    return [(g["document"], g["quote"]) for g in question["gold"] + question["alt_gold"]]


# ---------------------------------------------------------------- the guidelines


def test_the_folder_reads_without_a_warning(source: Source) -> None:
    assert source.warnings == ()
    assert {document.id for document in source.documents} >= PROMISED_GUIDELINES


def test_every_guideline_says_who_owns_it_and_since_when(source: Source) -> None:
    for document in source.documents:
        assert document.kind is Kind.GUIDELINE, document.id
        said = (document.owner, document.effective, document.review_every)
        assert all(said), document.id
        assert document.path.removesuffix(".md") == document.id


def test_some_guidelines_are_for_one_group_alone(source: Source) -> None:
    restricted = {d.id: d.audience for d in source.documents if d.audience}

    assert restricted == {
        "hiring": frozenset({"people-ops"}),
        "vendor-notices": frozenset({"legal"}),
    }


def test_every_rule_carries_a_marker_or_a_duty(rules: list[Passage]) -> None:
    bare = [p.text for p in rules if not MARKER.match(p.text) and not DUTY.search(p.text)]

    assert bare == []


def test_every_rule_does_what_its_marker_says(rules: list[Passage]) -> None:
    expected = {
        "Not allowed.": Outcome.PROHIBITS,
        "Allowed.": Outcome.PERMITS,
        "Allowed if** ": Outcome.CONDITIONS,
        "Ask first.": Outcome.CONDITIONS,
    }
    marked = [(rule, MARKER.match(rule.text)) for rule in rules]

    assert [
        rule.text
        for rule, marker in marked
        if marker and (rule.outcome, rule.basis) != (expected[marker[1]], Basis.MARKER)
    ] == []


def test_a_duty_without_a_marker_is_read_as_one(rules: list[Passage]) -> None:
    """ "Must … before …" may also be read as the condition for what comes after."""
    duties = [rule for rule in rules if not MARKER.match(rule.text)]

    assert [d.text for d in duties if d.outcome not in DUTIES] == []


def test_every_rule_can_be_read_on_a_card(rules: list[Passage]) -> None:
    assert [rule.text for rule in rules if len(rule.text.split()) > 60] == []


def test_purposes_and_definitions_rule_on_nothing(
    passages: list[Passage], rules: list[Passage]
) -> None:
    ruling = {rule.id for rule in rules}
    explaining = [passage for passage in passages if passage.id not in ruling]

    assert [p.text for p in explaining if p.outcome is not Outcome.NONE] == []


def test_every_section_has_a_name_that_outlives_its_wording(source: Source) -> None:
    for document in source.documents:
        headings = re.findall(r"^## .*$", document.text, re.MULTILINE)
        assert headings, document.id
        assert all(re.search(r"\{#[a-z-]+\}$", heading) for heading in headings), document.id


def test_every_link_between_sections_leads_somewhere(source: Source) -> None:
    for document in source.documents:
        links = set(re.findall(r"\]\(#([a-z-]+)\)", document.text))
        anchors = set(re.findall(r"\{#([a-z-]+)\}", document.text))
        assert links <= anchors, document.id


def test_the_ban_on_training_names_its_carve_outs(passages: list[Passage]) -> None:
    ban = next(p for p in passages if p.section_id == "vendor-output#training")
    texts = {p.id: p.text for p in passages}

    assert ban.outcome is Outcome.PROHIBITS
    assert any("internal classifier" in texts[i] for i in ban.carve_outs)
    assert any("own fine-tuning service" in texts[i] for i in ban.carve_outs)


# ---------------------------------------------------------------- the golden questions


def test_there_are_questions_enough_of_every_kind(golden: list[dict[str, Any]]) -> None:
    counts = Counter(question["verdict"] for question in golden)

    assert len(golden) >= 60
    assert set(counts) == {"allowed", "conditional", "not_allowed", "not_covered"}
    assert counts["not_covered"] >= 8
    assert min(counts["allowed"], counts["conditional"], counts["not_allowed"]) > len(golden) / 7


def test_ids_and_questions_are_unique(golden: list[dict[str, Any]]) -> None:
    for field in ("id", "question"):
        assert [v for v, n in Counter(q[field] for q in golden).items() if n > 1] == []


def test_every_gold_quote_stands_in_the_guideline(
    golden: list[dict[str, Any]], documents: dict[str, Document]
) -> None:
    for question in golden:
        for document, quote in quotes_of(question):
            assert quote in documents[document].text, question["id"]


def test_a_gold_quote_lies_within_one_rule(
    golden: list[dict[str, Any]], passages: list[Passage]
) -> None:
    for question in golden:
        for document, quote in quotes_of(question):
            holders = [p for p in passages if p.document_id == document and quote in p.text]
            assert len(holders) == 1, (question["id"], quote)


def test_the_verdict_follows_from_the_outcome_of_the_gold_rule(
    golden: list[dict[str, Any]], passages: list[Passage]
) -> None:
    possible = {
        Outcome.PROHIBITS: {"not_allowed"},
        Outcome.PERMITS: {"allowed"},
        Outcome.CONDITIONS: {"allowed", "conditional", "not_allowed"},
    }
    for question in golden:
        for gold in question["gold"]:
            rule = next(
                p for p in passages if p.document_id == gold["document"] and gold["quote"] in p.text
            )
            assert question["verdict"] in possible[rule.outcome], question["id"]


def test_an_answer_has_a_quote_unless_nothing_is_covered(golden: list[dict[str, Any]]) -> None:
    for question in golden:
        assert bool(question["gold"]) == (question["verdict"] != "not_covered"), question["id"]


def test_every_guideline_is_asked_about(documents: dict[str, Document]) -> None:
    questions = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
    asked = {gold["document"] for question in questions for gold in question["gold"]}

    assert asked == set(documents)


def test_no_question_is_both_worked_with_and_reported_on() -> None:
    files = [GOLDEN.read_text("utf-8"), FRESH.read_text("utf-8")]
    worked, reported = ({json.loads(s)["question"] for s in f.splitlines()} for f in files)

    assert worked & reported == set()


def test_nobody_is_promised_an_answer_from_a_document_they_may_not_read(
    golden: list[dict[str, Any]], documents: dict[str, Document]
) -> None:
    for question in golden:
        groups = frozenset(question.get("groups", ()))
        for document, _ in quotes_of(question):
            assert documents[document].readable_by(groups), question["id"]


def test_questions_are_not_copied_from_the_rules(golden: list[dict[str, Any]]) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return set(zip(*(words[i:] for i in range(7)), strict=False))

    for question in golden:
        for _, quote in quotes_of(question):
            assert not runs(question["question"]) & runs(quote), question["id"]


# ---------------------------------------------------------------- the writing manual


def examples_in(manual: str) -> dict[str, str]:
    """The fenced blocks that name a file, by that name."""
    blocks = re.findall(r"^```\w+ ([\w.-]+)\n(.*?)^```$", manual, re.MULTILINE | re.DOTALL)
    return dict(blocks)


@pytest.fixture(scope="module")
def manual_source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("manual")
    for name, text in examples_in(MANUAL.read_text("utf-8")).items():
        (folder / name).write_text(text, "utf-8")
    return read_folder(folder, plans=Glossary.load().channels)


def outcomes_in(source: Source, section: str) -> list[Outcome]:
    document = next(d for d in source.documents if d.id == section.partition("#")[0])
    return [p.outcome for p in rules_of(document).passages if p.section_id == section]


def test_every_example_of_the_manual_can_be_published(manual_source: Source) -> None:
    assert manual_source.warnings == ()
    assert {d.id for d in manual_source.documents} == {
        "anchors",
        "bicycles",
        "heron-business",
        "heron-private",
        "key-cards",
        "kitchen",
        "lark-contract",
        "lark-terms",
    }


def test_the_first_example_shows_every_outcome(manual_source: Source) -> None:
    assert outcomes_in(manual_source, "key-cards#cards") == [
        Outcome.PROHIBITS,
        Outcome.PERMITS,
        Outcome.REQUIRES,
    ]
    assert outcomes_in(manual_source, "key-cards#visitors") == [Outcome.CONDITIONS] * 2
    assert outcomes_in(manual_source, "key-cards#words") == [Outcome.NONE]


def test_a_number_before_a_heading_is_no_part_of_its_name(manual_source: Source) -> None:
    assert outcomes_in(manual_source, "anchors#parcels") == [Outcome.PERMITS]


def test_a_marker_in_a_lists_opening_sentence_holds_for_its_items(manual_source: Source) -> None:
    outcomes = outcomes_in(manual_source, "kitchen#appliances")

    assert len(outcomes) >= 3
    assert set(outcomes) == {Outcome.PROHIBITS}
    assert outcomes_in(manual_source, "kitchen#food") == [
        Outcome.PERMITS,
        Outcome.PROHIBITS,
        Outcome.CONDITIONS,
    ]


def test_a_carve_out_and_a_definition_belong_to_the_rule_that_needs_them(
    manual_source: Source,
) -> None:
    document = next(d for d in manual_source.documents if d.id == "bicycles")
    passages = {p.section_id: p for p in rules_of(document).passages}
    ban, lifted = passages["bicycles#indoors"], passages["bicycles#folding"]

    assert ban.carve_outs == (lifted.id,)
    assert lifted.definitions == (passages["bicycles#bicycles"].id,)


def test_agreements_put_the_contract_before_the_terms(manual_source: Source) -> None:
    (agreement,) = manual_source.agreements

    assert agreement.documents == ("lark-contract", "lark-terms")


def test_the_manual_explains_every_field_of_the_front_matter() -> None:
    manual = MANUAL.read_text("utf-8")
    missing = [name for name in Fields.model_fields if f"`{name}`" not in manual]

    assert missing == []
