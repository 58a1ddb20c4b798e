"""Asking a model, or a record of one, about a note: `standoff draft --llm` and `--replay`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from standoff.draft.language_model import Answering, language_model
from standoff.draft.models import Clause, FoundActor
from standoff.draft.prompting import PromptText
from standoff.draft.proposal_models import ModelReport
from standoff.draft.proposing import WINDOW, propose
from standoff.draft.recording import RecordFile, Replayed, read_record
from standoff.draft.windows import MOST_WINDOWS
from standoff.errors import Problem, ScenarioError
from standoff.progress import Progress
from standoff.sources.document import Document

__all__ = ["consult"]


def consult(
    document: Document,
    model: str | None = None,
    *,
    where: Callable[[int, int], str],
    replay: Path | None = None,
    record: Path | None = None,
    options: Mapping[str, str] | None = None,
    window: int = WINDOW,
    most: int = MOST_WINDOWS,
    actors: Sequence[FoundActor] = (),
    clauses: Sequence[Clause] = (),
    progress: Progress | None = None,
) -> ModelReport:
    """What a model proposes about `document`, every quote looked up.

    `model` is a name that `llm` knows; with `replay` the answers come from a file instead, and no
    model is loaded. `record` writes prompts and answers to a new file. `options` are the model's
    own (`temperature`); `window` and `most` bound the parts of the document that are shown. For the
    rest see `propose`. Raises `ScenarioError` where model or record can't be had, `Unfinished`
    where the model fails.
    """
    if (model is None) == (replay is None):
        raise ScenarioError(
            Problem(
                "no-model",
                "proposals come from a model or from a record",
                expected="one of the two",
            )
        )
    if record is not None and record.exists():
        raise ScenarioError(
            Problem(
                "exists", f"{record} exists already and is left as it is", expected="a new name"
            )
        )
    if not document.has_text:
        raise ScenarioError(
            Problem("no-text", "the document has no text to ask about", path=document.key)
        )
    replayed: Replayed | None = None
    answering: Answering
    if replay is not None:
        replayed = Replayed(replay, read_record(replay), document)
        answering, window = replayed, replayed.window
    else:
        answering = language_model(model or "", options)
    keep: Callable[[int, int, PromptText, str], None] | None = None
    if record is not None:
        keep = RecordFile(
            record,
            document,
            model=answering.name,
            knows_schema=answering.knows_schema,
            window=window,
        ).add
    found = propose(
        document,
        answering,
        where=where,
        actors=actors,
        clauses=clauses,
        window=window,
        most=most,
        replayed=replay is not None,
        keep=keep,
        progress=progress,
    )
    remarks = replayed.remarks if replayed is not None else ()
    return found.model_copy(update={"remarks": (*found.remarks, *remarks)})
