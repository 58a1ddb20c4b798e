"""One declaration for each thing that can be asked of the server.

The routes, the checks of what comes in and the OpenAPI description are all made from it, so that
none of them can say what the others don't.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from standoff.errors import StandoffError
from standoff.web.faults import Refusal, answer_of

if TYPE_CHECKING:
    from standoff.web.bench import Bench

M = TypeVar("M", bound=BaseModel)

CRISIS = r"[a-z0-9][a-z0-9_-]{0,63}"
FILE = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.(yaml|yml|md)"
JOB = r"[0-9a-f]{24}"
PLACES: dict[str, dict[str, Any]] = {
    "crisis": {"type": "string", "pattern": f"^{CRISIS}$", "description": "Id of a crisis."},
    "file": {"type": "string", "pattern": f"^{FILE}$", "description": "Name of a file."},
    "job": {"type": "string", "pattern": f"^{JOB}$", "description": "Id of a job."},
    "node": {
        "type": "integer", "minimum": 0, "maximum": 2**31 - 1, "description": "Node of the tree.",
    },
    "chart": {
        "type": "string", "pattern": "^[A-Za-z0-9_.-]{1,120}$", "description": "Id of a chart.",
    },
    "code": {"type": "string", "pattern": "^[a-z0-9]{6}$", "description": "Code of a game."},
    "format": {
        "type": "string", "enum": ["html", "pdf", "docx", "md", "text", "json"],
        "description": "How the note is written.",
    },
}  # fmt: skip
"""What may stand in a path, by name."""


@dataclass(frozen=True)
class Call:
    """A request that has passed the checks of its endpoint."""

    bench: Bench
    request: Request
    body: Any
    query: Any

    def place(self, name: str) -> str:
        """What stands in the path."""
        return str(self.request.path_params[name])


Handler = Callable[[Call], Awaitable[BaseModel | Response]]


@dataclass(frozen=True)
class Endpoint:
    """One method of one path."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    handler: Handler
    summary: str
    answer: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    media: tuple[str, ...] = ("application/json",)
    """What the answer may be; JSON of `answer` where nothing is said."""
    faults: tuple[int, ...] = ()
    """Statuses of refusals that are its own; those of the door are the same for all."""
    status: int = 200
    conflict: type[BaseModel] | None = None
    """What a 409 says, where that is more than a fault."""

    @property
    def name(self) -> str:
        """`get_library`"""
        words = re.sub(r"[^a-z]+", "_", self.path.lower().removeprefix("/api/")).strip("_")
        return f"{self.method.lower()}_{words}"

    @property
    def in_path(self) -> list[str]:
        """Names of what stands in the path."""
        return re.findall(r"\{(\w+)\}", self.path)

    async def __call__(self, request: Request) -> Response:
        """Check what came, ask the handler, and turn what it says into an answer."""
        try:
            self._check_places(request)
            query = self._checked_query(request)
            body = await self._checked_body(request)
            found = await self.handler(Call(request.app.state.bench, request, body, query))
        except Refusal as refusal:
            return refusal.response()
        except StandoffError as error:
            return answer_of(error)
        except OSError as error:
            if error.filename is None:
                raise
            return answer_of(error)
        if isinstance(found, Response):
            return found
        content = found.model_dump_json(by_alias=True)
        return Response(content, self.status, media_type="application/json")

    def _check_places(self, request: Request) -> None:
        for name in self.in_path:
            given = request.path_params[name]
            rule = PLACES[name]
            fits = True
            if rule["type"] == "integer":
                fits = bool(re.fullmatch(r"[0-9]{1,10}", given)) and int(given) <= rule["maximum"]
            elif "enum" in rule:
                fits = given in rule["enum"]
            else:
                fits = bool(re.fullmatch(rule["pattern"][1:-1], given))
            if not fits:
                raise Refusal("not-found", f"there is no {name} of that name", 404)

    def _checked_query(self, request: Request) -> BaseModel | None:
        if self.query is None:
            return None
        given: dict[str, Any] = {}
        for name, value in request.query_params.multi_items():
            if name in given:
                raise Refusal("bad-request", f"{name} is given twice", 422)
            given[name] = value
        return _checked(self.query, given)

    async def _checked_body(self, request: Request) -> BaseModel | None:
        if self.body is None:
            return None
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Refusal("bad-request", "the body has to be application/json", 415)
        try:
            raw = await request.body()
        except ClientDisconnect:  # nobody is there to be told
            raise Refusal("gone", "the request was broken off", 400) from None
        try:
            # Python's own reader, since Pydantic's takes lone surrogates for the end of the world.
            given = json.loads(raw, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Refusal("bad-request", "the body is no JSON", 400) from None
        return _checked(self.body, given, strict=True)


def routes(endpoints: Iterable[Endpoint]) -> list[Route]:
    """The routes of some endpoints; the methods of one path share one, which knows the others."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for one in endpoints:
        by_path.setdefault(one.path, {})[one.method] = one
    return [Route(path, _chosen(each), methods=list(each)) for path, each in by_path.items()]


def _chosen(each: dict[str, Endpoint]) -> Callable[[Request], Awaitable[Response]]:
    async def chosen(request: Request) -> Response:
        return await each[request.method](request)

    return chosen


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


def _checked(model: type[M], given: Any, *, strict: bool = False) -> M:
    try:
        found = model.model_validate(given, strict=strict or None)
        found.model_dump_json().encode()  # lone surrogates can't be written to any file
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        words = [f"{'.'.join(str(p) for p in one['loc']) or 'body'}: {one['msg']}" for one in wrong]
        raise Refusal("bad-request", "; ".join(words[:8]), 422) from None
    except ValueError:
        raise Refusal("bad-request", "a character that can't be written as UTF-8", 422) from None
    return found
