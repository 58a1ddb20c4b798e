"""What somebody does with the workbench, in a real browser on a real server, and what must not
stop them: a reload, a server that dies, a second tab, the keyboard alone.
"""

from __future__ import annotations

import io
import signal
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from strategies.browsers import chromium, faults, settled, watched
from strategies.workbenches import Served, served

SEIZE = "means to take the province"
WAIT = 60_000  # milliseconds


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("path")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def believed(page: Page) -> str:
    """The belief that the neighbor means it, as the page says it."""
    settled(page)
    line = page.locator("section", has_text="What they may be").locator(".line", has_text=SEIZE)
    return line.locator(".value").inner_text()


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name=f"the neighbor: {SEIZE}")


def exported(page: Page, name: str) -> bytes:
    """What the browser saves."""
    page.get_by_role("button", name="Export").click()
    with page.expect_download(timeout=WAIT) as waiting:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def pdf_text(body: bytes) -> str:
    assert body.startswith(b"%PDF")
    return " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(body)).pages)


def test_from_the_library_to_a_note_on_paper(browser: Browser, server: Served) -> None:
    with watched(browser, server) as held:
        page = held.enter()
        page.get_by_role("link", name="A mobilization on the border").click()
        before = believed(page)
        slider(page).fill("0.7")
        page.wait_for_url("**set=prior.neighbor.seize**")
        after = believed(page)
        assert int(after.rstrip("%")) > int(before.rstrip("%")) + 10
        expect(page.get_by_text("difference from the scenario as written")).to_be_visible()
        page.get_by_role("link", name="Note", exact=True).first.click()
        note = page.frame_locator("iframe")
        expect(note.get_by_text("Key judgements").first).to_be_visible(timeout=WAIT)
        text = " ".join(pdf_text(exported(page, "PDF")).split())
        assert "70 in 100" in text  # the prior that was set, not the one that is written
        shown = " ".join(note.locator("body").inner_text().split())
        assert "70 in 100" in shown
        assert exported(page, "Markdown").startswith(b"#")
        page.get_by_role("link", name="Assessment", exact=True).click()
        assert believed(page) == after  # what was set goes along
        page.go_back()
        page.get_by_role("heading", name="Note", exact=True).wait_for()
        held.none_wrong()
        assert any("/api/quick" in address for address in held.asked)


def test_a_reload_in_the_middle(browser: Browser, server: Served) -> None:
    with watched(browser, server) as held:
        page = held.enter()
        held.go(page, "/crisis/cuba-1962/assessment?set=prior.usa.firm:0.4")
        page.get_by_role("button", name="Work it out", exact=True).click()
        page.wait_for_url("**job=**")
        address = page.url
        page.get_by_role("progressbar").first.wait_for()
        page.reload()
        page.get_by_role("progressbar").first.wait_for()
        assert page.url == address
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Work it out", exact=True).wait_for()
        held.go(page, "/crisis/signal/assessment?set=fight:1.5")
        page.get_by_role("button", name="Work it out", exact=True).click()
        page.get_by_role("heading", name="Indicators").wait_for()
        address = page.url
        page.reload()
        page.get_by_role("heading", name="Indicators").wait_for()
        assert page.url == address
        assert page.get_by_text("worked out under other assumptions").count() == 0
        slider(page).fill("0.6")
        page.get_by_text("worked out under other assumptions").wait_for()
        held.none_wrong()


def test_a_server_that_dies_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    first = Served(tmp_path)
    again = None
    try:
        with watched(browser, first) as held:
            page = held.enter()
            held.go(page, "/crisis/signal/assessment")
            before = believed(page)
            page.get_by_role("button", name="Work it out", exact=True).click()
            page.get_by_role("progressbar").first.wait_for()
            other = held.enter()
            settled(other)
            held.expected.append("ERR_")
            first.end(signal.SIGKILL)
            slider(page).fill("0.7")
            page.get_by_text("The server can't be reached").wait_for()
            page.get_by_text("Not connected.").wait_for()
            other.get_by_role("button", name="About").last.click()
            other.get_by_role("dialog").get_by_text("The server can't be reached").wait_for()
            again = Served(tmp_path, port=first.port)
            assert again.token == first.token
            # Nobody touches the page: the slider's answer and the assessment come by themselves.
            page.get_by_text("The server can't be reached").wait_for(state="detached")
            assert int(believed(page).rstrip("%")) > int(before.rstrip("%")) + 10
            page.get_by_role("heading", name="Indicators").wait_for()
            other.get_by_role("heading", name="Things to try").wait_for()
            for each in (page, other):
                expect(each.get_by_text("Not connected.")).to_have_count(0)
            held.none_wrong()
    finally:
        first.end(signal.SIGKILL)
        if again is not None:
            again.end(signal.SIGKILL)


def test_two_tabs_on_one_crisis(browser: Browser, server: Served) -> None:
    with watched(browser, server) as held:
        pages = [held.enter(), held.enter()]
        for page, prior in zip(pages, ("0.2", "0.9"), strict=True):
            page.goto(f"{server.base}/crisis/signal/assessment?set=prior.neighbor.seize:{prior}")
        low, high = (int(believed(page).rstrip("%")) for page in pages)
        assert low + 30 < high
        for page in pages:  # and the long work of one is not stopped by the other's
            page.get_by_role("button", name="Work it out", exact=True).click()
        for page in pages:
            page.get_by_role("heading", name="Indicators").wait_for()
        held.none_wrong()


def tab_to(page: Page, name: str, role: str, most: int = 80) -> None:
    """Press Tab until the focus is there."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{role} {name!r} can't be reached by Tab")


def test_the_path_by_keyboard_alone(browser: Browser, server: Served) -> None:
    with watched(browser, server) as held:
        page = held.enter()
        settled(page)
        tab_to(page, "Skip to the page", "link")
        page.keyboard.press("Enter")
        tab_to(page, "A mobilization on the border", "link")
        page.keyboard.press("Enter")
        before = believed(page)
        tab_to(page, f"the neighbor: {SEIZE}", "slider")
        for _ in range(30):
            page.keyboard.press("ArrowRight")
        page.wait_for_url("**set=prior.neighbor.seize**")
        assert int(believed(page).rstrip("%")) > int(before.rstrip("%"))
        tab_to(page, SEIZE, "button")
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
        tab_to(page, "Note", "link", most=200)
        page.keyboard.press("Enter")
        expect(page.frame_locator("iframe").get_by_text("Key judgements").first).to_be_visible()
        tab_to(page, "Export", "button")
        page.keyboard.press("Enter")
        tab_to(page, "PDF", "link")
        with page.expect_download(timeout=WAIT) as waiting:
            page.keyboard.press("Enter")
        assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
        held.none_wrong()


def test_a_game_by_keyboard_alone(browser: Browser, server: Served) -> None:
    """One seat against the model, from the start to the review."""
    with watched(browser, server) as held:
        page = held.enter()
        held.go(page, "/crisis/signal/play")
        tab_to(page, "Start", "button")
        page.keyboard.press("Enter")
        for move in ("sends its troops to the line", None):
            choices = page.locator(".moves button")
            page.get_by_role("heading", name="Your turn").wait_for()
            tab_to(page, move or choices.first.inner_text(), "button")
            page.keyboard.press("Enter")
            dialog = page.get_by_role("dialog")
            dialog.wait_for()
            tab_to(page, "Do it", "button")
            page.keyboard.press("Enter")
            dialog.wait_for(state="detached")
        page.get_by_role("heading", name="The path taken").wait_for()
        expect(page.locator(".path > li")).to_have_count(3)
        assert not faults(page)
        held.none_wrong()
