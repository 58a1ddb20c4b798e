"""Shared test set-up: where the project's companion documents are, and the oracles."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of documents and acceptance cases that stands beside the repository."""
    path = ROOT.parent / "shared"
    if not path.is_dir():
        pytest.skip("the documents of ../shared are not here")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests against Gambit run where the `oracles` extra is installed; CI insists on it."""
    if importlib.util.find_spec("pygambit") or os.environ.get("STANDOFF_ORACLES"):
        return
    skip = pytest.mark.skip(reason="needs the `oracles` extra (pip install '.[oracles]')")
    for item in items:
        if "oracle" in item.keywords:
            item.add_marker(skip)
