"""HTTP on the wire, where it goes wrong before there is a request: what can't be read is refused
with the same headers as everything else, and a connection that asks for nothing is closed.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from standoff.web import policy

IDLE = 30.0
"""Seconds in which a connection must have sent the head of its first request."""


class Wire(H11Protocol):
    """uvicorn's own reader of HTTP, with these two changes."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self.loop.call_later(IDLE, self._close_if_idle)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"connection", b"close"),
            *policy.headers(),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=msg.encode("ascii", "replace")),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event))
        self.transport.close()

    def _close_if_idle(self) -> None:
        if getattr(self, "cycle", None) is None and not self.transport.is_closing():
            self.transport.close()
