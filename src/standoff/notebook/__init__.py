"""What notebooks show: for each class that is `Shown`, a piece of HTML and the same as text.

Everything is self-contained: no script, no style sheet, no request to anywhere, ids that no other
output has, and all text escaped. The modules are loaded when something is shown.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from standoff.shown import Shown

_HOMES = {
    "Game": "standoff.notebook.games",
    "LoadedGame": "standoff.notebook.games",
    "Compiled": "standoff.notebook.games",
    "Solved": "standoff.notebook.solutions",
    "Solution": "standoff.notebook.solution_batches",
    "Chain": "standoff.notebook.beliefs",
    "Beliefs": "standoff.notebook.beliefs",
    "TypeBelief": "standoff.notebook.beliefs",
    "Answer": "standoff.notebook.notes",
    "Assessment": "standoff.notebook.notes",
}
"""Class -> the module that shows it, by functions `markup` and `plain`."""


def markup(shown: Shown) -> str:
    """A result as HTML."""
    made: str = _home(shown).markup(shown)
    return made


def plain(shown: Shown) -> str:
    """A result as text."""
    made: str = _home(shown).plain(shown)
    return made


def _home(shown: Shown) -> ModuleType:
    for kind in type(shown).__mro__:
        if kind.__name__ in _HOMES:
            return import_module(_HOMES[kind.__name__])
    raise TypeError(f"nothing says how to show a {type(shown).__name__}")
