"""Who gets in, and what every answer carries: asked of a real process."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.web.access import Access, is_loopback
from standoff.web.app import STATIC
from strategies.workbenches import Served, served

PATHS = ("/", "/static/icon.svg", "/static/../app.py", "/api/library", "/api/openapi.json",
         "/nothing", "/login", "/api/jobs/000000000000000000000000/events")  # fmt: skip


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


def ask(
    server: Served, path: str, method: str = "GET", *, body: bytes | None = None,
    token: bool = True, **headers: str,
) -> Answer:  # fmt: skip
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        given |= server.bearer
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        line.request(method, path, body=body, headers=given)
        return Answer(line.getresponse())
    finally:
        line.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("door")) as found:
        yield found


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_without_the_token_nothing_answers(server: Served, path: str, method: str) -> None:
    found = ask(server, path, method, token=False)
    assert found.status in (401, 403)
    wrong = ask(server, path, method, token=False, authorization="Bearer " + "x" * 32)
    assert wrong.status in (401, 403)
    cookie = ask(server, path, method, token=False, cookie=f"standoff-{server.port}=wrong")
    assert cookie.status in (401, 403)


FOREIGN_HOSTS = ("evil.example", "evil.example:{port}", "127.0.0.1:1", "",
                 "127.0.0.1.evil.example:{port}", "127.0.0.1:{port}@evil")  # fmt: skip
FOREIGN_PAGES = ("http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1",
                 "http://127.0.0.1:{port}.evil")  # fmt: skip


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_refused(server: Served, host: str) -> None:
    found = ask(server, "/api/library", host=host.format(port=server.port))
    assert found.status in (400, 421)
    assert b"crises" not in found.body


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
def test_a_foreign_page_changes_nothing(server: Served, origin: str) -> None:
    body = json.dumps({"crisis": "signal", "as": "stolen"}).encode()
    given = origin.format(port=server.port)
    found = ask(server, "/api/library/duplicate", "POST", body=body, origin=given,
                content_type="application/json")  # fmt: skip
    assert found.status == 403
    assert b"stolen" not in ask(server, "/api/library").body
    site = ask(server, "/api/library/duplicate", "POST", body=body, sec_fetch_site="cross-site",
               content_type="application/json")  # fmt: skip
    assert site.status == 403


def test_our_own_page_may(server: Served) -> None:
    body = json.dumps({"crisis": "signal", "as": "ours"}).encode()
    found = ask(server, "/api/library/duplicate", "POST", body=body, origin=server.base,
                sec_fetch_site="same-origin", content_type="application/json")  # fmt: skip
    assert found.status == 201


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", [True, False])
def test_every_answer_carries_the_policy(server: Served, path: str, token: bool) -> None:
    for method in ("HEAD", "PATCH") if "events" in path else ("GET", "HEAD", "PATCH"):
        found = ask(server, path, method, token=token)
        policy = found.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.headers["referrer-policy"] == "no-referrer"
        assert found.headers["cross-origin-opener-policy"] == "same-origin"
        assert found.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/api/library", "/static/icon.svg", "/api/nothing"])
def test_head_is_get_without_the_body(server: Served, path: str) -> None:
    get, head = ask(server, path), ask(server, path, "HEAD")
    assert (head.status, head.body) == (get.status, b"")
    assert head.headers["content-length"] == str(len(get.body))


def test_the_first_visit_is_sent_on_with_a_cookie(server: Served) -> None:
    found = ask(server, f"/?token={server.token}&view=note", token=False)
    assert found.status == 303
    assert found.headers["location"] == "/?view=note"
    cookie = found.headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower()
    held = cookie.partition(";")[0]
    assert ask(server, "/", token=False, cookie=held).status == 200
    assert (
        ask(server, f"//evil.example/?token={server.token}", token=False)
        .headers["location"]
        .startswith("/evil.example")
    )


def test_a_program_may_show_the_token_in_the_address(server: Served) -> None:
    assert ask(server, f"/api/library?token={server.token}", token=False).status == 200


def test_fifty_megabytes_are_refused_unread(server: Served) -> None:
    size = 50_000_000
    small = ask(server, "/api/library/import", "POST", body=b"{}", content_type="application/json")
    assert small.status == 422
    before = resident(server.process.pid)
    found = ask(server, "/api/library/import", "POST", body=b"x" * size,
                content_type="application/json")  # fmt: skip
    assert found.status == 413
    assert resident(server.process.pid) - before < 20_000_000


def test_fifty_megabytes_without_a_length_are_refused(server: Served) -> None:
    line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    head = (
        f"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: Bearer {server.token}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    line.sendall(head.encode())
    part = b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"
    for _ in range(50):
        line.sendall(part)
    line.sendall(b"0\r\n\r\n")
    assert line.recv(100).split()[1] == b"413"
    line.close()


def test_a_slow_client_blocks_nobody(server: Served) -> None:
    slow = []
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        line.sendall(
            f"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Authorization: Bearer {server.token}\r\nContent-Length: 100\r\n"
            "Content-Type: application/json\r\n\r\n{".encode()
        )
        slow.append(line)
    assert ask(server, "/api/version").status == 200
    for line in slow:
        line.close()


def test_too_many_at_once_are_told_so(server: Served) -> None:
    waiting = []
    for _ in range(80):
        line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        line.sendall(
            f"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Authorization: Bearer {server.token}\r\nContent-Length: 100\r\n"
            "Content-Type: application/json\r\n\r\n{".encode()
        )
        waiting.append(line)
    full = any(ask(server, "/api/version").status == 503 for _ in range(100))
    for line in waiting:
        line.close()
    assert full
    assert any(ask(server, "/api/version").status == 200 for _ in range(100))


def resident(process: int) -> int:
    """Bytes of memory of a process."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        pytest.skip("memory is read from /proc")
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    assert found
    return int(found[1]) * 1000


def test_what_is_no_http_is_refused_with_the_policy_too(server: Served) -> None:
    line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    line.sendall(b"NONSENSE\x00\r\n\r\n")
    found = line.makefile("rb").read()
    assert found.split()[1] == b"400" and b"default-src 'none'" in found
    line.close()


def test_a_browser_without_the_token_is_told_in_words(server: Served) -> None:
    found = ask(server, "/", token=False, accept="text/html")
    assert found.status == 401 and b"standoff serve" in found.body
    assert "default-src 'none'" in found.headers["content-security-policy"]


# --- starting and stopping


def test_the_link_is_printed_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from standoff.web import serving\n"
        "def stop(*a): raise SystemExit(0)\n"
        "serving._run = stop\n"
        "try: serving.serve(serving.Serving(__import__('pathlib').Path(sys.argv[1])), print)\n"
        "finally: print([m for m in ('numba', 'numpy', 'pydantic', 'starlette', 'uvicorn')"
        " if m in sys.modules])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True
    )
    link, loaded = found.stdout.splitlines()
    assert link.startswith("http://127.0.0.1:") and loaded == "[]"


def test_a_restart_at_the_same_port_keeps_pages_alive(tmp_path: Path) -> None:
    with served(tmp_path) as first:
        port, bearer = first.port, first.bearer
        first.end(signal.SIGKILL)
    kept = tmp_path / "web" / f"serve-{port}.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with served(tmp_path, port=port) as again:
        assert again.bearer == bearer
        assert ask(again, "/api/version").status == 200
    kept.chmod(0o644)  # somebody else may have read it
    with served(tmp_path, port=port) as third:
        assert third.bearer != bearer
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_two_starts_have_two_tokens(tmp_path: Path) -> None:
    with served(tmp_path) as one, served(tmp_path) as other:
        assert one.token != other.token and one.port != other.port
        assert ask(other, "/api/version", token=False, **one.bearer).status == 401


def test_an_interrupt_ends_it_cleanly(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        ask(server, "/")
        code, said = server.end(signal.SIGINT)
    assert code == 130
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_bad_input(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        other = Served(tmp_path, port=server.port)
        code, said = other.end(signal.SIGTERM) if other.link else other.end()
    assert code == 2
    assert str(server.port) in said and "--port" in said


@pytest.mark.parametrize("more", [(), ("--password", "short"), ("--token", "short"),
                                  ("--token", "has spaces and is long enough")])  # fmt: skip
def test_no_open_door_beyond_this_machine(tmp_path: Path, more: tuple[str, ...]) -> None:
    found = Served(tmp_path, "--host", "0.0.0.0", *more)
    code, said = found.end()
    assert (found.link, code) == ("", 2)
    assert "password" in said or "token" in said


def test_a_password_opens(tmp_path: Path) -> None:
    with served(tmp_path, "--host", "0.0.0.0", "--password", "sesame and more") as server:
        page = ask(server, "/", token=False, accept="text/html")
        assert page.status == 401 and b"<form" in page.body
        assert ask(server, "/api/library", token=False).status == 401
        form = {"content_type": "application/x-www-form-urlencoded"}
        for _ in range(2):
            wrong = ask(server, "/login", "POST", body=b"password=wrong", token=False, **form)
            assert wrong.status == 401 and "set-cookie" not in wrong.headers
        right = ask(server, "/login", "POST", body=b"password=sesame+and+more", token=False, **form)
        assert right.status == 303
        held = right.headers["set-cookie"].partition(";")[0]
        assert ask(server, "/", token=False, cookie=held).status == 200
        foreign = ask(server, "/login", "POST", body=b"password=x", token=False,
                      origin="http://evil.example", **form)  # fmt: skip
        assert foreign.status == 403


# --- without a process


@given(st.text(max_size=30))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_only_our_own_names_are_ours(name: str) -> None:
    here = Access("t" * 32, "127.0.0.1", 8000)
    ours = {"localhost:8000", "127.0.0.1:8000", "[::1]:8000"}
    assert here.answers_for(name) == (name.lower() in ours)
    assert not here.answers_for(f"{name}.example:8000")


def test_beyond_this_machine_addresses_are_ours_and_names_are_not() -> None:
    there = Access("t" * 32, "0.0.0.0", 8000)
    assert there.answers_for("192.168.1.7:8000") and there.answers_for("[fe80::1]:8000")
    assert not there.answers_for("rebound.example:8000")
    assert Access("t" * 32, "desk.example", 8000).answers_for("desk.example:8000")
    assert is_loopback("127.8.8.8") and not is_loopback("0.0.0.0")


def test_the_slow_down_grows_and_is_forgotten() -> None:
    slow = Access("t" * 32, "0.0.0.0", 8000, "sesame and more").slow
    waits = []
    for _ in range(12):
        slow.told_wrong()
        waits.append(slow.wait)
    assert waits == sorted(waits) and waits[0] < 1 < waits[-1] == slow.longest
    slow.told_right()
    assert slow.wait == 0


def test_no_page_asks_for_anything_elsewhere() -> None:
    """Addresses of namespaces are names, not requests; what is vendored is built by its recipe."""
    named = ("http://www.w3.org/", "https://vega.github.io/schema/vega-lite/")
    for path in sorted(STATIC.rglob("*")):
        if path.suffix not in (".html", ".js", ".css", ".svg") or "vendor" in path.parts:
            continue
        for address in re.findall(r"https?://[^\s\"'`)]*", path.read_text("utf-8")):
            assert address.startswith(named), (path.name, address)
