"""The index on a Chroma server: one replica builds it, all search it, none needs it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from knowledge.database import Database
from knowledge.errors import StoreRefused
from knowledge.retrieval.collection import Server, ServerFailed
from knowledge.retrieval.served import PAUSE, ServedIndex
from tests.retrieval.rules import NOON, keys
from tests.retrieval.test_index import BOOK, EMBEDDER, read, recorded

__all__ = ["recorded"]


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server on loopback."""
    port = free_port()
    place = str(tmp_path_factory.mktemp("chroma"))
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", place]
    server = subprocess.Popen(  # noqa: S603 - the pinned package's own command
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            Server.reach(url)
            break
        except ServerFailed:
            time.sleep(0.1)
    yield url
    server.kill()
    server.wait()


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, span: timedelta) -> None:
        self.now += span


def replica(url: str, database: Database, clock: Clock | None = None) -> ServedIndex:
    return ServedIndex(
        lambda: Server.reach(url),
        database,
        model=EMBEDDER.name,
        keys=lambda _number: keys(BOOK),
        clock=clock or Clock(),
    )


def test_what_one_replica_built_another_searches(chroma: str, recorded: Database):
    matrix = read(recorded)
    wanted = list(matrix.rows)[7]

    replica(chroma, recorded).build(1)
    found = replica(chroma, recorded).nearest(1, matrix.vectors[7], 3)

    assert found is not None
    assert found[0] == wanted


def test_building_the_same_again_keeps_what_is_there(chroma: str, recorded: Database):
    index = replica(chroma, recorded)
    index.build(1)
    before = len(Server.reach(chroma)._client.list_collections())

    index.build(1)

    assert len(Server.reach(chroma)._client.list_collections()) == before


def test_older_editions_are_dropped_from_the_server(chroma: str, recorded: Database):
    index = replica(chroma, recorded)
    for number in (1, 2, 3):
        index.build(number)

    assert index.nearest(1, read(recorded).vectors[0], 1) is None
    assert index.nearest(3, read(recorded).vectors[0], 1) is not None


def test_a_server_that_lost_its_collections_is_filled_again(chroma: str, recorded: Database):
    replica(chroma, recorded).build(1)
    client = Server.reach(chroma)._client
    for each in client.list_collections():
        client.delete_collection(each.name)
    index = replica(chroma, recorded)
    assert index.nearest(1, read(recorded).vectors[0], 1) is None

    index.build(1)

    assert replica(chroma, recorded).nearest(1, read(recorded).vectors[0], 1) is not None


def test_without_a_server_the_records_are_searched_and_it_is_asked_again_later(
    chroma: str, recorded: Database
):
    replica(chroma, recorded).build(1)
    clock = Clock()
    places = iter([f"http://127.0.0.1:{free_port()}", chroma])
    index = ServedIndex(
        lambda: Server.reach(next(places)),
        recorded,
        model=EMBEDDER.name,
        keys=lambda _number: keys(BOOK),
        clock=clock,
    )
    vector = read(recorded).vectors[0]

    assert index.nearest(1, vector, 1) is None
    assert index.nearest(1, vector, 1) is None, "the pause is kept"
    clock.wait(PAUSE)
    assert index.nearest(1, vector, 1) is not None


def test_a_publication_without_its_server_says_where_to_look(recorded: Database):
    with pytest.raises(StoreRefused, match="MAYI_CHROMA_URL"):
        replica(f"http://127.0.0.1:{free_port()}", recorded).build(1)
