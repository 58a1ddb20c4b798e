"""Every page can be reached from the index, no relative link is broken, no command is forgotten."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from standoff.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
INDEX = ROOT / "docs/index.md"
LIBRARY = ROOT / "src/standoff/scenario/library"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"),
                *LIBRARY.rglob("*.md")])  # fmt: skip
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")


def links(page: Path) -> list[str]:
    """Targets of the links of a page; code is no link."""
    text = re.sub(r"`[^`\n]*`", "", FENCED.sub("", page.read_text("utf-8")))
    return [target for target in LINK.findall(text) if "://" not in target]


@cache
def anchors(page: Path) -> frozenset[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    if page.suffix != ".md":
        return frozenset()
    text = FENCED.sub("", page.read_text("utf-8"))
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_link_is_broken(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_index() -> None:
    reached, waiting = {INDEX}, [INDEX]
    while waiting:
        page = waiting.pop()
        for link in links(page):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists() and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert set((ROOT / "docs").rglob("*.md")) - reached == set()


def test_readme_leads_to_the_index() -> None:
    assert "docs/index.md" in links(ROOT / "README.md")


COMMANDS = sorted(
    [str(command.name) for command in app.registered_commands]
    + [
        f"{group.typer_instance.info.name} {command.name}"
        for group in app.registered_groups
        if group.typer_instance is not None
        for command in group.typer_instance.registered_commands
    ]
)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_its_section(name: str) -> None:
    reference = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    assert re.search(rf"^## standoff {name}$", reference, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_shown_in_use(name: str) -> None:
    """On some page other than the reference, in a block that the tests run."""
    shown = [
        page
        for page in PAGES
        for block in re.findall(r"^```console\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
        if re.search(rf"^\$ standoff {name}\b", block, re.MULTILINE)
    ]
    assert shown, f"no page shows `standoff {name}` at work"
