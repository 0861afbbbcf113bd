"""Measuring the search alone: a corpus of passages, queries with the passages that answer them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from knowledge.models import (
    Document,
    Edition,
    Kind,
    Passage,
    Question,
    Rulebook,
    Section,
)
from knowledge.publishing.evaluation.figures import RANKS, median
from knowledge.publishing.evaluation.material import CorpusLine, QueryLine, read_lines, write_lines
from knowledge.retrieval import vectors
from knowledge.retrieval.embedders import Embedder, Floats
from knowledge.retrieval.glossary import Glossary
from knowledge.retrieval.search import Search

DEPTH = 20
"""How many passages a run holds for each query."""

RUN_TAG = "mayi"
_BATCH = 256
_EDITION = Edition(
    number=1,
    published_at=datetime(2000, 1, 1, tzinfo=UTC),
    published_by="evaluation",
    effective_at=datetime(2000, 1, 1, tzinfo=UTC),
)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalFigures:
    """Everything `mayi evaluate retrieval` prints: means over the queries that have an answer.

    `queries` were searched, `judged` of them name relevant passages. The figures are None where
    none does. `took_p50` is in seconds, one query, the embedding of its words included.
    """

    passages: int
    queries: int
    judged: int
    recall: Mapping[int, float | None]
    mrr_10: float | None
    map_10: float | None
    ndcg_10: float | None
    took_p50: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one query found: passage ids in rank order, and the seconds it took."""

    query: str
    passages: tuple[str, ...]
    took: float


def evaluate_retrieval(
    corpus: Path,
    queries: Path,
    run: Path,
    *,
    embedder: Embedder | None,
    glossary: Glossary,
    progress: Progress = lambda _what, _done, _of: None,
) -> RetrievalFigures:
    """Search the corpus for every query, write the TREC run, and return the figures.

    Each line of the corpus is one passage; a query is its `scenario`, if any, a space, and its
    `text`. Raises MaterialRefused with file and line of what cannot be read.
    """
    lines = read_lines(corpus, CorpusLine)
    asked = read_lines(queries, QueryLine)
    search = search_over(lines, embedder=embedder, glossary=glossary, progress=progress)
    found = tuple(_with_progress(_find_all(search, asked), len(asked), progress))
    write_run(run, found)
    return retrieval_figures(lines, asked, found)


def search_over(
    lines: Sequence[CorpusLine],
    *,
    embedder: Embedder | None,
    glossary: Glossary,
    progress: Progress = lambda _what, _done, _of: None,
) -> Search:
    """Return a search over the corpus, kept in memory alone."""
    rulebook = rulebook_of(lines)
    matrix = embed_all(rulebook, embedder, progress) if embedder is not None else None
    return Search(rulebook, vectors=matrix, embedder=embedder, glossary=glossary)


def rulebook_of(lines: Iterable[CorpusLine]) -> Rulebook:
    """Return the corpus as an edition: each line a passage of its own section, titled so."""
    documents: dict[str, Document] = {}
    sections: dict[str, Section] = {}
    passages: list[Passage] = []
    for line in lines:
        documents.setdefault(line.doc, _document(line.doc))
        section = Section(
            id=f"{line.doc}#{line.id}",
            document_id=line.doc,
            headings=(line.title,) if line.title else (),
            start=0,
            text=line.text,
        )
        sections[section.id] = section
        passages.append(_passage(line, section))
    return Rulebook(edition=_EDITION, documents=documents, sections=sections, passages=passages)


def embed_all(rulebook: Rulebook, embedder: Embedder, progress: Progress) -> vectors.Matrix:
    """Return the vectors of every passage, equal texts embedded once."""
    texts = {
        vectors.key(passage, document): vectors.searchable(passage, document)
        for passage in rulebook.passages
        for document in [rulebook.documents[passage.document_id]]
    }
    rows: list[Floats] = []
    tokens: list[bytes] = []
    for batch in _batches(tuple(texts.values()), _BATCH):
        embedded = embedder.embed(batch)
        rows.append(embedded.vectors)
        tokens.extend(token.tobytes() for token in embedded.tokens)
        progress("embedding", len(tokens), len(texts))
    return vectors.Matrix(
        model=embedder.name,
        rows={key: number for number, key in enumerate(texts)},
        vectors=np.concatenate(rows),
        tokens=tuple(tokens),
    )


def write_run(path: Path, found: Iterable[Found]) -> None:
    """Write a TREC run; the score is 1/rank, so that no reader's handling of ties reorders it."""
    lines = (
        f"{one.query} Q0 {passage} {rank} {1 / rank:.6f} {RUN_TAG}\n"
        for one in found
        for rank, passage in enumerate(one.passages, start=1)
    )
    write_lines(path, lines)


def retrieval_figures(
    lines: Sequence[CorpusLine], asked: Sequence[QueryLine], found: Sequence[Found]
) -> RetrievalFigures:
    """Return the figures of a run; they are ir-measures', over the queries that name an answer."""
    measured = measure({line.id: line.relevant for line in asked if line.relevant}, found)
    return RetrievalFigures(
        passages=len(lines),
        queries=len(asked),
        judged=sum(bool(line.relevant) for line in asked),
        recall={rank: measured.get(f"R@{rank}") for rank in RANKS},
        mrr_10=measured.get("RR@10"),
        map_10=measured.get("AP@10"),
        ndcg_10=measured.get("nDCG@10"),
        took_p50=median(one.took for one in found),
        warnings=_warnings(lines, asked),
    )


def measure(relevant: Mapping[str, Iterable[str]], found: Iterable[Found]) -> dict[str, float]:
    """Return each measure's mean by its name; empty where no query names a relevant passage."""
    import ir_measures  # a third of a second that no answer should wait for

    judgements = [
        ir_measures.Qrel(query, passage, 1)
        for query, passages in relevant.items()
        for passage in dict.fromkeys(passages)
    ]
    if not judgements:
        return {}
    run = [
        ir_measures.ScoredDoc(one.query, passage, 1 / rank)
        for one in found
        if one.query in relevant
        for rank, passage in enumerate(one.passages, start=1)
    ]
    wanted = [ir_measures.R @ rank for rank in RANKS]
    wanted += [ir_measures.RR @ 10, ir_measures.AP @ 10, ir_measures.nDCG @ 10]
    aggregate = ir_measures.calc_aggregate(wanted, judgements, run)
    return {str(name): float(value) for name, value in aggregate.items()}


def _find_all(search: Search, asked: Iterable[QueryLine]) -> Iterator[Found]:
    """Search for each query in turn."""
    for line in asked:
        began = time.perf_counter()
        hits = search.passages_for(Question(text=line.asked), DEPTH)
        took = time.perf_counter() - began
        yield Found(query=line.id, passages=tuple(hit.passage.id for hit in hits), took=took)


def _with_progress(found: Iterator[Found], of: int, progress: Progress) -> Iterator[Found]:
    """Pass the results on and say how far we are."""
    for done, one in enumerate(found, start=1):
        if done % _BATCH == 0 or done == of:
            progress("searching", done, of)
        yield one


def _document(doc: str) -> Document:
    """Return the document that a corpus names; its name is no title, often an address."""
    return Document(id=doc, title="", kind=Kind.GUIDELINE, text="", path=doc)


def _passage(line: CorpusLine, section: Section) -> Passage:
    """Return the line as the one passage of its section."""
    return Passage(
        id=line.id,
        section_id=section.id,
        document_id=line.doc,
        start=0,
        end=max(1, len(line.text)),
        text=line.text,
        headings=section.headings,
    )


def _batches(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Cut the texts into batches of at most that size."""
    return (texts[start : start + size] for start in range(0, len(texts), size))


def _warnings(lines: Iterable[CorpusLine], asked: Iterable[QueryLine]) -> tuple[str, ...]:
    """Say how many relevant passages the corpus does not have; they count as not found."""
    known = {line.id for line in lines}
    absent = {passage for line in asked for passage in line.relevant} - known
    if not absent:
        return ()
    return (f"{len(absent)} relevant passages are not in the corpus, such as {min(absent)}",)
