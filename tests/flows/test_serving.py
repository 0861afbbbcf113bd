"""`mayi serve` as it is run: a process of its own against the local workspace, and stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bot.playground.manifest import read_manifest
from bot.playground.records import Message
from bot.playground.scenario import BOT, COMPLIANCE, MAYA, MODELS
from bot.playground.server import MANIFEST, serve_workspace
from bot.playground.workspace import Workspace
from bot.settings import Settings, SettingsRefused
from bot.wiring import Wiring
from bot.workplace import Slack, Workplace
from knowledge.database import Database, file_url
from tests.flows.company import OPEN, RESTRICTED, publish, words

ROOT = Path(__file__).parents[2]
TRAIN = "@mayi may I train a competing model on a vendor's output?"
RULE = "Nobody may train a model that competes with a vendor on that vendor's output."
PATIENCE = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with serve_workspace() as served:
        yield served


@pytest.fixture
def data(tmp_path: Path) -> Path:
    database = Database.open(file_url(tmp_path / "data" / "mayi.db"))
    publish(database, tmp_path / "guidelines", open=OPEN, restricted=RESTRICTED)
    database.close()
    return tmp_path / "data"


class Served:
    """A running `mayi serve`."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def page(self, path: str) -> tuple[int, str]:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(timeout=PATIENCE)


def environment(workspace: Workspace, data: Path, port: int) -> dict[str, str]:
    """Return the variables that let `mayi serve` into the workspace."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("MAYI_")}
    return {
        **others,
        "PYTHONPATH": str(ROOT),
        "MAYI_DATA": str(data),
        "MAYI_EMBEDDER": "none",
        "MAYI_LISTEN": f"127.0.0.1:{port}",
        "MAYI_COMPLIANCE": "compliance",
        "MAYI_COMPLIANCE_CHANNEL": COMPLIANCE,
        "MAYI_LOG_LEVEL": "DEBUG",
        "SLACK_API_URL": workspace.api,
        "SLACK_BOT_TOKEN": workspace.keys.bot,
        "SLACK_APP_TOKEN": workspace.keys.app,
        "SLACK_SIGNING_SECRET": workspace.keys.signing,
    }


@contextmanager
def serving(workspace: Workspace, data: Path, **settings: str) -> Iterator[Served]:
    port = free_port()
    log = data.parent / f"log-{port}"
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            cwd=data,
            env={**environment(workspace, data, port), **settings},
            stdout=lines,
            stderr=lines,
        )
        served = Served(process, port, log)
        try:
            until(lambda: served.page("/readyz")[0] == 200, served)
            yield served
        finally:
            process.kill()
            process.wait()


def until(holds: Callable[[], bool], served: Served) -> None:
    """Wait until something holds; fails with the log where it does not."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert served.process.poll() is None, served.log.read_text()
        assert time.monotonic() < deadline, served.log.read_text()
        time.sleep(0.05)


def replies(workspace: Workspace, asked: Message) -> list[Message]:
    seen = workspace.thread(MAYA, asked.channel, asked.ts)
    return [one for one in seen if one.author == BOT]


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_a_mention_is_answered_and_sigterm_ends_it_in_order(
    workspace: Workspace, data: Path, mode: str
):
    with serving(workspace, data, MAYI_SLACK_MODE=mode) as served:
        if mode == "http":
            workspace.deliver_to(f"http://127.0.0.1:{served.port}/slack/events")
        else:
            workspace.deliver_by_socket()
        asked = workspace.post(MAYA, MODELS, TRAIN)
        until(lambda: bool(replies(workspace, asked)), served)

        metrics = served.page("/metrics")[1]
        assert served.stop() == 0

    (answer,) = replies(workspace, asked)
    assert RULE in words(answer)
    assert 'mayi_answers{verdict="not_allowed"} 1.0' in metrics
    log = served.log.read_text()
    assert "competing model" not in log
    assert "xoxb" not in log


def test_what_was_journalled_before_a_kill_is_answered_once_after_the_restart(
    workspace: Workspace, data: Path
):
    workspace.deliver_by_socket()
    with serving(workspace, data) as served:
        asked = [workspace.post(MAYA, MODELS, TRAIN) for _ in range(5)]
        assert workspace.settle()
        assert served.stop(signal.SIGKILL) == -signal.SIGKILL

    with serving(workspace, data) as served:
        until(lambda: all(replies(workspace, each) for each in asked), served)
        assert served.stop() == 0

    assert [len(replies(workspace, each)) for each in asked] == [1] * 5


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "SLACK_BOT_TOKEN: Slack does not let us in: inval"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN: the app's bot token is not set"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN: Socket Mode needs an app-level token"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN: Slack does not open a connection to us"),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "cannot be reached ([Errno"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(
    workspace: Workspace, data: Path, settings: Mapping[str, str], said: str
):
    process = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=data,
        env={**environment(workspace, data, free_port()), **settings},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )

    assert process.returncode == 2
    assert said in process.stderr.decode()
    assert "Traceback" not in process.stderr.decode()


def test_a_token_without_a_scope_is_refused_with_its_name(tmp_path: Path):
    whole = read_manifest(MANIFEST)
    fewer = replace(whole, scopes=whole.scopes - {"users:read", "im:write"})
    parts = Wiring(Settings(data=tmp_path), say=lambda _sentence: None)

    with serve_workspace(manifest=fewer) as workspace:
        slack = Slack(api=workspace.api, bot_token=workspace.keys.bot)
        with pytest.raises(SettingsRefused, match="the token lacks im:write, users:read"):
            _ = Workplace(parts, slack, listen="127.0.0.1:0").client
