"""Every command and option has its entry, and the page is the one that the commands make."""

from __future__ import annotations

from pathlib import Path

from standoff.cli.reference import page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_fresh() -> None:
    stored = (ROOT / "docs/reference/cli.md").read_text()
    assert stored.strip() == page().strip(), "run python -m standoff.cli.reference"


def test_every_option_says_what_it_is() -> None:
    empty = [line for line in page().splitlines() if line.startswith("| `") and "|  |" in line]
    assert not [line for line in empty if line.split("|")[2].strip() == ""]
