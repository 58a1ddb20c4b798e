"""Key paths with names in them: `judgements.hope`, `parameters.keep.hold`, `record.appeal`."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel

from standoff.errors import nearest
from standoff.scenario.annotations import keys_of
from standoff.scenario.models import Scenario
from standoff.scenario.names import record_ids

__all__ = ["Unknown", "keys_in", "leads_nowhere"]


class Unknown(NamedTuple):
    """Where a key path leads nowhere: the part that isn't there, in what, and what is like it."""

    part: str
    home: str
    nearest: str


def leads_nowhere(scenario: Scenario, path: str) -> Unknown | None:
    """What is wrong with a key path; None where it leads to something that is written.

    Items of lists go by their ids or places; a record item without an id by the name that it is
    given (`record_ids`).
    """
    here: Any = scenario
    names = path.split(".")
    for index, name in enumerate(names):
        known = keys_in(here)
        if here is scenario.record:
            known |= dict(zip(record_ids(scenario), scenario.record, strict=True))
        if name not in known:
            home = ".".join(names[:index]) or "the scenario"
            shown = [one for one in known if not one.isdigit()]
            return Unknown(name, home, nearest(name, shown))
        here = known[name]
    return None


def keys_in(value: Any) -> dict[str, Any]:
    """What is inside, by key; items of a list by place and by id."""
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, tuple):
        return {str(i): v for i, v in enumerate(value)} | {
            str(v.id): v for v in value if getattr(v, "id", None)
        }
    if isinstance(value, BaseModel):
        mine = {k.name: getattr(value, k.field) for k in keys_of(type(value)).values()}
        return {k: v for k, v in mine.items() if v is not None} | (value.model_extra or {})
    return {}
