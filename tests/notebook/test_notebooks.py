"""The notebook of the docs runs, as it stands and with its sliders moved."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import standoff as so

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs/notebooks/cuba_1962.py"


def test_a_moved_slider_moves_the_belief() -> None:
    """What marimo does when a slider is moved: the cells below it run again."""
    found = spec_from_file_location("cuba_1962", NOTEBOOK)
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    moved = {"keeping": SimpleNamespace(value=0.8), "secret": SimpleNamespace(value=0.6)}
    outputs, names = module.app.run(defs=moved)
    held: Any = names["found"]
    assert isinstance(held, so.Assessment)
    assert held.belief["ussr"]["hold"].prior > 0.79
    assert (
        held.belief["ussr"]["hold"].probability
        > names["as_written"].belief["ussr"]["hold"].probability
    )
    assert any(one is held for one in outputs)


def test_it_is_exported(tmp_path: Path) -> None:
    """The command of the guide; a cell that fails makes it fail."""
    copy = tmp_path / NOTEBOOK.name
    copy.write_text(NOTEBOOK.read_text("utf-8"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "marimo", "export", "html", copy.name, "-o", "cuba.html"],
        cwd=tmp_path, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "cuba.html").read_text("utf-8")
    assert "INTELLIGENCE NOTE" in page
    assert "16,028 information sets" in page
