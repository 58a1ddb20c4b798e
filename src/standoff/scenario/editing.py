"""Every model inside a scenario, edited from the inside out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from standoff.scenario.annotations import keys_of

__all__ = ["edited"]


def edited(model: Any, edit: Callable[[str, BaseModel], BaseModel], path: str = "") -> Any:
    """A model with every model inside it, and at last itself, as `edit(key path, model)` leaves
    it; what is not changed is the same object.
    """
    if isinstance(model, BaseModel):
        fields = {k.field: (k.name, getattr(model, k.field)) for k in keys_of(type(model)).values()}
        fields |= {name: (name, value) for name, value in (model.model_extra or {}).items()}
        update = {}
        for field, (name, value) in fields.items():
            new = edited(value, edit, f"{path}.{name}" if path else name)
            if new is not value:
                update[field] = new
        return edit(path, model.model_copy(update=update) if update else model)
    if isinstance(model, dict):
        made = {key: edited(value, edit, f"{path}.{key}") for key, value in model.items()}
        return made if any(made[key] is not model[key] for key in model) else model
    if isinstance(model, tuple):
        parts = tuple(edited(value, edit, f"{path}.{i}") for i, value in enumerate(model))
        return parts if any(a is not b for a, b in zip(parts, model, strict=True)) else model
    return model
