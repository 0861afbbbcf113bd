"""Several searches for one question, brought together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.models import Hit

_DAMPING = 60
"""Reciprocal rank fusion: Cormack, Clarke and Büttcher (2009) found 60 to do well everywhere."""

_STEP = 1e-3
"""How much lower each of the added hits scores than the one before it."""


def beyond(own: Sequence[Hit], others: Iterable[Sequence[Hit]], limit: int) -> tuple[Hit, ...]:
    """Return what only the other searches found, best first, at most `limit`.

    Nothing that the question's own search found is lost or moved by them; what they add ranks
    below it, ordered by reciprocal ranks, equals in the order in which they came.
    """
    seen = {hit.passage.id for hit in own}
    found: dict[str, Hit] = {}
    worth: dict[str, float] = {}
    for hits in others:
        for rank, hit in enumerate(hits, start=1):
            name = hit.passage.id
            found.setdefault(name, hit)
            worth[name] = worth.get(name, 0.0) + 1 / (_DAMPING + rank)
    new = sorted((name for name in found if name not in seen), key=lambda name: -worth[name])
    least = own[-1].score if own else 1.0
    ranked = enumerate(new[:limit], start=1)
    return tuple(replace(found[name], score=least - _STEP * place) for place, name in ranked)
