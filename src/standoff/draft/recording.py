"""Prompts and answers as a file of JSON lines, and answers given again from such a file.

The first line says which model answered, about which document, and in which words it was asked;
each other line holds one prompt with its answer. A record answers by part of the document and try,
so that a file may leave the prompts out. It is written whole after each answer: what was paid for
is never lost, and a reader never sees half of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from standoff.draft.prompting import PromptText, prompt_hash, prompt_version
from standoff.errors import Position, Problem, ScenarioError
from standoff.progress import Progress, check
from standoff.sources.document import Document
from standoff.workspace import write_atomically

__all__ = ["Exchange", "Record", "RecordFile", "RecordHead", "Replayed", "read_record"]

_LARGEST = 50_000_000
_MOST_LINES = 10_000
_Line = TypeVar("_Line", bound=BaseModel)


class RecordHead(BaseModel):
    """The first line of a record."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    standoff_answers: Annotated[int, Field(ge=1, le=1)]
    """Version of the file."""
    model: Annotated[str, Field(min_length=1, max_length=200)]
    """Who answered."""
    document: str = ""
    """Key of the document that was asked about."""
    text_hash: str = ""
    """SHA-256 of its text."""
    prompt_version: int = 0
    """Of the prompt's template."""
    prompt_hash: str = ""
    """SHA-256 of template and schema."""
    knows_schema: bool = False
    """Whether the model got the schema as structured output."""
    window: Annotated[int, Field(ge=1, le=10_000_000)] = 4000
    """Tokens of a part of the document."""


class Exchange(BaseModel):
    """One prompt and its answer."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    part: Annotated[int, Field(ge=1)]
    """Part of the document, from 1."""
    attempt: Annotated[int, Field(ge=1)] = 1
    """The how many-th time this part was asked about."""
    system: str = ""
    """What the model was told of its task."""
    user: str = ""
    """What it was asked."""
    answer: str | dict[str, Any]
    """What it said: the text, or (written by hand) the object that the text would hold."""

    @property
    def text(self) -> str:
        """The answer as text."""
        if isinstance(self.answer, str):
            return self.answer
        return json.dumps(self.answer, ensure_ascii=False)


@dataclass(frozen=True)
class Record:
    """A record as read."""

    head: RecordHead
    exchanges: tuple[Exchange, ...]

    def exchange(self, part: int, attempt: int) -> Exchange | None:
        """The answer to the `attempt`-th question about a part."""
        return next((e for e in self.exchanges if (e.part, e.attempt) == (part, attempt)), None)


class Replayed:
    """The answers of a record, in the place of a model."""

    def __init__(self, path: Path, record: Record, document: Document) -> None:
        if record.head.document not in ("", document.key):
            raise ScenarioError(
                Problem(
                    "other-record",
                    "these answers are about another document",
                    Position(str(path), 1, 1),
                    found=record.head.document,
                    expected=document.key,
                )
            )
        self._path = path
        self._record = record
        self._reworded = False
        self._changed = record.head.text_hash not in ("", document.text_hash)

    @property
    def name(self) -> str:
        """The model that answered then."""
        return self._record.head.model

    @property
    def knows_schema(self) -> bool:
        """Whether that model took the schema."""
        return self._record.head.knows_schema

    @property
    def window(self) -> int:
        """Tokens of a part then: the parts must be the same."""
        return self._record.head.window

    @property
    def remarks(self) -> tuple[str, ...]:
        """How what was asked then differs from what would be asked now."""
        found = []
        if self._changed:
            found.append("the document's text has changed since the answers were recorded")
        if self._reworded or self._record.head.prompt_hash not in ("", prompt_hash()):
            found.append("the answers were given to other prompts than would be put now")
        return tuple(found)

    def answer(
        self, prompt: PromptText, part: int, attempt: int, progress: Progress | None = None
    ) -> str:
        """The recorded answer. Raises `ScenarioError` where there is none."""
        check(progress)
        found = self._record.exchange(part, attempt)
        if found is None:
            raise ScenarioError(
                Problem(
                    "no-answer",
                    "the record holds no answer to this prompt",
                    Position(str(self._path), len(self._record.exchanges) + 1, 1),
                    found=f"part {part}, attempt {attempt}",
                    expected=f"one of {len(self._record.exchanges)} that it holds",
                )
            )
        asked = PromptText(found.system, found.user)
        self._reworded |= bool(found.user) and asked != prompt
        return found.text


class RecordFile:
    """A record that is being written."""

    def __init__(
        self, path: Path, document: Document, *, model: str, knows_schema: bool, window: int
    ) -> None:
        self._path = path
        head = RecordHead(
            standoff_answers=1,
            model=model[:200],
            document=document.key,
            text_hash=document.text_hash,
            prompt_version=prompt_version(),
            prompt_hash=prompt_hash(),
            knows_schema=knows_schema,
            window=window,
        )
        self._lines = [head.model_dump_json()]

    def add(self, part: int, attempt: int, prompt: PromptText, answer: str) -> None:
        """Keep one prompt and its answer."""
        one = Exchange(
            part=part, attempt=attempt, system=prompt.system, user=prompt.user, answer=answer
        )
        self._lines.append(one.model_dump_json())
        write_atomically(self._path, "\n".join(self._lines) + "\n")


def read_record(path: Path) -> Record:
    """A record from its file. Raises `ScenarioError` with the line that can't be read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _bad(path, 1, f"the record is longer than {_LARGEST:,} bytes")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, 1, f"the record can't be read: {error}") from None
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise _bad(path, 1, "the record is empty")
    if len(lines) > _MOST_LINES:
        raise _bad(path, 1, f"the record has more than {_MOST_LINES:,} lines")
    head = _line(path, *lines[0], RecordHead)
    exchanges = tuple(_line(path, number, line, Exchange) for number, line in lines[1:])
    return Record(head, exchanges)


def _line(path: Path, number: int, line: str, model: type[_Line]) -> _Line:
    what = "the head of a record" if model is RecordHead else "a prompt and its answer"
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        told = f"{where}: {first['msg']}" if where else str(first["msg"])
        raise _bad(path, number, f"this line is not {what}", told) from None


def _bad(path: Path, line: int, message: str, found: str = "") -> ScenarioError:
    return ScenarioError(Problem("bad-record", message, Position(str(path), line, 1), found=found))
