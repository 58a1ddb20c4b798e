"""The reference page of the JSON outputs, made from the docstrings of their models.

``python -m standoff.assess.reference > docs/reference/json.md`` writes it; a test holds it fresh.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from standoff.assess.backtest_models import Backtest
from standoff.assess.evidence_models import EvidencePart
from standoff.assess.links_models import LinksReport
from standoff.assess.models import Answer, Assessment
from standoff.assess.prices_models import Prices
from standoff.assess.ripple_models import Ripple, RipplePart
from standoff.assess.sensitivity_models import Sensitivity
from standoff.assess.stability_models import Stability
from standoff.assess.tipping_models import TippingPart
from standoff.solve.models import SolvedGame
from standoff.sources.models import (
    AddReport,
    RemoveReport,
    SearchResult,
    ShownDocument,
    SourceList,
)
from standoff.variants.store.models import RunDetails, RunList

HEAD = """# JSON

Made from the models by `python -m standoff.assess.reference`; do not edit.

The commands named below print these objects; guides show them in use: [of a
crisis](../how-to/use-the-json.md), [of a game](../how-to/solve-a-game.md). Their JSON Schemas stand
in [schema/](../../schema), written by `standoff schema all -o schema`.

Probabilities are fractions. `range90` is [low, high], the 5th and the 95th percentile of the answer
over the assumptions written down. Dates are ISO. `null` means that there is no such number: a
probability, its range and its words are null for judgements that the model does not judge and for
those that the record has settled. There are no timings, paths or clock times, but for `seconds`
of a solved game, the folders of runs and where sources lie: the same seed gives the same bytes.
"""
OUTPUTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("standoff assess --format json", Assessment),
    ("standoff ask --json", Answer),
    ("standoff backtest --json", Backtest),
    ("standoff sensitivity --json", Sensitivity),
    ("standoff tip --json", TippingPart),
    ("standoff stability --json", Stability),
    ("standoff price --json", Prices),
    ("standoff evidence --json", EvidencePart),
    ("standoff solve --json", SolvedGame),
    ("standoff runs list --json", RunList),
    ("standoff runs show --json", RunDetails),
    ("standoff sources list --json", SourceList),
    ("standoff sources show --json", ShownDocument),
    ("standoff sources search --json", SearchResult),
    ("standoff sources link --json", LinksReport),
    ("standoff sources add --json", AddReport),
    ("standoff sources remove --json", RemoveReport),
    ("standoff sources drop --dry-run --json", Ripple),
    ("standoff sources drop --all --json", RipplePart),
    # `draft` stands above this room, and so is loaded by name.
    ("standoff draft --json", import_module("standoff.draft.models").DraftReport),
)


def page() -> str:
    """The page, in Markdown."""
    parts = [HEAD]
    done: set[type[BaseModel]] = set()
    for command, top in OUTPUTS:
        parts.append(f"## {command}\n")
        parts += [_entry(model) for model in _reached(top) if model not in done]
        done |= set(_reached(top))
    return "\n".join(parts)


def _reached(top: type[BaseModel]) -> list[type[BaseModel]]:
    """`top` and the models inside it, in the order in which a reader meets them."""
    found = [top]
    for model in found:  # grows while it is read
        for field in model.model_fields.values():
            found += [inner for inner in _models(field.annotation) if inner not in found]
    return found


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _entry(model: type[BaseModel]) -> str:
    rows = [_row(name, field) for name, field in model.model_fields.items()]
    words = inspect.getdoc(model) or ""
    head = "| | | |\n| --- | --- | --- |\n"
    return f"### {model.__name__}\n\n{words}\n\n{head}" + "\n".join(rows) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    words = " ".join((field.description or "").split()).replace("|", "\\|")
    return f"| `{field.alias or name}` | {_kind(field.annotation)} | {words} |"


def _kind(annotation: Any) -> str:
    """The type in plain words, with links to the entries of models."""
    if annotation is type(None):
        return "null"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if annotation == tuple[float, float]:
        return "[low, high]"
    arguments = get_args(annotation)
    origin = getattr(annotation, "__origin__", None)
    if origin is dict:
        return f"{{text: {_kind(arguments[1])}}}"
    if origin is list:
        return f"list of {_kind(arguments[0])}"
    if origin is tuple:
        return "[" + ", ".join(_kind(a) for a in arguments) + "]"
    if arguments and all(isinstance(a, str) for a in arguments):
        return ", ".join(f"`{a}`" for a in arguments)
    if arguments:
        return " or ".join(_kind(a) for a in arguments)
    plain = {str: "text", float: "number", int: "whole number", bool: "true or false"}
    return plain.get(annotation) or re.sub(r"<class '(.*)'>", r"\1", str(annotation))


if __name__ == "__main__":
    print(page())
