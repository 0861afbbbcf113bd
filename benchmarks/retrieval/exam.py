"""The exam's recall, ours and a stock pipeline's, in one run over the same documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import answers
from benchmarks.retrieval import stock
from benchmarks.table import Figure, Result, Skipped
from knowledge.library.rules import rules_of
from knowledge.library.sources.folder import read_folder
from knowledge.models import Document, Edition, Question, Rulebook
from knowledge.publishing.evaluation.matching import WORDS_READ, count_words, holds
from knowledge.publishing.evaluation.retrieval import embed_all
from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.glossary import Glossary
from knowledge.retrieval.search import Search

DEPTH = 60
"""How many passages are looked at: more than fit into the words that count."""

RANKS = (1, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A passage or chunk: words of a document."""

    document: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An answerable question and the quotes that answer it."""

    text: str
    quotes: tuple[Text, ...]


Find = Callable[[str], Sequence[Text]]


def measure(material: Path | None) -> Iterator[Result]:
    """Yield our recall, the stock pipeline's, and by how much we lead."""
    folder = None if material is None else material / "benchmarks" / "exam"
    embedder = answers.embedder()
    if folder is None or not folder.is_dir() or embedder is None:
        yield Skipped(
            name="retrieval: exam", why="needs --material DIR with benchmarks/exam, and the model"
        )
        return
    documents = read_folder(folder / "guidelines").documents
    asked = questions(folder / "questions.jsonl")
    ours = recall(asked, _ours(documents, embedder))
    yield from _figures("retrieval: exam, ours", ours)
    if not stock.available():
        yield Skipped(name="retrieval: exam, stock pipeline", why="needs requirements/bench.txt")
        return
    theirs = recall(asked, _stock(documents, embedder))
    yield from _figures("retrieval: exam, stock pipeline", theirs)
    read = f"{WORDS_READ}w"
    lead = ours[read] - theirs[read]
    yield Figure(name=f"retrieval: exam, recall@{read}, our lead", value=lead, must=0.25, aim=0.33)


def questions(path: Path) -> list[Asked]:
    """Return the questions that have an answer, with their gold and alternative quotes."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Asked(
            text=line["question"],
            quotes=tuple(
                Text(document=each["document"], words=each["quote"])
                for each in (*line["gold"], *line.get("alt_gold", ()))
            ),
        )
        for line in lines
        if line["verdict"] != "not_covered"
    ]


def recall(asked: Sequence[Asked], find: Find) -> dict[str, float]:
    """Return the share of questions answered within each rank, and within the words read."""
    ranks = {f"{rank}": rank for rank in RANKS}
    hits = dict.fromkeys((*ranks, f"{WORDS_READ}w"), 0)
    for one in asked:
        found = find(one.text)
        first = _first_hit(one, found)
        for name, rank in ranks.items():
            hits[name] += first < rank
        hits[f"{WORDS_READ}w"] += first < _fitting(found)
    return {name: count / len(asked) for name, count in hits.items()}


def rulebook(documents: Iterable[Document]) -> Rulebook:
    """Return the documents read as an edition of their own."""
    now = datetime.now(UTC)
    edition = Edition(number=1, published_at=now, published_by="bench", effective_at=now)
    read = {document: rules_of(document) for document in documents}
    return Rulebook(
        edition=edition,
        documents={document.id: document for document in read},
        sections={section.id: section for parsed in read.values() for section in parsed.sections},
        passages=[passage for parsed in read.values() for passage in parsed.passages],
    )


def _ours(documents: Iterable[Document], embedder: Embedder) -> Find:
    book = rulebook(documents)
    matrix = embed_all(book, embedder, lambda _what, _done, _of: None)
    search = Search(book, vectors=matrix, embedder=embedder, glossary=Glossary.load())

    def find(text: str) -> list[Text]:
        passages = (hit.passage for hit in search.passages_for(Question(text=text), DEPTH))
        return [Text(document=each.document_id, words=each.text) for each in passages]

    return find


def _stock(documents: Sequence[Document], embedder: Embedder) -> Find:
    pipeline = stock.Pipeline({each.id: each.text for each in documents}, embedder)
    return lambda text: [
        Text(document=document, words=words) for document, words in pipeline.find(text, DEPTH)
    ]


def _first_hit(asked: Asked, found: Sequence[Text]) -> int:
    """Return the place of the first text that holds a quote; one past the last if none does."""
    return next(
        (
            place
            for place, text in enumerate(found)
            if any(
                text.document == quote.document and holds(text.words, quote.words)
                for quote in asked.quotes
            )
        ),
        DEPTH,
    )


def _fitting(found: Sequence[Text]) -> int:
    """Return how many of the first texts fit into the words that are read."""
    words = 0
    for place, text in enumerate(found):
        words += count_words(text.words)
        if words > WORDS_READ:
            return place
    return len(found)


def _figures(name: str, values: Mapping[str, float]) -> Iterator[Figure]:
    for rank, value in values.items():
        yield Figure(name=f"{name}: recall@{rank}", value=value)
