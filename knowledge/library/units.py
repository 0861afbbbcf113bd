"""Which passages belong to a clause: the carve-outs it names and the definitions it uses."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.models import Passage

VERSION = "units-0"
"""Changes whenever passages are tied otherwise."""


def tie(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return one document's passages with carve-outs and definitions set."""
    return tuple(passages)
