"""Three ways of finding the same rules, over the same texts: ours, words alone, off the shelf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.retrieval import bm25, stock
from benchmarks.retrieval.kept import Kept
from knowledge.models import Passage, Question, Rulebook
from knowledge.retrieval import vectors
from knowledge.retrieval.glossary import Glossary
from knowledge.retrieval.search import Search

OURS = "ours"
BM25 = "BM25"
STOCK = "stock pipeline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What was found: words, and the id of the passage or document they stand in."""

    source: str
    words: str


Find = Callable[[str, int], Sequence[Text]]
"""Returns at most so many texts for a question, best first."""


def contenders(
    book: Rulebook,
    texts: Mapping[str, str],
    kept: Kept,
    source: Callable[[Passage], str],
) -> Iterator[tuple[str, Find]]:
    """Yield each contender by name.

    Ours and BM25 find passages of the book, the stock pipeline chunks of `texts`; `source` gives
    the key of `texts` that a passage belongs to. The two of others need requirements/bench.txt.
    """
    yield OURS, ours(book, kept, source)
    if bm25.available():
        yield BM25, _by_words(book, source)
    if stock.available():
        yield STOCK, _off_the_shelf(texts, kept)


def ours(book: Rulebook, kept: Kept, source: Callable[[Passage], str]) -> Find:
    """Return our own search, with the vectors that are kept."""
    matrix = kept.matrix(_searchable(book))
    search = Search(book, vectors=matrix, embedder=kept.embedder, glossary=Glossary.load())

    def find(text: str, count: int) -> list[Text]:
        found = (hit.passage for hit in search.passages_for(Question(text=text), count))
        return [Text(source=source(each), words=each.text) for each in found]

    return find


def _by_words(book: Rulebook, source: Callable[[Passage], str]) -> Find:
    index = bm25.BM25(_searchable(book))
    passages = tuple(book.passages)

    def find(text: str, count: int) -> list[Text]:
        found = (passages[place] for place in index.find(text, count))
        return [Text(source=source(each), words=each.text) for each in found]

    return find


def _off_the_shelf(texts: Mapping[str, str], kept: Kept) -> Find:
    pipeline = stock.Pipeline(texts, kept)

    def find(text: str, count: int) -> list[Text]:
        return [Text(source=name, words=words) for name, words in pipeline.find(text, count)]

    return find


def _searchable(book: Rulebook) -> list[str]:
    """Return what is embedded of each passage; all three see the same."""
    return [vectors.searchable(each, book.documents[each.document_id]) for each in book.passages]
