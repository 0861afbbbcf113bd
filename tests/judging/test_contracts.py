"""What a contract says of an act: the reader over small agreements of our own."""

from __future__ import annotations

import pytest

from knowledge.judging import contracts
from knowledge.judging.judge import Shown
from knowledge.judging.reader import Reader
from knowledge.judging.verdicts import verdict_from
from knowledge.library.rules import rules_of
from knowledge.models import Document, Hit, Kind, Question, Rulebook, Ruling
from tests.judging.cases import EDITION

TRIAL = """\
# Trial agreement

“Team” means the engineers, agents and auditors of the Recipient.

Recipient shall not disclose the Confidential Information to any third party, except to its Team.

Recipient shall use the Confidential Information only for the Trial.

Recipient will not decompile the firmware.

Recipient shall not make copies of the Confidential Information, except as necessary for the Trial.

Recipient may keep one copy of the Confidential Information in its archive.

Confidential Information does not include information that:

(a) is rightfully obtained from a third party;

(b) is independently developed by Recipient.

Discloser may publish the results of the Trial.

Acme may sublicense the firmware to anybody.

This Agreement is governed by the law of Malta.
"""


def shown(text=TRIAL, kind=Kind.CONTRACT, name="trial"):
    vendor = None if kind is Kind.GUIDELINE else "Acme"
    document = Document(
        id=name, title="Trial", kind=kind, text=text, path=f"{name}.md", vendor=vendor
    )
    parsed = rules_of(document)
    book = Rulebook(
        edition=EDITION,
        documents={name: document},
        sections={one.id: one for one in parsed.sections},
        passages=parsed.passages,
    )
    return tuple(
        Shown(
            unit=book.unit(one),
            hit=Hit(passage=one, score=0.5, dense=0.3, late=0.5),
            document=document,
        )
        for one in parsed.passages
    )


def decide(text, rules=None):
    question = Question(text=text)
    bench = shown() if rules is None else rules
    opinion = Reader().opinion(question, bench)
    return verdict_from(opinion, bench, edition=EDITION, question=question)


@pytest.mark.parametrize(
    ("text", "ruling", "words"),
    [
        ("May the Recipient decompile the firmware?", Ruling.NOT_ALLOWED, "decompile"),
        ("May the Recipient reverse engineer the firmware?", Ruling.NOT_ALLOWED, "decompile"),
        ("Is the Recipient allowed to disassemble the firmware?", Ruling.NOT_ALLOWED, "decompile"),
        (
            "May the Recipient share the Confidential Information with auditors?",
            Ruling.CONDITIONAL,
            "except to its Team",
        ),
        (
            "May the Recipient reveal the Confidential Information to a third party?",
            Ruling.NOT_ALLOWED,
            "third party",
        ),
        (
            "May the Recipient use the Confidential Information for any purpose other than the "
            "purposes stated?",
            Ruling.NOT_ALLOWED,
            "only for the Trial",
        ),
        (
            "May the Recipient duplicate the Confidential Information?",
            Ruling.CONDITIONAL,
            "as necessary",
        ),
        (
            "May the Recipient retain a copy of the Confidential Information after the Trial?",
            Ruling.ALLOWED,
            "archive",
        ),
        (
            "May the Recipient independently develop similar information?",
            Ruling.ALLOWED,
            "independently developed",
        ),
        (
            "May the Recipient acquire similar information from a third party?",
            Ruling.ALLOWED,
            "rightfully obtained",
        ),
    ],
)
def test_a_provision_decides_by_its_act_and_its_exceptions(text, ruling, words):
    told = decide(text)

    assert told.ruling is ruling
    assert any(words in quote.text for quote in told.quotes)


@pytest.mark.parametrize(
    "text",
    [
        "May the Recipient solicit the Discloser's customers?",
        "May the Recipient publish the results of the Trial?",
        "May the Recipient sublicense the firmware?",
        "May the Recipient assign this Agreement?",
        "May the Recipient disclose that this Agreement was negotiated?",
    ],
)
def test_silence_and_the_other_sides_rights_allow_nothing(text):
    assert decide(text).ruling is Ruling.NOT_COVERED


def test_leave_is_not_given_to_an_act_that_the_question_denies_something_of():
    asked = "May the Recipient retain a copy of the Confidential Information without an archive?"

    assert decide(asked).ruling is not Ruling.ALLOWED


def test_leave_is_not_given_where_another_document_is_nearer():
    rule = "**Not allowed.** Retaining a copy of a partner's Confidential Information."
    guideline = shown(f"# Copies\n\n{rule}\n", Kind.GUIDELINE, "copies")
    asked = "May the Recipient retain a copy of the Confidential Information?"

    assert decide(asked, (*guideline, *shown())).ruling is not Ruling.ALLOWED


@pytest.mark.parametrize(
    "text",
    [
        "What is the law of this Agreement?",
        "Does the vendor keep our logs?",
        "Recipient: see above",
    ],
)
def test_what_asks_for_no_leave_is_not_read_by_provisions(text):
    assert decide(text).ruling is Ruling.NOT_COVERED


@pytest.mark.parametrize(
    ("text", "beyond", "other_side"),
    [
        ("May the Recipient use it for another purpose?", True, False),
        ("May the Recipient use it for the Trial?", False, False),
        ("May the Disclosing Party use it?", False, True),
        ("Does the contract allow the Licensee to use it?", False, False),
    ],
)
def test_a_question_says_whose_act_it_is_and_whether_it_goes_beyond(text, beyond, other_side):
    act = contracts.asked(text)

    assert act is not None
    assert (act.beyond, act.other_side) == (beyond, other_side)
    assert act.verb == contracts.words().together("use")


def test_a_question_that_names_nobody_who_acts_has_no_act():
    assert contracts.asked("Is the firmware encrypted at rest?") is None
