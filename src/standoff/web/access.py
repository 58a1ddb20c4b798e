"""Who may speak to the server: its secrets, the hosts that it answers for, and a slow-down."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
import os
import re
import secrets
import stat
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from standoff.errors import Problem, ScenarioError

SHORTEST_TOKEN = 20
"""Characters that a token of one's own must have at least."""
SHORTEST_PASSWORD = 8
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Access:
    """What a request must show. `host` is where the server listens, `port` its port."""

    token: str
    host: str
    port: int
    password: str | None = None
    slow: Slow = field(default_factory=lambda: Slow())
    codes: Guesses = field(default_factory=lambda: Guesses())

    @property
    def cookie(self) -> str:
        """Name of the cookie. Browsers share cookies between the ports of one host."""
        return f"standoff-{self.port}"

    def holds(self, given: str | None) -> bool:
        """Whether a token is the right one, in the same time for every wrong one."""
        return given is not None and same(given, self.token)

    def opens(self, password: str) -> bool:
        """Whether a password is the right one."""
        return self.password is not None and same(password, self.password)

    def guest_cookie(self, code: str) -> str:
        """Name of the cookie of who joined one game by its code."""
        return f"standoff-{self.port}-{code}"

    def guest(self, code: str) -> str:
        """What lets somebody into one game and nothing else: made from the token, so that it need
        not be kept.
        """
        return hmac.new(self.token.encode(), f"play:{code}".encode(), "sha256").hexdigest()

    def answers_for(self, header: str | None) -> bool:
        """Whether a `Host` header names this server.

        A page elsewhere can point a name of its own at this machine (DNS rebinding), but not an
        address: beyond loopback, any literal address and the host that was named are ours.
        """
        name, port = _split(header)
        if name is None or (port or 80) != self.port:
            return False
        if name in _LOOPBACK or name == self.host.lower():
            return True
        return not is_loopback(self.host) and _is_address(name)

    def same_origin(self, headers: Mapping[str, str]) -> bool:
        """Whether a request comes from one of our own pages, or from no page at all."""
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        if origin is None:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        plain = parts.scheme == "http" and not parts.path and not parts.query
        return plain and parts.netloc.lower() == headers.get("host", "").lower()

    def link(self) -> str:
        """The address that opens the workbench."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "localhost") else self.host
        host = "[::1]" if host == "::" else f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}/?token={self.token}"


@dataclass
class Slow:
    """How long the next wrong password waits: doubled by each wrong one, forgotten by a right one.
    One count for everybody, so that many addresses guess no faster than one.
    """

    wrong: int = 0
    longest: float = 8.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One attempt at a time: those made at once wait for each other."""

    def told_wrong(self) -> None:
        """Another wrong one."""
        self.wrong = min(self.wrong + 1, 64)

    def told_right(self) -> None:
        """A right one."""
        self.wrong = 0

    @property
    def wait(self) -> float:
        """Seconds."""
        return min(self.longest, 0.125 * 2.0**self.wrong) if self.wrong else 0.0


@dataclass
class Guesses:
    """How many wrong codes of games were tried lately. Beyond `most` in `seconds` none is looked
    up, so that codes can't be found by trying; nobody is kept waiting, and passwords count apart.
    """

    most: int = 40
    seconds: float = 60.0
    _wrong: deque[float] = field(default_factory=deque)

    @property
    def room(self) -> bool:
        """Whether another may be looked up."""
        now = time.monotonic()
        while self._wrong and self._wrong[0] < now - self.seconds:
            self._wrong.popleft()
        return len(self._wrong) < self.most

    def told_wrong(self) -> None:
        """Another wrong one."""
        self._wrong.append(time.monotonic())


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, compared in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def refuse_open(host: str, password: str | None, token: str | None) -> None:
    """Raise `ScenarioError` where others could come in by a secret that is none."""
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise _refused("--token is too short", f"at least {SHORTEST_TOKEN} characters")
    if token is not None and not re.fullmatch(r"[A-Za-z0-9_-]+", token):
        raise _refused("--token can't stand in a link", "letters, digits, - and _")
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise _refused("--password is too short", f"at least {SHORTEST_PASSWORD} characters")
    if not is_loopback(host) and password is None and token is None:
        raise _refused(
            f"--host {host} lets other machines in, and nothing keeps them out",
            "--password, or a --token of your own, beside it",
        )


def token_for(folder: Path, port: int) -> str:
    """A random token for a port, kept where only its owner can read it.

    A server that comes back at the same port has the same token: pages that are open go on.
    """
    path = folder / f"serve-{port}.json"
    kept = _kept(path)
    if kept is not None:
        return kept
    token = secrets.token_urlsafe(24)
    folder.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"token": token}, file)
    return token


def _kept(path: Path) -> str | None:
    """The token of an earlier start; None where somebody else could have read or written it."""
    try:
        info = path.lstat()
        mine = not hasattr(os, "getuid") or info.st_uid == os.getuid()
        if not (stat.S_ISREG(info.st_mode) and mine and not info.st_mode & 0o077):
            return None
        token = json.loads(path.read_text())["token"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return token if isinstance(token, str) and len(token) >= SHORTEST_TOKEN else None


def _refused(message: str, expected: str) -> ScenarioError:
    return ScenarioError(Problem("unsafe", message, expected=expected))


def _split(header: str | None) -> tuple[str | None, int | None]:
    """Host and port of a `Host` header, in lower case."""
    if not header or any(c in header for c in "/?#@ \t"):
        return None, None
    try:
        parts = urlsplit(f"//{header}")
        return (parts.hostname or None), parts.port
    except ValueError:
        return None, None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
