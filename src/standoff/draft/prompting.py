"""The prompts that a model gets: a template file filled with the paragraphs of a document.

The template (`prompt.txt`) is part of what a proposal rests on: its hash, taken together with the
schema's, stands beside each. The document's text is put in once and never read as a template; the
lines around it carry a code made from the text's own hash, which no text holds of itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Any

from standoff.assess.schemas import json_schema
from standoff.draft.windows import Window
from standoff.sources.document import Document

__all__ = ["PromptText", "again", "asked_schema", "prompt_hash", "prompt_of", "prompt_version"]


@dataclass(frozen=True, slots=True)
class PromptText:
    """One prompt: what the model is told of its task, and what it is asked."""

    system: str
    user: str

    @property
    def hash(self) -> str:
        """SHA-256 of both."""
        return sha256(f"{self.system}\0{self.user}".encode()).hexdigest()


@cache
def _text() -> str:
    return (files("standoff.draft") / "prompt.txt").read_text("utf-8").replace("\r\n", "\n")


@cache
def _sections() -> dict[str, str]:
    """The parts of the template by name."""
    found: dict[str, str] = {}
    for part in _text().split("\n=== ")[1:]:
        name, _, body = part.partition("\n")
        found[name.strip()] = body.strip("\n")
    return found


@cache
def _schema_text() -> str:
    return json.dumps(_untitled(asked_schema()), separators=(",", ":"))


def _untitled(schema: Any) -> Any:
    """Without the titles, which only repeat the keys: a small model has little room."""
    if isinstance(schema, dict):
        return {k: _untitled(v) for k, v in schema.items() if k != "title"}
    return [_untitled(one) for one in schema] if isinstance(schema, list) else schema


def asked_schema() -> dict[str, Any]:
    """The JSON Schema of what is asked for, as `standoff schema asked` publishes it."""
    # Some models take no schema that names its own address.
    return {
        key: value for key, value in json_schema("asked").items() if not key.startswith("$")
    } | {"$defs": json_schema("asked")["$defs"]}


def prompt_version() -> int:
    """The number that the template gives itself."""
    return int(_text().split("\n", 1)[0].removeprefix("prompt version "))


def prompt_hash() -> str:
    """SHA-256 of template and schema: the same where the same is asked in the same words."""
    return sha256(f"{_text()}\0{_schema_text()}".encode()).hexdigest()


def prompt_of(
    document: Document, window: Window, part: int, parts: int, *, knows_schema: bool
) -> PromptText:
    """The prompt about one part of the document (`part` counts from 1).

    Where the model takes no schema of its own, the prompt holds it.
    """
    sections = _sections()
    fence = document.text_hash[:16]
    form = "" if knows_schema else Template(sections["form"]).substitute(schema=_schema_text())
    user = Template(sections["user"]).substitute(
        form=f"{form}\n" if form else "",
        part=part,
        parts=parts,
        fence=fence,
        paragraphs=window.text(document),
    )
    return PromptText(Template(sections["system"]).substitute(fence=fence), user)


def again(prompt: PromptText, wrong: str) -> PromptText:
    """The same prompt after an answer that couldn't be used, with what was wrong with it.

    What was wrong is told in our words: nothing of the answer is given back.
    """
    told = Template(_sections()["again"]).substitute(wrong=wrong)
    return PromptText(prompt.system, f"{prompt.user}\n\n{told}")
