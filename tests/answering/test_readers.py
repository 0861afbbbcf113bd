"""Who may read a rule decides all that is said of it: reply, prompt, log, progress and count."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field

import pytest

from knowledge.answering import answers
from knowledge.answering.nearest import offers
from knowledge.database import Database
from knowledge.models import Answer, Question, Ruling
from tests.answering.rules import Company, guideline
from tests.fakes.judge import PlainJudge

OPEN = guideline("open", "## Names\n\n**Not allowed.** Naming a project after a planet: Saturn.\n")
RESTRICTED = guideline(
    "restricted",
    "## Names\n\n"
    "**Not allowed.** Naming a project after a bird, as Nightjar.\n\n"
    "**Allowed.** Naming a project after a moth, as Nightjarmoth.\n",
    audience=frozenset({"naming"}),
    title="Nightjar names",
)
ASKED = "May I name a project after a planet, a bird or a moth?"
NAMING = frozenset({"naming"})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody who asks, or what all who read a conversation have in common."""

    insider: bool
    groups: frozenset[str]
    sees: frozenset[str]


READERS = {
    "member": Reader(insider=True, groups=NAMING, sees=frozenset({"open", "restricted"})),
    "insider": Reader(insider=True, groups=frozenset({"ml"}), sees=frozenset({"open"})),
    "guest": Reader(insider=False, groups=frozenset(), sees=frozenset()),
    "guest in the group": Reader(insider=False, groups=NAMING, sees=frozenset({"restricted"})),
    "stranger": Reader(insider=False, groups=frozenset({"theirs"}), sees=frozenset()),
}
WORDS = {"open": "Saturn", "restricted": "Nightjar"}


@dataclass
class Witness:
    """Keeps everything that is said on the way to an answer."""

    judge: PlainJudge = field(default_factory=lambda: PlainJudge(every=True))
    steps: list[str] = field(default_factory=list)

    def seen(self, answer: Answer) -> str:
        prompt = repr(self.judge.seen)
        return "\n".join((repr(answer), json.dumps(answers.exported(answer)), prompt, *self.steps))


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def company(sqlite_database: Database, witness: Witness) -> Company:
    made = Company(sqlite_database, judge=witness.judge)
    made.publish(OPEN, RESTRICTED)
    return made


@pytest.mark.parametrize("who", READERS)
def test_no_word_of_a_rule_reaches_whoever_may_not_read_it(
    company: Company, witness: Witness, caplog: pytest.LogCaptureFixture, who: str
):
    caplog.set_level(logging.DEBUG)
    reader = READERS[who]
    question = Question(text=ASKED, groups=reader.groups, insider=reader.insider)

    answer = company.answerer.answer(question, person=who, progress=witness.steps.append)

    told = witness.seen(answer)
    for document, word in WORDS.items():
        assert (word in told) is (document in reader.sees), document
        assert word not in caplog.text
    covered = Ruling.NOT_ALLOWED if reader.sees else Ruling.NOT_COVERED
    assert answer.verdict.ruling is covered


@pytest.mark.parametrize("who", READERS)
def test_what_is_counted_is_what_may_be_read(company: Company, witness: Witness, who: str):
    reader = READERS[who]
    question = Question(text=ASKED, groups=reader.groups, insider=reader.insider)
    book = company.book()

    company.answerer.answer(question, progress=witness.steps.append)

    clauses = sum(passage.document_id in reader.sees for passage in book.passages)
    assert company.answerer.count_readable(question) == clauses
    assert witness.steps[0] == f"searching {clauses} clause{'' if clauses == 1 else 's'}"
    assert witness.steps[-1] == "checking quotes"
    assert not any("allowed" in step for step in witness.steps)


def test_before_anything_is_published_there_is_nothing_to_count(sqlite_database: Database):
    assert Company(sqlite_database).answerer.count_readable(Question(text=ASKED)) == 0


def test_only_the_documents_asked_about_are_counted(company: Company):
    asked = Question(text=ASKED, groups=NAMING, documents=frozenset({"restricted"}))

    assert company.answerer.count_readable(asked) < company.answerer.count_readable(
        Question(text=ASKED, groups=NAMING)
    )


def test_an_exception_from_a_rule_tells_nothing_to_whoever_may_not_read_the_rule(
    company: Company, witness: Witness
):
    company.publish(RESTRICTED, allow_removals=True)
    company.grant("restricted#names", "the Nightjar anniversary")

    outside = company.ask(ASKED, person="ursula")
    inside = company.ask(ASKED, person="ursula", groups=NAMING)

    assert "Nightjar" not in repr(outside)
    assert outside.verdict.exceptions == ()
    assert inside.verdict.exceptions != ()


def test_a_closest_rule_that_was_never_shown_is_not_offered(company: Company):
    answer = company.ask("What of the weather?")
    hidden = next(p.id for p in company.book().passages if "moth" in p.text)

    assert not offers(answer, hidden)
    assert company.answerer.same_situation(answer, hidden) is None
