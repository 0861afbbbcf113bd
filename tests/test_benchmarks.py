"""The table of figures says what holds, and the made-up guidelines are what they claim to be."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from benchmarks import __main__ as command
from benchmarks import corpus
from benchmarks.retrieval import exam, sets
from benchmarks.retrieval.contenders import Text
from benchmarks.retrieval.kept import kept
from benchmarks.table import Figure, Skipped, print_table
from knowledge.library import rules
from knowledge.library.diffing import differences
from knowledge.library.sources.folder import read_folder
from knowledge.models import Section, text_hash
from knowledge.publishing.evaluation.material import QueryLine
from tests.fakes.embedder import FakeEmbedder


@pytest.mark.parametrize(
    ("value", "at_most", "holds", "excels"),
    [
        (0.70, False, True, False),
        (0.75, False, True, True),
        (0.60, False, False, False),
        (None, False, False, False),
        (0.70, True, False, True),
        (0.60, True, True, True),
    ],
)
def test_a_figure_holds_on_the_right_side_of_its_bounds(value, at_most, holds, excels):
    figure = Figure(name="f", value=value, must=0.64, aim=0.72, at_most=at_most)

    assert figure.holds is holds
    assert figure.excels is excels


def test_a_figure_of_which_nothing_is_asked_neither_holds_nor_fails():
    assert Figure(name="f", value=0.1).holds is None


def test_the_table_shows_every_figure_and_names_what_was_skipped():
    out = StringIO()

    print_table(
        [
            Figure(name="recall", value=0.75, must=0.64, aim=0.72, baseline=0.6),
            Figure(name="speed", value=0.09, style="milliseconds", must=0.08, at_most=True),
            Skipped(name="exam", why="needs --material DIR"),
        ],
        Console(file=out, width=120),
    )

    shown = out.getvalue()
    assert "0.750" in shown
    assert "aim" in shown
    assert "90.0 ms" in shown
    assert "NO" in shown
    assert "skipped: exam (needs --material DIR)" in shown


def test_without_material_what_needs_it_is_skipped_in_one_line(monkeypatch, capsys):
    monkeypatch.delenv(command.VARIABLE, raising=False)

    assert command.main(["--only", "exam", "--only", "outcomes"]) == 0

    lines = [line for line in capsys.readouterr().out.splitlines() if "skipped" in line]
    assert [line.split()[1] for line in lines] == ["exam", "outcomes"]


def test_vectors_are_made_once_and_kept_for_the_next_run(tmp_path):
    with kept(FakeEmbedder(), tmp_path) as first:
        made = first.matrix(["one", "two"])
    again = FakeEmbedder()
    with kept(again, tmp_path) as second:
        held = second.matrix(["two", "one", "three"])

    assert again.seen == ["three"]
    one = text_hash("one")
    assert (held.vectors[held.rows[one]] == made.vectors[made.rows[one]]).all()


def test_chunks_of_one_passage_count_once_at_the_place_of_the_first():
    def find(text, count):
        return [Text(source=name, words=text) for name in ("p", "q", "p", "r")]

    (found,) = sets.found_by(find, [QueryLine(id="1", text="May I?", relevant=("q",))])

    assert found.passages == ("p", "q", "r")


def test_recall_counts_a_quote_in_its_own_document_within_rank_and_words():
    asked = [exam.Asked(text="May I?", quotes=(Text(source="a", words="You may not."),))]
    elsewhere, here = Text(source="b", words="You may not."), Text(source="a", words="You may not.")
    long = Text(source="c", words="word " * 600)

    first = exam.recall(asked, lambda _text, _count: [here])
    second = exam.recall(asked, lambda _text, _count: [elsewhere, here])
    behind = exam.recall(asked, lambda _text, _count: [long, here])

    assert (first["1"], second["1"], second["5"]) == (1.0, 0.0, 1.0)
    assert (second["600w"], behind["600w"]) == (1.0, 0.0)


def test_made_up_guidelines_have_the_size_they_were_asked_for(tmp_path):
    corpus.write_guidelines(tmp_path / "made", 230)

    parsed = [rules.rules_of(one) for one in read_folder(tmp_path / "made").documents]

    assert sum(len(one.passages) for one in parsed) == 230


def test_one_section_is_changed_and_nothing_else(tmp_path):
    corpus.write_guidelines(tmp_path / "made", 230)
    before = sections(tmp_path)
    corpus.change_one_section(tmp_path / "made")

    changes = differences(before, sections(tmp_path))

    assert [change.kind.value for change in changes] == ["changed"]


def sections(folder) -> dict[str, Section]:
    documents = read_folder(folder / "made").documents
    return {section.id: section for one in documents for section in rules.rules_of(one).sections}
