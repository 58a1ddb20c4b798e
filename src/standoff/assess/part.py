"""What every part of a JSON output is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

Range = tuple[float, float]


class Part(BaseModel):
    """Base: frozen, no unknown keys, docstrings reach the schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
