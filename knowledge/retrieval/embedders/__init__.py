"""Text to vectors: what the search needs of an embedder, in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import StoreRefused

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """The vectors of some texts, in their order.

    `vectors` has the shape (texts, dimension), each row of length one. `tokens` holds per text
    the vectors of its telling tokens as whole numbers, shape (tokens, token dimension): each row
    is a direction of length one times `TOKEN_SCALE`, rounded. A text of stop words alone has
    none.
    """

    vectors: Floats
    tokens: tuple[Bytes, ...]


TOKEN_SCALE = 127.0


class Embedder(Protocol):
    """Whatever turns texts into vectors. Equal names promise equal vectors for equal texts."""

    @property
    def name(self) -> str:
        """The model and everything that shapes its vectors; the key they are recorded under."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a text's vector has."""
        ...

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Return the vectors of the texts, the same whatever other texts stand beside them."""
        ...


@runtime_checkable
class Paid(Protocol):
    """What an embedder has besides where its texts cost money."""

    def expects(self, texts: Sequence[str]) -> str:
        """Say in a sentence what embedding these texts will cost."""
        ...

    def spent(self) -> str:
        """Say in a sentence what was spent since this was last asked."""
        ...


class EmbedderFailed(StoreRefused):
    """The embedder cannot be reached or used now; a search goes by words alone."""
