"""The search: steered, general, and blind to what the asker may not see."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.models import Question
from knowledge.retrieval import search as module
from knowledge.retrieval.glossary import Glossary
from knowledge.retrieval.search import Search, closeness
from tests.fakes.embedder import FakeEmbedder
from tests.retrieval.rules import document, keys, matrix, rulebook

GLOSSARY = Glossary.load()
TRAINING = "You may not use output to develop models that compete."


def searching(book, *, embedder=None, index=None) -> Search:
    made = matrix(book, embedder) if embedder else None
    return Search(book, vectors=made, embedder=embedder, glossary=GLOSSARY, index=index)


def ids(hits) -> list[str]:
    return [hit.passage.id for hit in hits]


@pytest.fixture(params=["words alone", "words and vectors"])
def embedder(request):
    return None if request.param == "words alone" else FakeEmbedder()


def test_the_passage_that_says_it_comes_first(embedder):
    book = rulebook((document("keys"), ("Rotate keys each month.", "Lunch is at noon.", TRAINING)))

    hits = searching(book, embedder=embedder).passages_for(Question(text="develop models"))

    assert ids(hits)[0] == "keys/2"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_vendor_that_is_meant_comes_before_the_others(embedder):
    book = rulebook(
        (document("aaa-terms", vendor="Mistral"), (TRAINING,)),
        (document("zzz-terms", vendor="OpenAI"), (TRAINING,)),
    )

    hits = searching(book, embedder=embedder).passages_for(
        Question(text="develop models on ChatGPT output")
    )

    assert ids(hits) == ["zzz-terms/0", "aaa-terms/0"]


def test_internal_rules_are_never_put_behind_others_terms(embedder):
    book = rulebook(
        (document("aaa-terms", vendor="Mistral"), (TRAINING,)),
        (document("training"), (TRAINING,)),
    )

    hits = searching(book, embedder=embedder).passages_for(
        Question(text="develop models on ChatGPT output")
    )

    assert ids(hits)[0] == "training/0"


def test_internal_rules_come_first_where_no_vendor_is_meant(embedder):
    book = rulebook(
        (document("aaa-terms", vendor="Mistral"), (TRAINING,)),
        (document("training"), (TRAINING,)),
    )

    hits = searching(book, embedder=embedder).passages_for(Question(text="develop models"))

    assert ids(hits)[0] == "training/0"


def test_words_count_less_where_they_explain_little_of_the_question():
    book = rulebook((document("one"), (TRAINING, "Lunch is at noon.")))
    search = searching(book)

    told, odd = (
        search.passages_for(Question(text=text))[0].score
        for text in ("develop models", "develop umpteen newfangled gizmos, whatnots and doodads")
    )

    assert odd < told


def test_a_document_that_is_named_comes_first(embedder):
    book = rulebook(
        *((document(f"firm-{n}-visitors"), ("Visitors sign in.",)) for n in range(8)),
        (document("datica-visitors"), ("Visitors sign in.",)),
    )

    hits = searching(book, embedder=embedder).passages_for(Question(text="Datica: visitors?"))

    assert ids(hits)[0] == "datica-visitors/0"


@pytest.mark.parametrize("notes", [60, 200])
def test_no_page_crowds_the_rule_out_however_often_it_repeats_the_question(embedder, notes):
    page = tuple(f"Note {n}: develop models that compete on ChatGPT output." for n in range(notes))
    book = rulebook((document("page", vendor="OpenAI"), page), (document("training"), (TRAINING,)))
    index = Listed(book, matrix(book, embedder)) if embedder else None
    search = searching(book, embedder=embedder, index=index)

    hits = search.passages_for(Question(text="develop models that compete on ChatGPT output"), 20)

    assert len(hits) == 20
    assert "training/0" in ids(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_what_stands_beside_the_best_passage_comes_before_what_stands_elsewhere(embedder):
    same = "Nor may a contractor develop one."
    book = rulebook(
        (document("elsewhere"), (same, "Lunch is at noon.")),
        (document("training"), (TRAINING, same, "Visitors sign in.")),
    )

    hits = searching(book, embedder=embedder).passages_for(Question(text="develop models"))

    found = ids(hits)
    assert found[0] == "training/0"
    assert found.index("training/1") < found.index("elsewhere/0")


def test_nothing_comes_before_the_best_passage_for_standing_beside_it(embedder):
    book = rulebook((document("one"), (TRAINING, f"{TRAINING} Never.", "Lunch is at noon.")))
    question = Question(text="develop models that compete")

    hits = searching(book, embedder=embedder).passages_for(question)

    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].score > hits[1].score


def test_a_page_has_no_more_than_its_share_as_long_as_others_have_something(embedder):
    others = ((document(f"d{n}"), ("Develop models with care.",) * 3) for n in range(5))
    book = rulebook((document("page"), ("Develop models.",) * 40), *others)

    hits = searching(book, embedder=embedder).passages_for(Question(text="develop models"), 20)

    assert sum(hit.passage.document_id == "page" for hit in hits) == 15


def test_a_document_that_stands_alone_is_shown_in_full(embedder):
    book = rulebook((document("page"), ("Develop models.",) * 40))

    hits = searching(book, embedder=embedder).passages_for(Question(text="develop models"), 20)

    assert len(hits) == 20


def test_nothing_outside_the_audience_is_returned_or_counted(embedder):
    open_to_all = (document("open"), ("Share data with customers.", "Keys are secret."))
    secret = (
        document("secret", audience=frozenset({"legal"})),
        ("Share data with customers in secret.", "Data data data.") * 4,
    )
    question = Question(text="share data with customers")

    alone = searching(rulebook(open_to_all), embedder=embedder).passages_for(question)
    beside = searching(rulebook(secret, open_to_all), embedder=embedder).passages_for(question)

    assert [(hit.passage.id, hit.score, hit.lexical, hit.dense, hit.late) for hit in beside] == [
        (hit.passage.id, hit.score, hit.lexical, hit.dense, hit.late) for hit in alone
    ]


def test_members_of_the_audience_find_it(embedder):
    book = rulebook((document("secret", audience=frozenset({"legal"})), (TRAINING,)))
    search = searching(book, embedder=embedder)

    asked = "compete models"

    assert search.passages_for(Question(text=asked, groups=frozenset({"ml"}))) == ()
    assert ids(search.passages_for(Question(text=asked, groups=frozenset({"legal", "ml"})))) == [
        "secret/0"
    ]


def test_a_question_may_be_limited_to_documents(embedder):
    book = rulebook((document("one"), (TRAINING,)), (document("two"), (TRAINING,)))
    search = searching(book, embedder=embedder)

    hits = search.passages_for(Question(text="develop models", documents=frozenset({"two"})))

    assert ids(hits) == ["two/0"]


def test_the_question_before_is_read_too(embedder):
    book = rulebook((document("one"), (TRAINING, "Lunch is at noon.", "Keys are secret.")))

    hits = searching(book, embedder=embedder).passages_for(
        Question(text="and for tests?", thread=("hello", "may I develop models?"))
    )

    assert ids(hits)[0] == "one/0"


@pytest.mark.parametrize("text", ["", "?!", "the", "\x00", "🙂" * 50, "x" * 50_000])
def test_odd_questions_are_answered_like_any(embedder, text: str):
    book = rulebook((document("one"), (TRAINING, "")), (document("two"), ()))

    hits = searching(book, embedder=embedder).passages_for(Question(text=text))

    assert len(hits) <= 2


def test_an_empty_edition_finds_nothing(embedder):
    assert searching(rulebook(), embedder=embedder).passages_for(Question(text="models")) == ()


def test_a_passage_without_vectors_is_found_by_its_words():
    book = rulebook((document("one"), ("Rotate keys.", TRAINING)))
    embedder = FakeEmbedder()
    made = matrix(rulebook((document("one"), ("Rotate keys.",))), embedder)
    search = Search(book, vectors=made, embedder=embedder, glossary=GLOSSARY)

    assert "one/1" in ids(search.passages_for(Question(text="models that compete")))


def test_jargon_finds_the_words_of_rules(embedder):
    texts = ("Lunch is at noon.", "Distillation and model extraction are forbidden.")
    book = rulebook((document("one"), texts))

    hits = searching(book, embedder=embedder).passages_for(Question(text="a student model?"))

    assert ids(hits)[0] == "one/1"


class Listed:
    """An index that looks at everything, and counts how often it was asked."""

    def __init__(self, book, made):
        self.keys = list(made.rows)
        self.vectors = made.vectors
        self.asked = 0

    def nearest(self, edition, vector, count):
        self.asked += 1
        order = np.argsort(-(self.vectors @ vector), kind="stable")
        return [self.keys[at] for at in order[:count]]


def many(count: int):
    texts = tuple(f"Rule {n} on {'models ' * (n % 7)} and data {n % 13}." for n in range(count))
    audience = frozenset({"legal"})
    return rulebook(
        (document("one"), texts), (document("two", audience=audience), texts[: count // 4])
    )


@pytest.mark.parametrize("groups", [frozenset(), frozenset({"legal"})])
def test_an_index_changes_no_answer(groups):
    book = many(4 * module.CANDIDATES)
    embedder = FakeEmbedder(dimension=48)
    index = Listed(book, matrix(book, embedder))
    question = Question(text="models and data 5", groups=groups)

    with_index = searching(book, embedder=embedder, index=index).passages_for(question, 10)
    without = searching(book, embedder=embedder).passages_for(question, 10)

    assert index.asked == 1
    assert [hit.score for hit in with_index] == [hit.score for hit in without]


def test_an_index_without_the_edition_is_done_without():
    class Elsewhere:
        def nearest(self, edition, vector, count):
            return None

    book = many(2 * module.CANDIDATES)
    embedder = FakeEmbedder()
    question = Question(text="models and data 5")

    hits = searching(book, embedder=embedder, index=Elsewhere()).passages_for(question)

    assert hits == searching(book, embedder=embedder).passages_for(question)


def test_closeness_is_the_mean_of_the_best_matches():
    asked = np.array([[127, 0], [0, 127]], np.int8)
    both = np.array([[127, 0], [0, 127], [-127, 0]], np.int8).tobytes()
    one = np.array([[127, 0]], np.int8).tobytes()

    assert closeness(asked, [both, b"", one]).tolist() == [1.0, 0.0, 0.5]
    assert closeness(asked, [b""]).tolist() == [0.0]


def test_passages_of_equal_text_are_all_found():
    book = rulebook(
        (document("one", title="T"), ("Same.",)), (document("two", title="T"), ("Same.",))
    )

    hits = searching(book, embedder=FakeEmbedder()).passages_for(Question(text="same"))

    assert len(set(keys(book))) == 1
    assert ids(hits) == ["one/0", "two/0"]
