"""Language models behind OpenAI's API, or behind any server that speaks it.

Responses (https://platform.openai.com/docs/api-reference/responses) or, for servers that have
none, chat completions. Nothing is retried and nothing stored: patience, pauses and budgets are the
caller's. A reply is read up to MOST_BYTES and no longer than its call was given.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2
import openai

from knowledge.judging.language_model import Failure, ModelFailed, Prompt, Reply

MOST_BYTES = 2_000_000
"""A judgement takes some ten thousand; what is longer is no reply."""

_CONNECTING = 5.0
"""Seconds within which a server must at least answer the call."""


_TALKATIVE = ("openai", "httpx2", "httpcore2")


class Api(StrEnum):
    """Which of the two ways a server is asked."""

    RESPONSES = "responses"
    CHAT = "chat"


class OpenAI:
    """A model of a server that speaks OpenAI's API. Serves many threads."""

    def __init__(self, client: openai.OpenAI, model: str, api: Api, effort: str) -> None:
        """Hold the client; `connect` is the way in."""
        self._client = client
        self._model = model
        self._api = api
        self._effort = effort

    @classmethod
    def connect(
        cls,
        *,
        key: str,
        model: str,
        base_url: str | None = None,
        api: Api = Api.RESPONSES,
        effort: str = "",
        transport: httpx2.BaseTransport | None = None,
    ) -> Self:
        """Return the model of that name; nothing is sent yet.

        `effort` is how long it shall think, as the API's reference names it; where it is "",
        nothing is said of it. `transport` is for tests.
        """
        for library in _TALKATIVE:  # at DEBUG they write down what is sent
            logging.getLogger(library).setLevel(logging.WARNING)
        inner = transport or httpx2.HTTPTransport(proxy=_proxy(base_url or _SERVER))
        http = httpx2.Client(transport=_Capped(inner), headers={"Accept-Encoding": "identity"})
        client = openai.OpenAI(api_key=key, base_url=base_url, max_retries=0, http_client=http)
        return cls(client, model, api, effort)

    @property
    def name(self) -> str:
        """The model's name, as its vendor calls it."""
        return self._model

    def close(self) -> None:
        """Close the connections that are kept open for the next question."""
        self._client.close()

    def is_listed(self, *, seconds: float) -> bool:
        """Tell whether the server has the model, asking for no more than its list of models.

        Raises ModelFailed where it cannot be reached or does not take our key.
        """
        try:
            listed = self._client.get(
                "/models", cast_to=httpx2.Response, options={"timeout": _timeout(seconds)}
            )
            names = [_mapping(one).get("id") for one in _list(_read(listed).get("data"))]
        except (openai.OpenAIError, ValueError, RecursionError) as error:
            raise self._failed(error) from error
        return self._model in names

    def reply(self, prompt: Prompt, *, seconds: float, person: str | None = None) -> Reply:
        """Return the reply. Raises ModelFailed."""
        ask, read = self._way
        body = {"model": self._model, "store": False, **ask(prompt, person), **self._thinking}
        try:
            answered = self._client.post(
                self._path,
                body=body,
                cast_to=httpx2.Response,
                options={"timeout": _timeout(seconds)},
            )
            return read(_read(answered))
        except (openai.OpenAIError, ValueError, RecursionError) as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> ModelFailed:
        """Say in our words what went wrong."""
        match error:
            case openai.APITimeoutError():
                return _late()
            case openai.APIConnectionError():
                return _of_connection(error)
            case openai.APIStatusError():
                return self._of_status(error)
            case _:
                return _nonsense()

    @property
    def _thinking(self) -> dict[str, Any]:
        """Return what the request says of the time to think; it counts as text that is written."""
        if not self._effort:
            return {}
        if self._api is Api.RESPONSES:
            return {"reasoning": {"effort": self._effort}}
        return {"reasoning_effort": self._effort}

    @property
    def _path(self) -> str:
        return "/responses" if self._api is Api.RESPONSES else "/chat/completions"

    @property
    def _way(
        self,
    ) -> tuple[Callable[[Prompt, str | None], dict[str, Any]], Callable[[dict[str, Any]], Reply]]:
        if self._api is Api.RESPONSES:
            return _response_body, _response_read
        return _chat_body, _chat_read

    def _of_status(self, error: openai.APIStatusError) -> ModelFailed:
        """Say what a server's refusal means, in words that tell what to do."""
        status, code = error.status_code, error.code or ""
        if status in _STATUSES:
            return ModelFailed(*_STATUSES[status])
        if status == _NOT_FOUND and ("model" in code or "model" in str(error.message).lower()):
            return ModelFailed(Failure.MODEL, f"its server knows no model {self._model!r}")
        if status in _NO_SUCH_PATH:
            return ModelFailed(Failure.ADDRESS, _no_path(self._path))
        if status == _TOO_MANY:
            return _of_quota(code)
        if status in _BAD_REQUEST and "reasoning" in str(error.message).lower():
            return ModelFailed(Failure.REQUEST, _NO_EFFORT)
        if status >= _SERVER_ERROR:
            return ModelFailed(Failure.OUTAGE, f"its server fails (error {status})")
        return ModelFailed(Failure.REQUEST, f"its server does not take the request ({status})")


def _proxy(address: str) -> str | None:
    """Return the proxy that the environment names for a server; none for this machine's own."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if host in _LOOPBACK or proxy_bypass(host):
        return None
    named = getproxies()
    return named.get(parts.scheme) or named.get("all")


_SERVER = "https://api.openai.com/v1"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NOT_FOUND = 404
_TOO_MANY = 429
_SERVER_ERROR = 500
_NO_SUCH_PATH = frozenset({404, 405, 501})
_BAD_REQUEST = frozenset({400, 422})
_NO_EFFORT = "it cannot be told how long to think; set MAYI_OPENAI_EFFORT=unsaid"
_STATUSES = {
    401: (Failure.KEY, "its server does not take our key: it is wrong, or was revoked (401)"),
    403: (Failure.KEY, "our key may not use this model, or not from here (403)"),
    402: (Failure.QUOTA, "the account has no money left (402)"),
    408: (Failure.LATE, "it did not reply in time (408)"),
    413: (Failure.REQUEST, "the question and its rules are too long for it (413)"),
}


def _no_path(path: str) -> str:
    other = "chat" if path == "/responses" else "responses"
    return f"its server has no {path}; set MAYI_OPENAI_API={other}, or mend OPENAI_BASE_URL"


def _of_quota(code: str) -> ModelFailed:
    if code in {"insufficient_quota", "billing_hard_limit_reached"}:
        return ModelFailed(Failure.QUOTA, "the account's quota is used up (429)")
    return ModelFailed(Failure.BUSY, "its server has too much to do (429)")


def _of_connection(error: openai.APIConnectionError) -> ModelFailed:
    cause: BaseException | None = error.__cause__
    while cause is not None:
        if isinstance(cause, ModelFailed):
            return cause
        cause = cause.__cause__
    return ModelFailed(Failure.OUTAGE, "its server cannot be reached")


def _timeout(seconds: float) -> httpx2.Timeout:
    return httpx2.Timeout(seconds, connect=min(seconds, _CONNECTING))


def _read(answered: httpx2.Response) -> dict[str, Any]:
    """Return the object that a server sent. Raises ModelFailed, ValueError, RecursionError."""
    data = json.loads(answered.content)
    if not isinstance(data, dict):
        raise _nonsense()
    return data


def _late() -> ModelFailed:
    return ModelFailed(Failure.LATE, "it did not reply in time")


def _nonsense() -> ModelFailed:
    return ModelFailed(Failure.NONSENSE, "its server sent something that is no reply")


# ---------------------------------------------------------------- responses


def _response_body(prompt: Prompt, person: str | None) -> dict[str, Any]:
    form = {"type": "json_schema", "strict": True, "name": prompt.name, "schema": prompt.form}
    body = {
        "instructions": prompt.instructions,
        "input": prompt.data,
        "text": {"format": form},
        "max_output_tokens": prompt.longest,
    }
    return body | ({"safety_identifier": person} if person else {})


def _response_read(data: Mapping[str, Any]) -> Reply:
    """Return what a response says; see its reference for the shapes of `output`."""
    if data.get("status") == "incomplete":
        raise _cut_off(_mapping(data.get("incomplete_details")).get("reason"))
    if data.get("status") == "failed":
        raise ModelFailed(Failure.OUTAGE, "its server fails")
    usage = _mapping(data.get("usage"))
    return Reply(
        text="".join(_texts(data)),
        tokens_in=_count(usage.get("input_tokens")),
        tokens_out=_count(usage.get("output_tokens")),
    )


def _texts(data: Mapping[str, Any]) -> Iterator[str]:
    for item in _list(data.get("output")):
        for part in _list(_mapping(item).get("content")):
            content = _mapping(part)
            if content.get("type") == "refusal":
                raise _refused()
            if content.get("type") == "output_text":
                yield str(content.get("text", ""))


# ---------------------------------------------------------------- chat completions


def _chat_body(prompt: Prompt, person: str | None) -> dict[str, Any]:
    form = {"name": prompt.name, "strict": True, "schema": prompt.form}
    body = {
        "messages": [
            {"role": "system", "content": prompt.instructions},
            {"role": "user", "content": prompt.data},
        ],
        "response_format": {"type": "json_schema", "json_schema": form},
        "max_completion_tokens": prompt.longest,
    }
    return body | ({"safety_identifier": person} if person else {})


def _chat_read(data: Mapping[str, Any]) -> Reply:
    choice = _mapping(next(iter(_list(data.get("choices"))), None))
    message = _mapping(choice.get("message"))
    if message.get("refusal"):
        raise _refused()
    if choice.get("finish_reason") in {"length", "content_filter"}:
        raise _cut_off(choice.get("finish_reason"))
    usage = _mapping(data.get("usage"))
    return Reply(
        text=str(message.get("content") or ""),
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
    )


# ---------------------------------------------------------------- what both share


def _refused() -> ModelFailed:
    return ModelFailed(Failure.REFUSED, "it declined to answer")


def _cut_off(reason: object) -> ModelFailed:
    if reason == "content_filter":
        return _refused()
    return ModelFailed(Failure.CUT_OFF, "its reply was cut off")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


class _Capped(httpx2.BaseTransport):
    """Sends a request, and stops reading what comes back when it is too much or too late."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        patience = request.extensions.get("timeout", {}).get("read") or 0.0
        end = time.monotonic() + patience
        response = self._inner.handle_request(request)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()
            raise _nonsense()
        response.stream = _Stream(response.stream, end)
        return response

    def close(self) -> None:
        self._inner.close()


class _Stream(httpx2.SyncByteStream):
    """A body, up to so many bytes and until an instant."""

    def __init__(self, inner: Any, end: float) -> None:  # noqa: ANN401 - whatever gives bytes
        self._inner = inner
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for chunk in self._inner:
            read += len(chunk)
            if read > MOST_BYTES:
                raise ModelFailed(Failure.TOO_LARGE, "its reply was far too long")
            if time.monotonic() > self._end:
                raise _late()
            yield chunk

    def close(self) -> None:
        if hasattr(self._inner, "close"):
            self._inner.close()
