"""Language models of our own for `llm` that say what a test wants, and the plugin that has them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import llm
from llm.plugins import load_plugins, pm
from pydantic import Field

Answer = str | BaseException | Callable[[str], str]


class ScriptedModel(llm.Model):
    """Gives its answers in turn, the last one for ever; keeps what it was asked."""

    model_id = "scripted"
    can_stream = True

    class Options(llm.Options):
        temperature: float | None = Field(default=None, ge=0, le=2)

    def __init__(self, *answers: Answer, schema: bool = False, name: str = "scripted") -> None:
        self.model_id = name
        self.supports_schema = schema
        self.answers = list(answers)
        self.prompts: list[llm.Prompt] = []
        self.streamed: list[bool] = []

    def execute(
        self, prompt: llm.Prompt, stream: bool, response: llm.Response, conversation: Any
    ) -> Iterator[str]:
        self.prompts.append(prompt)
        self.streamed.append(stream)
        answer = self.answers[min(len(self.prompts), len(self.answers)) - 1]
        if isinstance(answer, BaseException):
            raise answer
        text = answer(prompt.prompt) if callable(answer) else answer
        for at in range(0, len(text), 4096):
            yield text[at : at + 4096]


class KeptModel(llm.KeyModel):
    """A model that needs a key."""

    model_id = "kept"
    needs_key = "nobody"
    can_stream = False

    def execute(
        self,
        prompt: llm.Prompt,
        stream: bool,
        response: llm.Response,
        conversation: Any,
        key: str | None,
    ) -> Iterator[str]:
        yield json.dumps({"actors": [], "key": self.get_key(key)})


@contextmanager
def known_to_llm(*models: llm.Model | llm.KeyModel) -> Iterator[None]:
    """`llm` knows these models in the block, beside those that it has."""

    class Plugin:
        __name__ = "scripted-models"

        @llm.hookimpl
        def register_models(self, register: Callable[..., None]) -> None:
            for model in models:
                register(model, aliases=(f"{model.model_id}-alias",))

    load_plugins()
    plugin = Plugin()
    pm.register(plugin)
    try:
        yield
    finally:
        pm.unregister(plugin)
