"""What the scripted vendor receives and sends back, in the shapes of the OpenAI API.

Responses: https://platform.openai.com/docs/api-reference/responses, chat completions:
https://platform.openai.com/docs/api-reference/chat, errors:
https://platform.openai.com/docs/guides/error-codes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

RESPONSES, CHAT = "/v1/responses", "/v1/chat/completions"
EMBEDDINGS, MODELS = "/v1/embeddings", "/v1/models"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it arrived. `number` counts the requests to the server from one."""

    number: int
    path: str
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON schema that the reply must have; empty where none is asked for."""
        if self.path == RESPONSES:
            named = self.body.get("text", {}).get("format", {})
        else:
            named = self.body.get("response_format", {}).get("json_schema", {})
        return dict(named.get("schema", {}))

    @property
    def instructions(self) -> str:
        """What the developer says to the model: the system prompt."""
        said = [text for role, text in self._messages() if role in {"system", "developer"}]
        return "\n".join([str(self.body.get("instructions") or ""), *said]).strip()

    @property
    def input(self) -> str:
        """What the model is given to work on: question and passages."""
        return "\n".join(text for role, text in self._messages() if role == "user")

    def _messages(self) -> Iterator[tuple[str, str]]:
        given = self.body.get("input" if self.path == RESPONSES else "messages", [])
        for message in [{"role": "user", "content": given}] if isinstance(given, str) else given:
            content = message.get("content") or ""
            parts = content if isinstance(content, list) else [{"text": content}]
            yield str(message.get("role")), "".join(str(part.get("text", "")) for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back. `pause` seconds pass before each byte of the body; `silent` sends nothing."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    wait: float = 0.0
    pause: float = 0.0
    silent: bool = False


def of(data: object, *, status: int = 200, **how: Any) -> Reply:
    """Return a reply of JSON."""
    return Reply(body=json.dumps(data).encode(), status=status, **how)


def error(status: int, message: str, code: str | None, kind: str, **headers: str) -> Reply:
    """Return an error in the vendor's shape."""
    told = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(of(told, status=status), headers=named)


def speech(call: Call, text: str, *, cut: bool = False, refusal: bool = False) -> Reply:
    """Return the model's words, in the shape of the endpoint that was called."""
    tokens = (len(json.dumps(call.body)) // 4, max(1, len(text) // 4))
    shape = _response if call.path == RESPONSES else _completion
    return of(shape(call, text, tokens, cut=cut, refusal=refusal))


def _response(
    call: Call, text: str, tokens: tuple[int, int], *, cut: bool, refusal: bool
) -> dict[str, Any]:
    content = (
        {"type": "refusal", "refusal": text}
        if refusal
        else {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    )
    status = "incomplete" if cut else "completed"
    message = {
        "type": "message",
        "id": f"msg_{call.number}",
        "role": "assistant",
        "status": status,
        "content": [content],
    }
    return {
        "id": f"resp_{call.number}",
        "object": "response",
        "created_at": 1_770_000_000,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "model": call.body.get("model", ""),
        "output": [message],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "store": call.body.get("store", True),
        "usage": {
            "input_tokens": tokens[0],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": tokens[1],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sum(tokens),
        },
    }


def _completion(
    call: Call, text: str, tokens: tuple[int, int], *, cut: bool, refusal: bool
) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": None if refusal else text,
        "refusal": text if refusal else None,
    }
    return {
        "id": f"chatcmpl-{call.number}",
        "object": "chat.completion",
        "created": 1_770_000_000,
        "model": call.body.get("model", ""),
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "length" if cut else "stop",
                "logprobs": None,
            }
        ],
        "usage": {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": sum(tokens),
        },
    }
