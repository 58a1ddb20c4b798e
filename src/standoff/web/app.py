"""The application: pages, interface and door put together."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from standoff import __version__
from standoff.web import (
    documents,
    editing,
    games,
    hosting,
    papers,
    playing,
    remarking,
    shelf,
    solving,
)
from standoff.web.access import Access
from standoff.web.bench import Bench
from standoff.web.endpoint import Call, Endpoint, routes
from standoff.web.guard import Guard, fault, too_large
from standoff.web.login import login
from standoff.web.models import Version
from standoff.web.openapi import description

STATIC = Path(__file__).parent / "static"


PAGES = (
    "/", "/elements", "/play", "/play/{code:str}", "/crisis/{crisis:str}",
    "/crisis/{crisis:str}/{page:str}",
)  # fmt: skip
"""Addresses of the page: it decides in the browser what it shows at each."""


async def get_version(call: Call) -> Version:
    """What is running."""
    return Version(version=__version__)


async def get_description(call: Call) -> Response:
    """The OpenAPI document."""
    content = json.dumps(description(ENDPOINTS, __version__))
    return Response(content, media_type="application/json")


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/api/version", get_version, "What is running", Version),
    Endpoint("GET", "/api/openapi.json", get_description, "This description"),
    *shelf.ENDPOINTS,
    *editing.ENDPOINTS,
    *solving.ENDPOINTS,
    *games.ENDPOINTS,
    *playing.ENDPOINTS,
    *hosting.ENDPOINTS,
    *papers.ENDPOINTS,
    *documents.ENDPOINTS,
    *remarking.ENDPOINTS,
)


def application(access: Access, workspace: Path) -> Guard:
    """The ASGI application of one workspace, behind its door."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await app.state.bench.close()

    inner = Starlette(
        routes=[
            *(Route(path, page) for path in PAGES),
            Route("/join/{code:str}", playing.join_by_code),
            Route("/login", login, methods=["GET", "POST"]),
            *routes(ENDPOINTS),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
        ],
        exception_handlers={HTTPException: _refused, Exception: _ours},
        lifespan=lifespan,
    )
    inner.router.redirect_slashes = False
    inner.state.bench = Bench.at(workspace)
    return Guard(inner, access)


async def page(request: Request) -> Response:
    """The page; what it shows is decided in the browser."""
    request.app.state.bench.warm()
    return FileResponse(STATIC / "index.html", media_type="text/html")


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 413:
        return too_large()
    words = {
        404: "there is nothing here",
        405: "this can't be done here",
        408: "the body did not arrive in time",
    }
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 404 and _by_a_person(request):  # the page says so, with the way back
        return FileResponse(STATIC / "index.html", status, media_type="text/html")
    return fault("not-found" if status == 404 else "refused",
                 words.get(status, "refused"), status, headers)  # fmt: skip


def _by_a_person(request: Request) -> bool:
    """Whether somebody typed an address into a browser."""
    path = request.url.path
    wants = "text/html" in request.headers.get("accept", "")
    return wants and request.method == "GET" and not path.startswith(("/api/", "/static/"))


async def _ours(request: Request, error: Exception) -> Response:
    return fault("our-fault", "something went wrong in Standoff itself", 500)
