"""The door: every request passes here first, every answer last.

In this order: is the host ours, is there room, is the token right, does what changes something come
from our own page, is the body small enough. HEAD is answered as GET, without the body. Written
against ASGI itself, since it has to hold for every answer, errors and files included.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standoff.web import policy
from standoff.web.access import Access, same

LARGEST = 12_000_000
"""Bytes of a body: two scenarios of the largest size and what JSON adds to them."""
DRAINED = 256_000_000
"""Bytes of a body that is too large, read and thrown away so that the answer arrives."""
PATIENCE = 30.0
"""Seconds in which a body must have come."""
MOST = 64
"""Requests at once; streams of events are counted apart."""
STREAMS = 160
"""Who plays holds one each."""
SAFE = ("GET", "HEAD", "OPTIONS")
GAME = re.compile(r"/(?:api/)?play/(?P<code>[a-z0-9]{6})(?:/[a-z]{1,12})?")
"""Addresses of one game: all that a guest may ask for."""


class Guard:
    """An ASGI application in front of another."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access
        self.here = 0
        self.streams = 0
        self.closing = threading.Event()
        """Set when the server is about to stop: streams of events end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page of ours opens a socket
            await send({"type": "websocket.close", "code": 1008})
            return
        scope["standoff.closing"] = self.closing
        head = scope["method"] == "HEAD"
        if head:
            scope = {**scope, "method": "GET"}
        send = _Sender(send, head)
        refusal = await self._refused(scope, receive)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        streams = scope["path"].endswith("/events")
        if (self.streams >= STREAMS) if streams else (self.here >= MOST):
            busy = fault("busy", "too many requests at once", 503, {"retry-after": "1"})
            await busy(scope, receive, send)
            return
        if streams:
            self.streams += 1
        else:
            self.here += 1
        try:
            if head:
                await _until_told(self.app, scope, receive, send)
            else:
                await self.app(scope, _Bounded(receive), send)
        finally:
            if streams:
                self.streams -= 1
            else:
                self.here -= 1

    async def _refused(self, scope: Scope, receive: Receive) -> Response | None:
        """Why a request goes no further; None where it may."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.access.answers_for(hosts[0]):
            return fault("foreign-host", "this server answers for another host", 421)
        changes = scope["method"] not in SAFE
        if changes and not self.access.same_origin(headers):
            return fault("foreign-origin", "this request comes from another page", 403)
        scope["standoff.access"] = self.access
        joins = scope["path"].startswith("/join/") and scope["method"] == "GET"
        if joins or (scope["path"] == "/login" and self.access.password is not None):
            pass
        elif not self._known(headers):
            if not self._guest(scope["path"], headers):
                return self._by_link(scope, headers)
            scope["standoff.guest"] = True
        if changes and _length(headers) > LARGEST:
            if headers.get("expect", "").lower() != "100-continue":
                await _drain(receive)
            return too_large()
        return None

    def _known(self, headers: Headers) -> bool:
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self.access.holds(given.strip()):
            return True
        return any(self.access.holds(token) for token in _cookies(headers, self.access.cookie))

    def _guest(self, path: str, headers: Headers) -> bool:
        """Whether a request of somebody who joined a game keeps to that game."""
        found = GAME.fullmatch(path)
        if found is None:
            return path.startswith("/static/") and ".." not in path and self._any_guest(headers)
        code = found["code"]
        held = _cookies(headers, self.access.guest_cookie(code))
        return any(same(given, self.access.guest(code)) for given in held)

    def _any_guest(self, headers: Headers) -> bool:
        """Whether somebody has joined any game: then the pages' own files may be read."""
        prefix = f"standoff-{self.access.port}-"
        for line in headers.getlist("cookie"):
            try:
                jar = SimpleCookie(line)
            except CookieError:
                continue
            for name, morsel in jar.items():
                code = name.removeprefix(prefix)
                if name.startswith(prefix) and same(morsel.value, self.access.guest(code)):
                    return True
        return False

    def _by_link(self, scope: Scope, headers: Headers) -> Response | None:
        """The first visit shows the token in its address: a page moves on to an address without it,
        a call of the interface is answered.
        """
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in query if name == "token"]
        if scope["method"] == "GET" and given and self.access.holds(given[0]):
            rest = [(name, value) for name, value in query if name != "token"]
            scope["query_string"] = urlencode(rest).encode()
            if scope["path"].startswith("/api/"):
                return None
            # Not the path as it came: `//elsewhere` would lead there.
            path = "/" + scope["path"].lstrip("/\\")
            where = path + ("?" + urlencode(rest) if rest else "")
            found = RedirectResponse(where, 303)
            keep(found, self.access)
            return found
        if "text/html" in headers.get("accept", "") and scope["method"] == "GET":
            from standoff.web.login import closed, page

            return page(401) if self.access.password is not None else closed()
        return fault(
            "no-token", "open the link that `standoff serve` printed: it holds the token", 401
        )


class _Bounded:
    """Reads a body as far as it may go; what goes too far is thrown away, then refused."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.size = 0
        self.whole = False
        self.until = time.monotonic() + PATIENCE

    async def __call__(self) -> Message:
        if self.whole:  # what follows is the client leaving, whenever that is
            return await self.receive()
        try:
            message = await asyncio.wait_for(self.receive(), self.until - time.monotonic())
        except TimeoutError:
            raise HTTPException(408) from None
        if message["type"] == "http.request":
            self.size += len(message.get("body", b""))
            self.whole = not message.get("more_body", False)
            if self.size > LARGEST:
                if not self.whole:
                    await _drain(self.receive)
                raise HTTPException(413)
        return message


class _Sender:
    """Adds the headers that every answer carries; of a HEAD lets no body through."""

    def __init__(self, send: Send, head: bool) -> None:
        self.send = send
        self.head = head
        self.told = asyncio.Event()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            more = [pair for pair in policy.headers() if pair[0] not in given]
            if b"cache-control" not in given:
                more.append((b"cache-control", b"no-store"))
            await self.send({**message, "headers": [*message["headers"], *more]})
            self.told.set()
            if self.head:
                await self.send({"type": "http.response.body", "body": b""})
        elif not self.head:
            await self.send(message)


async def _until_told(app: ASGIApp, scope: Scope, receive: Receive, send: _Sender) -> None:
    """Run an application until its headers are out: a stream would go on for ever."""
    task = asyncio.ensure_future(app(scope, receive, send))
    told = asyncio.ensure_future(send.told.wait())
    try:
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        told.cancel()
        task.cancel()


async def _drain(receive: Receive) -> None:
    """Throw a body away as it comes."""
    until, size = time.monotonic() + PATIENCE, 0
    while size < DRAINED:
        try:
            message = await asyncio.wait_for(receive(), until - time.monotonic())
        except TimeoutError:
            return
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


def fault(code: str, message: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """A refusal in the form that all faults have (`models.Fault`)."""
    body = {"code": code, "message": message, "problems": []}
    return JSONResponse(body, status, headers)


def too_large() -> Response:
    """The refusal of a body."""
    words = f"a request may have {LARGEST / 1e6:.0f} MB at most"
    return fault("too-large", words, 413, {"connection": "close"})


def keep(response: Response, access: Access) -> None:
    """Give the browser the token to keep."""
    response.set_cookie(access.cookie, access.token, httponly=True, samesite="strict", path="/")


def _length(headers: Headers) -> int:
    try:
        return int(headers.get("content-length", "0"))
    except ValueError:
        return 0


def _cookies(headers: Headers, name: str) -> Iterable[str]:
    for line in headers.getlist("cookie"):
        try:
            jar = SimpleCookie(line)
        except CookieError:
            continue
        if name in jar:
            yield jar[name].value
