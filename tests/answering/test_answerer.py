"""An answer comes from one edition, shows nothing it may not, and can be recognised later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge.answering.answerer import SHOWN, Answerer
from knowledge.database import Database
from knowledge.errors import QuestionRefused
from knowledge.library import editions
from knowledge.library.sources.folder import Source
from knowledge.models import Answer, Document, Kind, Outcome, Question, Ruling
from knowledge.publishing import publication
from knowledge.retrieval.glossary import Glossary
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.judge import PlainJudge

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
GLOSSARY = Glossary.load()

PASSWORDS = "## Passwords\n\n**Not allowed.** Sharing a password with a colleague.\n"
TRAINING = "## Training\n\n**Not allowed.** Training a chat model on GPT-4o output.\n"
PARKING = "## Parking\n\n**Allowed.** Parking a bicycle in the cellar.\n"


def guideline(name: str, text: str, **more: object) -> Document:
    fields = {"kind": Kind.GUIDELINE, "title": name.title(), **more}
    return Document(id=name, text=text, path=f"{name}.md", **fields)


def publish(database: Database, *documents: Document, effective: datetime = NOON) -> None:
    source = Source(documents=documents)
    publication.publish(
        database,
        source,
        by="ada",
        now=effective,
        allow_removals=True,
        embedder=FakeEmbedder(),
    )


def answerer(database: Database, *, now: datetime = NOON, **parts: object) -> Answerer:
    made = {"embedder": FakeEmbedder(), "judge": PlainJudge(), "glossary": GLOSSARY, **parts}
    return Answerer(database, clock=lambda: now, zone=BERLIN, **made)


def ask(database: Database, text: str, *, now: datetime = NOON, **asked: object) -> Answer:
    return answerer(database, now=now).answer(Question(text=text, **asked))


def found(answer: Answer) -> set[str]:
    return {hit.passage.document_id for hit in answer.hits}


def test_an_answer_quotes_the_rule_and_names_its_edition(database):
    publish(database, guideline("output", TRAINING), guideline("parking", PARKING))

    answer = ask(database, "May we train our chat model on GPT-4o output?")

    assert answer.verdict.ruling is Ruling.NOT_ALLOWED
    assert "Training a chat model on GPT-4o output." in answer.verdict.quotes[0].text
    assert answer.edition is not None
    assert answer.edition.number == answer.verdict.quotes[0].edition == 1
    assert answer.asked_at == NOON


def test_what_an_answer_cites_recognises_the_clause_by_outcome_and_text(database):
    publish(database, guideline("output", TRAINING))

    answer = ask(database, "May we train our chat model on GPT-4o output?")

    clause = answer.hits[0].passage
    assert [(c.section_id, c.outcome, c.text_hash) for c in answer.cited] == [
        ("output#training", Outcome.PROHIBITS, clause.hash)
    ]


def test_the_fingerprint_changes_with_judge_glossary_and_embedder(sqlite_database):
    prints = {
        answerer(sqlite_database).fingerprint,
        answerer(sqlite_database, embedder=None).fingerprint,
        answerer(sqlite_database, judge=PlainJudge(fingerprint="other")).fingerprint,
        answerer(sqlite_database, glossary=Glossary([], "empty")).fingerprint,
    }

    assert len(prints) == 4


def test_time_taken_is_measured_by_the_given_timer(sqlite_database):
    publish(sqlite_database, guideline("output", TRAINING))
    ticks = iter((10.0, 10.25))

    asked = answerer(sqlite_database, timer=lambda: next(ticks))

    assert asked.answer(Question(text="May we train on output?")).took == 0.25


def test_before_anything_is_published_the_answer_says_so(database):
    answer = ask(database, "May I share a password?")

    assert answer.verdict.ruling is Ruling.NOT_COVERED
    assert "nothing has been published" in answer.verdict.reason
    assert answer.edition is None
    assert answer.hits == ()


# ------------------------------------------------------------------ one edition


def test_as_of_a_day_the_rules_of_that_day_answer(database):
    publish(database, guideline("output", TRAINING), effective=NOON)
    changed = TRAINING.replace("Not allowed", "Allowed")
    publish(database, guideline("output", changed), effective=NOON + timedelta(days=10))
    text, later = "May we train our chat model on GPT-4o output?", NOON + timedelta(days=20)

    then = ask(database, text, now=later, as_of=date(2026, 4, 9))
    after = ask(database, text, now=later, as_of=date(2026, 4, 10))
    now = ask(database, text, now=later)

    assert then.verdict.ruling is Ruling.NOT_ALLOWED
    assert after.verdict.ruling is now.verdict.ruling is Ruling.ALLOWED


def test_a_day_before_the_first_edition_has_no_rules(database):
    publish(database, guideline("output", TRAINING))

    answer = ask(database, "May we train?", as_of=date(2026, 3, 30))

    assert answer.verdict.reason == "No edition of the rules was in force on 30 March 2026."
    assert answer.edition is None


def test_days_end_at_midnight_where_the_company_is(database):
    just_after_midnight = datetime(2026, 3, 30, 22, 30, tzinfo=UTC)
    publish(database, guideline("output", TRAINING), effective=just_after_midnight)

    assert ask(database, "May we train?", as_of=date(2026, 3, 30)).edition is None
    assert ask(database, "May we train?", as_of=date(2026, 3, 31)).edition is not None


def test_a_document_does_not_decide_before_its_own_day(database):
    publish(database, guideline("output", TRAINING, effective=date(2026, 4, 2)))
    text = "May we train our chat model on GPT-4o output?"

    assert ask(database, text).verdict.ruling is Ruling.NOT_COVERED
    on_the_day = ask(database, text, now=NOON + timedelta(days=2))
    assert on_the_day.verdict.ruling is Ruling.NOT_ALLOWED


def test_a_new_edition_answers_without_a_restart(sqlite_database):
    publish(sqlite_database, guideline("output", TRAINING))
    now = [NOON]
    asked = Answerer(
        sqlite_database,
        embedder=FakeEmbedder(),
        judge=PlainJudge(),
        glossary=GLOSSARY,
        clock=lambda: now[0],
        zone=BERLIN,
    )
    question = Question(text="May we train our chat model on GPT-4o output?")
    before = asked.answer(question)

    now[0] = NOON + timedelta(hours=1)
    changed = guideline("output", TRAINING.replace("Not allowed", "Allowed"))
    publish(sqlite_database, changed, effective=now[0])

    assert before.verdict.ruling is Ruling.NOT_ALLOWED
    assert asked.answer(question).verdict.ruling is Ruling.ALLOWED


def test_an_edition_is_laid_out_once_however_many_ask_at_once(sqlite_database):
    publish(sqlite_database, guideline("output", TRAINING))
    asked = answerer(sqlite_database)
    with sqlite_database.read() as tx:
        edition = editions.current(tx, NOON)

    with ThreadPoolExecutor(8) as pool:
        desks = list(pool.map(lambda _: asked.desk(edition), range(16)))

    assert len({id(desk) for desk in desks}) == 1


def test_only_the_last_editions_used_stay_in_memory(sqlite_database):
    for days in range(4):
        at = NOON + timedelta(days=days)
        publish(sqlite_database, guideline("output", TRAINING + "\nMore.\n" * days), effective=at)
    asked = answerer(sqlite_database)
    with sqlite_database.read() as tx:
        numbered = editions.all_editions(tx)

    first = asked.desk(numbered[0])
    kept = asked.desk(numbered[1])
    asked.desk(numbered[2])
    asked.desk(numbered[3])

    assert asked.desk(numbered[1]) is kept
    assert asked.desk(numbered[0]) is not first


# ------------------------------------------------------------------ who reads, what binds


def test_a_rule_for_others_reaches_neither_judge_nor_answer(database):
    publish(
        database,
        guideline("secret", PASSWORDS, audience=frozenset({"legal"})),
        guideline("parking", PARKING),
    )
    judge = PlainJudge()
    asked = answerer(database, judge=judge)
    text = "May I share a password with a colleague?"

    outside = asked.answer(Question(text=text, groups=frozenset({"ml"})))
    inside = asked.answer(Question(text=text, groups=frozenset({"legal"})))

    assert found(outside) == {"parking"}
    assert {one.document.id for one in judge.seen[0]} == {"parking"}
    assert inside.verdict.ruling is Ruling.NOT_ALLOWED


def test_the_terms_of_a_vendor_that_is_not_meant_decide_nothing(database):
    terms = guideline("terms", TRAINING, kind=Kind.TERMS, vendor="OpenAI")
    publish(database, terms, guideline("parking", PARKING))

    named = ask(database, "May we train a chat model on GPT-4o output?")
    unnamed = ask(database, "May we train a chat model on output?")

    assert named.verdict.ruling is Ruling.NOT_ALLOWED
    assert all(q.document_id != "terms" for q in unnamed.verdict.quotes)
    assert found(unnamed) == {"parking"}


def test_where_nothing_binds_the_nearest_rules_are_still_found(sqlite_database):
    publish(sqlite_database, guideline("terms", TRAINING, kind=Kind.TERMS, vendor="OpenAI"))
    judge = PlainJudge()

    answer = answerer(sqlite_database, judge=judge).answer(Question(text="Train a chat model?"))

    assert found(answer) == {"terms"}
    assert judge.seen == [()]
    assert answer.verdict.ruling is Ruling.NOT_COVERED


def test_where_a_vendor_is_meant_the_terms_of_others_are_not_searched(database):
    publish(
        database,
        guideline("openai", TRAINING, kind=Kind.TERMS, vendor="OpenAI"),
        guideline("anthropic", TRAINING, kind=Kind.TERMS, vendor="Anthropic"),
        guideline("output", TRAINING),
    )

    assert found(ask(database, "May we train on Claude output?")) == {"anthropic", "output"}


def test_a_missing_governing_document_is_named(database):
    publish(database, guideline("parking", PARKING.replace("Allowed", "Note")))

    answer = ask(database, "May we make logos with Figma?")

    assert "Figma" in answer.verdict.reason


def test_no_more_is_shown_than_a_judge_reads(sqlite_database):
    rules = "\n".join(f"## Rule {n}\n\nYou must not share password {n}.\n" for n in range(50))
    publish(sqlite_database, guideline("many", rules))
    judge = PlainJudge()

    answer = answerer(sqlite_database, judge=judge).answer(Question(text="Share a password?"))

    assert len(answer.hits) == len(judge.seen[0]) == SHOWN


# ------------------------------------------------------------------ what is asked


def test_the_judge_reads_a_follow_up_with_its_question_and_the_record_keeps_both_apart(database):
    publish(database, guideline("output", TRAINING))
    judge = PlainJudge()
    thread = ("May we train our chat model on GPT-4o output?",)

    answer = answerer(database, judge=judge).answer(
        Question(text="and for internal use only?", thread=thread)
    )

    assert judge.asked[0].text == f"{thread[0]} and for internal use only?"
    assert answer.question.text == "and for internal use only?"
    assert answer.question.thread == thread
    assert answer.verdict.ruling is Ruling.NOT_ALLOWED


@pytest.mark.parametrize(
    ("text", "ruling"),
    [
        ("and for internal use only?", Ruling.ALLOWED),
        ("and without the approval?", Ruling.CONDITIONAL),
    ],
)
def test_what_a_follow_up_takes_back_meets_no_condition(sqlite_database, text, ruling):
    rule = "## Training\n\n**Allowed if** legal approved training on output.\n"
    publish(sqlite_database, guideline("output", rule))
    thread = ("With legal's approval, may we train on output?",)

    answer = answerer(sqlite_database, judge=PlainJudge(met=("legal approved",))).answer(
        Question(text=text, thread=thread)
    )

    assert answer.verdict.ruling is ruling


@pytest.mark.parametrize("text", ["", "\x1b[2J", "?" * 10, "a" * 50_000])
def test_a_question_nobody_could_answer_is_refused(sqlite_database, text):
    with pytest.raises(QuestionRefused):
        answerer(sqlite_database).answer(Question(text=text))
