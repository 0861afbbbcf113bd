"""Calls of the Web API as they come over HTTP: read, perhaps befallen by a fault, answered."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground.api.arguments import Arguments
from bot.playground.api.limits import Gate
from bot.playground.api.methods import METHODS, answer
from bot.playground.api.responses import respond
from bot.playground.faults import Fault, FaultKind, Faults
from bot.playground.records import Json
from bot.playground.refusals import Refusal
from bot.playground.site import Site

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
RESPONSES = "response_url"  # the name under which faults befall answers without a token


@dataclass(frozen=True, slots=True)
class Call:
    """A call: `perform` carries it out and returns Slack's answer."""

    name: str
    perform: Callable[[], Response]


class Calls:
    """The endpoints of the Web API."""

    def __init__(self, site: Site, faults: Faults) -> None:
        """Take the workspace and what may go wrong."""
        self._site = site
        self._faults = faults
        self._gate = Gate(site.limits, site.state.clock)

    async def call(self, request: Request) -> Response:
        """Answer a call of a method: POST or GET /api/METHOD."""
        name = request.path_params["method"]
        try:
            arguments, token = await _read(request)
        except Refusal as refusal:
            return JSONResponse(refusal.answer())
        wait = self._gate.wait_for(name, arguments)
        if wait > 0:
            return _too_soon(wait)
        perform = partial(self._answered, name, arguments, token)
        return await self._befallen(request, Call(name, perform))

    async def respond(self, request: Request) -> Response:
        """Take an answer to an act: POST to a response_url."""
        try:
            body = json.loads(await request.body())
        except ValueError:
            return Response("invalid_payload", status_code=400)
        if not isinstance(body, dict):
            return Response("invalid_payload", status_code=400)
        perform = partial(self._responded, request.path_params["address"], body)
        return await self._befallen(request, Call(RESPONSES, perform))

    def _answered(self, name: str, arguments: Arguments, token: str | None) -> Response:
        answered = answer(self._site, name, arguments, token)
        method = METHODS.get(name)
        return JSONResponse(
            answered,
            headers={
                "x-oauth-scopes": ",".join(sorted(self._site.manifest.scopes)),
                "x-accepted-oauth-scopes": ",".join(method.scopes if method else ()),
            },
        )

    def _responded(self, address: str, body: Json) -> Response:
        try:
            respond(self._site, address, body)
        except Refusal as refusal:
            gone = refusal.error in ("used_url", "expired_url", "invalid_url")
            return JSONResponse(refusal.answer(), status_code=404 if gone else 500)
        return Response("ok")

    async def _befallen(self, request: Request, call: Call) -> Response:
        """Carry a call out, with the fault that befalls it, if any."""
        fault = self._faults.drawn(call.name)
        if fault is None:
            return call.perform()
        return await _COURSES[fault.kind](request, call, fault)


async def _read(request: Request) -> tuple[Arguments, str | None]:
    """Return a call's arguments and token: from query, form or JSON, and the header."""
    values: Json = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        values |= _from_json(body)
    elif kind in _FORMS:
        values |= dict(await request.form())
    elif body:
        raise Refusal("invalid_form_data")
    token = values.pop("token", None) or _bearer(request)
    return Arguments(values), token


def _from_json(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(found, dict):
        raise Refusal("json_not_object")
    return found


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" and token else None


def _too_soon(seconds: float) -> Response:
    body = {"ok": False, "error": "ratelimited"}
    after = str(max(1, math.ceil(seconds)))
    return JSONResponse(body, status_code=429, headers={"retry-after": after})


# --- what a fault makes of a call


async def _ratelimited(_request: Request, _call: Call, fault: Fault) -> Response:
    return _too_soon(fault.seconds)


async def _server_error(_request: Request, _call: Call, _fault: Fault) -> Response:
    return Response("internal error", status_code=500)


async def _done_but_error(_request: Request, call: Call, _fault: Fault) -> Response:
    call.perform()
    return Response("internal error", status_code=500)


async def _lost_request(request: Request, _call: Call, _fault: Fault) -> Response:
    return await _broken(request)


async def _lost_response(request: Request, call: Call, _fault: Fault) -> Response:
    call.perform()
    return await _broken(request)


async def _late_landing(request: Request, call: Call, fault: Fault) -> Response:
    asyncio.get_running_loop().call_later(fault.seconds, call.perform)
    return await _broken(request)


async def _slow(_request: Request, call: Call, fault: Fault) -> Response:
    done = call.perform()
    await asyncio.sleep(fault.seconds)
    return done


async def _broken(request: Request) -> Response:
    """Break the connection; what is returned reaches nobody."""
    request.state.connection.abort()
    await asyncio.sleep(0.01)  # until the server has noticed
    return Response(status_code=500)


_COURSES: dict[FaultKind, Callable[[Request, Call, Fault], Awaitable[Response]]] = {
    FaultKind.RATELIMITED: _ratelimited,
    FaultKind.SERVER_ERROR: _server_error,
    FaultKind.DONE_BUT_ERROR: _done_but_error,
    FaultKind.LOST_REQUEST: _lost_request,
    FaultKind.LOST_RESPONSE: _lost_response,
    FaultKind.LATE_LANDING: _late_landing,
    FaultKind.SLOW: _slow,
}
