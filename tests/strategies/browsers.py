"""A real browser on a real workbench, with everything that it should not do written down."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from strategies.workbenches import Served

WIDTHS = (1280, 390)
THEMES = ("light", "dark")
GRAVE = ("serious", "critical")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser, without a window. Not skipped where it is missing: it has to be there."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found is not None, "these tests need Debian's chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A context of the browser (cookies of its own), and what its pages did wrong."""

    context: BrowserContext
    server: Served
    wrong: list[str] = field(default_factory=list)
    """Console errors and warnings, exceptions, violations of the policy, requests to elsewhere."""
    asked: list[str] = field(default_factory=list)
    """Addresses of all requests."""
    expected: list[str] = field(default_factory=list)
    """Words of console errors that a test provokes: Chromium reports each refused request."""

    def __post_init__(self) -> None:
        self.context.on("page", self._watch)
        # Also where a page sees it before the console does, and in frames.
        self.context.expose_function("toldOfViolation", lambda text: self._note(f"policy: {text}"))
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => "
            "toldOfViolation(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`))"
        )

    def _note(self, text: str) -> None:
        if not any(words in text for words in self.expected):
            self.wrong.append(text)

    def _watch(self, page: Page) -> None:
        page.on("request", lambda request: self._request(request.url))
        page.on("pageerror", lambda error: self._note(f"exception: {error}"))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(
                f"console {message.type}: {message.text} ({message.location.get('url', '')})"
            )

    def _request(self, address: str) -> None:
        self.asked.append(address)
        parts = urlsplit(address)
        ours = parts.scheme in ("data", "blob", "about") or (
            parts.scheme == "http" and parts.netloc == f"127.0.0.1:{self.server.port}"
        )
        if not ours:
            self._note(f"asked elsewhere: {address}")

    def enter(self) -> Page:
        """A page that came in by the link."""
        page = self.context.new_page()
        page.goto(self.server.link)
        return page

    def go(self, page: Page, path: str) -> None:
        """Open an address of the workbench."""
        page.goto(self.server.base + path)

    def none_wrong(self) -> None:
        """Say what went wrong, if anything did."""
        assert not self.wrong, "\n".join(self.wrong)


@contextlib.contextmanager
def watched(
    browser: Browser, server: Served, *, width: int = 1280, theme: str = "light", **more: Any
) -> Iterator[Watched]:
    """A fresh context: its own cookies and storage, a width in pixels, light or dark."""
    shape = {"width": width, "height": 900}
    context = browser.new_context(viewport=shape, color_scheme=theme, **more)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    try:
        yield Watched(context, server)
    finally:
        context.close()


_QUIET = """() => location.pathname === '/elements' || (
  !document.querySelector('.aging, .progress [role=progressbar]') &&
  ![...document.querySelectorAll('[role=status]')].some((x) => /…|working/.test(x.textContent)))"""


def settled(page: Page) -> None:
    """Wait until the page waits for nothing: no "Loading...", no work, no progress that runs, and
    what is in its frames is there.
    """
    page.wait_for_selector("main")
    page.wait_for_function(_QUIET)
    for frame in page.frames:
        frame.wait_for_load_state()


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def faults(page: Page) -> list[str]:
    """Serious and critical faults that axe finds: rule, and where."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{fault['id']} ({fault['impact']}): {node['target']} {node.get('failureSummary', '')}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
