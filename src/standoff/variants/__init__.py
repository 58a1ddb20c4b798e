"""Draws, batches, weights, form checks: answers over everything the analyst would not rule out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standoff.variants.drawing import draw as draw
    from standoff.variants.drawing import reference as reference

_HOMES = {"draw": "standoff.variants.drawing", "reference": "standoff.variants.drawing"}
__all__ = ["draw", "reference"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
