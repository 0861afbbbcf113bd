"""Measure the reader of outcomes against the hand labels: `python -m benchmarks.outcomes`."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.library import outcomes, parsing
from knowledge.library.parsing import Parsed
from knowledge.models import Document, Kind, Outcome, Passage

LABELS = Path(__file__).with_name("labels.jsonl")
HALVES = ("tuning", "reporting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One hand label: a stretch of a file of the material, and what it does."""

    document: str
    offset: int
    length: int
    sha256: str
    outcome: Outcome
    advice: bool
    half: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A label beside what the reader said of the passages over that stretch."""

    label: Label
    passage: Passage


def read_labels(path: Path = LABELS) -> tuple[Label, ...]:
    """Return the labels of the file, in its order."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(Label(**{**row, "outcome": Outcome(row["outcome"])}) for row in rows)


def judge(labels: Iterable[Label], material: Path) -> Iterator[Judged]:
    """Yield each label with the passage that the parser and the reader make of its stretch.

    Raises ValueError where the material is not the text that was labelled.
    """
    by_document: dict[str, list[Label]] = {}
    for label in labels:
        by_document.setdefault(label.document, []).append(label)
    for path, its_labels in by_document.items():
        text = (material / path).read_bytes().decode("utf-8").replace("\r\n", "\n")
        document = _document(path, text)
        parsed = parsing.parse(document)
        starts = {section.id: section.start for section in parsed.sections}
        for label in its_labels:
            _verify(label, text)
            yield Judged(
                label=label, passage=_passage_at(label, text, document.kind, parsed, starts)
            )


def _document(path: str, text: str) -> Document:
    kind = Kind.TERMS if path.startswith("terms/") else Kind.GUIDELINE
    return Document(id="labelled", title=path, kind=kind, text=text, path=path)


def _verify(label: Label, text: str) -> None:
    stretch = text[label.offset : label.offset + label.length]
    if hashlib.sha256(stretch.encode("utf-8")).hexdigest() != label.sha256:
        message = f"{label.document}:{label.offset}: not the text that was labelled"
        raise ValueError(message)


def _passage_at(
    label: Label, text: str, kind: Kind, parsed: Parsed, starts: dict[str, int]
) -> Passage:
    """Return the labelled words as a passage, read in the context that the parser gives them.

    The words stand in for whatever passages the parser cuts there, so that a label keeps its
    meaning when the parser cuts otherwise.
    """
    first, last = label.offset, label.offset + label.length
    over = [
        number
        for number, passage in enumerate(parsed.passages)
        if starts[passage.section_id] + passage.start < last
        and first < starts[passage.section_id] + passage.end
    ]
    opening = parsed.passages[over[0]]
    labelled = replace(opening, id="labelled", text=text[first:last])
    before = [p for p in parsed.passages[: over[0]] if p.section_id == opening.section_id]
    return outcomes.read_all((*before, labelled), kind)[-1]


Confusion = dict[tuple[Outcome, Outcome], int]


def confusion(judged: Iterable[Judged]) -> Confusion:
    """Return how often each labelled outcome was read as each outcome."""
    counts: Confusion = {(a, b): 0 for a in Outcome for b in Outcome}
    for one in judged:
        counts[one.label.outcome, one.passage.outcome] += 1
    return counts


def scores(counts: Confusion, outcome: Outcome) -> tuple[float, float, float]:
    """Return precision, recall and F1 of one outcome; 0 where nothing was read or labelled so."""
    right = counts[outcome, outcome]
    said = sum(counts[other, outcome] for other in Outcome)
    meant = sum(counts[outcome, other] for other in Outcome)
    precision, recall = (right / said if said else 0.0), (right / meant if meant else 0.0)
    both = precision + recall
    return precision, recall, (2 * precision * recall / both if both else 0.0)


def macro_f1(counts: Confusion) -> float:
    """Return the mean F1 of the five outcomes."""
    return sum(scores(counts, outcome)[2] for outcome in Outcome) / len(Outcome)


def report(half: str, judged: Sequence[Judged]) -> Iterator[str]:
    """Yield the lines of one half's report."""
    counts = confusion(judged)
    right = sum(counts[outcome, outcome] for outcome in Outcome)
    yield f"{half}: {len(judged)} passages, accuracy {right / len(judged):.3f}"
    yield f"  macro-F1 {macro_f1(counts):.3f}"
    yield f"  prohibitions read as permissions: {counts[Outcome.PROHIBITS, Outcome.PERMITS]}"
    advice = [one for one in judged if one.label.outcome is one.passage.outcome]
    soft = sum(one.label.advice == one.passage.advice for one in advice)
    yield f"  advice told from duty, where the outcome is right: {soft} of {len(advice)}"
    yield "  " + " " * 11 + "".join(f"{o.value[:9]:>11}" for o in Outcome) + "    P    R   F1"
    for outcome in Outcome:
        row = "".join(f"{counts[outcome, other]:>11}" for other in Outcome)
        figures = " ".join(f"{value:.2f}" for value in scores(counts, outcome))
        yield f"  {outcome.value:<11}{row}  {figures}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of both halves, or of the one asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.outcomes", description=__doc__)
    parser.add_argument(
        "--material", type=Path, required=True, help="folder with terms/, policies/"
    )
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--errors", action="store_true", help="print the misread passages")
    chosen = parser.parse_args(arguments)
    judged = list(judge(read_labels(), chosen.material))
    for half in (chosen.half,) if chosen.half else HALVES:
        its_own = [one for one in judged if one.label.half == half]
        sys.stdout.write("\n".join(report(half, its_own)) + "\n")
        if chosen.errors:
            sys.stdout.writelines(_errors(its_own))
    return 0


def _errors(judged: Iterable[Judged]) -> Iterator[str]:
    for one in judged:
        wanted, read = one.label.outcome, one.passage.outcome
        if wanted is not read:
            above = " / ".join(one.passage.lead_ins[-1:] or one.passage.headings[-1:])[-110:]
            where = f"{one.label.document} {one.label.offset}"
            yield f"\n{wanted} read {read} [{where}] <{above}>\n  {one.passage.text}\n"


if __name__ == "__main__":
    raise SystemExit(main())
