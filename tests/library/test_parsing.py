"""What a document's Markdown becomes: sections, passages, and nothing lost in between."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library.parsing import LONGEST, Parsed, parse
from knowledge.library.sentences import words
from knowledge.models import Document, Kind, Passage, Shape


def document(text, title="Key rules"):
    return Document(id="keys", title=title, kind=Kind.GUIDELINE, text=text, path="keys.md")


def read(text, **fields) -> Parsed:
    return parse(document(text, **fields))


def texts(parsed):
    return [passage.text for passage in parsed.passages]


def names(parsed):
    return [section.id.removeprefix("keys#") for section in parsed.sections]


def passage_with(parsed, words_) -> Passage:
    return next(passage for passage in parsed.passages if words_ in passage.text)


def assert_nothing_is_lost(text, parsed):
    assert "".join(section.text for section in parsed.sections) == text
    assert len(set(names(parsed))) == len(parsed.sections)
    assert len({passage.id for passage in parsed.passages}) == len(parsed.passages)
    for section in parsed.sections:
        assert text.startswith(section.text, section.start)
        reached = 0
        for passage in (p for p in parsed.passages if p.section_id == section.id):
            assert passage.start == reached
            assert passage.text in section.text[passage.start : passage.end]
            assert all(lead in text for lead in passage.lead_ins)
            reached = passage.end
        assert reached == len(section.text)


# ---------------------------------------------------------------- the spans


PIECES = st.sampled_from(
    [
        "# Keys\n", "Keys\n====\n", "**Keys**\n", "- share\n", "  - never\n", "1. rotate\n",
        "(a) ask; (b) wait\n", "a. ask first:\n", "| a | b |\n|---|---|\n| c | d |\n", "> quoted\n",
        "```\ncode\n", "<!-- note -->\n", "You may not:\n", "\n", "    deep\n", "\t", "---\n",
        "Never. Ever, e.g. on Mondays. ", "1\\. Scope\n", "{#here}", "[x]: y\n", "不可。",
        "\r", "\x0c",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_spans_partition_whatever_markdown_is_put_together(text):
    assert_nothing_is_lost(text, read(text))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_spans_partition_any_text_at_all(text):
    assert_nothing_is_lost(text, read(text))


def test_an_empty_document_has_no_sections_and_one_of_blanks_is_one_passage():
    assert read("") == Parsed(sections=(), passages=())
    assert len(read("\n \n").passages) == 1


# ---------------------------------------------------------------- sections and their ids


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("# Training data", "training-data"),
        ("## 1\\. Training data", "training-data"),
        ("## 1.2 Training data", "training-data"),
        ("## Section 4. Training data", "training-data"),
        ("## IV) Training data", "training-data"),
        ("## (a) Training data", "training-data"),
        ("## Training data {#train}", "train"),
        ("## [Training](https://example.org) *data* ##", "training-data"),
        ("Training data\n-------------", "training-data"),
        ("**Training data**", "training-data"),
        ("**3\\. Training data.**", "training-data"),
        ("_Training data_", "training-data"),
        ("TRAINING DATA", "training-data"),
        ("# Größe der Läufe", "grösse-der-läufe"),
        ("# 2026", "2026"),
        ("# ¿?", "key-rules"),
    ],
)
def test_a_section_is_named_by_its_heading_without_number_or_marks(heading, name):
    assert names(read(f"{heading}\n\nAsk before you train on it.\n")) == [name]


@pytest.mark.parametrize(
    "line",
    [
        "**Do not share keys**",
        "**Not allowed.**",
        "**Effective: January 31, 2026**",
        "**Before you go**:",
        "**You must rotate every key within ninety days of its creation.**",
        "API",
    ],
)
def test_a_bold_rule_a_marker_or_a_date_is_no_heading(line):
    assert names(read(f"{line}\n\nMore words follow here.\n")) == ["top"]


def test_duplicate_headings_are_numbered_and_an_explicit_anchor_keeps_its_name():
    parsed = read(
        "# Use\n\nOne.\n\n# Use\n\nTwo.\n\n# Other {#use-2}\n\nThree.\n\n# Use\n\nFour.\n"
    )

    assert names(parsed) == ["use", "use-3", "use-2", "use-4"]


def test_headings_stand_above_their_sections_from_the_outermost_in():
    parsed = read("# Data\n\n## 2. Customers\n\n**Prompts**\n\nMask every name.\n")

    assert passage_with(parsed, "Mask").headings == ("Data", "2. Customers", "Prompts")


def test_a_heading_that_is_a_template_takes_the_documents_title():
    parsed = read("# <%= page.title %>\n\nUse two factors.\n", title="Passwords")

    assert names(parsed) == ["passwords"]
    assert parsed.passages[0].headings == ("Passwords",)


def test_numbered_bold_titles_that_open_paragraphs_open_sections():
    parsed = read("**1\\. Fees.** You pay monthly.\n\n**2\\. Training.** We never train on it.\n")

    assert names(parsed) == ["fees", "training"]
    assert texts(parsed) == ["You pay monthly.", "We never train on it."]


def test_a_title_that_opens_a_numbered_item_opens_a_section():
    parsed = read("Welcome here.\n\n1. I. Accounts\n\n   * (a) One each.\n   * (b) Never shared.\n")

    assert names(parsed) == ["top", "accounts"]
    assert passage_with(parsed, "(b)").headings == ("I. Accounts",)


def test_a_date_underlined_like_a_heading_is_none():
    parsed = read("Terms\n=====\n\nLast updated: March 1, 2026\n----------\n\nBe kind to all.\n")

    assert names(parsed) == ["terms"]


# ---------------------------------------------------------------- lists and what leads into them


def test_an_item_carries_the_lead_ins_of_every_level():
    parsed = read(
        "You may not use the service to:\n\n"
        "* harm people, including by:\n"
        "    * building weapons of any kind at all\n"
        "* sell what others made without asking them\n"
    )

    inner = passage_with(parsed, "weapons")
    assert inner.lead_ins == ("You may not use the service to:", "harm people, including by:")
    assert inner.shape is Shape.ITEM
    assert passage_with(parsed, "You may not").shape is Shape.LEAD_IN
    assert passage_with(parsed, "sell").lead_ins == ("You may not use the service to:",)


def test_the_lead_in_of_a_long_paragraph_is_its_last_sentence_with_what_it_leans_on():
    parsed = read(
        "Our platform serves many people, and we would like all of them to feel at home with it "
        "at any time of the day. You must not disturb anybody. For example, you may not:\n\n"
        "- send the same message to many people who never asked\n"
        "- pretend to be a person that you are not in fact\n"
    )

    assert passage_with(parsed, "pretend").lead_ins == (
        "You must not disturb anybody. For example, you may not:",
    )


def test_lettered_paragraphs_nest_as_their_letters_say():
    parsed = read(
        "(a) You must register every key with the platform team:\n\n"
        "(i) before its first use in any environment; and\n\n"
        "(ii) again after every rotation of that key.\n\n"
        "(b) You must name an owner for each of the keys.\n"
    )

    assert passage_with(parsed, "(ii)").lead_ins[0].startswith("(a) You must register")
    assert passage_with(parsed, "(b)").lead_ins == ()


def test_letters_that_repeat_nest_by_indentation():
    parsed = read(
        "a. *During onboarding:*\n\n    i. The manager tells the people team.\n\n"
        "    i. The people team tells everybody else.\n\na. *During leave:*\n\n    i. Nothing.\n"
    )

    assert passage_with(parsed, "everybody").lead_ins == ("a. *During onboarding:*",)
    assert passage_with(parsed, "Nothing").lead_ins == ("a. *During leave:*",)


def test_paragraphs_below_a_numbered_clause_that_ends_in_a_colon_are_its_items():
    parsed = read(
        "2.3 When you register an account, you promise that:\n\n"
        "Every statement you make about yourself is true.\n\n"
        "Nobody else knows the password of the account.\n\n"
        "2.4 An account ends with the contract.\n"
    )

    assert passage_with(parsed, "Nobody").lead_ins == (
        "2.3 When you register an account, you promise that:",
    )
    assert passage_with(parsed, "2.4").lead_ins == ()


def test_unmarked_paragraphs_that_end_in_semicolons_after_a_colon_are_items():
    parsed = read(
        "You will not:\n\nreverse engineer any of our models;\n\nsell access to the service; or\n\n"
        "claim that a person wrote it.\n\nWe may check at any time.\n"
    )

    assert passage_with(parsed, "claim").lead_ins == ("You will not:",)
    assert passage_with(parsed, "We may check").lead_ins == ()


def test_an_enumeration_inside_a_long_sentence_becomes_items_with_their_stem():
    stem = "Except to the extent that the law gives you the right to do so, you will not:"
    parsed = read(
        f"{stem} (a) reverse engineer or decompile the models, weights or other components of the "
        "service; (b) use output of the service to develop models that compete with ours; or "
        "(c) buy, sell, lend or in any other way transfer any of the keys "
        "from, to or with anybody outside your own company. "
        "You tell us about every breach at once.\n"
    )

    assert [p.shape for p in parsed.passages] == [Shape.LEAD_IN] + [Shape.ITEM] * 3 + [
        Shape.PARAGRAPH
    ]
    assert all(p.lead_ins == (stem,) for p in parsed.passages[1:4])
    assert parsed.passages[2].text.startswith("(b) use output")
    assert parsed.passages[4].text == "You tell us about every breach at once."


def test_references_to_clauses_are_no_enumeration():
    text = (
        "Whatever Sections 3(a) and (b) say about the matter, and without prejudice to the rights "
        "that (a) and (b) above give to each of the parties, nobody may be kept from telling the "
        "authorities what they believe to be a breach of the law, and nobody may be dismissed, "
        "demoted or otherwise treated worse for having done so in good faith at any time.\n"
    )

    assert texts(read(text)) == [text.strip()]


def test_a_short_list_of_fragments_stays_with_what_leads_into_it():
    parsed = read("Tokens must be:\n\n- short-lived\n- auditable\n- revocable\n\nStore none.\n")

    assert texts(parsed) == [
        "Tokens must be:\n\n- short-lived\n- auditable\n- revocable",
        "Store none.",
    ]


def test_short_items_that_rule_by_themselves_stay_apart():
    parsed = read("At work:\n\n- Do not share keys\n- Ask first\n- Never lend laptops\n")

    assert len(parsed.passages) == 4


def test_a_condition_spelled_out_as_a_list_is_read_as_a_whole():
    parsed = read(
        "Use an action of others only if:\n\n- its maker is verified by the platform itself\n"
        "- you have read the whole code of the version you pin\n"
    )

    assert len(parsed.passages) == 1
    assert parsed.passages[0].shape is Shape.PARAGRAPH


def test_a_bold_title_that_opens_a_paragraph_is_context_of_what_hangs_on_it():
    parsed = read(
        "**Your content.** We take no rights in it, but keep it for thirty days, unless the law "
        "of your country asks for longer. You promise that it:\n\n"
        "- breaks no right of any other person\n- holds no malware of any kind whatsoever\n"
    )

    assert passage_with(parsed, "malware").headings == ("Your content",)
    assert passage_with(parsed, "We take").headings == ()


# ---------------------------------------------------------------- other shapes


def test_a_table_row_is_a_passage_led_by_its_header():
    parsed = read("| Tool | Rule |\n|---|---|\n| Copilot | Allowed for code |\n| Other | Ask |\n")

    row = passage_with(parsed, "Copilot")
    assert (row.text, row.shape) == ("Copilot | Allowed for code", Shape.ROW)
    assert row.lead_ins == ("Tool | Rule",)


def test_links_alone_code_and_comments_do_not_rule():
    parsed = read(
        "# Rules\n\n- [Data](#data)\n- [Keys](#keys)\n\n<!-- draft -->\n\n```\nrm -rf keys\n```\n\n"
        "Keep keys secret.\n\n[home]: https://example.org\n"
    )

    assert [p.text for p in parsed.passages if p.shape is not Shape.OTHER] == ["Keep keys secret."]
    assert not any("draft" in text or "[home]" in text for text in texts(parsed))


def test_a_link_that_is_an_item_of_a_rule_rules():
    parsed = read("You must follow:\n\n- [the usage policy of the vendor](https://example.org/a)\n")

    assert passage_with(parsed, "usage policy").shape is Shape.ITEM


def test_a_mere_heading_is_a_passage_of_its_own():
    parsed = read("# Parts\n\n## One\n\nWords.\n")

    assert [(p.text, p.shape) for p in parsed.passages] == [
        ("# Parts", Shape.OTHER),
        ("Words.", Shape.PARAGRAPH),
    ]


def test_enumerators_are_kept_and_bullets_are_not():
    parsed = read(
        "- (a) one key each for everybody\n- (b) no key for a robot at all\n\n1.1 Three.\n"
    )

    assert [text.split()[0] for text in texts(parsed)] == ["(a)", "(b)", "1.1"]


def test_quotations_and_html_keep_their_words():
    parsed = read("> Do not share keys.\n\n<p>Ask the owner first.</p>\n")

    assert texts(parsed) == ["Do not share keys.", "<p>Ask the owner first.</p>"]


# ---------------------------------------------------------------- length


def test_long_paragraphs_are_cut_at_sentences():
    sentence = (
        "Nobody at Example Inc. may share keys (e.g. API keys) before Dr. Ada has agreed to it. "
    )
    parsed = read(sentence * 20)

    assert all(text.startswith("Nobody") and text.endswith("to it.") for text in texts(parsed))
    assert all(words(text) <= LONGEST for text in texts(parsed))
    assert len(parsed.passages) == -(-20 * 17 // LONGEST)


def test_one_endless_sentence_is_cut_all_the_same():
    for text in ("word " * 1000, "clause of words; " * 300, "x" * 50_000, "规则" * 3000):
        assert all(words(t) <= LONGEST * 1.25 and len(t) <= 6000 for t in texts(read(text)))


DEEP = "\n".join(f"{'  ' * depth}- x" for depth in range(1000))


@pytest.mark.parametrize(
    "text",
    [
        DEEP,
        "- " * 5000 + "x",
        "> " * 3000 + "x",
        "[" * 50_000,
        "**a " * 20_000,
        "(a) one two three; " * 4000,
        "You may: (a) foo bar baz; (b) qux quux corge. " * 3000,
        "- a\n  - b\n" * 4000,
        "(a) text\n\n" * 3000,
        "<!-- " * 20_000,
        "a:\n\n" + "b;\n\n" * 5000,
        "|" + "a|" * 5000 + "\n|" + "-|" * 5000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_markdown_is_cut_in_reasonable_time(text):
    started = time.process_time()

    parsed = read(text)

    assert time.process_time() - started < 8
    assert_nothing_is_lost(text, parsed)
