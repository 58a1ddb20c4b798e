"""The bench of batches starts, and its tables and its part of the page can be made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.syspath_prepend(str(BENCH / "peers"))
    return BENCH


ROW = {
    "aim": 2000, "histories": 1938, "one_sweep": 4e-5, "double_sweep_ratio": 6.5,
    "single_sweep_ratio": 14.0, "double_solve_ratio": 4.5, "whole_solve_ratio": 5.0,
    "single_solve_ratio": 9.0, "single_check": 2e-5,
}  # fmt: skip
ABOUT = {"processor": "a processor", "cores": 2, "system": "a system", "when": "today",
         "versions": {"numba": "1"}, "load": {"lanes": 0.5}}  # fmt: skip


def test_it_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / "variants.py"), "--help"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "--only" in done.stdout


def test_tables_of_what_was_measured(bench: Path) -> None:
    from variant_tables import tables

    large = {**ROW, "aim": 300_000, "histories": 327_888}
    found = {
        "about": ABOUT, "lanes": [ROW, large],
        "warm": {"variants": 1000, "histories": 5712, "solved": 1.0, "wall": 0.4, "cpu": 0.7},
        "gambit": {"failed": "none in 60 s", "variants": 1000, "histories": 558, "cpu": 1.0},
    }  # fmt: skip
    text = tables(found)
    assert "| 1,938 | 40 µs | 6.5× | 14.0× | 4.5× (4) | 5.0× | 9.0× (7) | 2e-05 |" in text
    assert "4.5× (1.8)" in text and "9.0× (3)" in text
    assert "none in 60 s" in text and "say little" not in text
    assert "say little" in tables({**found, "about": {**ABOUT, "load": {"lanes": 6.0}}})


def test_the_page_holds_what_was_measured_last(bench: Path) -> None:
    import speed_page
    from variant_tables import tables

    text = speed_page.PAGE.read_text("utf-8")
    found = json.loads(speed_page.BATCHES.read_text("utf-8"))
    marks = speed_page.BATCH_START, speed_page.BATCH_END
    assert text == speed_page.page(text, tables(found), *marks)
    assert speed_page.page(text, "something else", *marks).count("something else") == 1
