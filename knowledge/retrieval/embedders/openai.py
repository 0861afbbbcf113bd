"""text-embedding-3-small behind OpenAI's API, or behind any server that speaks it.

https://platform.openai.com/docs/api-reference/embeddings. Whoever chooses this embedder sends the
text of every rule and question to that server, masked by whatever `mask` hides. Nothing is
retried: a publication that fails keeps what is embedded and may be run again, and a question is
searched for by words alone.

The client is imported when the first text is embedded: its import takes as long as an answer.
"""

from __future__ import annotations

import base64
import binascii
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.deadline import Call, TooLate
from knowledge.errors import Problem, Refused
from knowledge.retrieval.embedders import Bytes, EmbedderFailed, Embeddings, Floats
from knowledge.spending import Prices, Purse, Reserved

if TYPE_CHECKING:
    import httpx2
    import openai

MODEL = "text-embedding-3-small"
DIMENSION = 1536
DOLLARS = 0.02
"""US dollars per million tokens of MODEL (https://developers.openai.com/api/docs/pricing)."""

PRICES = Prices(read=DOLLARS, written=0.0)
"""What a budget is charged for MODEL."""

MOST_BYTES = 8_000
"""How much of a text is read: no more than the model's 8,192 tokens, a byte each at worst."""

BATCH_BYTES = 250_000
BATCH_TEXTS = 256
"""What one request may hold; the server takes 300,000 tokens and 2,048 texts."""

TOKEN_BYTES = 4
"""Bytes to a token, as a rule of thumb."""

FEWEST_BYTES = 3
"""Bytes to a token at the fewest, for what is set aside errs upwards."""

REPLY_BYTES = 12_000
"""The most a vector may take in a reply: 1,536 numbers take 8,200 as base64."""

ALONE = 2.5
"""Seconds that a question's text or two are waited for."""

TOGETHER = 60.0
"""Seconds that a batch of a publication is waited for."""

REST = 60.0
"""Seconds after a failure in which no question is sent: words alone are quicker."""


def _spares_none(_text: str) -> str:
    return ""


class OpenAIEmbedder:
    """Embeds through a server; serves many threads. Its texts have no token vectors."""

    dimension = DIMENSION

    def __init__(
        self,
        *,
        key: str,
        purse: Purse,
        base_url: str | None = None,
        model: str = MODEL,
        mask: Callable[[str], str] = str,
        transport: httpx2.BaseTransport | None = None,
        seconds: float = TOGETHER,
        rest: float = 0.0,
        spares: Callable[[str], str] = _spares_none,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep how to reach the server; nothing is sent yet.

        `purse` is what may be spent. `seconds` is the patience with a batch, `rest` how long
        nothing is sent after a failure; `spares` says why a text must not be sent, or "".
        `transport` is for tests.
        """
        self.model = model
        self.bill = Bill(price=DOLLARS if model == MODEL else None)
        self._reach = (key, base_url, transport)
        self._purse = purse
        self._mask = mask
        self._seconds = seconds
        self._rest = rest
        self._spares = spares
        self._timer = timer
        self._resting_until = -math.inf
        self._lock = threading.Lock()
        self._client: openai.OpenAI | None = None

    @property
    def name(self) -> str:
        """The model, and our version of asking it."""
        return f"{self.model}/1"

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Return the vectors of the texts, which have no token vectors.

        Raises EmbedderFailed, at the latest after the patience with each batch.
        """
        self._refuse_sending(texts)
        prepared = [self._prepared(text) for text in texts]
        try:
            batches = [self._embedded(batch) for batch in _batches(prepared)]
        except _Unaffordable:
            raise
        except EmbedderFailed:
            self._resting_until = self._timer() + self._rest
            raise
        joined = np.concatenate(batches) if batches else np.empty((0, DIMENSION), np.float32)
        return Embeddings(vectors=joined, tokens=tuple(_NO_TOKENS for _ in texts))

    def expects(self, texts: Sequence[str]) -> str:
        """Say what embedding these texts will cost."""
        tokens = sum(len(text.encode("utf-8", "replace")) for text in texts) // TOKEN_BYTES
        return (
            f"{self.model}: {len(texts):,} passages to embed, about {self.bill.said(tokens)}. "
            "Their text is sent to its server."
        )

    def spent(self) -> str:
        """Say what was embedded since this was last asked, and what it cost."""
        return f"{self.model}: {self.bill.settled()}."

    def for_questions(self, spares: Callable[[str], str] = _spares_none) -> OpenAIEmbedder:
        """Return the same embedder with the patience that a question has, to be closed apart."""
        key, base_url, transport = self._reach
        return OpenAIEmbedder(
            key=key,
            purse=self._purse,
            base_url=base_url,
            model=self.model,
            mask=self._mask,
            transport=transport,
            seconds=ALONE,
            rest=REST,
            spares=spares,
            timer=self._timer,
        )

    def close(self) -> None:
        """Give up the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def _refuse_sending(self, texts: Sequence[str]) -> None:
        """Raise EmbedderFailed where these texts must not be sent, or not now."""
        if self._timer() < self._resting_until:
            raise _failed("its server failed a moment ago", "It is asked again in a minute")
        for why in filter(None, map(self._spares, texts)):
            raise _failed(why, "Words alone are searched")

    def _prepared(self, text: str) -> str:
        """Return what is sent of a text: masked, sound UTF-8, never empty, never too long."""
        sound = self._mask(text).encode("utf-8", "replace")[:MOST_BYTES]
        return sound.decode("utf-8", "ignore").strip() or "."

    def _embedded(self, texts: Sequence[str]) -> Floats:
        client = self._connected()
        try:
            reply = Call(lambda: self._paid(client, texts)).result(self._seconds)
        except TooLate as late:
            raise _late() from late
        return _unit(_rows(reply, len(texts), self.model))

    def _paid(self, client: openai.OpenAI, texts: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
        """Return the server's reply and pay for it, also where nobody waits for it any more."""
        reserved = self._reserve(texts)
        try:
            reply = self._asked(client, texts)
        except _Late:  # it may still be charged
            raise
        except EmbedderFailed:
            self._settle(reserved, 0)
            raise
        tokens = _tokens(reply)
        self.bill.add(tokens)
        self._settle(reserved, tokens)
        return reply

    def _reserve(self, texts: Sequence[str]) -> Reserved:
        most = sum(len(text.encode()) // FEWEST_BYTES + 1 for text in texts)
        try:
            reserved = self._purse.reserve(most, 0)
        except Refused as refused:
            raise _Unaffordable(_unrecorded()) from refused
        if reserved is None:
            raise _Unaffordable(_overspent())
        return reserved

    def _settle(self, reserved: Reserved, tokens: int) -> None:
        """Pay; where that cannot be recorded, the larger sum that was set aside stays."""
        with suppress(Refused):
            self._purse.settle(reserved, tokens, 0)

    def _asked(self, client: openai.OpenAI, texts: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
        """Return the server's reply as JSON, checked for nothing yet. Raises EmbedderFailed."""
        import httpx2
        import openai

        try:
            return _read(
                client.embeddings.with_streaming_response.create(
                    model=self.model,
                    input=list(texts),
                    encoding_format="base64",
                    timeout=self._seconds,
                ),
                most=REPLY_BYTES * len(texts) + REPLY_BYTES,
            )
        except (openai.APITimeoutError, httpx2.TimeoutException) as error:
            raise _late() from error
        except openai.APIStatusError as error:
            raise _of_status(error, self.model) from error
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            mend = "See that OPENAI_BASE_URL is right and this machine may reach it"
            raise _failed("its server cannot be reached", mend) from error

    def _connected(self) -> openai.OpenAI:
        with self._lock:
            if self._client is None:
                self._client = _client(*self._reach)
            return self._client


def _client(
    key: str, base_url: str | None, transport: httpx2.BaseTransport | None
) -> openai.OpenAI:
    import httpx2
    import openai

    for library in ("openai", "httpx2", "httpcore2"):  # at DEBUG they write down what is sent
        logging.getLogger(library).setLevel(logging.WARNING)
    http = httpx2.Client(transport=transport, headers={"Accept-Encoding": "identity"})
    return openai.OpenAI(api_key=key, base_url=base_url, max_retries=0, http_client=http)


_NO_TOKENS: Bytes = np.empty((0, 0), np.int8)


@dataclass
class Bill:
    """Tokens counted by the server. `price` is in US dollars per million, None where unknown."""

    price: float | None
    _tokens: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, tokens: int) -> None:
        """Count tokens that were charged."""
        with self._lock:
            self._tokens += tokens

    def settled(self) -> str:
        """Say what has been counted, and begin anew."""
        with self._lock:
            tokens, self._tokens = self._tokens, 0
        return f"{self.said(tokens)} were charged"

    def said(self, tokens: int) -> str:
        """Say how much so many tokens are."""
        if self.price is None:
            return f"{tokens:,} tokens"
        return f"{tokens:,} tokens (${tokens * self.price / 1e6:.4f})"


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Cut the texts into what one request may hold, in their order."""
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if batch and (size + length > BATCH_BYTES or len(batch) == BATCH_TEXTS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


# ---------------------------------------------------------------- reading


def _read(opening: Any, *, most: int) -> Any:  # noqa: ANN401 - the client's context, then JSON
    """Read a reply up to so many bytes. Raises EmbedderFailed."""
    import json

    held = bytearray()
    with opening as response:
        for chunk in response.iter_bytes():
            held += chunk
            if len(held) > most:
                raise _failed("its server sent far too much", _MEND_SERVER)
    try:
        return json.loads(held)
    except (ValueError, RecursionError) as error:
        raise _nonsense() from error


def _rows(reply: Any, count: int, model: str) -> Floats:  # noqa: ANN401 - JSON
    """Return the reply's vectors in the order of the texts. Raises EmbedderFailed."""
    try:
        found = {int(one["index"]): _vector(one["embedding"]) for one in reply["data"]}
        rows = [found[place] for place in range(count)]
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise _nonsense() from error
    sizes = {len(row) for row in rows} - {DIMENSION}
    if sizes:
        what = f"its server sent vectors of {min(sizes):,} numbers; {model} has {DIMENSION:,}"
        raise _failed(what, "See that OPENAI_BASE_URL names a server of that model")
    joined = np.array(rows, np.float32).reshape(count, DIMENSION)
    if not np.isfinite(joined).all() or not np.abs(joined).max(axis=1).all():
        raise _nonsense()
    return joined


def _vector(sent: object) -> Floats:
    """Return a vector from base64 as asked for, or from the list that some servers send."""
    if isinstance(sent, str):
        return np.frombuffer(base64.b64decode(sent, validate=True), "<f4")
    return np.asarray(sent, np.float32).reshape(-1)


def _unit(rows: Floats) -> Floats:
    scaled: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


def _tokens(reply: Any) -> int:  # noqa: ANN401 - JSON
    """Return how many tokens the server charges; none where it does not say."""
    usage = reply.get("usage") if isinstance(reply, dict) else None
    counted = usage.get("total_tokens") if isinstance(usage, dict) else None
    return counted if isinstance(counted, int) else 0


# ---------------------------------------------------------------- what goes wrong

_MEND_SERVER = "Try again later, or set MAYI_EMBEDDER=minilm"
_STATUSES = {
    401: (
        "its server does not take our key: it is wrong, or was revoked",
        "Set OPENAI_API_KEY anew",
    ),
    403: ("our key may not use it, or not from here", "Have the key's rights widened"),
    404: (
        "its server does not know it, or has no /embeddings",
        "Mend OPENAI_BASE_URL, or set MAYI_EMBEDDER=minilm",
    ),
}
_TOO_MANY = 429


class _Late(EmbedderFailed):
    """There was no reply in time."""


class _Unaffordable(EmbedderFailed):
    """Nothing was sent, for it may not be paid; that says nothing against the server."""


def _failed(what: str, mend: str) -> EmbedderFailed:
    return EmbedderFailed(_problem(what, mend))


def _problem(what: str, mend: str) -> Problem:
    return Problem(place="embedding model", what=what, mend=mend)


def _overspent() -> Problem:
    mend = "Wait for tomorrow, or raise MAYI_OPENAI_DAILY_DOLLARS or MAYI_OPENAI_DAILY_TOKENS"
    return _problem("what may be spent on models today is spent", mend)


def _unrecorded() -> Problem:
    return _problem("what it costs cannot be recorded now", "Try again once the records are free")


def _late() -> _Late:
    return _Late(_problem("its server did not reply in time", _MEND_SERVER))


def _nonsense() -> EmbedderFailed:
    return _failed("its server sent something that is no embedding", _MEND_SERVER)


def _of_status(error: openai.APIStatusError, model: str) -> EmbedderFailed:
    if error.status_code == _TOO_MANY and error.code == "insufficient_quota":
        return _failed("the account's quota is used up", "Top it up, or set MAYI_EMBEDDER=minilm")
    if error.status_code == _TOO_MANY:
        return _failed("its server has too much to do", _MEND_SERVER)
    fails = (f"its server fails (error {error.status_code})", _MEND_SERVER)
    what, mend = _STATUSES.get(error.status_code, fails)
    return EmbedderFailed(Problem(place=model, what=what, mend=mend))
