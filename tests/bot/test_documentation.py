"""The documentation says what the code does, and the other way round."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typer.main

from bot import settings
from bot.cli import app
from bot.settings import Settings
from bot.views import answers as answer_view
from bot.views.answers import answer_data
from knowledge.models import ExceptionUsed
from tests.bot.conftest import Mayi
from tests.bot.test_views import AN_ANSWER

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Return the README's section of that heading."""
    return README.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def rows(table: str) -> list[list[str]]:
    """Return the cells of a Markdown table's rows, without its heading."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def commands() -> dict[str, set[str]]:
    """Return every command with its options, as the command line knows them."""
    found = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        for below, leaf in getattr(command, "commands", {"": command}).items():
            options = {o for p in leaf.params for o in p.opts if o.startswith("--")}
            found[f"{name} {below}".strip()] = options
    return found


def documented_commands() -> dict[str, set[str]]:
    """Return every command of the README's table with its options."""
    found = {}
    for use, _ in rows(section("Commands")):
        words = use.strip("`").removeprefix("mayi ").split()
        name = " ".join(words[:2] if words[0] == "evaluate" else words[:1])
        found[name] = set(re.findall(r"--[a-z-]+", use))
    return found


def test_every_command_and_option_is_in_the_readme_and_no_other() -> None:
    assert documented_commands() == commands()


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    documented = {cells[0].strip("`"): cells[2] for cells in rows(section("Settings"))}

    assert documented == {
        settings.variable(name): field.description for name, field in Settings.model_fields.items()
    }


@pytest.mark.parametrize("name", ["timezone", "approvals", "retention_days", "log_level"])
def test_the_readme_names_the_value_without_a_setting(name: str) -> None:
    (default,) = [
        cells[1].strip("`")
        for cells in rows(section("Settings"))
        if cells[0] == f"`{settings.variable(name)}`"
    ]

    assert default == str(getattr(settings.load(), name))


def test_every_variable_named_anywhere_is_a_setting() -> None:
    known = {settings.variable(name) for name in Settings.model_fields}
    pages = [ROOT / "CHANGELOG.md", ROOT / "README.md", *ROOT.glob("docs/**/*.md")]

    named = {v for page in pages for v in re.findall(r"\bMAYI_[A-Z_]+\b", page.read_text("utf-8"))}

    assert named <= known


def test_the_transcript_is_what_the_samples_answer(mayi: Mayi, samples: Path) -> None:
    shown = section("What it looks like").split("```console\n")[1].split("```")[0]
    asked = [part.split('"\n', 1) for part in shown.split('$ mayi ask "')[1:]]

    assert len(asked) == 2
    for question, printed in asked:
        assert lasting(printed) == lasting(mayi("ask", question).out), question


def lasting(printed: str) -> list[str]:
    """Return the ruling, the quotes and their sources: not the judge's wording, ids and dates."""
    first, *lines = printed.splitlines()
    return [first.split(":")[0], *(line for line in lines if line.startswith(("  “", "    ")))]


def test_every_target_of_the_readme_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"^\$ make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_room_of_the_map_is_there() -> None:
    for cells in rows(section("The house")):
        assert (ROOT / cells[0].strip("`")).is_dir(), cells[0]


@pytest.mark.parametrize("page", ["README.md", "docs/README.md", "docs/decisions/README.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


@pytest.mark.parametrize("folder", ["docs", "docs/decisions"])
def test_every_page_is_in_its_index(folder: str) -> None:
    index = (ROOT / folder / "README.md").read_text(encoding="utf-8")

    for page in (ROOT / folder).glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index, page.name


def test_every_field_of_an_answer_is_described_and_no_other() -> None:
    page = (ROOT / "docs" / "answer-json.md").read_text(encoding="utf-8")
    whole, rest = page.split("A quote:")
    quote, exception = rest.split("An exception:")
    described = [
        {name for cells in rows(part) for name in re.findall(r"`(\w+)`", cells[0])}
        for part in (whole, quote, exception)
    ]
    used = ExceptionUsed(
        id=1, section_id="a#b", purpose="a study", until=date(2026, 4, 1), by="ada", stated=True
    )
    verdict = replace(AN_ANSWER.verdict, exceptions=(used,))
    data = answer_data(replace(AN_ANSWER, verdict=verdict))

    assert described == [set(data), set(data["quotes"][0]), set(data["exceptions"][0])]
    assert f"`{answer_view.SCHEMA}`" in page
