"""Answering a file of questions over a folder of guidelines, and measuring the answers."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from knowledge.answering.answerer import SHOWN, Answerer
from knowledge.database import Database, file_url
from knowledge.judging.judge import Judge
from knowledge.library.sources.folder import read_folder
from knowledge.models import Answer, Hit, Quote, Rulebook
from knowledge.publishing import publication
from knowledge.publishing.evaluation.figures import AnswerFigures, Extract, Judged, figures_of
from knowledge.publishing.evaluation.material import QuestionLine, read_lines, write_lines
from knowledge.publishing.publication import Progress, in_silence
from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.glossary import Glossary

PUBLISHER = "evaluation"
"""Who publishes the temporary edition."""

_EVERY = 10


def evaluate_answers(
    guidelines: Path,
    questions: Path,
    out: Path,
    *,
    judge: Judge,
    embedder: Embedder | None,
    glossary: Glossary,
    clock: Callable[[], datetime],
    zone: ZoneInfo,
    progress: Progress = in_silence,
) -> AnswerFigures:
    """Publish the folder into a temporary store, answer every question, and return the figures.

    Writes a JSON line for each question to `out`. The asker may read whatever `groups` of the
    question's line open. Raises MaterialRefused with file and line, SourceRefused for the folder.
    """
    lines = read_lines(questions, QuestionLine)
    source = read_folder(guidelines)
    with tempfile.TemporaryDirectory(prefix="mayi-evaluation-") as folder:
        database = Database.open(file_url(Path(folder) / "mayi.sqlite"))
        try:
            published = publication.publish(
                database,
                source,
                by=PUBLISHER,
                now=clock(),
                allow_removals=True,
                embedder=embedder,
                progress=progress,
            )
            answerer = Answerer(
                database, embedder=embedder, judge=judge, glossary=glossary, clock=clock, zone=zone
            )
            rulebook = answerer.desk(published.edition).rulebook
            answered = tuple(_with_progress(answer_all(answerer, lines), len(lines), progress))
        finally:
            database.close()
    judged = [judged_from(line, answer, rulebook) for line, answer in answered]
    write_answers(out, judged)
    unknown = _unknown_documents(lines, rulebook)
    noted = _notes(answer for _, answer in answered)
    return figures_of(judged, (*source.warnings, *published.warnings, *unknown, *noted))


def answer_all(
    answerer: Answerer, lines: Iterable[QuestionLine]
) -> Iterator[tuple[QuestionLine, Answer]]:
    """Answer each question in turn; nothing is recorded."""
    for line in lines:
        yield line, answerer.answer(line.asked)


def judged_from(line: QuestionLine, answer: Answer, rulebook: Rulebook) -> Judged:
    """Set an answer beside what it should have been."""
    quotes = tuple(_from_quote(quote) for quote in answer.verdict.quotes)
    return Judged(
        id=line.id,
        ruling=answer.verdict.ruling,
        gold=line.verdict,
        gold_quotes=line.quotes,
        quotes=quotes,
        passages=tuple(_from_hit(hit) for hit in answer.hits[:SHOWN]),
        verbatim=sum(_is_verbatim(quote, rulebook) for quote in quotes),
        confidence=answer.opinion.confidence if answer.opinion is not None else None,
        took=answer.took,
    )


def write_answers(path: Path, judged: Iterable[Judged]) -> None:
    """Write one JSON object a line: id, verdict, quotes, and the passages in rank order."""
    write_lines(path, (json.dumps(_written(one), ensure_ascii=False) + "\n" for one in judged))


def _written(judged: Judged) -> Mapping[str, object]:
    """Return the answer as the file shows it."""
    return {
        "id": judged.id,
        "verdict": judged.ruling.value,
        "quotes": [_extract_written(quote) for quote in judged.quotes],
        "passages": [_extract_written(passage) for passage in judged.passages],
    }


def _extract_written(extract: Extract) -> Mapping[str, str]:
    """Return document, section and words."""
    return {"document": extract.document, "section": extract.section, "text": extract.text}


def _from_quote(quote: Quote) -> Extract:
    """Return the words quoted and where they stand."""
    return Extract(document=quote.document_id, section=quote.section_id, text=quote.text)


def _from_hit(hit: Hit) -> Extract:
    """Return the clause that was found; its context is not part of it."""
    passage = hit.passage
    return Extract(document=passage.document_id, section=passage.section_id, text=passage.text)


def _is_verbatim(quote: Extract, rulebook: Rulebook) -> bool:
    """Tell whether the words stand, character for character, in the section they are said to."""
    section = rulebook.sections.get(quote.section)
    return section is not None and bool(quote.text) and quote.text in section.text


def _unknown_documents(lines: Iterable[QuestionLine], rulebook: Rulebook) -> Iterator[str]:
    """Say which questions speak of a document that the folder does not have."""
    for line in lines:
        named = {*(line.documents or ()), *(gold.document for gold in line.quotes)}
        for name in sorted(named - rulebook.documents.keys()):
            yield f"question {line.id}: the folder has no document {name!r}, so nothing finds it"


def _notes(answers: Iterable[Answer]) -> Iterator[str]:
    """Say how many answers came about in an unusual way, and in which."""
    counts = Counter(answer.verdict.note for answer in answers if answer.verdict.note)
    for note, count in counts.most_common():
        yield f"{count} answers: {note}"


def _with_progress(
    answered: Iterator[tuple[QuestionLine, Answer]], of: int, progress: Progress
) -> Iterator[tuple[QuestionLine, Answer]]:
    """Pass the answers on and say how far we are."""
    for done, pair in enumerate(answered, start=1):
        if done % _EVERY == 0 or done == of:
            progress("answering", done, of)
        yield pair
