"""The page in the browser: what people see of the workspace, and what they do in it.

GET  /                          the page; `as` who one is, `in` where, `thread`, `tab=home`
GET  /archives/{channel}/p{ts}  the page at a message, as its permalink has it
GET  /_page/changes             waits until the workspace is at another version than `version`
POST /_page/{gesture}           what somebody did there: `gestures`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.playground.gestures import GESTURES, Gesture
from bot.playground.inputs import Impossible
from bot.playground.refusals import Refusal
from bot.playground.rendering.page import page
from bot.playground.scenario import PEOPLE_TO_BE
from bot.playground.screens import Visit, may_see, screen
from bot.playground.workspace import Workspace

STATIC = Path(__file__).parent / "static"
PATIENCE = 20
"""How many times a second is waited for a change before the browser asks anew."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes(workspace: Workspace) -> Sequence[BaseRoute]:
    """Return the routes of the page, for `serve_workspace`."""
    pages = _Pages(workspace)
    return (
        Route("/", pages.show),
        Route("/archives/{channel}/{message}", pages.find),
        Route("/_page/changes", pages.changes),
        Route("/_page/{gesture}", pages.act, methods=["POST"]),
        Mount("/_page/static", StaticFiles(directory=STATIC)),
    )


class _Pages:
    """The endpoints, and up to where everybody has read: (person, channel) → ts."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._marks: dict[tuple[str, str], str] = {}

    def show(self, request: Request) -> Response:
        """Return the page, or the way to a conversation that the person is in."""
        asked = request.query_params
        visit = self._visit(asked.get("as", ""), asked.get("in", ""))
        if visit is None:
            return RedirectResponse(self._entrance(asked.get("as", "")).href(), headers=HEADERS)
        seen = asked.get("seen", self._marks.get((visit.person, visit.channel), ""))
        whole = replace(
            visit,
            thread=asked.get("thread"),
            home=asked.get("tab") == "home" and self._is_apps(visit),
            seen=seen,
        )
        return self._drawn(whole)

    def find(self, request: Request) -> Response:
        """Return the way to a message, as `as` if that is said, else as the first who sees it."""
        channel, asked = request.path_params["channel"], request.query_params
        people = [asked["as"]] if "as" in asked else PEOPLE_TO_BE
        visits = (self._visit(person, channel) for person in people)
        visit = next((one for one in visits if one is not None), None)
        if visit is None:
            return Response("You cannot see that conversation.", 404, HEADERS)
        digits = request.path_params["message"].removeprefix("p")
        thread = asked.get("thread_ts", f"{digits[:-6]}.{digits[-6:]}")
        return RedirectResponse(replace(visit, thread=thread).href(), headers=HEADERS)

    async def changes(self, request: Request) -> Response:
        """Return the version once it is another than the one known, or after a while."""
        known = int(request.query_params.get("version", -1))
        version = known
        for _ in range(PATIENCE):
            version = await run_in_threadpool(self._workspace.state.wait, known, seconds=1.0)
            if version != known or await request.is_disconnected():
                break
        return JSONResponse({"version": version}, headers=HEADERS)

    async def act(self, request: Request) -> Response:
        """Do what somebody did; what the workspace does not let them do is said in a sentence."""
        gesture = GESTURES.get(request.path_params["gesture"])
        if gesture is None or request.headers.get("content-type") != "application/json":
            return Response(status_code=404)
        try:
            done = Gesture.model_validate_json(await request.body())
            await run_in_threadpool(gesture, self._workspace, done)
        except ValidationError:
            return _trouble("The page sent something unknown.", 400)
        except KeyError:
            return _trouble("That is not there any more.", 409)
        except Impossible as why:
            return _trouble(f"That cannot be done: {why}.", 409)
        except Refusal as why:
            return _trouble(f"Slack refuses what the app answered: {why}.", 502)
        self._mark(done)
        return JSONResponse({}, headers=HEADERS)

    def _visit(self, person: str, channel: str) -> Visit | None:
        """Return the visit if it is of somebody one can be, to what they may see."""
        known = person in PEOPLE_TO_BE and may_see(self._workspace.state, person, channel)
        return Visit(person=person, channel=channel) if known else None

    def _entrance(self, person: str) -> Visit:
        """Return where somebody comes in: the first of their conversations."""
        known = person if person in PEOPLE_TO_BE else PEOPLE_TO_BE[0]
        return Visit(person=known, channel=self._workspace.state.channels_of(known)[0].id)

    def _is_apps(self, visit: Visit) -> bool:
        return self._workspace.direct(visit.person).id == visit.channel

    def _drawn(self, visit: Visit) -> Response:
        """Return the page; it tells the version it was drawn from, or one before."""
        state, manifest = self._workspace.state, self._workspace.site.manifest
        version = state.version
        seen = screen(state, manifest, visit, marks=self._marks, to_be=PEOPLE_TO_BE)
        html = page("page.html", seen.names, screen=seen, version=version)
        return Response(html.encode(errors="replace"), media_type="text/html", headers=HEADERS)

    def _mark(self, done: Gesture) -> None:
        """Note that somebody has read a conversation up to its last message; Home shows none."""
        if done.home or done.view:
            return
        history = self._workspace.state.history(done.channel, reader=done.person)
        if history:
            self._marks[done.person, done.channel] = history[-1].ts


def _trouble(words: str, status: int) -> Response:
    return JSONResponse({"trouble": words}, status_code=status, headers=HEADERS)
