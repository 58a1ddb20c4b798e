"""What every model of the scenario language is made of: names, numbers, moments, the base class.

All scalars arrive as text (the reader never lets YAML guess); numbers, booleans and dates are
converted here.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "Count",
    "Expression",
    "Identifier",
    "Model",
    "Moment",
    "Name",
    "Names",
    "as_list",
    "expression_text",
    "moment_text",
]  # fmt: skip


def expression_text(value: Any) -> Any:
    """A number or a switch as an expression."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return value


def as_list(value: Any) -> Any:
    """One item may be written without brackets."""
    return value if isinstance(value, (list, tuple)) or value is None else [value]


def moment_text(value: Any) -> Any:
    """A date as text."""
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else value


Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=80)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)]
Expression = Annotated[str, BeforeValidator(expression_text), Field(max_length=2000)]
Moment = Annotated[str, BeforeValidator(moment_text), Field(max_length=40)]
"""A day (`1962-10-25`, meaning its end where it cuts) or a minute, with or without a zone."""
Names = Annotated[tuple[str, ...], BeforeValidator(as_list)]
Count = Annotated[int, Field(ge=1, le=10_000)]


class Model(BaseModel):
    """Base: unknown keys are errors, instances are frozen, docstrings reach the schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
