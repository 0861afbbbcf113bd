"""A message as it is sent, and how it is kept within what Slack takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks import text

Block = dict[str, Any]
"""A block, an element or a view of Block Kit, as it goes over the wire."""

MOST_BLOCKS = 50
"""Blocks of one message (https://docs.slack.dev/reference/block-kit/blocks)."""

ROOM = 12_000
"""Characters of a message's blocks as JSON.

Slack counts the text of all blocks and something for each of them, and refuses from about 13,200
on (slackapi/bolt-js issues 2509 and 2867); their JSON is longer than whatever it counts.
"""

LONGEST_FALLBACK = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A message: its blocks, and the text for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Blocks that stand or fall together.

    Parts of the lowest rank are kept first; where one is left out, so are those of its rank after
    it. `name` is the section quoted in it.
    """

    blocks: tuple[Block, ...]
    rank: int
    name: str = ""


def drawn(fallback: str, blocks: Iterable[Block]) -> Drawn:
    """Return the message; nothing in the fallback text is live."""
    return Drawn(text=text.inert(fallback, LONGEST_FALLBACK), blocks=tuple(blocks))


def size(blocks: Sequence[Block]) -> int:
    """Return how many characters the blocks are as JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def fitting(
    parts: Sequence[Part], *, room: int, most: int
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return the parts that fit into so many characters and blocks, and those left, in order."""
    kept: set[int] = set()
    full: set[int] = set()
    for place in sorted(range(len(parts)), key=lambda n: (parts[n].rank, n)):
        part = parts[place]
        taken = size(part.blocks)
        if part.rank in full or taken > room or len(part.blocks) > most:
            full.add(part.rank)
            continue
        room -= taken
        most -= len(part.blocks)
        kept.add(place)
    return (
        tuple(part for n, part in enumerate(parts) if n in kept),
        tuple(part for n, part in enumerate(parts) if n not in kept),
    )
