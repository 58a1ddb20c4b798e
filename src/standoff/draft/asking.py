"""Asking a model about a document, part by part: a bounded number of prompts, each told again once
or twice what was wrong with its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from standoff.draft.answers import Read, Unusable, read_answer
from standoff.draft.language_model import Answering
from standoff.draft.prompting import PromptText, again, prompt_of
from standoff.draft.windows import Window, windows
from standoff.progress import Progress, check
from standoff.sources.document import Document

__all__ = ["ATTEMPTS", "Heard", "Reply", "ask"]

ATTEMPTS = 3
"""How often one part is asked about, where the answers can't be used."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one part: its items, or what was wrong with the last answer."""

    window: Window
    read: Read | None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of all parts that were asked about."""

    replies: tuple[Reply, ...]
    unread: tuple[Window, ...]
    """Parts that were not asked about, since there are too many."""
    asked: int
    """Prompts that were answered."""


def ask(
    document: Document,
    model: Answering,
    *,
    window: int,
    most: int,
    keep: Callable[[int, int, PromptText, str], None] | None = None,
    progress: Progress | None = None,
) -> Heard:
    """Ask about each part of at most `window` tokens, at most `most` of them.

    `keep` is told part, attempt, prompt and answer. Raises `Cancelled` where the user stops it, and
    what the model raises where it fails.
    """
    cut = windows(document, window)
    shown, unread = cut[:most], cut[most:]
    replies: list[Reply] = []
    asked = 0
    if progress is not None:
        progress.say(f"asking {model.name}, part")
    for part, one in enumerate(shown, 1):
        check(progress)
        if progress is not None:
            progress.step(part, len(shown))
        first = prompt_of(document, one, part, len(cut), knows_schema=model.knows_schema)
        prompt, read, wrong = first, None, ""
        for attempt in range(1, ATTEMPTS + 1):
            text = model.answer(prompt, part, attempt, progress)
            asked += 1
            if keep is not None:
                keep(part, attempt, prompt, text)
            try:
                read = read_answer(text)
                break
            except Unusable as error:
                wrong = str(error)
                prompt = again(first, wrong)
        replies.append(Reply(one, read, "" if read is not None else wrong))
    return Heard(tuple(replies), tuple(unread), asked)
