"""The note: outline and renderers. Imported lazily: `standoff --help` needs none of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "answer_text": "standoff.note.answer",
    "options_text": "standoff.note.answer",
    "render": "standoff.note.formats",
    "render_backtest": "standoff.note.backtest",
}
__all__ = ["answer_text", "options_text", "render", "render_backtest"]

if TYPE_CHECKING:
    from standoff.note.answer import answer_text as answer_text
    from standoff.note.answer import options_text as options_text
    from standoff.note.backtest import render_backtest as render_backtest
    from standoff.note.formats import render as render


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.note' has no attribute {name!r}")
    return getattr(import_module(home), name)
