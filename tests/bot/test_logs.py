"""The log of a running replica can be read by a machine, and says nothing that people wrote."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.logs import logging_lines


def lines(out: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_line_is_one_object_with_its_instant(capsys: pytest.CaptureFixture[str]):
    with logging_lines("json", "INFO"):
        logging.getLogger("mayi").info("answered %s:\n%s", "ab12", "allowed")

    (line,) = lines(capsys.readouterr().out)
    assert line.keys() == {"at", "level", "logger", "message"}
    assert line["message"] == "answered ab12:\nallowed"
    at = datetime.fromisoformat(line["at"])
    assert at.tzinfo is not None
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


def test_a_line_of_text_begins_with_the_same_instant(capsys: pytest.CaptureFixture[str]):
    with logging_lines("text", "INFO"):
        logging.getLogger("mayi").info("serving")

    at, _, rest = capsys.readouterr().out.partition(" ")
    assert datetime.fromisoformat(at).tzinfo is not None
    assert rest == "INFO mayi serving\n"


@pytest.mark.logs_errors
@pytest.mark.parametrize("library", ["slack_bolt.App", "slack_sdk.web.client", "openai", "httpx2"])
def test_libraries_say_nothing_of_what_people_wrote(
    library: str, capsys: pytest.CaptureFixture[str]
):
    with logging_lines("json", "DEBUG"):
        logging.getLogger(library).debug("body: may I sell the zebra files?")
        logging.getLogger(library).error("the server is gone")

    assert [line["message"] for line in lines(capsys.readouterr().out)] == ["the server is gone"]
