"""The game's page, in a browser on a real server; and what its tree tells each seat."""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from standoff.game.game import END
from standoff.web.crises import Crises
from standoff.web.tree import acts_of, chain_of, edge_act, tree
from standoff.web.tree_node import node
from standoff.web.tree_sight import told
from standoff.web.warm import Warm
from strategies.calibration import TEXT
from strategies.workbenches import Served, served

RECORD = """
record:
  - {move: red.muster.dig, at: 2031-03-03}
  - {unknown: weather, at: 2031-03-03}
"""
HIDDEN = RECORD + TEXT.lstrip("\n").replace("as_of: 2031-03-04", "as_of: 2031-03-03").replace(
    "seen_as: mass}", "seen_by: [red], seen_as: mass}"
).replace("sees_as: [public]", "sees_as: [public, red]")
"""Red has dug in, as the desk knows; blue can't tell it from massing. The weather is unknown."""
PATIENCE = 60_000
"""Milliseconds until a game that has to be solved first is on the page."""


@dataclass
class Bench:
    """A server and a browser that has its link."""

    server: Served
    browser: Browser
    pages: list[Page] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str, *, width: int = 1280, height: int = 900) -> Page:
        """A page whose node has been looked up; what the console complains of is kept."""
        context = self.browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.wrong.append(str(e)))
        page.goto(self.server.link)
        page.goto(self.server.base + path)
        self.pages.append(page)
        expect(page.locator("[data-panel]")).to_be_visible(timeout=PATIENCE)
        return page


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with (
        served(tmp_path_factory.mktemp("gamepage")) as server,
        sync_playwright() as playwright,
    ):
        body = json.dumps({"files": {"hidden.yaml": HIDDEN}, "as": "hidden"}).encode()
        headers = {**server.bearer, "content-type": "application/json"}
        asked = urllib.request.Request(
            f"{server.base}/api/library/import", body, headers, method="POST"
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            assert json.load(answer)["id"] == "hidden"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            yield Bench(server, browser)
        finally:
            browser.close()


@pytest.fixture
def bench(started: Bench) -> Iterator[Bench]:
    started.wrong.clear()
    yield started
    while started.pages:
        started.pages.pop().context.close()
    assert started.wrong == []


def chosen(page: Page) -> int:
    """The node that a screen reader stands at."""
    active = page.locator("[role=tree]").get_attribute("aria-activedescendant") or ""
    assert page.locator(f"[id='{active}'][aria-selected=true]").count() == 1
    return int(active.removeprefix("tree-"))


def drawn(page: Page) -> set[int]:
    return set(page.eval_on_selector_all(
        ".tree-canvas [data-node]", "all => all.map((one) => Number(one.dataset.node))"
    ))  # fmt: skip


def count(page: Page) -> int:
    return int(page.locator(".tree-canvas svg").get_attribute("data-count") or 0)


def test_a_small_game_is_drawn_whole(bench: Bench) -> None:
    page = bench.open("/crisis/signal/game")
    assert drawn(page) == set(range(11))
    words = page.locator(".tree-canvas").text_content() or ""
    for one in ("sends its troops to the line", "the province is taken", "nothing happens", "now"):
        assert one in words
    named = page.locator("[data-node='1']").get_attribute("aria-label") or ""
    assert named.startswith("sends its troops to the line, 2") and "our government" in named
    assert page.locator(".tree-canvas path.way").count() == 1
    likely = page.locator(".tree-canvas path.edge").evaluate_all(
        "all => all.map((one) => Number(one.getAttribute('stroke-width')))"
    )
    assert len(likely) == 10 and max(likely) > 4 * min(likely)


def test_the_tree_is_walked_by_keys(bench: Bench) -> None:
    page = bench.open("/crisis/signal/game")
    at = page.locator("[role=tree]")
    at.focus()
    walk = [("ArrowRight", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("ArrowRight", 3),
            ("ArrowLeft", 1), ("ArrowLeft", 0)]  # fmt: skip
    for key, wanted in walk:
        at.press(key)
        expect(page.locator("[data-panel]")).to_have_attribute("data-panel", str(wanted))
        assert chosen(page) == wanted
    at.press("Enter")
    expect(page.locator(".tree-canvas svg")).to_have_attribute("data-count", "1")
    assert page.locator("[data-node='0']").get_attribute("aria-expanded") == "false"
    at.press("Enter")
    expect(page.locator(".tree-canvas svg")).to_have_attribute("data-count", "11")
    at.press("p")
    expect(page.locator("[data-panel]")).to_have_attribute("data-panel", "1")
    at.press("/")
    search = page.get_by_label("Find moves and endings")
    expect(search).to_be_focused()
    search.fill("marches")
    expect(page.get_by_text("1 found")).to_be_visible()
    search.press("Enter")
    expect(page.locator("aside h2")).to_have_text("the province is taken")
    assert page.locator(f"[data-node='{chosen(page)}'].hit").count() == 1


def test_a_node_tells_its_reasons_and_leads_to_its_line(bench: Bench) -> None:
    page = bench.open("/crisis/signal/game?node=1")
    panel = page.locator("aside")
    for words in ("How it came about", "sends its troops to the line", "Information set us 1",
                  "Who believes what here", "Why this move", "security", "best"):  # fmt: skip
        expect(panel).to_contain_text(words)
    link = panel.get_by_role("link", name=re.compile("This turn in the scenario"))
    address = link.get_attribute("href") or ""
    found = re.fullmatch(r"/crisis/signal/scenario\?file=(.+)&line=(\d+)", address)
    assert found is not None
    text = Crises(Path("nowhere")).files("signal")[found[1]].split("\n")
    assert text[int(found[2]) - 1].strip() == "- id: answer"


def test_a_reload_keeps_what_was_chosen(bench: Bench) -> None:
    page = bench.open("/crisis/signal/game")
    page.locator("[role=tree]").press("ArrowRight")
    page.locator("[role=tree]").press("ArrowRight")
    expect(page.locator("[data-panel]")).to_have_attribute("data-panel", "3")
    page.locator("[role=tree]").press("Enter")
    expect(page.locator(".tree-canvas svg")).to_have_attribute("data-count", "9")
    address = page.url
    assert re.search(r"game=[0-9a-f]{24}", address)
    page.reload()
    expect(page.locator("[data-panel]")).to_have_attribute("data-panel", "3", timeout=PATIENCE)
    assert chosen(page) == 3 and count(page) == 9 and page.url == address
    page.get_by_role("button", name="Begin the tree here").click()
    expect(page.locator(".tree-canvas svg")).to_have_attribute("data-count", "3")
    page.get_by_role("button", name="Whole tree").click()
    expect(page.locator(".tree-canvas svg")).to_have_attribute("data-count", "11")


def test_a_moved_assumption_is_another_game(bench: Bench) -> None:
    plain = bench.open("/crisis/signal/game")
    moved = bench.open("/crisis/signal/game?set=fight:2")
    expect(moved.get_by_text("one assumption moved")).to_be_visible()
    believed = bench.open("/crisis/signal/game?set=prior.neighbor.seize:0.9")
    expect(believed.locator("aside .line", has_text="means to take")).to_contain_text("90%")
    pages = (plain, moved, believed)
    ids = [re.findall("game=([0-9a-f]{24})", page.url)[0] for page in pages]
    assert ids[0] == ids[2] != ids[1]  # the odds of types are asked for with the tree
    labels = {p.locator("[data-node='1']").get_attribute("aria-label") for p in pages}
    assert len(labels) == 3


def test_what_an_actor_cannot_see_is_hidden_from_it(bench: Bench) -> None:
    page = bench.open("/crisis/hidden/game?node=0", width=2800, height=3200)  # all of it in view
    assert len(drawn(page)) == count(page)
    tree_ = page.locator(".tree-canvas")
    steps = page.locator(".tree-canvas text.step")
    expect(tree_).to_contain_text(" dig")
    assert page.locator("[data-set]").count() > 0
    assert page.locator(".now-ring").count() == 2
    assert re.search(r"blue \d+", tree_.text_content() or "")
    page.get_by_label("See as").select_option("blue")
    expect(tree_).to_contain_text("unclear")
    seen = " ".join(steps.all_text_contents())
    assert " dig" not in seen and " mass" not in seen
    assert " stay" in seen and " storm" in seen and seen.count("unclear") == 2
    # What the desk knows of the present, blue doesn't.
    assert page.locator(".now-ring").count() == 4
    dug = page.locator(".tree-canvas .node", has_text="unclear").first.get_attribute("data-node")
    page.goto(re.sub(r"node=\d+", f"node={dug}", page.url))
    panel = page.locator("[data-panel]")
    expect(panel).to_have_attribute("data-panel", str(dug), timeout=PATIENCE)
    expect(panel).to_contain_text("something unclear to these eyes")
    assert " dig" not in (page.locator("main").inner_text())
    page.get_by_label("Find moves and endings").fill("dig")
    expect(page.get_by_text("Nothing that these eyes see")).to_be_visible()
    page.get_by_label("See as").select_option("red")
    expect(tree_).to_contain_text(" dig")
    assert "unclear" not in " ".join(steps.all_text_contents())


def test_two_thousand_nodes_are_moved_without_drawing_again(bench: Bench) -> None:
    page = bench.open("/crisis/cuba-1962/game?most=1999")
    assert 1900 < count(page) < 2000
    assert page.locator(".tree-canvas *").count() < 700
    page.evaluate(
        """() => {
            window.changes = 0;
            const count = (all) => { window.changes += all.length; };
            const whole = { childList: true, subtree: true };
            new MutationObserver(count).observe(document.querySelector('.tree-canvas'), whole);
        }"""
    )
    group = page.locator(".tree-canvas svg > g")
    before = group.get_attribute("transform")
    page.locator(".tree-canvas").hover()
    page.mouse.wheel(30, 20)
    expect(group).not_to_have_attribute("transform", before or "")
    assert page.evaluate("window.changes") == 0
    page.locator("[role=tree]").press("f")
    expect(page.locator(".tree-canvas svg")).to_have_attribute("data-far", "true")
    assert page.locator(".tree-canvas *").count() < 100
    assert chosen(page) == 0


def test_what_is_folded_is_loaded_by_a_click(bench: Bench) -> None:
    page = bench.open("/crisis/cuba-1962/game")
    shown = count(page)
    assert 20 < shown < 400
    page.get_by_role("button", name="To the present").click()
    ring = page.locator(".node.selected .now-ring")
    expect(ring).to_be_visible()
    folded = page.locator(".node", has=page.locator(".folded")).first
    id = folded.get_attribute("data-node") or ""
    page.get_by_role("button", name="Table").click()
    page.locator(f"tr[data-node='{id}'] .fold").click()
    expect(page.locator(f"tr[data-node='{id}'] .fold")).to_have_attribute("aria-expanded", "true")
    page.get_by_role("button", name="Tree", exact=True).click()
    expect(page.locator("[data-panel]")).to_have_attribute("data-panel", id)
    grown = count(page)
    assert grown > shown and f"open={id}" in page.url
    page.reload()
    expect(page.locator(".tree-canvas svg")).to_have_attribute(
        "data-count", str(grown), timeout=PATIENCE
    )
    assert chosen(page) == int(id)
    pill = page.locator(".node .folded").first
    opened = int(pill.evaluate("one => one.closest('.node').dataset.node"))
    box = pill.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-panel]")).to_have_attribute("data-panel", str(opened))
    expect(page.locator(".tree-canvas svg")).not_to_have_attribute("data-count", str(grown))


def test_on_a_telephone_the_table_comes_first(bench: Bench) -> None:
    page = bench.open("/crisis/signal/game", width=390)
    assert page.locator(".tree-list tbody tr").count() == 11
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="holds back").first.click()
    expect(page.locator("tr[aria-selected=true]")).to_contain_text("holds back")
    page.get_by_role("button", name="Fold the start").click()
    expect(page.locator(".tree-list tbody tr")).to_have_count(1)


# --- what the tree tells each seat

WARM = Warm()


def hidden() -> dict[str, Any]:
    return {
        "files": {"hidden.yaml": HIDDEN}, "settings": {}, "as_of": None, "variants": 4, "seed": 0,
    }  # fmt: skip


def test_a_seat_is_told_only_what_sets_apart_what_it_saw() -> None:
    """Against a slow twin: two ways that look alike and end by different acts leave both untold."""
    compiled = chain_of(WARM, **hidden()).batch.compiled
    game = compiled.game
    act = [edge_act(compiled, int(e)) for e in game.parent_edge]
    untold = {}
    for place, viewer in enumerate(compiled.viewers):
        if not viewer:
            continue
        seen = compiled.node_seen[place].tolist()
        news = [n for n in range(1, game.n_nodes) if seen[n] != seen[int(game.parent[n])]]
        mine = told(compiled, viewer).tolist()
        for n in range(1, game.n_nodes):
            alike = [m for m in news if seen[m] == seen[n]]
            assert mine[n] == (n in alike and all(act[m] == act[n] for m in alike))
        labels = acts_of(compiled)[0]
        untold[viewer] = {labels[act[n]] for n in range(1, game.n_nodes) if not mine[n]}
    assert untold == {"red": set(), "blue": {"red.muster.mass", "red.muster.dig"}}
    assert told(compiled, None).all()


def test_the_tree_and_its_nodes_say_the_same_of_what_is_told() -> None:
    asked: dict[str, Any] = {"root": 0, "most": 5000, "depth": 1000, "reach": 0.0, "given": "prior"}
    found = tree(WARM, crisis=hidden(), **asked, as_="blue")
    at = {one: place for place, one in enumerate(found.node)}
    ends = [one for one, place in at.items() if found.actor[place] == END][:5]
    for one in [*ends, 1, 2]:
        part = node(WARM, crisis=hidden(), number=one, as_="blue")
        assert part.told == [found.told[at[step]] for step in part.way[1:]]
        assert part.written is None if one in ends else part.written is not None
    assert all(node(WARM, crisis=hidden(), number=ends[0]).told)
