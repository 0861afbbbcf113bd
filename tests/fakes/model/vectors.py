"""The scripted vendor's embeddings: words hashed into dimensions, so that like is near like."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import numpy as np

from tests.fakes.model.replies import Call, Reply, of

DIMENSION = 1536
"""What text-embedding-3-small gives."""


def embedded(call: Call) -> Reply:
    """Embed as asked."""
    return _reply(call, [vector(text) for text in _texts(call)])


def of_size(dimension: int) -> Callable[[Call], Reply]:
    """Embed into vectors of another size."""
    return lambda call: _reply(call, [vector(text, dimension) for text in _texts(call)])


def one_short(call: Call) -> Reply:
    """Forget the last text."""
    return _reply(call, [vector(text) for text in _texts(call)[:-1]])


def not_numbers(call: Call) -> Reply:
    """Send vectors that hold no numbers."""
    return _reply(call, [vector(text) * np.float32("nan") for text in _texts(call)])


def turned_round(call: Call) -> Reply:
    """List the vectors last first, each with its right index: the order is nobody's promise."""
    return _reply(call, [vector(text) for text in _texts(call)], backwards=True)


def vector(text: str, dimension: int = DIMENSION) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return the text's vector, of length one."""
    found = np.zeros(dimension, np.float32)
    for word in ("", *re.findall(r"\w+", text.lower())):
        found[crc32(word.encode("utf-8", "replace")) % dimension] += 1
    return found / np.float32(np.linalg.norm(found))


def _texts(call: Call) -> Sequence[str]:
    given = call.body["input"]
    return [given] if isinstance(given, str) else list(given)


def _reply(call: Call, vectors: Sequence[Any], *, backwards: bool = False) -> Reply:
    as_text = call.body.get("encoding_format") == "base64"
    data = [
        {
            "object": "embedding",
            "index": place,
            "embedding": base64.b64encode(each.astype("<f4").tobytes()).decode()
            if as_text
            else each.tolist(),
        }
        for place, each in enumerate(vectors)
    ]
    tokens = sum(len(text) // 4 + 1 for text in _texts(call))
    return of(
        {
            "object": "list",
            "data": data[::-1] if backwards else data,
            "model": call.body["model"],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }
    )
