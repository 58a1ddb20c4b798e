"""The scenario's page in a browser, before a real server: what is typed is checked, kept, saved,
told apart from what others wrote, and the same in text and forms.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from standoff.scenario.reader import read_texts
from strategies.workbenches import Served, served

FILE = "signal.yaml"
AS_OF = 10  # its line


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "these tests need chromium: apt install chromium"
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ws")


@pytest.fixture(scope="module")
def server(workspace: Path) -> Iterator[Served]:
    with served(workspace) as found:
        yield found


class Desk:
    """A crisis of its own for one test, and pages that show it."""

    def __init__(self, server: Served, context: BrowserContext, workspace: Path, name: str) -> None:
        self.server, self.context, self.name, self.workspace = server, context, name, workspace
        self.said: list[str] = []
        made = self.post("/api/library/duplicate", {"crisis": "signal", "as": name})
        assert made.status_code == 201, made.text

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.said.append(message.text)

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return httpx.post(self.server.base + path, json=body, headers=self.server.bearer)

    @property
    def file(self) -> str:
        return (self.workspace / "crises" / self.name / FILE).read_text("utf-8")

    @property
    def draft(self) -> str:
        path = self.workspace / "web" / "drafts" / self.name / FILE
        return path.read_text("utf-8").partition("\n")[2] if path.is_file() else ""

    def open(self, query: str = "", crisis: str = "") -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", self._heard)
        page.goto(self.server.link)
        page.goto(f"{self.server.base}/crisis/{crisis or self.name}/scenario{query}")
        expect(page.get_by_role("heading", name="Problems")).to_be_visible()
        return page


@pytest.fixture
def desk(server: Served, browser: Browser, workspace: Path, request: Any) -> Iterator[Desk]:
    name = re.sub(r"[^a-z]+", "-", request.node.name.lower().removeprefix("test_")).strip("-")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    found = Desk(server, context, workspace, name)
    yield found
    context.close()
    # The browser itself says that a save was refused because of another's.
    assert [one for one in found.said if "status of 409" not in one] == []


def status(page: Page) -> Any:
    return page.locator(".editor-status")


def write(page: Page, text: str) -> None:
    """Type at the end of the line where the cursor stands."""
    page.locator(".cm-content").focus()
    page.keyboard.press("End")
    page.keyboard.type(text)


def test_a_problem_appears_at_its_line(desk: Desk) -> None:
    page = desk.open(f"?line={AS_OF}")
    expect(page.get_by_text("nothing wrong")).to_be_visible()
    write(page, "\nclocks: 3")
    found = page.get_by_role("list", name="Problems").get_by_role("listitem").first
    expect(found).to_contain_text("clocks")
    expect(found).to_contain_text("clock")
    expect(page.locator(".cm-lintRange-error")).to_have_text("clocks")
    page.locator(".cm-content").press("Control+Home")
    page.get_by_role("button", name=f"Go to line {AS_OF + 1}").click()
    expect(page.locator(".cm-activeLine")).to_have_text("clocks: 3")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("nothing wrong")).to_be_visible()
    page.get_by_role("button", name="Check the whole game").click()
    expect(page.get_by_text("The game was built too.")).to_be_visible(timeout=60_000)


def test_completion_knows_keys_and_names(desk: Desk) -> None:
    page = desk.open("?line=15")
    write(page, "\nmark")
    offered = page.locator(".cm-tooltip-autocomplete li")
    expect(offered.first).to_contain_text("marking")
    offered.first.click()
    expect(page.locator(".cm-activeLine")).to_have_text("  marking: ")
    page.keyboard.type("SECRET")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("Saved")
    assert "\n  marking: SECRET\n" in desk.file


def test_typing_is_kept_and_saving_writes(desk: Desk) -> None:
    before = desk.file
    page = desk.open(f"?line={AS_OF}")
    write(page, " # checked")
    expect(status(page)).to_contain_text("kept as a draft")
    assert desk.file == before and "2031-03-05 # checked\n" in desk.draft
    page.reload()
    expect(page.get_by_text("What you had not saved is here again")).to_be_visible()
    page.get_by_role("button", name=f"Back to the saved {FILE}").click()
    expect(status(page)).to_contain_text("Saved")
    assert desk.file == before
    page.get_by_role("button", name="Undo").click()  # even throwing away can be undone
    expect(status(page)).to_contain_text("kept as a draft")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(status(page)).to_contain_text("Saved")
    assert desk.file == before.replace("2031-03-05\n\nnote", "2031-03-05 # checked\n\nnote")
    assert desk.draft == ""


def test_what_is_typed_just_before_leaving_is_kept(desk: Desk) -> None:
    page = desk.open(f"?line={AS_OF}")
    write(page, " # last words")
    page.goto(desk.server.base + "/")
    page.goto(f"{desk.server.base}/crisis/{desk.name}/scenario?line={AS_OF}")
    expect(page.locator(".cm-activeLine")).to_have_text("as_of: 2031-03-05 # last words")


def test_a_draft_from_an_older_text_is_never_saved_over_the_newer(desk: Desk) -> None:
    page = desk.open(f"?line={AS_OF}")
    write(page, " # mine")
    expect(status(page)).to_contain_text("kept as a draft")
    path = desk.workspace / "crises" / desk.name / FILE
    path.write_text(desk.file + "# from another editor\n", "utf-8")
    for _ in range(2):
        page.reload()
        expect(status(page)).to_contain_text("Written elsewhere too")
        write(page, "!")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog")).to_contain_text("# from another editor")
    assert "# mine" not in desk.file and desk.file.endswith("# from another editor\n")


def test_two_tabs_that_never_saved(desk: Desk) -> None:
    """The server keeps one draft; the other tab's text is in the browser, and is offered."""
    one, other = desk.open("?line=5"), desk.open("?line=13")
    write(one, " (one)")
    expect(status(one)).to_contain_text("kept as a draft")
    write(other, " (other)")
    expect(status(other)).to_contain_text("kept as a draft")
    one.close()
    other.close()
    later = desk.open("?line=13")
    expect(later.locator(".cm-activeLine")).to_contain_text("(other)")
    expect(later.get_by_text("left in another tab")).to_have_count(1)
    later.get_by_role("button", name="Compare").click()
    expect(later.get_by_role("dialog")).to_contain_text("A mobilization on the border (one)")
    later.get_by_role("button", name="Take this text").click()
    later.get_by_role("button", name="Save", exact=True).click()
    expect(status(later)).to_contain_text("Saved")
    assert "(one)" in desk.file and "(other)" not in desk.file


def test_a_field_that_was_not_left_is_kept_too(desk: Desk) -> None:
    page = desk.open("?view=forms")
    page.get_by_label("Subject").press("End")
    page.get_by_label("Subject").press_sequentially(" now")
    expect(status(page)).to_contain_text("kept as a draft")
    page.reload()
    expect(page.get_by_label("Subject")).to_have_value("What the call-up means now")


@pytest.mark.parametrize("choice", ["Take theirs", "Keep mine", "Merge by hand"])
def test_two_tabs(desk: Desk, choice: str) -> None:
    one, other = desk.open("?line=5"), desk.open("?line=13")
    write(other, " (mine)")
    expect(status(other)).to_contain_text("kept as a draft")
    write(one, " (theirs)")
    one.keyboard.press("Control+s")
    expect(status(one)).to_contain_text("Saved")
    expect(status(other)).to_contain_text("Written elsewhere too")
    other.keyboard.press("Control+s")
    dialog = other.get_by_role("dialog")
    expect(dialog).to_contain_text("A mobilization on the border (theirs)")
    expect(dialog).to_contain_text("Desk officer, regional bureau (mine)")
    assert "(theirs)" in desk.file and "(mine)" not in desk.file
    dialog.get_by_role("button", name=choice).click()
    if choice == "Merge by hand":
        first = dialog.get_by_role("group", name="Which of the two").first
        first.get_by_role("button", name="Theirs").click()
        dialog.get_by_role("button", name="Use this merge").click()
        expect(dialog).not_to_be_visible()
        other.keyboard.press("Control+s")
    expect(status(other)).to_contain_text("Saved")
    wanted = {"Take theirs": (1, 0), "Keep mine": (0, 1), "Merge by hand": (1, 1)}[choice]
    assert (desk.file.count("(theirs)"), desk.file.count("(mine)")) == wanted


def test_a_form_changes_the_text_and_undo_takes_it_back(desk: Desk) -> None:
    before = desk.file
    page = desk.open("?view=forms&part=parameters")
    fight = page.get_by_role("group", name="fight", exact=True)
    fight.get_by_label("likeliest").fill("1.3")
    fight.get_by_label("likeliest").press("Enter")
    expect(status(page)).to_contain_text("kept as a draft")
    fight.get_by_label("Because").fill("a battle costs more, we think: much more")
    fight.get_by_label("Kind").select_option("uniform")
    expect(fight.get_by_label("low")).to_have_value("0.8")
    expect(fight.get_by_label("likeliest")).to_have_count(0)
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("Saved")
    old = (
        "  fight: {triangular: [0.8, 1.2, 2.0], "
        'because: "cost of a clash to the neighbor, in provinces"}'
    )
    new = '  fight: {uniform: [0.8, 2], because: "a battle costs more, we think: much more"}'
    assert desk.file == before.replace(old, new)
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
    expect(fight.get_by_label("likeliest")).to_have_value("1.2")
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("Saved")
    assert desk.file == before
    page.get_by_role("button", name="Show fight in the text").click()
    expect(page.locator(".cm-activeLine")).to_have_text(old)


def test_forms_add_and_take_out(desk: Desk) -> None:
    page = desk.open("?view=forms&part=record")
    page.get_by_label("What to add").select_option("report")
    page.get_by_role("button", name="Add to the record").click()
    expect(page.get_by_label("odds of such a report")).to_have_value("0.5")
    page.get_by_role("button", name="Take out item 1").click()
    expect(page.get_by_role("button", name="Take out item 2")).to_have_count(0)
    page.get_by_role("button", name="Questions", exact=True).click()
    page.get_by_role("button", name="Add a question").click()
    page.get_by_role("button", name="Odds beforehand").click()
    page.get_by_label("Because").fill("in four of ten")
    page.get_by_role("button", name="Heading").click()
    page.get_by_label("As of").fill("2031-03-06")
    page.get_by_label("Title").focus()
    expect(status(page)).to_contain_text("kept as a draft")
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("Saved")
    data = read_texts({FILE: desk.file}).data
    checked = desk.post("/api/check", {"files": {FILE: desk.file}}).json()
    assert [p["message"] for p in checked["problems"] if p["severity"] == "error"] == []
    assert [list(item) for item in data["record"]] == [["at", "report", "odds"]]
    assert len(data["questions"]) == 2 and data["as_of"] == "2031-03-06"
    assert data["actors"]["neighbor"]["prior"]["because"] == "in four of ten"


def test_forms_wait_while_the_text_is_no_yaml(desk: Desk) -> None:
    page = desk.open(f"?line={AS_OF}")
    write(page, ": {")
    expect(page.locator(".problem")).not_to_have_count(0)
    page.get_by_role("button", name="Forms").click()
    expect(page.locator("section[aria-label=Forms] .callout")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("As of")).to_have_value("2031-03-05")
    expect(page.get_by_label("As of")).to_be_enabled()


def test_a_shipped_crisis_is_read_and_duplicated(desk: Desk) -> None:
    page = desk.open(crisis="signal")
    page.locator(".cm-content").click()
    page.keyboard.type("no")
    expect(page.locator(".cm-line").first).to_have_text(
        "# A teaching scenario: one secret, one signal, one answer."
    )
    page.get_by_role("button", name="Duplicate to edit").click()
    page.get_by_label("Name of the copy").fill("a-copy-of-it")
    page.get_by_role("button", name="Duplicate", exact=True).click()
    page.wait_for_url("**/crisis/a-copy-of-it/scenario")
    expect(page.locator(".cm-line").nth(3)).to_have_text("id: a-copy-of-it")


def test_what_changed_since_the_last_solve(desk: Desk) -> None:
    solved = desk.post("/api/solve", {"crisis": desk.name, "variants": 4})
    assert solved.status_code == 202, solved.text
    page = desk.open(f"?line={AS_OF}")
    expect(page.get_by_text("Nothing has changed.")).to_be_visible()
    write(page, "\n# new")
    expect(page.get_by_text("1 line new, 0 gone")).to_be_visible()
    page.get_by_role("button", name="Show what changed").click()
    expect(page.get_by_role("dialog").locator(".diff-line.new")).to_contain_text("# new")


def test_the_server_goes_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    with served(tmp_path) as first:
        desk = Desk(first, context, tmp_path, "mine")
        page = desk.open(f"?line={AS_OF}")
        first.end()
        write(page, " # alone")
        expect(status(page)).to_contain_text("The server is gone")
        expect(page.locator(".cm-activeLine")).to_have_text("as_of: 2031-03-05 # alone")
    with served(tmp_path, port=first.port):
        expect(status(page)).to_contain_text("kept as a draft", timeout=30_000)
        assert "# alone" in desk.draft
        page.keyboard.press("Control+s")
        expect(status(page)).to_contain_text("Saved")
        assert "# alone" in desk.file
    context.close()


DIFFERENCES = """async (pairs) => {
  const { blocks, change } = await import("/static/editor/diff.js");
  return pairs.map(([a, b]) => [blocks(a, b), change(a.join("\\n"), b.join("\\n"))]);
}"""


def test_differences_by_lines(desk: Desk) -> None:
    """What is called the same is the same, blocks cover both texts in order, and no script of
    edits is shorter (a table of longest common sequences says so).
    """
    chance = random.Random(4)
    pairs = [
        [[chance.choice("abcd") for _ in range(chance.randrange(12))] for _ in range(2)]
        for _ in range(300)
    ]
    page = desk.open()
    for (a, b), (found, one) in zip(pairs, page.evaluate(DIFFERENCES, pairs), strict=True):
        at = [0, 0]
        for block in found:
            assert [block["a"][0], block["b"][0]] == at
            at = [block["a"][1], block["b"][1]]
            if block["same"]:
                assert a[slice(*block["a"])] == b[slice(*block["b"])]
        assert at == [len(a), len(b)]
        same = sum(block["a"][1] - block["a"][0] for block in found if block["same"])
        assert same == longest(a, b)
        text = "\n".join(a)
        assert text[: one["from"]] + one["insert"] + text[one["to"] :] == "\n".join(b)


def longest(a: list[str], b: list[str]) -> int:
    """Length of the longest common sequence."""
    row = [0] * (len(b) + 1)
    for x in a:
        above, row = row, [0]
        for j, y in enumerate(b):
            row.append(above[j] + 1 if x == y else max(above[j + 1], row[j]))
    return row[-1]
