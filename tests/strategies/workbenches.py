"""A workbench in this process, and what a browser would send it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.testclient import TestClient

from standoff.web.access import Access
from standoff.web.app import application
from standoff.web.guard import Guard

TOKEN = "a-token-that-nobody-guesses"
BASE = "http://127.0.0.1:8000"
BEARER = {"authorization": f"Bearer {TOKEN}"}


def workbench(folder: Path, **more: Any) -> Guard:
    """The application over a folder."""
    return application(Access(TOKEN, more.pop("host", "127.0.0.1"), 8000, **more), folder)


@contextlib.contextmanager
def opened(folder: Path, *, headers: dict[str, str] | None = None, **more: Any) -> Iterator[Any]:
    """A client that has the token; its worker ends with the block."""
    app = workbench(folder, **more)
    given = BEARER if headers is None else headers
    with TestClient(app, base_url=BASE, headers=given, follow_redirects=False) as client:
        yield client


def finished(client: Any, job: str, patience: float = 120.0) -> dict[str, Any]:
    """A job once it is over."""
    until = time.monotonic() + patience
    while True:
        found: dict[str, Any] = client.get(f"/api/jobs/{job}").json()
        if found["state"] not in ("waiting", "running"):
            return found
        assert time.monotonic() < until, found
        time.sleep(0.05)


class Served:
    """`standoff serve` as a process."""

    def __init__(self, folder: Path, *more: str, port: int = 0) -> None:
        command = [sys.executable, "-c", "from standoff.cli.main import run; run()", "serve"]
        arguments = ["--no-browser", "--workspace", str(folder), "--port", str(port), *more]
        # A file, since a pipe that nobody reads would stop the server once it is full.
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=self._said, text=True
        )
        assert self.process.stdout is not None
        self.link = self.process.stdout.readline().strip()
        parts = urlsplit(self.link)
        self.port = parts.port or 0
        self.base = f"http://127.0.0.1:{self.port}"
        self.token = parse_qs(parts.query).get("token", [""])[0]
        self.bearer = {"authorization": f"Bearer {self.token}"}

    def end(self, how: int = signal.SIGINT) -> tuple[int, str]:
        """Stop it; its exit code and what it said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.communicate(timeout=30)
        self._said.seek(0)
        return self.process.returncode, self._said.read()


@contextlib.contextmanager
def served(folder: Path, *more: str, port: int = 0) -> Iterator[Served]:
    """A server for the length of a block."""
    found = Served(folder, *more, port=port)
    try:
        yield found
    finally:
        found.end(signal.SIGKILL)
