"""ContractNLI (Koreeda & Manning 2021): what non-disclosure agreements let their parties do.

Ten of its seventeen statements say what the receiving party may or may not do. Each is put to the
offline reader as a question, the same way for every statement and every agreement, and answered
within the agreement it was labelled for. Nothing is trained, no statement has a rule of its own.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks import answers
from benchmarks.table import Figure, Result, Skipped
from knowledge.models import Ruling

NAME = "contractnli"

_CORPUS = "corpus.{}.jsonl"
_QUERIES = "queries.{}.jsonl"
_FRONT = (
    "---\nid: {}\ntitle: Non-disclosure agreement\nkind: contract\nvendor: Counterparty\n---\n\n"
)

_LABELS = (Ruling.ALLOWED, Ruling.NOT_ALLOWED, Ruling.NOT_COVERED)
_FOLDED = {Ruling.CONDITIONAL: Ruling.ALLOWED}
"""The labels know no condition. An act that is allowed under one is allowed in some case, which is
what the statements say ("some … in some circumstances"); where it is not, it counts as a false
allow like any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One statement about one agreement: its label, and what was answered."""

    id: str
    agreement: str
    statement: str
    gold: Ruling
    answer: Ruling

    @property
    def folded(self) -> Ruling:
        """The answer as one of the three labels."""
        return _FOLDED.get(self.answer, self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Precision, recall and F1 of one label, each in [0, 1]; 0 of nothing."""

    precision: float
    recall: float
    f1: float


def measure(material: Path | None) -> Iterator[Result | str]:
    """Answer every split that the material has; yield its figures, then the tables as text."""
    folder = None if material is None else material / "benchmarks" / "contractnli"
    splits = _splits(folder) if folder is not None else []
    if folder is None or not splits:
        yield Skipped(name=NAME, why="needs --material DIR with benchmarks/contractnli")
        return
    for split in splits:
        cases = answered(folder, split)
        yield from _figures(split, cases)
        yield from statement_lines(split, cases)


def asked(statement: str) -> str:
    """Return a statement of what somebody may or shall not do as the question whether they may."""
    found = _STATEMENT.fullmatch(statement.strip())
    if found is None:
        raise ValueError(f"no statement of what somebody may do: {statement!r}")
    return f"May the {found['who']} {found['act']}?"


_STATEMENT = re.compile(r"(?:the )?(?P<who>.+?) (?:may|shall not) (?P<act>.+?)\.?", re.IGNORECASE)


def answered(folder: Path, split: str) -> list[Case]:
    """Publish the agreements as contracts, ask each its ten questions, and return the cases."""
    rows = [row for row in _rows(folder / _QUERIES.format(split)) if row["permission_verdict"]]
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as scratch:
        guidelines, questions = Path(scratch) / "agreements", Path(scratch) / "questions.jsonl"
        guidelines.mkdir()
        for name, text in _agreements(folder / _CORPUS.format(split)).items():
            (guidelines / f"{name}.md").write_text(_FRONT.format(name) + text, "utf-8")
        questions.write_text("".join(map(_line, rows)), "utf-8")
        rulings = answers.rulings(guidelines, questions)
    return [
        Case(
            id=row["id"],
            agreement=row["doc"],
            statement=row["hypothesis_id"],
            gold=Ruling(row["permission_verdict"]),
            answer=rulings[row["id"]],
        )
        for row in rows
    ]


def is_reported(agreement: str) -> bool:
    """Tell whether an agreement is of the half whose mistakes nobody looked at."""
    return int(sha256(agreement.encode()).hexdigest()[0], 16) % 2 == 1


def false_allow(cases: Iterable[Case]) -> float | None:
    """Return the share of what is not allowed or not covered that was answered as allowed."""
    guarded = [case.folded for case in cases if case.gold is not Ruling.ALLOWED]
    return guarded.count(Ruling.ALLOWED) / len(guarded) if guarded else None


def macro_f1(cases: Sequence[Case]) -> float:
    """Return the mean F1 of the three labels."""
    return sum(scores(cases, label).f1 for label in _LABELS) / len(_LABELS)


def scores(cases: Sequence[Case], label: Ruling) -> Scores:
    """Return how well one label is told."""
    right = sum(case.gold is case.folded is label for case in cases)
    given = sum(case.folded is label for case in cases)
    labelled = sum(case.gold is label for case in cases)
    return Scores(
        precision=right / given if given else 0.0,
        recall=right / labelled if labelled else 0.0,
        f1=2 * right / (given + labelled) if given + labelled else 0.0,
    )


def statement_lines(split: str, cases: Sequence[Case]) -> Iterator[str]:
    """Return a line of text for each statement: its cases by label, and how they were answered."""
    yield f"ContractNLI {split}: label > answer, by statement"
    by_statement: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        by_statement[case.statement][f"{case.gold.value} > {case.answer.value}"] += 1
    for statement in sorted(by_statement, key=lambda name: int(name.split("-")[-1])):
        counts = by_statement[statement]
        told = ", ".join(f"{pair} {count}" for pair, count in sorted(counts.items()))
        yield f"  {statement:7} {told}"


def _figures(split: str, cases: Sequence[Case]) -> Iterator[Figure]:
    name = f"ContractNLI {split}"
    yield Figure(
        name=f"{name}: macro-F1", value=macro_f1(cases), baseline=0.66, must=0.45, aim=0.65
    )
    yield Figure(
        name=f"{name}: false-allow",
        value=false_allow(cases),
        baseline=0.185,
        must=0.10,
        aim=0.05,
        at_most=True,
    )
    held = [case for case in cases if is_reported(case.agreement)]
    if held:
        yield Figure(name=f"{name}: macro-F1, reporting half", value=macro_f1(held))
        yield Figure(
            name=f"{name}: false-allow, reporting half", value=false_allow(held), at_most=True
        )
    for label in _LABELS:
        told = scores(cases, label)
        yield Figure(name=f"{name}: {label.value}, precision", value=told.precision)
        yield Figure(name=f"{name}: {label.value}, recall", value=told.recall)
        yield Figure(name=f"{name}: {label.value}, F1", value=told.f1)
    conditional = sum(case.answer is Ruling.CONDITIONAL for case in cases)
    yield Figure(name=f"{name}: answered conditionally", value=conditional, style="count")
    yield Figure(name=f"{name}: questions", value=len(cases), style="count")


def _splits(folder: Path) -> list[str]:
    """Return the splits whose corpus and queries stand in the folder."""
    named = (path.name.split(".")[1] for path in sorted(folder.glob(_CORPUS.format("*"))))
    return [split for split in named if (folder / _QUERIES.format(split)).is_file()]


def _agreements(path: Path) -> dict[str, str]:
    """Return each agreement's text: its spans in order, a paragraph each."""
    spans: dict[str, list[str]] = defaultdict(list)
    for row in _rows(path):
        spans[row["doc"]].append(row["text"].strip())
    return {name: "\n\n".join(texts) + "\n" for name, texts in spans.items()}


def _line(row: Mapping[str, str]) -> str:
    """Return a labelled statement as a line of a file of questions."""
    line = {"id": row["id"], "question": asked(row["text"]), "documents": [row["doc"]]}
    return json.dumps(line, ensure_ascii=False) + "\n"


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
