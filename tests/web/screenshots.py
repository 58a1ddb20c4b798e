"""Pictures of every page: ``python tests/web/screenshots.py FOLDER [NAME ...]``.

Each page and state at both widths in both themes, to be looked at by somebody before a release.
Prints what the pages did wrong: console errors, requests to elsewhere, scrolling sideways.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from strategies.browsers import (
    THEMES,
    WIDTHS,
    Watched,
    chromium,
    settled,
    sideways,
    watched,
)
from strategies.workbenches import Served, served


def _press(*names: str, role: str = "button") -> Callable[[Page], None]:
    def do(page: Page) -> None:
        for name in names:
            page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    return do


def _nothing(page: Page) -> None:
    del page


def _worked_out(page: Page) -> None:
    page.get_by_role("button", name="Work it out", exact=True).click()
    page.get_by_role("heading", name="Indicators").wait_for()
    settled(page)
    page.locator("figure.figure").first.wait_for()


def _played(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()
    for _ in range(2):
        page.get_by_role("heading", name="Your turn").wait_for()
        page.locator(".moves button").first.click()
        page.get_by_role("button", name="Do it").click()
        page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_role("heading", name="The path taken").wait_for()
    settled(page)


def _invited(page: Page) -> None:
    for seat in page.get_by_label("Who plays").all():
        seat.select_option(label="another person")
    page.get_by_label("A facilitator").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".big-code").wait_for()


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "library": ("/", _nothing),
    "library-search": ("/?q=1962", _nothing),
    "library-empty": ("/?q=nosuchthing", _nothing),
    "library-about": ("/", _press("About")),
    "library-duplicate": ("/", _press("More", "Duplicate")),
    "library-menu": ("/", _press("More")),
    "theme-menu": ("/", _press("Theme")),
    "elements": ("/elements", _nothing),
    "scenario": ("/crisis/signal/scenario", _nothing),
    "game": ("/crisis/signal/game", _nothing),
    "game-cuba": ("/crisis/cuba-1962/game", _nothing),
    "assessment": ("/crisis/signal/assessment", _nothing),
    "assessment-moved": (
        "/crisis/signal/assessment?set=prior.neighbor.seize:0.7~fight:1.5",
        _nothing,
    ),
    "assessment-show": ("/crisis/signal/assessment", _press("Show as")),
    "assessment-why": (
        "/crisis/signal/assessment",
        lambda page: page.locator("button.odds").first.click(),
    ),
    "assessment-whole": ("/crisis/signal/assessment", _worked_out),
    "assessment-cuba": ("/crisis/cuba-1962/assessment", _nothing),
    "note": ("/crisis/signal/note", _nothing),
    "note-export": ("/crisis/signal/note", _press("Export")),
    "sources": ("/crisis/signal/sources", _nothing),
    "play": ("/crisis/signal/play", _nothing),
    "scenario-forms": ("/crisis/signal/scenario", _press("Forms")),
    "play-seat": ("/crisis/signal/play", _press("Start")),
    "play-lobby": ("/crisis/signal/play", _invited),
    "play-review": ("/crisis/signal/play", _played),
    "sources-links": ("/crisis/cuba-1962/sources", _press("What rests on what", role="tab")),
    "nowhere": ("/there/is/nothing", _nothing),
    "no-crisis": ("/crisis/nosuch/assessment", _nothing),
}  # fmt: skip


def picture(held: Watched, path: str, act: Callable[[Page], None], to: Path) -> list[str]:
    """Write one; what was wrong with it."""
    page = held.enter()
    try:
        held.go(page, path)
        settled(page)
        act(page)
        page.wait_for_timeout(300)
        # Charts are drawn when they come into view.
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        for y in range(0, height, 600):
            page.evaluate("(y) => window.scrollTo(0, y)", y)
            page.wait_for_timeout(100)
        for figure in page.locator("figure.figure").all():
            figure.scroll_into_view_if_needed()
            figure.locator("svg").wait_for()
        page.evaluate("() => window.scrollTo(0, 0)")
        page.wait_for_timeout(500)
        page.screenshot(path=to, full_page=page.locator("dialog[open]").count() == 0)
        wide = sideways(page)
    except Exception as error:
        page.screenshot(path=to)
        return [*held.wrong, str(error).splitlines()[0]]
    finally:
        page.close()
    return [*held.wrong, *([f"{wide} pixels sideways"] if wide > 0 else [])]


def pictures(server: Served, folder: Path, names: list[str]) -> int:
    """All of them, or those named; how many had something wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    bad = 0
    with chromium() as browser:
        for name in names or STATES:
            for width in WIDTHS:
                for theme in THEMES:
                    with watched(browser, server, width=width, theme=theme) as held:
                        to = folder / f"{name}-{width}-{theme}.png"
                        found = picture(held, *STATES[name], to)
                        print(to.name, "" if found else "ok", flush=True)
                        for line in dict.fromkeys(found):
                            print("   ", line, flush=True)
                        bad += bool(found)
    return bad


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", choices=[[], *STATES])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as workspace, served(Path(workspace)) as server:
        raise SystemExit(1 if pictures(server, asked.folder, asked.names) else 0)


if __name__ == "__main__":
    main()
