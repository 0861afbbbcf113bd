"""The plan on which a vendor's product is used, asked with buttons and answered in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.scenario import MAYA, MODELS
from tests.flows.company import OPEN, RESTRICTED, Company, labels, publish, words

ON_ONE = """---
id: {name}
kind: terms
vendor: OpenAI
plans: [{plans}]
---
# Output

{rule} Reselling the output of ChatGPT to customers.
"""
SELLING = "@mayi may I resell the output of ChatGPT to customers?"


@pytest.fixture(scope="module")
def selling(acme: Company, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Give the company terms whose plans differ, beside what it has."""
    folder: Path = tmp_path_factory.mktemp("terms")
    publish(
        acme.database,
        folder,
        open=OPEN,
        restricted=RESTRICTED,
        business=ON_ONE.format(name="business", plans="api, team", rule="**Allowed.**"),
        private=ON_ONE.format(name="private", plans="consumer", rule="**Not allowed.**"),
    )
    return acme


def test_the_plan_is_asked_with_buttons_and_a_press_redraws_the_answer(selling: Company):
    asked = selling.ask(MAYA, MODELS, SELLING)
    answer = selling.said(MAYA, MODELS, asked.ts)[-1]
    assert "Not allowed" in answer.text
    assert "Which plan: API, Consumer, Team?" in words(answer)
    assert {"API", "Consumer", "Team"} <= set(labels(answer))

    selling.press(MAYA, answer, "Team")

    now = selling.said(MAYA, MODELS, asked.ts)[-1]
    assert now.ts == answer.ts
    assert "\u2705 Allowed" in now.text
    assert "Which plan" not in words(now)


def test_a_plan_that_the_question_names_is_not_asked(selling: Company):
    asked = selling.ask(MAYA, MODELS, SELLING.replace("ChatGPT", "ChatGPT Plus"))

    answer = selling.said(MAYA, MODELS, asked.ts)[-1]

    assert "Not allowed" in answer.text
    assert "Which plan" not in words(answer)
