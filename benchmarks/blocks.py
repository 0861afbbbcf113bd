"""Everything that the bot can say in Slack, said with hostile, long and odd words: what is refused.

Each text stands in every place of every message and view at once, alone, forty times over, and
repeated beyond every limit. Refused is what slack_sdk's models, the local workspace's rules or
ours (`tests/fakes/slack_rules.py`) refuse.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.table import Figure, Result, Skipped
from bot.blocks.hints import HintName, hint
from tests.bot.blocks.everything import Words, messages, views
from tests.bot.sample import HOSTILE
from tests.fakes.slack_rules import live, refused, refused_view

LISTS = (
    "blns",
    "garak_ansi",
    "garak_homoglyph",
    "garak_payloads",
    "garak_web_exfil_parts",
    "slack_output_attacks",
)
"""The lists of what a model or document may emit; the others are about what it is told."""

CITATIONS = 40
BEYOND = 4_000
"""Characters to which a text is repeated: more than any one text may have."""


def measure(material: Path | None) -> Iterator[Result]:
    """Return what was drawn, refused and live."""
    attacks = None if material is None else material / "attacks"
    if attacks is None or not attacks.is_dir():
        yield Skipped(name="blocks, attacks", why="needs DIR/attacks")
        yield from _figures("own list", list(HOSTILE))
        return
    yield from _figures("own list and attacks", [*HOSTILE, *_texts(attacks)])


def _texts(folder: Path) -> list[str]:
    """Return every text of the lists, each once."""
    found: dict[str, None] = {}
    for name in LISTS:
        with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            found |= dict.fromkeys(_text(line) for line in lines)
    return [text for text in found if text]


def _text(line: str) -> str:
    said = json.loads(line).get("text", "")
    return said if isinstance(said, str) else ""


def _figures(what: str, texts: list[str]) -> Iterator[Figure]:
    count: Counter[str] = Counter()
    for name in HintName:
        count += Counter(drawn=1, refused=bool(refused(hint(name, "4f2a9c"))))
    for words in texts:
        count["live"] += sum(bool(live(message)) for message in messages(Words(words)))
        for say in _said(words):
            count += _drawn(say)
    yield Figure(name=f"blocks, {what}: texts", value=len(texts), style="count")
    yield Figure(name="blocks: messages and views drawn", value=count["drawn"], style="count")
    for name, label in (("refused", "refused by Slack"), ("live", "live mentions, links, images")):
        yield Figure(
            name=f"blocks: {label}", value=count[name], style="count", must=0, at_most=True
        )


def _said(words: str) -> Iterator[Words]:
    yield Words(words, linked=True)
    yield Words(words, CITATIONS, linked=True)
    yield Words(words * (BEYOND // max(len(words), 1) + 1), linked=True)


def _drawn(say: Words) -> Counter[str]:
    refusals = [bool(refused(message)) for message in messages(say)]
    refusals += [bool(refused_view(view)) for view in views(say)]
    return Counter(drawn=len(refusals), refused=sum(refusals))
