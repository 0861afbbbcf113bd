"""Cut real terms and policies into passages: `python -m benchmarks.parsing --material DIR`.

Asserts for every Markdown file below DIR that the sections partition the document and the spans
each section, and prints how long passages are. Where DIR holds the exam, it prints too how many
of the quotes lie in one passage whole, or with at least half of their words as one run: no
retrieval can find more.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from knowledge.errors import SourceRefused
from knowledge.library.headings import plain
from knowledge.library.parsing import Parsed, parse
from knowledge.library.sentences import words
from knowledge.library.sources.folder import read_folder
from knowledge.models import Document, Kind, Shape

EXAM = Path("benchmarks/exam")


def main(arguments: Sequence[str] | None = None) -> int:
    """Cut everything, print the figures; raises AssertionError where a span is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--material", type=Path, required=True)
    material = parser.parse_args(arguments).material
    console = Console(highlight=False)
    for folder in sorted(path for path in material.iterdir() if path.is_dir()):
        console.print(_told(folder), soft_wrap=True)
    if (material / EXAM).is_dir():
        console.print(_ceiling(material / EXAM), soft_wrap=True)
    return 0


def _told(folder: Path) -> str:
    """Return a line of figures for the Markdown files below a folder."""
    sizes: list[int] = []
    documents, sections, taken = 0, 0, 0.0
    for document in _documents(folder):
        started = time.perf_counter()
        parsed = parse(document)
        taken += time.perf_counter() - started
        check(document, parsed)
        documents += 1
        sections += len(parsed.sections)
        sizes += [words(p.text) for p in parsed.passages if p.shape is not Shape.OTHER]
    if not sizes:
        return f"{folder.name}: no Markdown"
    sizes.sort()
    return (
        f"{folder.name}: {documents} documents, {sections} sections, {len(sizes)} passages of "
        f"{statistics.median(sizes):.0f} words (median), {sizes[int(len(sizes) * 0.95)]} (p95), "
        f"{sizes[-1]} (longest), {taken:.1f} s"
    )


def _documents(folder: Path) -> Iterator[Document]:
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text("utf-8", "replace").replace("\r\n", "\n")
        name = path.relative_to(folder).as_posix()
        yield Document(id=name, title=path.stem, kind=Kind.GUIDELINE, text=text, path=name)


def check(document: Document, parsed: Parsed) -> None:
    """Assert that nothing of the document is lost or twice, and that all words are verbatim."""
    _hold("".join(s.text for s in parsed.sections) == document.text, document.path)
    _hold(len({s.id for s in parsed.sections}) == len(parsed.sections), document.path)
    reached: Counter[str] = Counter()
    texts = {section.id: section.text for section in parsed.sections}
    for passage in parsed.passages:
        _hold(passage.start == reached[passage.section_id], passage.id)
        span = texts[passage.section_id][passage.start : passage.end]
        _hold(passage.text in span, passage.id)
        _hold(all(lead in document.text for lead in passage.lead_ins), passage.id)
        reached[passage.section_id] = passage.end
    _hold(all(reached[name] == len(text) for name, text in texts.items()), document.path)


def _hold(holds: bool, place: str) -> None:
    if not holds:
        raise AssertionError(place)


# ---------------------------------------------------------------- what retrieval can find at most


def _ceiling(exam: Path) -> str:
    """Return a line: in how many passages the exam's quotes lie."""
    try:
        documents = read_folder(exam / "guidelines").documents
    except SourceRefused as refused:
        return str(refused)
    passages = {
        document.id: [_bare(passage.text) for passage in parse(document).passages]
        for document in documents
    }
    found: Counter[str] = Counter()
    for quote in _quotes(exam / "questions.jsonl"):
        found[_held(_bare(quote["quote"]), passages[quote["document"]])] += 1
    whole, half, without = found["whole"], found["half"], found[""]
    return f"exam: {whole} quotes in one passage whole, {half} by half or more, {without} in none"


def _quotes(questions: Path) -> Iterator[dict[str, str]]:
    for line in questions.read_text("utf-8").splitlines():
        question = json.loads(line)
        yield from question["gold"]
        yield from question["alt_gold"]


def _bare(text: str) -> list[str]:
    return re.findall(r"\w+", plain(text))


def _held(quote: list[str], passages: list[list[str]]) -> str:
    half = (len(quote) + 1) // 2
    if any(_runs_in(quote, passage) for passage in passages):
        return "whole"
    runs = [quote[at : at + half] for at in range(len(quote) - half + 1)]
    return "half" if any(_runs_in(run, p) for p in passages for run in runs) else ""


def _runs_in(run: list[str], passage: list[str]) -> bool:
    return f" {' '.join(run)} " in f" {' '.join(passage)} "


if __name__ == "__main__":
    sys.exit(main())
