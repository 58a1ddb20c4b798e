"""Whom the door keeps out, as a real browser meets it: pages of others that know the address, a
wrong token, files that are too large.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from strategies.browsers import chromium, settled, watched
from strategies.workbenches import Served, served

HOSTILE = """<!doctype html><title>hostile</title><body><script>
const base = "http://HOST:PORT";
const body = JSON.stringify({ crisis: "signal", as: "stolen" });
const tries = {
  read: () => fetch(base + "/api/library", { credentials: "include" }).then((r) => r.text()),
  write: () => fetch(base + "/api/library/duplicate", { method: "POST", credentials: "include",
    body, headers: { "content-type": "application/json" } }).then((r) => r.text()),
  blind: () => fetch(base + "/api/library/duplicate", { method: "POST", mode: "no-cors",
    credentials: "include", body, headers: { "content-type": "text/plain" } }).then((r) => r.type),
  script: () => new Promise((done, failed) => { const s = document.createElement("script");
    s.src = base + "/static/app.js"; s.onload = () => done("ran"); s.onerror = failed;
    document.body.append(s); }),
  stream: () => new Promise((done, failed) => { const s = new EventSource(
    base + "/api/jobs/000000000000000000000000/events", { withCredentials: true });
    s.onopen = () => done("open"); s.onerror = () => { s.close(); failed(new Error("no")); }; }),
};
window.found = Promise.all(Object.entries(tries).map(([name, go]) =>
  go().then((got) => [name, String(got)], () => [name, "refused"]))).then(Object.fromEntries);
const form = document.createElement("form");
Object.assign(form, { method: "post", enctype: "text/plain", target: "sink",
  action: base + "/api/library/duplicate" });
const field = document.createElement("input");
field.name = '{"crisis": "signal", "as": "stolen", "x": "'; field.value = '"}';
form.append(field);
for (const name of ["sink", "framed"]) {
  const frame = document.createElement("iframe"); frame.name = name; document.body.append(frame);
}
document.body.append(form); form.submit();
document.querySelector("[name=framed]").src = base + "/";
</script>"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("browser-door")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def elsewhere(server: Served) -> Iterator[int]:
    """Another server on this machine, with a page that knows where we are."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = "localhost" if self.path.startswith("/localhost") else "127.0.0.1"
            text = HOSTILE.replace("HOST", host).replace("PORT", str(server.port)).encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield other.server_port
        other.shutdown()


@pytest.mark.parametrize("path", ["127.0.0.1", "localhost"])
def test_a_hostile_page_gets_nothing(
    browser: Browser, server: Served, elsewhere: int, path: str
) -> None:
    """The browser has our cookie, and a page on another port of the same machine (the same site,
    as cookies see it) reads nothing, changes nothing and can't show us in a frame.
    """
    with watched(browser, server) as held:
        settled(held.enter())
        page = held.context.new_page()
        page.goto(f"http://127.0.0.1:{elsewhere}/{path}")
        found = page.evaluate("window.found")
        assert found["read"] == found["write"] == found["script"] == found["stream"] == "refused"
        assert found["blind"] in ("opaque", "refused")  # sent, perhaps; answered with 403
        page.wait_for_timeout(500)
        framed = page.frame(name="framed")
        assert framed is not None and "Crises" not in framed.content()
        ours = held.enter()
        settled(ours)
        assert ours.get_by_text("A mobilization on the border").count() == 1
        assert ours.get_by_text("stolen").count() == 0


@pytest.mark.parametrize("path", ["/", "/?token=wrong", "/crisis/signal/note?token=", "/elements"])
def test_without_the_token_a_page_shows_nothing(
    browser: Browser, server: Served, path: str
) -> None:
    with watched(browser, server) as held:
        page = held.context.new_page()
        answer = page.goto(server.base + path)
        assert answer is not None and answer.status == 401
        assert "mobilization" not in page.content() and page.locator("#app").count() == 0


def test_the_token_does_not_stay_in_the_address(browser: Browser, server: Served) -> None:
    with watched(browser, server) as held:
        page = held.enter()
        assert "token" not in page.url
        assert server.token not in page.evaluate(
            "JSON.stringify([{...localStorage}, document.cookie])"
        )
        assert page.evaluate("fetch('/api/version').then((r) => r.status)") == 200


def test_fifty_megabytes(browser: Browser, server: Served, tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"# nothing\n" * 5_000_000)
    with watched(browser, server) as held:
        page = held.enter()
        settled(page)
        before = len(held.asked)
        page.locator("input[type=file]").set_input_files(large)
        page.get_by_text("large.yaml is larger than 5 MB").wait_for()
        assert not any("/import" in address for address in held.asked[before:])
        held.none_wrong()
        held.expected.append("413")
        sent = "fetch('/api/library/import', { method: 'POST', body: 'x'.repeat(50e6), headers: "
        sent += "{ 'content-type': 'application/json' } }).then((r) => r.status)"
        assert page.evaluate(sent) == 413
        page.reload()
        settled(page)
        assert page.locator("article").count() == 2
        held.none_wrong()
