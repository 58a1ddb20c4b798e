"""A note into a first scenario: what its text holds, and blanks for the rest. The package itself
can be called: ``so.draft("note.txt")``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from standoff.callable_module import make_callable

if TYPE_CHECKING:
    from standoff.draft.drafting import Draft as Draft
    from standoff.draft.drafting import draft as draft

_HOMES = {"Draft": "drafting", "draft": "drafting"}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.draft' has no attribute {name!r}")
    return getattr(import_module(f"standoff.draft.{home}"), name)


make_callable(__name__)
