"""From a port to a running server: bind, say where, serve, stop."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from standoff.errors import Problem, ScenarioError
from standoff.web.access import Access, refuse_open, token_for


@dataclass(frozen=True)
class Serving:
    """Where and for whom."""

    workspace: Path
    host: str = "127.0.0.1"
    port: int = 0
    """0: one that is free."""
    password: str | None = None
    token: str | None = None


def serve(how: Serving, ready: Callable[[str], None]) -> None:
    """Serve until stopped. `ready` is told the link as soon as the port is ours: whoever opens it
    then waits for the rest to load, and is answered.

    Raises `ScenarioError` where the port is taken, or where other machines could come in freely.
    """
    refuse_open(how.host, how.password, how.token)
    listening = _bound(how.host, how.port)
    port = int(listening.getsockname()[1])
    token = how.token or token_for(how.workspace / "web", port)
    access = Access(token, how.host, port, how.password)
    ready(access.link())
    try:
        _run(access, how.workspace, listening)
    finally:
        listening.close()


def elsewhere(how: Serving, link: str) -> list[str]:
    """What people on other machines open, the likeliest first; nothing where none is let in."""
    from urllib.parse import urlsplit

    from standoff.web.reachable import addresses

    parts = urlsplit(link)
    more = "" if how.password is not None else f"/?{parts.query}"
    return [base + more for base in addresses(how.host, parts.port or 80)]


def _run(access: Access, workspace: Path, listening: socket.socket) -> None:
    import uvicorn

    from standoff.web.app import application
    from standoff.web.wire import Wire

    app = application(access, workspace)

    class Server(uvicorn.Server):
        """Tells open streams of events to end, or the last of them would keep it from stopping."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.closing.set()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        http=Wire,
        ws="none",
        lifespan="on",
        backlog=256,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=64_000,
    )
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run(sockets=[listening])


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol has to be named: asyncio sends small answers at once (no Nagle) only where it is.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(256)
    except OSError as error:
        found.close()
        why = error.strerror or str(error)
        raise ScenarioError(
            Problem(
                "no-port",
                f"nothing can be served at {host}, port {port}: {why}",
                expected="another --port, or none: a free one is taken",
            )
        ) from None
    found.setblocking(False)
    return found
