"""The exam's recall: ours, by words alone and off the shelf, in one run over the same documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.retrieval.contenders import OURS, STOCK, Find, Text, contenders
from benchmarks.retrieval.kept import Kept
from benchmarks.table import Figure
from knowledge.library.rules import rules_of
from knowledge.library.sources.folder import read_folder
from knowledge.models import Document, Edition, Rulebook
from knowledge.publishing.evaluation.matching import WORDS_READ, count_words, holds

DEPTH = 60
"""How many passages are looked at: more than fit into the words that count."""

RANKS = (1, 5, 10)
READ = f"{WORDS_READ}w"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An answerable question and the quotes that answer it, each with its document."""

    text: str
    quotes: tuple[Text, ...]


def measure(folder: Path, kept: Kept) -> Iterator[Figure]:
    """Yield each contender's recall, and by how much we lead the stock pipeline."""
    documents = read_folder(folder / "guidelines").documents
    asked = questions(folder / "questions.jsonl")
    texts = {each.id: each.text for each in documents}
    found: dict[str, dict[str, float]] = {}
    for name, find in contenders(rulebook(documents), texts, kept, lambda p: p.document_id):
        found[name] = recall(asked, find)
        yield from _figures(f"exam, {name}", found[name])
    if STOCK in found:
        lead = found[OURS][READ] - found[STOCK][READ]
        yield Figure(name=f"exam: recall@{READ}, our lead", value=lead, must=0.25, aim=0.33)


def questions(path: Path) -> list[Asked]:
    """Return the questions that have an answer, with their gold and alternative quotes."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Asked(
            text=line["question"],
            quotes=tuple(
                Text(source=each["document"], words=each["quote"])
                for each in (*line["gold"], *line.get("alt_gold", ()))
            ),
        )
        for line in lines
        if line["verdict"] != "not_covered"
    ]


def recall(asked: Sequence[Asked], find: Find) -> dict[str, float]:
    """Return the share of questions answered within each rank, and within the words read."""
    ranks = {f"{rank}": rank for rank in RANKS}
    hits = dict.fromkeys((*ranks, READ), 0)
    for one in asked:
        found = find(one.text, DEPTH)
        first = _first_hit(one, found)
        for name, rank in ranks.items():
            hits[name] += first < rank
        hits[READ] += first < _fitting(found)
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


def _first_hit(asked: Asked, found: Sequence[Text]) -> int:
    """Return the place of the first text that holds a quote; one past the last if none does."""
    return next(
        (
            place
            for place, text in enumerate(found)
            if any(
                text.source == quote.source and holds(text.words, quote.words)
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
