"""A language model, reached through the `llm` package and whatever plugins it finds.

Keys, addresses and sockets are the plugin's own; nothing here reads a key, and `llm`'s log is
neither written nor read. The answer is taken as it comes and broken off where it grows too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from standoff.draft.asked import LARGEST_ANSWER
from standoff.draft.prompting import PromptText, asked_schema
from standoff.errors import Cancelled, Problem, ScenarioError, Unfinished, nearest
from standoff.progress import Progress, check

if TYPE_CHECKING:
    import llm

__all__ = ["Answering", "LanguageModel", "language_model"]

_SHOWN = 12


class Answering(Protocol):
    """Whatever answers a prompt: a model, or a record of one."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    @property
    def knows_schema(self) -> bool:
        """Whether it takes a JSON Schema beside the prompt."""
        ...

    def answer(
        self, prompt: PromptText, part: int, attempt: int, progress: Progress | None = None
    ) -> str:
        """The answer's text, at most a little over `LARGEST_ANSWER` characters.

        `part` and `attempt` count from 1; only a record needs them.
        """
        ...


class LanguageModel:
    """A model that `llm` knows."""

    def __init__(self, model: llm.Model | llm.KeyModel, options: Mapping[str, str]) -> None:
        self._model = model
        self._options = dict(options)

    @property
    def name(self) -> str:
        """As `llm` calls it."""
        return str(self._model.model_id)

    @property
    def knows_schema(self) -> bool:
        """Whether its plugin takes a JSON Schema."""
        return bool(self._model.supports_schema)

    def answer(
        self, prompt: PromptText, part: int, attempt: int, progress: Progress | None = None
    ) -> str:
        """Ask, and read what comes until it ends, is too long, or the user stops it.

        Raises `ScenarioError` where a key is missing or an option is wrong, `Unfinished` where the
        model fails.
        """
        import llm

        check(progress)
        parts: list[str] = []
        length = 0
        try:
            for piece in self._stream(prompt):
                parts.append(str(piece))
                length += len(piece)
                check(progress)
                if length > LARGEST_ANSWER:
                    break
        except llm.NeedsKeyException as error:
            raise ScenarioError(
                Problem("no-key", f"the model {self.name} needs a key", found=_short(error))
            ) from None
        except (ScenarioError, Cancelled):
            raise
        except Exception as error:  # a plugin may raise anything; its trace would not help
            raise Unfinished(f"the model {self.name} failed: {_short(error)}") from error
        return "".join(parts)

    def _stream(self, prompt: PromptText) -> Iterable[str]:
        from pydantic import ValidationError

        more: dict[str, Any] = {"schema": asked_schema()} if self.knows_schema else {}
        try:
            return self._model.prompt(
                prompt.user,
                system=prompt.system,
                stream=bool(self._model.can_stream),
                options=dict(self._options),
                **more,
            )
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            known = sorted(self._model.Options.model_fields)
            raise ScenarioError(
                Problem(
                    "bad-option",
                    f"the model {self.name} does not take this option",
                    found=f"{name}={self._options.get(name, '')}: {first['msg']}",
                    expected="one of " + ", ".join(known) if known else "no options",
                    nearest=nearest(name, [one for one in known if one != name]),
                )
            ) from None


def language_model(name: str, options: Mapping[str, str] | None = None) -> LanguageModel:
    """The model of that name or alias.

    Raises `ScenarioError` where the `llm` package is not installed, or knows no such model.
    """
    try:
        import llm
    except ImportError:
        raise ScenarioError(
            Problem(
                "no-llm",
                "--llm needs the package `llm`, which is not installed",
                expected="pip install 'standoff[llm]', and a plugin for your model "
                "(https://llm.datasette.io)",
            )
        ) from None
    try:
        known = llm.get_model_aliases()
    except Exception as error:  # a plugin that can't be loaded, settings that can't be read
        raise ScenarioError(
            Problem("no-models", "`llm` can't list its models", found=_short(error))
        ) from error
    if name not in known:
        ids = sorted({model.model_id for model in known.values()})
        raise ScenarioError(_unknown(name, ids, nearest(name, sorted(known))))
    return LanguageModel(known[name], options or {})


def _unknown(name: str, known: list[str], like: str) -> Problem:
    shown = ", ".join(known[:_SHOWN])
    more = f" and {len(known) - _SHOWN} more (`llm models` lists them)"
    return Problem(
        "unknown-model",
        "`llm` knows no model of this name; a plugin may have to be installed",
        found=name[:120],
        expected=f"one of {shown}{more if len(known) > _SHOWN else ''}" if known else "a plugin",
        nearest=like,
    )


def _short(error: BaseException) -> str:
    """What an error says, on one line and not too long."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    text = "".join(c if c.isprintable() else "�" for c in text)
    return text if len(text) <= 300 else text[:300] + "…"
