"""Every page in a real browser, light and dark, wide and narrow: no error, no violation of the
policy, no request to elsewhere, no serious fault of accessibility, no scrolling sideways.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from strategies.browsers import THEMES, chromium, faults, settled, sideways, watched
from strategies.workbenches import Served, served

PAGES = {
    "library": "/",
    "scenario": "/crisis/signal/scenario",
    "game": "/crisis/signal/game",
    "assessment": "/crisis/signal/assessment?set=prior.neighbor.seize:0.7",
    "note": "/crisis/signal/note",
    "sources": "/crisis/signal/sources",
    "play": "/crisis/signal/play",
    "elements": "/elements",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("pages")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page(browser: Browser, server: Served, name: str, theme: str) -> None:
    with watched(browser, server, theme=theme) as held:
        page = held.enter()
        held.go(page, PAGES[name])
        settled(page)
        assert page.locator("h1").count() == 1
        dark = page.evaluate("document.documentElement.dataset.theme")
        assert dark == theme
        assert sideways(page) <= 0
        assert not faults(page)
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(300)
        assert sideways(page) <= 0
        assert not faults(page)
        held.none_wrong()


STATES = {
    "forms": ("/crisis/signal/scenario", "button", "Forms"),
    "tree as a table": ("/crisis/signal/game", "button", "Table"),
    "what rests on what": ("/crisis/signal/sources", "tab", "What rests on what"),
    "a document that falls": ("/crisis/signal/sources", "tab", "What if one falls"),
    "the menu of formats": ("/crisis/signal/note", "button", "Export"),
    "a seat": ("/crisis/signal/play", "button", "Start"),
    "the other theme": ("/", "button", "Theme"),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_of_a_page(browser: Browser, server: Served, name: str) -> None:
    path, role, label = STATES[name]
    with watched(browser, server, width=390, theme="dark") as held:
        page = held.enter()
        held.go(page, path)
        settled(page)
        page.get_by_role(role, name=label, exact=role == "tab").first.click()  # type: ignore[arg-type]
        page.wait_for_timeout(1000)
        settled(page)
        assert not faults(page)
        assert sideways(page) <= 0
        page.set_viewport_size({"width": 1280, "height": 900})
        page.wait_for_timeout(300)
        assert not faults(page)
        held.none_wrong()


def test_the_note_itself(browser: Browser, server: Served) -> None:
    """The note is in a sandbox without scripts, where axe can't run: its text is laid out again."""
    with watched(browser, server) as held:
        page = held.enter()
        held.go(page, "/crisis/signal/note")
        settled(page)
        address = page.locator("iframe").get_attribute("src")
        text = page.request.get(server.base + str(address)).text()
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.goto("about:blank")
            page.set_content(text)
            assert "Key judgements" in page.locator("body").inner_text()
            assert not faults(page)
            page.set_viewport_size({"width": 390, "height": 844})
            assert sideways(page) <= 0
            page.set_viewport_size({"width": 1280, "height": 900})
        held.none_wrong()


def test_the_dialogs(browser: Browser, server: Served) -> None:
    with watched(browser, server) as held:
        page = held.enter()
        settled(page)
        page.get_by_role("button", name="About").last.click()
        page.get_by_role("heading", name="Things to try").wait_for()
        assert not faults(page)
        page.keyboard.press("Escape")
        assert page.locator("dialog[open]").count() == 0
        held.go(page, "/crisis/signal/assessment")
        settled(page)
        page.locator("button.odds").first.click()
        page.get_by_role("dialog").wait_for()
        assert not faults(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Show as command").click()
        assert "standoff assess signal" in page.get_by_role("dialog").inner_text()
        assert not faults(page)
        held.none_wrong()


def test_the_whole_assessment_with_its_charts(browser: Browser, server: Served) -> None:
    with watched(browser, server, theme="dark") as held:
        page = held.enter()
        held.go(page, "/crisis/signal/assessment")
        settled(page)
        page.get_by_role("button", name="Work it out", exact=True).click()
        page.get_by_role("heading", name="Indicators").wait_for()
        settled(page)
        page.locator("figure.figure").first.wait_for()
        for chart in page.locator("figure.figure").all():
            chart.scroll_into_view_if_needed()
            chart.locator("svg").wait_for()
        assert page.locator("figure.figure svg").count() >= 3
        assert not faults(page)
        held.none_wrong()


def test_an_address_that_is_none(browser: Browser, server: Served) -> None:
    with watched(browser, server) as held:
        held.expected.append("404")
        page = held.enter()
        held.go(page, "/there/is/nothing")
        page.get_by_role("heading", name="There is no such page").wait_for()
        held.go(page, "/crisis/nosuch/assessment")
        page.get_by_role("alert").first.wait_for()
        assert not faults(page)
        held.none_wrong()
