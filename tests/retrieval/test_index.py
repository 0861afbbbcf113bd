"""The index: derived, checked, switched by one row, and done without when it is broken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.database import Database
from knowledge.errors import StoreRefused
from knowledge.models import Question, text_hash
from knowledge.retrieval import vectors
from knowledge.retrieval.collection import Collection, answers
from knowledge.retrieval.embedders import Embeddings
from knowledge.retrieval.glossary import Glossary
from knowledge.retrieval.index import Index
from knowledge.retrieval.search import Search
from tests.fakes.embedder import FakeEmbedder
from tests.retrieval.rules import NOON, document, keys, rulebook

EMBEDDER = FakeEmbedder(dimension=32)
LETTERS = [
    "able",
    "bake",
    "cold",
    "dusk",
    "echo",
    "fire",
    "gold",
    "hill",
    "iron",
    "jade",
    "keep",
    "lime",
    "mint",
    "noon",
    "opal",
    "pine",
]
TEXTS = tuple(
    f"Rule on {LETTERS[n % 16]} {LETTERS[n // 16 % 16]} {LETTERS[(n * 7) % 16]} {n}"
    for n in range(300)
)
BOOK = rulebook((document("one"), TEXTS))


@pytest.fixture
def recorded(database: Database) -> Database:
    texts = {
        vectors.key(each, BOOK.documents["one"]): vectors.searchable(each, BOOK.documents["one"])
        for each in BOOK.passages
    }
    generator = np.random.default_rng(7)
    made = generator.standard_normal((len(texts), 32)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    tokens = tuple(np.zeros((0, 32), np.int8) for _ in texts)
    with database.begin() as tx:
        vectors.record(tx, EMBEDDER.name, list(texts), Embeddings(vectors=made, tokens=tokens))
    return database


def opened(place: Path, database: Database) -> Index:
    index = Index.open(
        place, database, model=EMBEDDER.name, keys=lambda _number: keys(BOOK), clock=lambda: NOON
    )
    assert index is not None
    return index


def directories(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if path.is_dir())


def read(database: Database) -> vectors.Matrix:
    with database.read() as tx:
        return vectors.matrix(tx, EMBEDDER.name, keys(BOOK))


def test_what_is_built_is_found_again_by_the_next_process(tmp_path: Path, recorded: Database):
    first = opened(tmp_path, recorded)
    first.build(1)
    first.close()

    second = opened(tmp_path, recorded)

    matrix = read(recorded)
    key = keys(BOOK)[5]
    assert second.nearest(1, matrix.vectors[matrix.rows[key]], 3)[0] == key
    assert second.nearest(2, matrix.vectors[0], 3) is None
    second.close()


def test_one_process_holds_the_directory(tmp_path: Path, recorded: Database):
    first = opened(tmp_path, recorded)
    code = (
        "import sys; from filelock import FileLock, Timeout\n"
        "try: FileLock(sys.argv[1]).acquire(timeout=0)\nexcept Timeout: print('held')"
    )

    command = [sys.executable, "-c", code, str(tmp_path / "lock")]
    said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603

    assert said.stdout.strip() == "held"
    first.close()


def test_index_and_scan_find_the_same(tmp_path: Path, recorded: Database):
    index = opened(tmp_path, recorded)
    index.build(1)
    matrix = read(recorded)
    glossary = Glossary.load()
    by_index = Search(BOOK, vectors=matrix, embedder=EMBEDDER, glossary=glossary, index=index)
    by_scan = Search(BOOK, vectors=matrix, embedder=EMBEDDER, glossary=glossary)

    for text in ("able bake", "rule on mint", "noon and opal", "nothing of it"):
        question = Question(text=text)
        assert by_index.passages_for(question) == by_scan.passages_for(question)
    index.close()


def test_old_collections_go_and_their_directories(tmp_path: Path, recorded: Database):
    index = opened(tmp_path, recorded)

    for number in (1, 2, 3):
        index.build(number)

    names = directories(tmp_path)
    assert [name.rsplit("-", 1)[0] for name in names] == ["edition-2", "edition-3"]
    assert index.nearest(1, read(recorded).vectors[0], 1) is None
    assert index.nearest(3, read(recorded).vectors[0], 1) is not None
    index.close()


def test_building_again_what_is_live_does_nothing(tmp_path: Path, recorded: Database):
    index = opened(tmp_path, recorded)
    index.build(1)
    written = (tmp_path / directories(tmp_path)[0]).stat().st_mtime_ns

    index.build(1)

    assert (tmp_path / directories(tmp_path)[0]).stat().st_mtime_ns == written
    index.close()


def test_a_damaged_collection_is_deleted_and_built_again(tmp_path: Path, recorded: Database):
    first = opened(tmp_path, recorded)
    first.build(1)
    first.close()
    damaged = tmp_path / directories(tmp_path)[0]
    (damaged / "chroma.sqlite3").write_bytes(b"\x00garbage" * 100)

    second = opened(tmp_path, recorded)
    assert directories(tmp_path) == []
    assert second.nearest(1, read(recorded).vectors[0], 1) is None
    second.build(1)

    assert second.nearest(1, read(recorded).vectors[0], 1) is not None
    second.close()


def test_what_a_killed_build_left_behind_is_swept_away(tmp_path: Path, recorded: Database):
    left = tmp_path / "edition-1-abc.def.building"
    left.mkdir()
    (left / "chroma.sqlite3").write_bytes(b"half")

    opened(tmp_path, recorded).close()

    assert directories(tmp_path) == []


def test_a_collection_that_loses_passages_is_not_switched_to(tmp_path: Path, recorded: Database):
    index = opened(tmp_path, recorded)
    index.build(1)
    one = read(recorded).vectors[:1]
    with recorded.begin() as tx:
        crowd = [text_hash(f"twin {n}") for n in range(600)]
        twins = Embeddings(
            vectors=np.repeat(one, 600, axis=0),
            tokens=tuple(np.zeros((0, 32), np.int8) for _ in crowd),
        )
        vectors.record(tx, EMBEDDER.name, crowd, twins)
    crowded = Index(
        tmp_path,
        index._lock,
        recorded,
        model=EMBEDDER.name,
        keys=lambda _n: crowd,
        clock=lambda: NOON,
    )

    with pytest.raises(StoreRefused, match="do not find themselves"):
        crowded.build(2)

    assert len(directories(tmp_path)) == 1
    assert index.nearest(1, one[0], 1) is not None
    index.close()


def test_an_unwritable_place_is_refused(tmp_path: Path, recorded: Database):
    (tmp_path / "index").write_text("a file where the directory should be")

    with pytest.raises(StoreRefused, match="the index cannot be written"):
        opened(tmp_path / "index", recorded)


def test_the_probe_tells_a_sound_collection_from_none(tmp_path: Path):
    made = np.eye(8, dtype=np.float32)
    Collection.build(tmp_path / "sound", [str(n) for n in range(8)], made).close()

    assert answers(tmp_path / "sound")
    assert not answers(tmp_path / "none")
