"""A draft with what a language model proposes about its note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.progress import Progress

if TYPE_CHECKING:
    from standoff.draft.drafting import Draft

__all__ = ["advise"]


def advise(
    first: Draft,
    model: str | None = None,
    *,
    replay: Path | None = None,
    record: Path | None = None,
    options: Mapping[str, str] | None = None,
    window: int | None = None,
    progress: Progress | None = None,
) -> Draft:
    """The same draft with `report.advice` set: what `model` proposes, every quote looked up.

    `model` is a name that the `llm` package knows; `replay` takes recorded answers instead, and
    `record` records them. `window` bounds the tokens of a part of the note that is shown at once.
    What was kept is written as `proposals.yaml`, all of it comments. Raises `ScenarioError` where
    model or record can't be had, `Unfinished` where the model fails, `Cancelled` where the user
    stops it.
    """
    from standoff.draft.consulting import consult
    from standoff.draft.proposing import WINDOW
    from standoff.draft.prose import prose

    statements = prose(first.document).statements

    def where(start: int, end: int) -> str:
        return next((s.where for s in statements if s.start < end and start < s.end), "")

    advice = consult(
        first.document,
        model,
        where=where,
        replay=replay,
        record=record,
        options=options,
        window=window or WINDOW,
        actors=first.report.actors,
        clauses=first.report.clauses,
        progress=progress,
    )
    return replace(first, report=first.report.model_copy(update={"advice": advice}))
